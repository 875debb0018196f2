//! The treatments as they stand: what the plan says now, and when the next dose is.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    amount::Amount,
    content::TreatmentId,
    plan::Rule,
    schedule::ZoneTimeline,
    state::State,
    views::{
        day::next_planned,
        medicines::{MedicineView, Plan, last_taken, treatments},
    },
};

/// A treatment at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct PresentView {
    pub treatment: TreatmentId,
    pub medicine: MedicineView,
    /// How much each time; slots may have an amount of their own.
    pub dose: Amount,
    pub instructions: Option<String>,
    pub rule: Rule,
    pub start: NaiveDate,
    /// The last day; `None`: until it is stopped.
    pub end: Option<NaiveDate>,
    pub standing: PlanStanding,
    /// The next planned dose of which nothing is logged, within a year and a month.
    pub next: Option<DateTime<Utc>>,
    /// When a dose was last taken.
    pub last: Option<DateTime<Utc>>,
    /// It is stopped then, or will be.
    pub stopped_from: Option<DateTime<Utc>>,
    /// In the patient's words, what it is for.
    pub purpose: Option<String>,
    /// The patient added it; nobody has prescribed it.
    pub is_added: bool,
    /// "This changed; update before taking."
    pub frozen: bool,
}

/// Whether a plan goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PlanStanding {
    GoesOn,
    /// Doses are due again from `until` on; `None`: once it is resumed.
    Paused {
        until: Option<DateTime<Utc>>,
    },
    Stopped {
        from: DateTime<Utc>,
    },
    /// Its last day is over.
    Over,
}

/// All treatments with a prescription that holds, by the medicine's name.
#[must_use]
pub fn present(state: &State, now: DateTime<Utc>) -> Vec<PresentView> {
    let Some(timeline) = ZoneTimeline::of(state).timeline else { return Vec::new() };
    let today = timeline.local(now).date();
    let plans = treatments(state).into_iter().filter_map(|id| Plan::of(state, id));
    let view = |plan: Plan<'_>| {
        let schedule = plan.prescribed.schedule;
        let stopped = plan.course.stopped_from.filter(|from| *from <= now);
        let standing = if let Some(from) = stopped {
            PlanStanding::Stopped { from }
        } else if schedule.end.is_some_and(|end| end < today) {
            PlanStanding::Over
        } else if let Some(until) = plan.course.paused_until(now) {
            PlanStanding::Paused { until }
        } else {
            PlanStanding::GoesOn
        };
        // Of a plan that has ended a year would be looked through in vain.
        let goes_on = !matches!(standing, PlanStanding::Stopped { .. } | PlanStanding::Over);
        PresentView {
            treatment: plan.treatment,
            medicine: plan.medicine(),
            dose: plan.dose_at(now).clone(),
            instructions: plan.instructions(now),
            rule: plan.rule_at(now).clone(),
            start: schedule.start,
            end: schedule.end,
            standing,
            next: if goes_on { next_planned(state, &plan, &timeline, now) } else { None },
            last: last_taken(state, plan.treatment, now).map(|last| last.at),
            stopped_from: plan.course.stopped_from,
            purpose: plan.prescribed.purpose.cloned(),
            is_added: plan.prescribed.is_added,
            frozen: plan.frozen,
        }
    };
    let mut views: Vec<_> = plans.map(view).collect();
    views.sort_by(|a, b| (&a.medicine.name, a.treatment).cmp(&(&b.medicine.name, b.treatment)));
    views
}
