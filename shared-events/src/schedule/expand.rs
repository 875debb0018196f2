//! Which instants a plan means, for a range of dates.

use std::ops::Range;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::{
    amount::Amount,
    plan::{Day, DoseKey, Rule, Schedule, Times},
    schedule::{
        PlanError, Zone, ZoneTimeline,
        pieces::{DAY, Piece, crossings, pieces_over, seconds_of},
    },
};

/// A time that comes again after a change of zone is another dose from this distance on: with one daily dose, that is
/// where taking it again is nearer to 24 hours than waiting.
const AGAIN_AFTER: i64 = 12 * 3600;

/// One dose of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDose {
    /// Its name, the same on every device.
    pub key: DoseKey,
    /// When it is to be taken.
    pub at: DateTime<Utc>,
    /// What the plan's clock shows then. Differs from the slot's time where that is jumped over.
    pub local: NaiveDateTime,
    /// The zone of that clock.
    pub zone: Zone,
    /// How much.
    pub dose: Amount,
}

impl Schedule {
    /// The planned doses of the dates in `dates` (half-open; dates of the plan's clock), by date, then instant, then
    /// slot. `dose` is the treatment's, for slots without one of their own. A time that is jumped over is at the
    /// jump; of one that comes twice the first counts; a date that is never lived has none.
    ///
    /// # Errors
    /// The plan breaks a rule, see [`Schedule::check`].
    pub fn expand(
        &self,
        dose: &Amount,
        timeline: &ZoneTimeline,
        dates: Range<NaiveDate>,
    ) -> Result<Vec<PlannedDose>, PlanError> {
        self.check()?;
        let after_end = self.end.and_then(|end| end.succ_opt()).unwrap_or(NaiveDate::MAX);
        let dates = dates.start.max(self.start)..dates.end.min(after_end);
        if dates.is_empty() {
            return Ok(Vec::new());
        }
        let home = self.home_zone()?.map(ZoneTimeline::fixed);
        match &self.rule {
            Rule::Times(times) => Ok(expand_times(times, dose, home.as_ref().unwrap_or(timeline), dates)),
        }
    }
}

fn expand_times(
    times: &Times,
    dose: &Amount,
    timeline: &ZoneTimeline,
    dates: Range<NaiveDate>,
) -> Vec<PlannedDose> {
    let midnight = |date: NaiveDate| seconds_of(date.and_time(NaiveTime::MIN));
    let pieces = pieces_over(timeline, midnight(dates.start), midnight(dates.end) + DAY);
    let mut doses = Vec::new();
    for date in dates.start.iter_days().take_while(|date| *date < dates.end) {
        if times.weekdays.as_ref().is_some_and(|days| !days.contains(&Day::from(date.weekday()))) {
            continue;
        }
        let first = doses.len();
        for (slot_id, slot) in times.slots.iter() {
            let local = seconds_of(date.and_time(slot.at));
            for (repeat, (at, piece)) in (0..).zip(apart(crossings(&pieces, local))) {
                let key = DoseKey::Planned { date, slot: slot_id.clone(), repeat };
                let amount = slot.dose.as_ref().unwrap_or(dose);
                doses.extend(planned(key, at, piece, amount));
            }
        }
        doses[first..].sort_by_key(|d| d.at);
    }
    doses
}

/// The first of the crossings, and each that is far enough from the one before that counted. Only what came before
/// decides, so that a journey alters nothing before it.
fn apart<'a>(crossings: impl Iterator<Item = (i64, &'a Piece)>) -> impl Iterator<Item = (i64, &'a Piece)> {
    let mut last = None;
    crossings.filter(move |(at, _)| {
        let counts = last.is_none_or(|before| at - before >= AGAIN_AFTER);
        if counts {
            last = Some(*at);
        }
        counts
    })
}

fn planned(key: DoseKey, at: i64, piece: &Piece, dose: &Amount) -> Option<PlannedDose> {
    let local = DateTime::from_timestamp(at + piece.offset, 0)?.naive_utc();
    let at = DateTime::from_timestamp(at, 0)?;
    Some(PlannedDose { key, at, local, zone: piece.zone, dose: dose.clone() })
}
