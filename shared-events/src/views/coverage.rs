//! Which days may be judged: no screen says "due" or "missed" for a day of which entries may still be on their way
//! here (invariant 10).

use chrono::{DateTime, Utc};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// An entry about a day can have been received this long before the day began: it was logged ahead, or the patient
/// was far east of where the day is counted.
const BEFORE_THE_DAY_MS: i64 = DAY_MS;

/// A dose without a date of its own is filed under the month in which it was taken: at most so many days from the day that
/// it was planned for.
pub const FILED_WITHIN_DAYS: i64 = 31;

/// How much of the stream is held here; the sync engine fills it. Being offline uncovers nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Whether all standing events up to the `base` of the pull are held.
    pub standing: Standing,
    /// Every occurrence that the server received at or after this is held, milliseconds since 1970. 0: all are.
    /// `None`: nothing is known yet.
    pub since_ms: Option<u64>,
    /// The device holds what was logged of the doses of earlier days, and the tasks that were done on them, but has not read
    /// it yet, milliseconds since 1970. 0: all is read.
    pub doses_from_ms: i64,
}

/// Whether all standing events up to the `base` of the pull are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Some are still on their way.
    #[default]
    Loading,
    /// All are held.
    Complete,
}

/// Whether something may be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// What is not here did not happen, as far as the server knew at the last contact.
    Covered,
    /// Say "still loading".
    StillLoading,
}

impl Coverage {
    /// All that there is: a whole log, or a device that holds everything.
    pub const ALL: Self = Self { standing: Standing::Complete, since_ms: Some(0), doses_from_ms: 0 };

    /// Whether nothing is missing that the server had at the last contact.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::ALL
    }

    /// Whether the doses of the day that begins at `start` may be judged.
    #[must_use]
    pub fn covers_day(&self, start: DateTime<Utc>) -> Covered {
        if start.timestamp_millis() < self.doses_from_ms {
            return Covered::StillLoading;
        }
        self.covers_tasks_of(start)
    }

    /// The same of doses that are filed under the month in which they were taken.
    #[must_use]
    pub fn covers_filed(&self, start: DateTime<Utc>) -> Covered {
        let filed_from_ms = start.timestamp_millis() - FILED_WITHIN_DAYS * DAY_MS;
        if filed_from_ms < self.doses_from_ms {
            return Covered::StillLoading;
        }
        self.covers_tasks_of(start)
    }

    /// Whether the tasks of the day that begins at `start` may be judged.
    #[must_use]
    pub fn covers_tasks_of(&self, start: DateTime<Utc>) -> Covered {
        self.covers(start.timestamp_millis() - BEFORE_THE_DAY_MS)
    }

    /// Whether an undated task may be judged that was assigned by an event received at `received_ms`.
    #[must_use]
    pub fn covers_since(&self, received_ms: u64) -> Covered {
        self.covers(i64::try_from(received_ms).unwrap_or(i64::MAX))
    }

    fn covers(&self, from_ms: i64) -> Covered {
        let since = self.since_ms.and_then(|ms| i64::try_from(ms).ok());
        let held = since.is_some_and(|since| since == 0 || since <= from_ms);
        if held && self.standing == Standing::Complete { Covered::Covered } else { Covered::StillLoading }
    }
}
