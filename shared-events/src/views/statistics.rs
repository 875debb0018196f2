//! Doses taken, days fully right, on time within the window: by medicine and overall, for any dates.
//!
//! The rules, exactly; `tests/statistics.rs` has an example of each:
//! - Counted are the planned doses of the dates, by the key's date, whose time is over: past their window, or logged.
//!   What is still to come, was over before its plan was written, may still be on its way here, or was changed by a later
//!   version is not counted, but told in [`Tally::not_judged`] where it might have counted.
//! - *Taken*: an entry that holds says so, however late, whatever its amount. Several entries of one dose are one dose.
//! - *On time*: the first entry is from before one hour after the planned time. A dose of which only the day is known
//!   is taken, and not on time.
//! - *Skipped*: left out on purpose. *Missed*: the window is over and nothing is logged; derived, never recorded.
//! - *Contradicted*: said to be taken and to be left out. Neither, until a person settles it.
//! - A *day* counts once all its planned doses count. It is *fully right* if every one was taken, in the amount that was
//!   planned, and none may have been taken twice. A day without planned doses is no day of these.
//! - What was logged without a planned dose counts in [`Statistics::unplanned`] alone: each dose once.
//!
//! These are about intake. PDC and MPR are about possession, and are not what this is.

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    content::TreatmentId,
    sorted::SortedMap,
    state::State,
    views::{
        coverage::Coverage,
        day::{DoseStatus, DoseView, days},
        facts::{Said, groups},
    },
};

/// Days that are held at once, however many are asked for.
const AT_ONCE: u32 = 31;

/// How planned doses stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Tally {
    /// All that count: taken, skipped, missed and contradicted.
    pub counted: u32,
    pub taken: u32,
    /// Of those taken.
    pub on_time: u32,
    pub skipped: u32,
    pub missed: u32,
    pub contradicted: u32,
    /// Their day is over, but what was logged of them may still be on its way, or is not understood here.
    pub not_judged: u32,
}

/// What the dates come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// All medicines together.
    pub overall: Tally,
    /// Each medicine for itself.
    pub by_treatment: SortedMap<TreatmentId, Tally>,
    /// Days with planned doses, all of which count.
    pub days: u32,
    /// Of these, the days that are fully right.
    pub days_fully_right: u32,
    /// Doses that were taken and that no plan had.
    pub unplanned: u32,
}

/// The statistics of these dates of the patient's calendar. Costs what its days cost.
#[must_use]
pub fn statistics(
    state: &State,
    dates: RangeInclusive<NaiveDate>,
    now: DateTime<Utc>,
    coverage: Coverage,
) -> Statistics {
    let mut statistics = Statistics::default();
    let (first, last) = dates.into_inner();
    let pieces = first.iter_days().step_by(AT_ONCE as usize).take_while(|from| *from <= last);
    let days = pieces.flat_map(|from| {
        let to = from.checked_add_days(Days::new(u64::from(AT_ONCE) - 1)).unwrap_or(last).min(last);
        days(state, &(from..=to), now, coverage)
    });
    for day in days {
        let doses: Vec<&DoseView> = day.slots.iter().flat_map(|slot| &slot.doses).collect();
        for dose in &doses {
            statistics.overall.add(dose);
            statistics.by_treatment.or_default(dose.treatment).add(dose);
        }
        let counts = |dose: &&DoseView| Standing::of(dose).is_some_and(|s| s != Standing::NotJudged);
        if !doses.is_empty() && doses.iter().all(counts) {
            statistics.days += 1;
            statistics.days_fully_right += u32::from(doses.iter().all(|dose| is_right(dose)));
        }
        let taken = day.unplanned.iter().map(|unplanned| groups(&unplanned.facts).len());
        statistics.unplanned += u32::try_from(taken.sum::<usize>()).unwrap_or(u32::MAX);
    }
    statistics
}

/// What a dose counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Taken,
    TakenLate,
    Skipped,
    Missed,
    Contradicted,
    NotJudged,
}

impl Standing {
    /// `None`: it does not count, and never will as it stands.
    fn of(dose: &DoseView) -> Option<Self> {
        Some(match &dose.status {
            // Of a day alone nobody knows the hour.
            DoseStatus::Taken { at } if at.precision == crate::content::Precision::Day => Self::TakenLate,
            DoseStatus::Taken { .. } => Self::Taken,
            DoseStatus::TakenLate { .. } => Self::TakenLate,
            DoseStatus::Skipped { .. } => Self::Skipped,
            DoseStatus::Missed => Self::Missed,
            DoseStatus::Contradicted => Self::Contradicted,
            DoseStatus::StillLoading | DoseStatus::Frozen => Self::NotJudged,
            DoseStatus::Planned | DoseStatus::Due | DoseStatus::BeforePlan => return None,
        })
    }
}

impl Tally {
    pub(super) fn add(&mut self, dose: &DoseView) {
        let Some(standing) = Standing::of(dose) else { return };
        let place = match standing {
            Standing::NotJudged => {
                self.not_judged += 1;
                return;
            }
            Standing::Taken | Standing::TakenLate => &mut self.taken,
            Standing::Skipped => &mut self.skipped,
            Standing::Missed => &mut self.missed,
            Standing::Contradicted => &mut self.contradicted,
        };
        *place += 1;
        self.counted += 1;
        self.on_time += u32::from(standing == Standing::Taken);
    }
}

/// Taken once, in the amount that was planned.
fn is_right(dose: &DoseView) -> bool {
    let taken = matches!(dose.status, DoseStatus::Taken { .. } | DoseStatus::TakenLate { .. });
    let as_planned = |said: &Said| matches!(said, Said::Taken { amount } if *amount == dose.dose);
    taken && dose.possible_double.is_none() && dose.facts.iter().all(|fact| as_planned(&fact.said))
}
