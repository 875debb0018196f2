//! Medicines that have nothing planned and can be taken all the same: those that are taken when they are needed, and those
//! that are paused.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    amount::Amount,
    content::TreatmentId,
    plan::Rule,
    schedule::{Intake, Warning, ZoneTimeline},
    state::State,
    views::medicines::{MedicineView, Plan, last_taken, treatments},
};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct BesideView {
    pub treatment: TreatmentId,
    pub medicine: MedicineView,
    /// How much each time.
    pub dose: Amount,
    pub instructions: Option<String>,
    /// When a dose of it was last taken.
    pub last: Option<DateTime<Utc>>,
    pub why: Why,
    /// "This changed; update before taking."
    pub frozen: bool,
}

/// Why nothing of it is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is taken when it is needed.
    AsNeeded {
        /// The gap to the last dose is over then; `None`: it is.
        from: Option<DateTime<Utc>>,
        /// One more dose now would be more than the plan allows in a day.
        too_much: bool,
    },
    /// It is paused.
    Paused {
        /// Doses are due again from then on; `None`: once it is resumed.
        until: Option<DateTime<Utc>>,
    },
}

/// All of them as of now, by the medicine's name: those whose time has begun and is not over.
#[must_use]
pub fn beside(state: &State, now: DateTime<Utc>) -> Vec<BesideView> {
    let Some(timeline) = ZoneTimeline::of(state).timeline else { return Vec::new() };
    let today = timeline.local(now).date();
    let plans = treatments(state).into_iter().filter_map(|id| Plan::of(state, id));
    let goes_on = |plan: &Plan<'_>| {
        let schedule = plan.prescribed.schedule;
        let is_over = schedule.end.is_some_and(|end| end < today) || plan.course.is_stopped(now);
        schedule.start <= today && !is_over
    };
    let view = |plan: Plan<'_>| {
        // First: most plans end here, and their history is not read.
        let why = why(state, &plan, now)?;
        Some(BesideView {
            treatment: plan.treatment,
            medicine: plan.medicine(),
            dose: plan.dose_at(now).clone(),
            instructions: plan.instructions(now),
            last: last_taken(state, plan.treatment, now).map(|last| last.at),
            why,
            frozen: plan.frozen,
        })
    };
    let mut views: Vec<_> = plans.filter(goes_on).filter_map(view).collect();
    views.sort_by(|a, b| (&a.medicine.name, a.treatment).cmp(&(&b.medicine.name, b.treatment)));
    views
}

fn why(state: &State, plan: &Plan<'_>, now: DateTime<Utc>) -> Option<Why> {
    if let Some(until) = plan.course.paused_until(now) {
        return Some(Why::Paused { until });
    }
    if !matches!(plan.rule_at(now), Rule::AsNeeded(_)) {
        return None;
    }
    let warnings = plan.as_needed(state, Intake { at: now, amount: plan.dose_at(now) }, None);
    let from = warnings.iter().find_map(|warning| match warning {
        Warning::TooSoon { earliest } => Some(*earliest),
        _ => None,
    });
    let is_too_much = |w: &Warning| matches!(w, Warning::TooMuchOnDate | Warning::TooMuchIn24Hours);
    Some(Why::AsNeeded { from, too_much: warnings.iter().any(is_too_much) })
}
