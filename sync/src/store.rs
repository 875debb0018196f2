//! What a device keeps. A store is handed in; every implementation passes [`crate::contract`].
//!
//! Own rows (`events`) are added once, strictly, and never moved or deleted; what the server said of them is put
//! beside them (`receipts`). What was pulled is kept as it came, a page a row, in one transaction with the cursor.

use serde::{Deserialize, Serialize};
use shared_events::{
    content::Role,
    ids::{DeviceId, EventId, Generation, Hash, LogId, PatientId, Sequence, base64url},
    record::{Link, Receipt, Record},
};

use crate::protocol::{CareTeam, Cursor};

/// Why a store could not do what it was asked. Nothing of it was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no room left.
    #[error("there is no room left on this phone: free some space; what is not saved is kept on screen")]
    Full,
    /// The connection to the store was lost, or another version of the app holds it.
    #[error("the store is not open: close other tabs of this app and load it again ({0})")]
    Closed(String),
    /// Stored data does not read; nothing was changed.
    #[error("the store holds something that does not read ({0}): nothing was changed")]
    Unreadable(String),
    /// Anything else that the platform says.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// Who this device is, once it is enrolled. The keys are held beside it by [`crate::platform::Keys`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Identity {
    pub patient: PatientId,
    pub device: DeviceId,
    pub role: Role,
    /// The person's name.
    pub person: String,
    /// Public key, SPKI in DER.
    #[serde(with = "base64url")]
    pub spki: Vec<u8>,
    /// Id of the patient's key.
    pub key: Hash,
    pub log: LogId,
    pub generation: Generation,
    pub care_team: CareTeam,
}

/// The end of a chain: 0 and the genesis, or the last event's place and link(s).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Head {
    pub sequence: Sequence,
    pub link: Hash,
}

/// What the server said of an own event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is logged.
    Logged {
        /// Where.
        receipt: Receipt,
        /// Under which link, where that is not the row's own.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        elsewhere: Option<Link>,
    },
    /// It could not be logged; a person has to look.
    Quarantined {
        /// Why.
        reason: String,
    },
}

/// How far pulling has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is held.
    pub cursor: Cursor,
    /// `received_at` of the event at `cursor.low`; 0: all is held.
    pub low_received_ms: u64,
    /// Pages up to this number do not count: they are of before this pulling began, as of a life of the log that is
    /// over. They stay where they are.
    #[serde(default)]
    pub pages_after: u64,
}

/// How far the wall clock is from the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// Milliseconds to add to the wall clock.
    pub offset_ms: i64,
    /// The wall clock when it was measured.
    pub measured_wall_ms: u64,
}

/// A page as it was pulled: the records, as the JSON of `Vec<Record>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Given by the store, ascending from 1.
    pub number: u64,
    /// JSON.
    pub records: Vec<u8>,
}

/// A checkpoint or what of it is wanted; every part of it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// What it stands for, and which parts belong to it.
    pub frame: Vec<u8>,
    /// By name, ascending: months (`2026-11`) and words; none is called `frame`.
    pub parts: Vec<(String, Vec<u8>)>,
}

/// What came of adding own rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// All are stored, durably.
    Saved,
    /// A place was taken already, by another tab or by an earlier try; nothing was stored.
    Taken,
}

/// What came of storing something that must follow what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Stored.
    Stored,
    /// Another tab has moved the cursor; nothing was stored.
    Stale,
}

/// Everything small that opening needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The last own row, if any.
    pub last: Option<Record>,
    /// The highest own sequence with an outcome.
    pub judged: Sequence,
    /// How far pulling has come.
    pub progress: Option<Progress>,
    /// The number of the last page, 0 if there is none.
    pub last_page: u64,
    /// The clock.
    pub offset: Option<Offset>,
}

/// A device's store. Implementations hold one patient's rows; a call that fails has done nothing.
#[allow(async_fn_in_trait, reason = "one thread: the futures of a browser are not Send")]
pub trait Store: 'static {
    /// Reads what opening needs, for the chain of `device`.
    async fn summary(&self, device: DeviceId) -> Result<Summary, StoreError>;

    /// Adds own rows of one device, contiguous and ascending, in one transaction of the strictest durability. Returns
    /// only after it has completed.
    async fn add(&self, rows: Vec<Record>) -> Result<Added, StoreError>;

    /// Own rows of `device` after a sequence, ascending, at most `limit`.
    async fn rows(&self, device: DeviceId, after: Sequence, limit: usize) -> Result<Vec<Record>, StoreError>;

    /// Puts outcomes beside own rows, and with them the progress they make; in one transaction, only if the progress
    /// stored is still `from`. With `from == to` the progress is not looked at.
    async fn put_outcomes(
        &self,
        device: DeviceId,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    ) -> Result<Moved, StoreError>;

    /// Outcomes of own rows of `device` after a sequence, ascending, at most `limit`.
    async fn outcomes(
        &self,
        device: DeviceId,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Outcome)>, StoreError>;

    /// Stores a page and the progress it makes in one transaction, only if the progress stored is still `from`.
    async fn add_page(
        &self,
        records: Vec<u8>,
        from: Option<Progress>,
        to: Progress,
    ) -> Result<Moved, StoreError>;

    /// Pages after a number, ascending, at most `limit`.
    async fn pages(&self, after: u64, limit: usize) -> Result<Vec<Page>, StoreError>;

    /// Keeps the clock's offset (relaxed: it can be measured again).
    async fn put_offset(&self, offset: Offset) -> Result<(), StoreError>;

    /// Keeps the parts of a checkpoint beside those that are there, or in their place, and its frame; in one transaction,
    /// only if the frame that is stored is still `from`. Without `from` it replaces all that is there. Relaxed: it can be
    /// made again.
    async fn put_checkpoint(&self, from: Option<Vec<u8>>, to: StoredCheckpoint) -> Result<Moved, StoreError>;

    /// The last checkpoint, with those of its parts whose names are not less than this one; as they are at one instant.
    async fn checkpoint(&self, first: &str) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// A part of the last checkpoint.
    async fn checkpoint_part(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Deletes everything, keys included: only after the patient's record was erased.
    async fn wipe(&self) -> Result<(), StoreError>;
}

/// An event's bytes before they have a place in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Sealed {
    pub id: EventId,
    pub header: String,
    pub body: Vec<u8>,
}
