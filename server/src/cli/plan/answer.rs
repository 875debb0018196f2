//! What `plan expand` prints.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use shared_events::{
    amount::Amount,
    plan::DoseKey,
    schedule::{PlannedDose, Zone},
};

use super::question::{Question, said};

/// A hundred years: what is asked for is held in memory.
const DATES_LIMIT: i64 = 36_525;

/// The doses of a window.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    doses: Vec<Dose>,
    /// Dates of a taper that no step covers; they have no dose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uncovered: Vec<NaiveDate>,
}

#[derive(Debug, Serialize)]
struct Dose {
    /// What the plan's clock shows.
    local: NaiveDateTime,
    zone: &'static str,
    at: DateTime<Utc>,
    key: DoseKey,
    amount: Amount,
}

/// Expands it; else says which field breaks which rule.
pub(super) fn answer(question: &Question) -> Result<Answer, String> {
    question.check()?;
    let (from, to) = (question.from, question.to);
    if to < from {
        return Err("to: it must not lie before `from`".into());
    }
    if to.signed_duration_since(from).num_days() > DATES_LIMIT {
        return Err(format!("to: ask for at most {DATES_LIMIT} dates at once"));
    }
    let timeline = question.timeline()?;
    let course = question.course();
    let doses = course.expand(&timeline, from..to).map_err(said)?;
    let uncovered = course.uncovered(&timeline, from..to).map_err(said)?;
    Ok(Answer { doses: doses.into_iter().map(dose).collect(), uncovered })
}

fn dose(planned: PlannedDose) -> Dose {
    let PlannedDose { key, at, local, zone, dose } = planned;
    Dose { local, zone: Zone::name(zone), at, key, amount: dose }
}
