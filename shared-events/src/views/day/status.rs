//! Which doses a day's plan has, and how one stands.

use chrono::{DateTime, NaiveDate, Utc};

use super::DoseStatus;
use crate::{
    content::{Entity, Month, OccurredAt, Precision},
    plan::DoseKey,
    schedule::{Course, PlanError, PlannedDose, ZoneTimeline},
    state::State,
    views::{
        around,
        coverage::Covered,
        facts::{FactView, Said},
        medicines::Plan,
        windows::Window,
    },
};

/// The doses of a plan in the dates around one, by instant, without those after a stop.
pub(super) fn planned(
    plan: &Plan<'_>,
    timeline: &ZoneTimeline,
    date: NaiveDate,
    days: u64,
) -> Result<Vec<PlannedDose>, PlanError> {
    let (first, last) = around(date, days).into_inner();
    let dates = first..last.succ_opt().unwrap_or(last);
    let mut course = Course::new(&plan.prescribed.schedule, &plan.prescribed.dose, plan.entry);
    course.stopped_from = plan.stopped_from;
    let mut doses = course.expand(timeline, dates)?;
    doses.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    Ok(doses)
}

/// What facts alone say of a dose; `None` without any.
pub(super) fn said(facts: &[FactView], window: Window) -> Option<DoseStatus> {
    let taken: Option<OccurredAt> =
        facts.iter().find(|f| matches!(f.said, Said::Taken { .. })).map(|f| f.occurred_at);
    let skipped = facts.iter().rev().find_map(|f| match &f.said {
        Said::Skipped { reason } => Some(reason.clone()),
        Said::Taken { .. } => None,
    });
    Some(match (taken, skipped) {
        (Some(_), Some(_)) => DoseStatus::Contradicted,
        (Some(at), None) if at.precision != Precision::Day && at.at > window.on_time_until => {
            DoseStatus::TakenLate { at }
        }
        (Some(at), None) => DoseStatus::Taken { at },
        (None, Some(reason)) => DoseStatus::Skipped { reason },
        (None, None) => return None,
    })
}

/// How a dose stands of which nothing is logged.
pub(super) fn silent(
    state: &State,
    plan: &Plan<'_>,
    dose: &PlannedDose,
    window: Window,
    covered: Covered,
    now: DateTime<Utc>,
) -> DoseStatus {
    let (written, month) = match &dose.key {
        DoseKey::Planned { date, slot, .. } => (plan.written(slot), Some(Month::of(*date))),
        DoseKey::Interval { .. } | DoseKey::AsNeeded => (None, None),
    };
    let frozen = |month| state.is_frozen(&Entity::Doses(plan.treatment, month));
    if plan.frozen || month.is_some_and(frozen) {
        DoseStatus::Frozen
    } else if covered == Covered::StillLoading {
        DoseStatus::StillLoading
    } else if now < window.opens {
        DoseStatus::Planned
    } else if now < window.closes {
        DoseStatus::Due
    } else if written.is_some_and(|written| dose.at < written) {
        DoseStatus::BeforePlan
    } else {
        DoseStatus::Missed
    }
}
