//! Which doses a day's plan has, and how one stands.

use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::DoseStatus;
use crate::{
    content::{Entity, Month, OccurredAt, Precision},
    plan::DoseKey,
    schedule::{PlanError, PlannedDose, ZoneTimeline},
    state::State,
    views::{
        around,
        coverage::Covered,
        facts::{FactView, Facts, Said},
        medicines::Plan,
        windows::Window,
    },
};

/// The doses of a plan in these dates, by instant, without those of a pause or after a stop.
pub(super) fn planned(
    plan: &Plan<'_>,
    timeline: &ZoneTimeline,
    dates: &RangeInclusive<NaiveDate>,
) -> Result<Vec<PlannedDose>, PlanError> {
    let mut doses = plan.course.expand(timeline, half_open(dates))?;
    sort(&mut doses);
    Ok(doses)
}

/// Adds the doses that were taken and that another one, which was taken later, has followed since.
pub(super) fn add_followed(
    state: &State,
    plan: &Plan<'_>,
    timeline: &ZoneTimeline,
    dates: Range<NaiveDate>,
    facts: &Facts,
    doses: &mut Vec<PlannedDose>,
) {
    if !plan.course.follows_taken() {
        return;
    }
    for ((key, _), _) in facts.iter() {
        let DoseKey::Interval { anchor, .. } = key else { continue };
        if doses.iter().any(|dose| dose.key == *key) {
            continue;
        }
        let then = plan.after(state, *anchor).and_then(|course| course.expand(timeline, dates.clone()).ok());
        doses.extend(then.into_iter().flatten().filter(|dose| dose.key == *key));
    }
    sort(doses);
}

/// These dates as schedules take them.
pub(super) fn half_open(dates: &RangeInclusive<NaiveDate>) -> Range<NaiveDate> {
    *dates.start()..dates.end().succ_opt().unwrap_or(*dates.end())
}

fn sort(doses: &mut [PlannedDose]) {
    doses.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
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
    let written = plan.written(state, &dose.key);
    let on = dose.key.date().unwrap_or(dose.local.date());
    let is_frozen = |on| state.is_frozen(&Entity::Doses(plan.treatment, Month::of(on)));
    // Of an interval the entry names the month in which it was taken: at a month's edge the neighbour's, too.
    let edges = around(on, u64::from(dose.key.date().is_none()));
    if plan.frozen || is_frozen(*edges.start()) || is_frozen(*edges.end()) {
        DoseStatus::Frozen
    } else if covered == Covered::StillLoading {
        DoseStatus::StillLoading
    } else if now < window.opens {
        DoseStatus::Planned
    } else if now < window.closes && is_asked_for(plan, dose, written, now) {
        DoseStatus::Due
    } else if written.is_some_and(|written| dose.at < written) {
        DoseStatus::BeforePlan
    } else {
        DoseStatus::Missed
    }
}

/// Whether a dose that is open is one to be taken now. What was stopped since is not asked for any more, and of what she
/// adds herself nothing before the minute in which she said so: the next doses that she was shown begin there, and she
/// knows what she has taken. Both can be logged.
fn is_asked_for(
    plan: &Plan<'_>,
    dose: &PlannedDose,
    written: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let is_before =
        plan.prescribed.is_added && written.is_some_and(|written| written - dose.at >= TimeDelta::minutes(1));
    !is_before && !plan.course.is_stopped(now)
}
