//! What the server's own device says: part of it in clear, so that the log verifies without keys.

use crate::{
    content::OccurredAt,
    draft::{Clear, Draft},
    events::{DeviceEnrolled, DeviceRevoked, EventUnreadable},
    ids::DeviceId,
    record::{Enrols, Fills, Revokes},
};

/// A device may sign from now on; `spki` is its public key in DER.
#[must_use]
pub fn enrol_device(enrolled: DeviceEnrolled, spki: Vec<u8>, when: OccurredAt) -> (Draft, Clear) {
    let enrols = Some(Enrols { device: enrolled.device, spki });
    (Draft::of(enrolled, when), Clear { enrols, ..Clear::default() })
}

/// A device may no longer sign.
#[must_use]
pub fn revoke_device(device: DeviceId, reason: Option<String>, when: OccurredAt) -> (Draft, Clear) {
    let event = DeviceRevoked { device, reason };
    (Draft::of(event, when), Clear { revokes: Some(Revokes { device }), ..Clear::default() })
}

/// Fills the place of an event that could not be logged there.
#[must_use]
pub fn fill_place(fills: Fills, when: OccurredAt) -> (Draft, Clear) {
    let event = EventUnreadable { device: fills.device };
    (Draft::of(event, when), Clear { fills: Some(fills), ..Clear::default() })
}
