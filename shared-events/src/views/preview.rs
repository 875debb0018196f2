//! What a plan comes to before it is said: its next doses, and which of its days no step covers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    amount::Amount,
    content::TreatmentId,
    ids::EventId,
    model,
    plan::{Rule, Schedule},
    schedule::{Change, Course, PlanError, PlanRule, ZoneTimeline},
    state::State,
    views::medicines::Plan,
};

/// Days that are looked through at once, and how often, for a plan whose doses are far between.
const WINDOW_DAYS: u64 = 40;
const WINDOWS: usize = 12;

/// What a plan would come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The next doses: when, what the patient's clock shows then, and how much. None where it is as needed, or over.
    pub next: Vec<(DateTime<Utc>, NaiveDateTime, Amount)>,
    /// The dates between its steps that have no dose, the first of each gap with its last.
    pub uncovered: Vec<(NaiveDate, NaiveDate)>,
}

/// The first `count` doses from an instant on, within about a year and a quarter from the first day or from then.
///
/// # Errors
/// The plan breaks a rule, or goes by meals of which nothing is known.
pub fn preview(
    state: &State,
    schedule: &Schedule,
    dose: &Amount,
    from: DateTime<Utc>,
    count: usize,
) -> Result<Preview, PlanError> {
    schedule.check()?;
    let course = Course::new(schedule, dose, EventId(Uuid::nil()));
    of_course(state, &schedule.rule, course, from, count)
}

/// The same of a plan that is there, as it would be if it were changed at `from`: amounts from then on, times from the
/// next date; what happened to it so far counts.
///
/// # Errors
/// As of a new plan; or there is none.
pub fn preview_change(
    state: &State,
    treatment: TreatmentId,
    (rule, dose): (&Rule, &Amount),
    from: DateTime<Utc>,
    count: usize,
) -> Result<Preview, PlanError> {
    let plan = Plan::of(state, treatment).ok_or(PlanError::new("treatment", PlanRule::Unknown))?;
    plan.prescribed.schedule.check_rule(rule)?;
    let is_another = plan.rule_at(from) != rule;
    let mut course = plan.course.clone();
    // The last word of that instant.
    course.changes.push(Change {
        entry: EventId(Uuid::max()),
        from,
        dose: Some(dose),
        rule: is_another.then_some(rule),
    });
    of_course(state, rule, course, from, count)
}

/// Of a course that goes on by this rule.
fn of_course(
    state: &State,
    rule: &Rule,
    course: Course<'_>,
    from: DateTime<Utc>,
    count: usize,
) -> Result<Preview, PlanError> {
    let Some(timeline) = ZoneTimeline::of(state).timeline else {
        return Err(PlanError::new("zone", PlanRule::UnknownZone));
    };
    if matches!(rule, Rule::AsNeeded(_)) {
        return Ok(Preview::default());
    }
    let schedule = course.schedule;
    let meals = if course.follows_meals() { model::read(state) } else { None };
    let course = Course { meals, ..course };
    let today = timeline.local(from).date();
    // The day before as well: on the plan's clock it may still be that.
    let mut first = today.max(schedule.start).pred_opt().unwrap_or(today);
    let mut next = Vec::new();
    for _ in 0..WINDOWS {
        let last = first.checked_add_days(chrono::Days::new(WINDOW_DAYS)).unwrap_or(NaiveDate::MAX);
        let mut doses = course.expand(&timeline, first..last)?;
        doses.sort_by_key(|dose| dose.at);
        let doses = doses.into_iter().filter(|dose| dose.at >= from);
        next.extend(doses.map(|dose| (dose.at, timeline.local(dose.at), dose.dose)));
        if next.len() >= count || schedule.end.is_some_and(|end| end < last) {
            break;
        }
        first = last;
    }
    next.truncate(count);
    Ok(Preview { next, uncovered: gaps(&course, &timeline)? })
}

/// The dates that no step covers, as stretches.
fn gaps(course: &Course<'_>, timeline: &ZoneTimeline) -> Result<Vec<(NaiveDate, NaiveDate)>, PlanError> {
    let first = course.schedule.start;
    let last = course.schedule.end.and_then(|end| end.succ_opt());
    // Without a last day the last step ends it.
    let last = last.or_else(|| first.checked_add_days(chrono::Days::new(3660))).unwrap_or(first);
    let mut gaps: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in course.uncovered(timeline, first..last)? {
        match gaps.last_mut() {
            Some((_, end)) if end.succ_opt() == Some(date) => *end = date,
            _ => gaps.push((date, date)),
        }
    }
    Ok(gaps)
}
