//! The database's versions. An upgrade takes one step at a time, each in the browser's own versionchange transaction,
//! so that every version that ever shipped reaches the newest by the same steps.

use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbObjectStoreParameters};

/// Own rows: `[device, sequence]` -> `{header, body, previous}`, see `rows.rs`.
pub const EVENTS: &str = "events";
/// Outcomes of own rows: `[device, sequence]` -> JSON of [`crate::store::Outcome`].
pub const RECEIPTS: &str = "receipts";
/// Pages as they were pulled: a number the browser counts up -> bytes.
pub const PAGES: &str = "pages";
/// Small things by name -> JSON; see [`meta`].
pub const META: &str = "meta";
/// Handles of keys by name; see [`key`].
pub const KEYS: &str = "keys";
/// The last checkpoint: its frame as `frame`, its parts by name -> bytes. Earlier builds kept theirs under the number 1.
pub const CHECKPOINT: &str = "checkpoint";

/// Every object store of the newest version.
pub const STORES: [&str; 6] = [EVENTS, RECEIPTS, PAGES, META, KEYS, CHECKPOINT];

/// Names in [`META`].
#[allow(missing_docs)]
pub mod meta {
    pub const PROGRESS: &str = "progress";
    pub const OFFSET: &str = "offset";
    pub const IDENTITY: &str = "identity";
    pub const ENROLMENT: &str = "enrolment";
}

/// Names in [`KEYS`].
pub mod key {
    /// The private half of the device's signing key.
    pub const SIGNING: &str = "signing";
    /// The patient's key.
    pub const PATIENT: &str = "patient";
    /// The private half of the key that an enrolment was begun with.
    pub const ENROLLING: &str = "enrolling";
}

/// A version of the database; the number is `IndexedDB`'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Version {
    /// The first.
    V1 = 1,
}

impl Version {
    /// What this build writes.
    pub const NEWEST: Self = Self::V1;

    /// `IndexedDB`'s number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The version after the one with this number; 0 is an empty database. `None`: it is the newest.
    const fn after(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::V1),
            _ => None,
        }
    }

    /// Takes the step from the version before to this one.
    fn step(self, database: &IdbDatabase) -> Result<(), JsValue> {
        match self {
            Self::V1 => create_first(database),
        }
    }
}

/// Takes every step from the version with this number to the newest.
pub(super) fn upgrade(database: &IdbDatabase, mut from: u32) -> Result<(), JsValue> {
    while let Some(next) = Version::after(from) {
        next.step(database)?;
        from = next.number();
    }
    Ok(())
}

fn create_first(database: &IdbDatabase) -> Result<(), JsValue> {
    for name in [EVENTS, RECEIPTS, META, KEYS, CHECKPOINT] {
        database.create_object_store(name)?;
    }
    let counted = IdbObjectStoreParameters::new();
    counted.set_auto_increment(true);
    database.create_object_store_with_optional_parameters(PAGES, &counted)?;
    Ok(())
}
