//! Looking back: the state as it was known at an instant, and as it was true at one. The two are different questions: a
//! dose of Monday that was logged on Wednesday was true on Tuesday, and not known then.

use chrono::{DateTime, Utc};

use crate::state::{Opened, State};

/// As of when; what is left out is as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// Only what was known then: received by the log, or, what was not sent yet, recorded.
    pub known_at: Option<DateTime<Utc>>,
    /// Only what was true then: what its author says happened, or was said, at or before it.
    pub true_at: Option<DateTime<Utc>>,
}

impl State {
    /// The state as of an instant, folded from the events of this one. Costs what folding them costs.
    #[must_use]
    pub fn as_of(&self, as_of: AsOf) -> Self {
        let mut then = Self::default();
        for event in self.checkpoint().filter(|event| self.was_there(event, as_of)) {
            then.apply(event.clone());
        }
        then
    }

    fn was_there(&self, event: &Opened, as_of: AsOf) -> bool {
        let Ok(header) = crate::record::Header::parse(&event.header) else { return false };
        let known = event.receipt.map_or(header.recorded_at.ms(), |receipt| receipt.received_ms);
        let is_known =
            as_of.known_at.is_none_or(|at| i64::try_from(known).is_ok_and(|ms| ms <= at.timestamp_millis()));
        // What does not open says nothing of when it was true: it is kept, and shown as what it is.
        let occurred = self.entry(header.id).map(|entry| entry.content.occurred_at.at);
        is_known && as_of.true_at.is_none_or(|at| occurred.is_none_or(|occurred| occurred <= at))
    }
}
