//! What the tables hold, one type a row.

use shared_events::{
    content::Role,
    ids::{DeviceId, EventId, Hash, Ordinal, PatientId, Position, Sequence},
    record::{Class, FillReason, Link, Receipt, Record, open},
    state::Opened,
};
use uuid::Uuid;

/// A patient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Patient {
    pub id: PatientId,
    /// The server's own device for this patient.
    pub server_device: DeviceId,
    /// Keyed hash of the identifier elsewhere; never the identifier.
    pub external: Option<Hash>,
    /// Name and zone, sealed with the patient's key; empty once erased.
    pub profile: Vec<u8>,
    pub purpose: Purpose,
    pub created_ms: u64,
    pub erased_ms: Option<u64>,
}

/// Whether a patient is a person. Effects and statistics leave test patients out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Purpose {
    Care,
    Test,
}

/// A device that signs, with the end of its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Device {
    pub id: DeviceId,
    pub patient: PatientId,
    /// DER.
    pub spki: Vec<u8>,
    pub role: Role,
    /// Whose device: equal for all devices of one person.
    pub person: Uuid,
    /// The ordinal of its `DeviceEnrolled`.
    pub enrolled: Ordinal,
    pub revoked_ms: Option<u64>,
    /// Its highest sequence.
    pub mark: Sequence,
    /// link(mark), or its genesis.
    pub head: Hash,
}

/// A one-time code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Invitation {
    /// Of the code; the code itself is not stored.
    pub code: Hash,
    pub patient: PatientId,
    pub role: Role,
    pub person: Uuid,
    /// The person's name, sealed with the patient's key.
    pub name: Vec<u8>,
    pub expires_ms: u64,
    /// How often another key presented the code.
    pub attempts: u32,
    /// The first key that presented it.
    pub bound: Option<Bound>,
}

/// The key that an invitation belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Bound {
    pub device: DeviceId,
    pub spki: Vec<u8>,
}

/// An event in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Logged {
    pub patient: PatientId,
    pub shard: u8,
    pub receipt: Receipt,
    pub link: Link,
    /// link(sequence).
    pub link_hash: Hash,
    pub id: EventId,
    pub event_hash: Hash,
    pub class: Class,
    pub header: String,
    /// `None` once the patient was erased.
    pub body: Option<Vec<u8>>,
}

impl Logged {
    /// The content's JSON, where the body opens with the patient's key.
    #[must_use]
    pub fn content(&self, key: &[u8; 32]) -> Option<String> {
        String::from_utf8(open(key, self.id, self.patient, self.body.as_deref()?).ok()?).ok()
    }

    /// The event as a state takes it in, opened where it opens.
    #[must_use]
    pub fn into_opened(self, content: Option<String>) -> Opened {
        Opened { header: self.header, content, link: self.link, receipt: Some(self.receipt) }
    }

    /// As it travels. A dropped body is empty.
    #[must_use]
    pub fn into_record(self) -> Record {
        let Self { header, body, link, receipt, .. } = self;
        Record { header, body: body.unwrap_or_default(), link, receipt: Some(receipt) }
    }
}

/// A place in a device's chain whose event is not in the log under its link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Filled {
    pub device: DeviceId,
    pub sequence: Sequence,
    /// link(sequence), as the device claimed it.
    pub link: Hash,
    pub reason: FillReason,
    /// In a sentence without health content.
    pub why: String,
    /// Where the same event is logged, if it was repeated.
    pub ordinal: Option<Ordinal>,
}

/// The end of a device's chain, as it signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Head {
    pub device: DeviceId,
    pub sequence: Sequence,
    pub link: Hash,
    /// r||s, 64 bytes.
    pub signature: Vec<u8>,
}

/// Bytes that are not an event of the stream, kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Quarantined {
    pub patient: PatientId,
    pub record: Record,
    pub why: String,
    pub received_ms: u64,
}

/// The end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tail {
    pub ordinal: Ordinal,
    pub stream: Hash,
    pub received_ms: u64,
}

impl Tail {
    /// Before the first event.
    pub const EMPTY: Self = Self { ordinal: Ordinal::ZERO, stream: Hash::ZERO, received_ms: 0 };
}

/// The end of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ShardTail {
    pub shard: u8,
    pub position: Position,
}
