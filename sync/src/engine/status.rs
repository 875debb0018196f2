//! What a person may know of all this, in plain words.

use shared_events::ids::{Ordinal, Sequence};

use super::{Engine, Network, pushing::Push};
use crate::store::{Progress, StoreError};

/// Where an event is. Each is said only when it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// Not saved yet.
    Held,
    /// Saved on this phone, durably.
    Saved,
    /// The server has committed it.
    Sent,
    /// The log has it.
    InRecord,
    /// The server could not log it; a person has to look.
    NeedsLook {
        /// Why.
        reason: String,
    },
}

/// What keeps a device from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It was removed: recording goes on, sending stops.
    Revoked,
    /// Its profile was copied and the copy has sent: recording goes on, sending stops.
    Forked,
    /// The server does not know it (any more).
    UnknownDevice,
    /// The server was put back to an older copy or replaced: pulling stops, nothing is deleted.
    Diverged,
    /// The patient's record was erased.
    Erased,
    /// This browser was enrolled anew in another tab: open again as the new device, and record there what is held.
    Moved,
}

/// Counts and times for the line of freshness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Not saved yet.
    pub held: usize,
    /// Saved, not yet sent.
    pub unsent: u64,
    /// Whether a push is under way.
    pub sending: bool,
    /// Whether the platform believes in a network.
    pub network: Network,
    /// The last answer, by the server's clock, milliseconds since 1970.
    pub last_contact_ms: Option<u64>,
    /// Requests have had no answer since then.
    pub unreachable_since_ms: Option<u64>,
    /// What keeps it from the log.
    pub trouble: Option<Trouble>,
    /// Why what is held could not be saved.
    pub write_error: Option<StoreError>,
}

impl Engine {
    /// Counts and times.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            held: self.held.len(),
            unsent: self.saved.sequence.get().saturating_sub(self.acked.get()),
            sending: !matches!(self.push, Push::Idle),
            network: self.network,
            last_contact_ms: self.last_contact_ms,
            unreachable_since_ms: self.unreachable_since_ms,
            trouble: self.trouble,
            write_error: self.write_error.clone(),
        }
    }

    /// The highest ordinal that the log is known to have.
    #[must_use]
    pub const fn logged(&self) -> Ordinal {
        self.logged
    }

    /// The highest own sequence that is durable.
    #[must_use]
    pub const fn saved(&self) -> Sequence {
        self.saved.sequence
    }

    /// The highest own sequence with an outcome.
    #[must_use]
    pub const fn acked(&self) -> Sequence {
        self.acked
    }

    /// How far pulling has come.
    #[must_use]
    pub const fn progress(&self) -> Option<Progress> {
        self.progress
    }

    /// Whether nothing is held, unsent, under way or known to be missing.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let whole = self.progress.is_some_and(|p| p.cursor.is_whole() && p.cursor.through >= self.tail);
        self.held.is_empty() && self.acked >= self.saved.sequence && matches!(self.push, Push::Idle) && whole
    }
}
