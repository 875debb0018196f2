//! The tables as one transaction sees them. Every look-up is by a key: none costs more as the history grows.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use shared_events::{
    ids::{DeviceId, EventId, Hash, Ordinal, PatientId, Position, Sequence},
    record::Class,
};

use super::{
    StorageError,
    effects::EffectTables,
    rows::{Device, Filled, Head, Invitation, Logged, Patient, Quarantined, Tail},
};

type Result<T> = std::result::Result<T, StorageError>;

/// Which events of a stream, in the order of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Standing events in `(after, until]`, ascending.
    Standing {
        /// Not this one.
        after: Ordinal,
        /// This one too.
        until: Ordinal,
    },
    /// All events above this one, ascending.
    After(Ordinal),
    /// Occurrences up to and with this one, descending.
    OccurrencesDownFrom(Ordinal),
}

impl Span {
    /// Whether an event belongs to it.
    #[must_use]
    pub fn contains(&self, ordinal: Ordinal, class: Class) -> bool {
        match *self {
            Self::Standing { after, until } => {
                class == Class::Standing && ordinal > after && ordinal <= until
            }
            Self::After(after) => ordinal > after,
            Self::OccurrencesDownFrom(from) => class == Class::Occurrence && ordinal <= from,
        }
    }
}

/// How much one answer may hold; at least one event always fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Room {
    pub records: usize,
    /// Of JSON, estimated from above.
    pub bytes: usize,
}

impl Room {
    /// Takes the room of one more event, if there is any.
    pub fn take(&mut self, event: &Logged) -> bool {
        // A header is JSON within JSON: its quotes are escaped. The rest is link and receipt.
        let bytes = event.header.len() * 3 / 2 + event.body.as_ref().map_or(0, Vec::len) * 4 / 3 + 600;
        let fits = self.records > 0 && self.bytes >= bytes;
        self.records = self.records.saturating_sub(1);
        self.bytes = if fits { self.bytes - bytes } else { 0 };
        fits
    }
}

/// The tables, within a transaction. Writing what is there already is [`StorageError::Corrupt`].
#[allow(missing_docs)]
pub trait Tables: EffectTables {
    fn patient(&mut self, id: PatientId) -> Result<Option<Patient>>;
    /// A patient whose record was not erased.
    fn unerased(&mut self, id: PatientId) -> Result<Option<Patient>> {
        Ok(self.patient(id)?.filter(|row| row.erased_ms.is_none()))
    }
    fn patient_by_external(&mut self, external: &Hash) -> Result<Option<Patient>>;
    /// All, by creation.
    fn patients(&mut self) -> Result<Vec<Patient>>;
    fn add_patient(&mut self, patient: &Patient) -> Result<()>;
    /// Drops the bodies of all events, effects, what is quarantined and invited, profile and external identifier.
    fn erase(&mut self, patient: PatientId, now_ms: u64) -> Result<()>;

    fn device(&mut self, id: DeviceId) -> Result<Option<Device>>;
    /// A patient's, by enrolment.
    fn devices(&mut self, patient: PatientId) -> Result<Vec<Device>>;
    fn add_device(&mut self, device: &Device) -> Result<()>;
    fn set_head(&mut self, device: DeviceId, mark: Sequence, head: &Hash) -> Result<()>;
    fn set_revoked(&mut self, device: DeviceId, now_ms: u64) -> Result<()>;

    fn invitation(&mut self, code: &Hash) -> Result<Option<Invitation>>;
    /// Adds an invitation, or changes it.
    fn put_invitation(&mut self, invitation: &Invitation) -> Result<()>;
    /// Forgets what expired before then.
    fn drop_invitations(&mut self, expired_before_ms: u64) -> Result<()>;

    /// The end of a patient's stream; empty if there is none.
    fn tail(&mut self, patient: PatientId) -> Result<Tail>;
    fn set_tail(&mut self, patient: PatientId, tail: &Tail) -> Result<()>;
    /// The highest position of a shard.
    fn position(&mut self, shard: u8) -> Result<Position>;
    fn set_position(&mut self, shard: u8, position: Position) -> Result<()>;
    fn append(&mut self, event: &Logged) -> Result<()>;

    fn event(&mut self, patient: PatientId, id: EventId) -> Result<Option<Logged>>;
    fn event_at(&mut self, patient: PatientId, ordinal: Ordinal) -> Result<Option<Logged>>;
    /// The event that stands at a place of a device's chain.
    fn event_of(&mut self, device: DeviceId, sequence: Sequence) -> Result<Option<Logged>>;
    /// Hashes of those of these events that are in the log.
    fn event_hashes(&mut self, patient: PatientId, ids: &[EventId]) -> Result<HashMap<EventId, Hash>>;
    /// The links that stand at places of a device's chain, of events and of filled places.
    fn links(
        &mut self,
        device: DeviceId,
        places: RangeInclusive<Sequence>,
    ) -> Result<BTreeMap<Sequence, Hash>>;
    fn events(&mut self, patient: PatientId, span: Span, room: Room) -> Result<Vec<Logged>>;
    /// Events of a shard above a position, ascending.
    fn shard_events(&mut self, shard: u8, after: Position, room: Room) -> Result<Vec<Logged>>;

    fn filled(&mut self, device: DeviceId, sequence: Sequence) -> Result<Option<Filled>>;
    fn add_filled(&mut self, filled: &Filled) -> Result<()>;
    fn add_head(&mut self, head: &Head) -> Result<()>;
    /// A device's signed heads, ascending.
    fn heads(&mut self, device: DeviceId) -> Result<Vec<Head>>;
    /// Keeps bad bytes; of a patient the newest [`QUARANTINE_LIMIT`] only.
    fn quarantine(&mut self, quarantined: &Quarantined) -> Result<()>;
    fn quarantined(&mut self, patient: PatientId) -> Result<Vec<Quarantined>>;
}

/// Records that are kept in quarantine for each patient.
pub const QUARANTINE_LIMIT: u32 = 1000;
