//! Which dates a rule has, and at which times of them.

use std::ops::Range;

use chrono::{Datelike as _, Days, NaiveDate, Timelike as _};

use crate::{
    plan::{At, Day, DaySlot, Every, Meal, Meals, On, Rule, SlotId, Step},
    schedule::{
        PlanError, PlanRule, ZoneTimeline,
        phase::{Phase, Raw, Which},
        pieces::{DAY, Piece, crossings, midnight, pieces_over},
    },
};

/// A time that comes again after a change of zone is another dose from this distance on: with one daily dose, that is
/// where taking it again is nearer to 24 hours than waiting.
const AGAIN_AFTER: i64 = 12 * 3600;
/// A date keeps all its slots: none is before its first minute or after its last.
const LAST_MINUTE: i64 = DAY - 60;

/// The doses of slots on these dates.
pub(super) fn planned<'a>(
    phase: &Phase<'a>,
    clock: &ZoneTimeline,
    dates: Range<NaiveDate>,
    doses: &mut Vec<Raw<'a>>,
) {
    let pieces = pieces_over(clock, midnight(dates.start), midnight(dates.end) + DAY);
    let mut date = dates.start;
    while date < dates.end {
        let wait = wait(phase.rule, phase.start, date);
        for &(slot, seconds) in &phase.slots {
            if wait > 0 || phase.own(date, slot).is_none() {
                continue;
            }
            for (repeat, (at, piece)) in (0..).zip(apart(crossings(&pieces, midnight(date) + seconds))) {
                let which = Which::Slot(slot, repeat);
                doses.push(Raw { at, offset: piece.offset, zone: piece.zone, date, which });
            }
        }
        date = later(date, wait.max(1));
    }
}

/// The first of the crossings, and each that is far enough from the one before that counted. Only what came before
/// decides, so that a journey alters nothing before it.
pub(super) fn apart<'a>(
    crossings: impl Iterator<Item = (i64, &'a Piece)>,
) -> impl Iterator<Item = (i64, &'a Piece)> {
    let mut last = None;
    crossings.filter(move |(at, _)| {
        let counts = last.is_none_or(|before| at - before >= AGAIN_AFTER);
        if counts {
            last = Some(*at);
        }
        counts
    })
}

/// 0 where the rule has this date; else so many dates from here on it has none: arithmetic, so that a window costs the
/// same wherever it lies.
pub(super) fn wait(rule: &Rule, start: NaiveDate, date: NaiveDate) -> i64 {
    #[cfg(test)]
    super::work::done();
    let since = date.signed_duration_since(start).num_days();
    let has_weekday = |days: Option<&crate::sorted::SortedSet<Day>>| {
        days.is_none_or(|days| days.contains(&Day::from(date.weekday())))
    };
    let missing = match rule {
        Rule::Times(times) => !has_weekday(times.weekdays.as_ref()),
        Rule::Dates(dates) => match &dates.on {
            On::Days(every) => return (-since).rem_euclid(every.every.max(1)),
            On::Weeks(every) => {
                let monday = |date: NaiveDate| i64::from(date.weekday().num_days_from_monday());
                let weeks = (since + monday(start)).div_euclid(7).rem_euclid(every.every.max(1));
                if weeks > 0 {
                    return (every.every - weeks) * 7 - monday(date);
                }
                !has_weekday(every.weekdays.as_ref())
            }
            On::Months(every) => return months(every, month_of(start), every.every, date),
            On::Years(every) => {
                let first = i64::from(start.year()) * 12 + every.month.unwrap_or(1) - 1;
                return months(every, first, every.every * 12, date);
            }
            On::Cycle(every) => !every.days.contains(&(since.rem_euclid(every.every.max(1)) + 1)),
            On::Steps(steps) => step_on(steps, date).is_none(),
        },
        Rule::Hours(_) | Rule::AsNeeded(_) => true,
    };
    i64::from(missing)
}

fn month_of(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

fn months(every: &Every, first: i64, step: i64, date: NaiveDate) -> i64 {
    let past = (month_of(date) - first).rem_euclid(step.max(1));
    if past > 0 {
        // No month is shorter than 28 days.
        return (step - past - 1) * 28 + 1;
    }
    let last = days_of_month(date.month(), date.leap_year());
    i64::from(!every.days.iter().any(|day| (*day).min(last) == i64::from(date.day())))
}

pub(super) fn days_of_month(month: u32, leap_year: bool) -> i64 {
    match month {
        2 => 28 + i64::from(leap_year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The step that covers a date.
pub(super) fn step_on(steps: &[Step], date: NaiveDate) -> Option<&Step> {
    steps.iter().find(|step| step.from <= date && date <= step.to)
}

/// So many days later, or the end of the calendar.
pub(super) fn later(date: NaiveDate, days: i64) -> NaiveDate {
    u64::try_from(days).ok().and_then(|days| date.checked_add_days(Days::new(days))).unwrap_or(NaiveDate::MAX)
}

/// A rule's slots with their times, seconds from midnight.
pub(super) fn slot_times<'a>(
    rule: &'a Rule,
    meals: Option<&Meals>,
) -> Result<Vec<(&'a SlotId, i64)>, PlanError> {
    let mut times = Vec::new();
    match rule {
        Rule::Times(rule) => times.extend(rule.slots.iter().map(|(id, slot)| (id, seconds(slot.at)))),
        Rule::Dates(rule) => {
            for (id, slot) in rule.slots.iter() {
                times.push((id, slot_time(slot, meals)?));
            }
        }
        Rule::Hours(_) | Rule::AsNeeded(_) => {}
    }
    Ok(times)
}

pub(super) fn seconds(time: chrono::NaiveTime) -> i64 {
    time.num_seconds_from_midnight().into()
}

fn slot_time(slot: &DaySlot, meals: Option<&Meals>) -> Result<i64, PlanError> {
    let (meal, minutes) = match slot.at {
        At::Clock(time) => return Ok(seconds(time)),
        At::Before(meal) => (meal, -slot.minutes),
        At::With(meal) | At::After(meal) => (meal, slot.minutes),
    };
    let meals = meals.ok_or(PlanError::new("meals", PlanRule::NoMeals))?;
    let time = seconds(match meal {
        Meal::Breakfast => meals.breakfast,
        Meal::Lunch => meals.lunch,
        Meal::Dinner => meals.dinner,
        Meal::Bedtime => meals.bedtime,
    });
    // A bedtime after midnight ends this date, not the one before.
    let late = meal == Meal::Bedtime && meals.bedtime < meals.breakfast;
    let time = if late { time + DAY } else { time };
    Ok((time + minutes * 60).clamp(0, LAST_MINUTE))
}
