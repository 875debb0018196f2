//! What to warn about before a dose as needed is taken. Warnings only: a fact is never refused.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::{
    amount::{Amount, Decimal},
    plan::AsNeeded,
    schedule::ZoneTimeline,
};

/// A dose that was taken, or is about to be.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Intake<'a> {
    pub at: DateTime<Utc>,
    pub amount: &'a Amount,
}

/// Why to think twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Another dose is nearer than the gap; from `earliest` on it is not.
    TooSoon {
        /// When the gap to the last dose before is over.
        earliest: DateTime<Utc>,
    },
    /// More than the daily maximum on this date of the clock.
    TooMuchOnDate,
    /// More than the daily maximum within 24 hours.
    TooMuchIn24Hours,
    /// An amount of the day is in another unit than the daily maximum: it cannot be added up here.
    OtherUnit,
}

impl AsNeeded {
    /// What to warn about before `next` is taken, in the light of what else was: exactly the gap and exactly the
    /// maximum are allowed. A dose that is logged late is held against those after it, too.
    #[must_use]
    pub fn warnings(&self, others: &[Intake<'_>], next: Intake<'_>, timeline: &ZoneTimeline) -> Vec<Warning> {
        let mut warnings = Vec::new();
        // A plan that is in the log already may say anything: no number ends the program.
        let gap = TimeDelta::try_minutes(self.gap_minutes.unwrap_or(0)).unwrap_or(TimeDelta::MAX);
        let near = others.iter().filter(|other| (other.at - next.at).abs() < gap);
        if let Some(last) = near.map(|other| other.at).max() {
            let earliest = last.checked_add_signed(gap).unwrap_or(DateTime::<Utc>::MAX_UTC);
            warnings.push(Warning::TooSoon { earliest });
        }
        let date = timeline.local(next.at).date();
        let of_date = others.iter().filter(|other| timeline.local(other.at).date() == date);
        let mut intakes: Vec<_> = of_date.copied().collect();
        intakes.push(next);
        if self.is_too_much(&intakes, &mut warnings) {
            warnings.push(Warning::TooMuchOnDate);
        }
        let starts = others.iter().map(|other| other.at).chain([next.at]);
        let in_24_hours = |from: DateTime<Utc>| {
            let day = TimeDelta::days(1);
            let within = |at: DateTime<Utc>| from <= at && at - from < day;
            intakes.clear();
            intakes.extend(others.iter().filter(|other| within(other.at)));
            intakes.push(next);
            within(next.at) && self.is_too_much(&intakes, &mut warnings)
        };
        if starts.map(in_24_hours).fold(false, |any, too_much| any | too_much) {
            warnings.push(Warning::TooMuchIn24Hours);
        }
        warnings
    }

    /// Whether these are more than a day's maximum.
    fn is_too_much(&self, intakes: &[Intake<'_>], warnings: &mut Vec<Warning>) -> bool {
        let count = i64::try_from(intakes.len()).unwrap_or(i64::MAX);
        let too_often = self.daily_doses.is_some_and(|most| count > most);
        let Some(most) = &self.daily_amount else { return too_often };
        let comparable = |intake: &&Intake<'_>| intake.amount.unit == most.unit;
        if !intakes.iter().all(|intake| comparable(&intake)) && !warnings.contains(&Warning::OtherUnit) {
            warnings.push(Warning::OtherUnit);
        }
        let values = intakes.iter().filter(comparable).map(|intake| &intake.amount.value);
        too_often || Decimal::exceed(values, &most.value)
    }
}
