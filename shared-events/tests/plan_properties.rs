//! What holds for plans of every rule, in any zone, on any journey, between 1990 and 2050.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;
mod plans_at_random;

use std::{collections::BTreeSet, ops::Range};

use calendar::{any_date, entry, is_lived, life, one, own, zone};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use plans_at_random::{Plan, change, dates, has_date, hours, meals, pause, plan};
use proptest::prelude::*;
use shared_events::{
    json,
    plan::{After, At, DoseKey, Meal, On, Rule, Schedule, Slot, Times, WallClock},
    schedule::{Course, PlannedDose, Zone, ZoneTimeline},
};

fn expand(plan: &Plan, timeline: &ZoneTimeline, dates: Range<NaiveDate>) -> Vec<PlannedDose> {
    plan.course().expand(timeline, dates).unwrap()
}
fn around(day: NaiveDate, days: u64) -> Range<NaiveDate> {
    day - Days::new(days)..day + Days::new(days)
}
fn journey_and_plan() -> impl Strategy<Value = (NaiveDate, Vec<(DateTime<Utc>, Zone)>, Plan)> {
    life().prop_flat_map(|(day, journeys)| (Just(day), Just(journeys), plan(day)))
}
fn before(mut doses: Vec<PlannedDose>, at: DateTime<Utc>) -> Vec<PlannedDose> {
    doses.retain(|dose| dose.at < at);
    doses
}
/// The date that a dose is of.
fn of(dose: &PlannedDose) -> NaiveDate {
    if let DoseKey::Planned { date, .. } = dose.key { date } else { dose.local.date() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_range_of_dates_is_the_sum_of_its_parts((day, journeys, plan) in journey_and_plan(), cut in 0..30_u64) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let Range { start: a, end: c } = around(day, 15);
        let b = a + Days::new(cut);
        let mut parts = expand(&plan, &timeline, a..b);
        parts.extend(expand(&plan, &timeline, b..c));
        prop_assert_eq!(expand(&plan, &timeline, a..c), parts);
    }

    #[test]
    fn a_journey_alters_nothing_before_it(
        (day, mut journeys, plan) in journey_and_plan(), to in zone().prop_map(own), later in 0..900_i64,
    ) {
        journeys.sort_by_key(|(at, _)| *at);
        let at = journeys.last().unwrap().0 + TimeDelta::minutes(15 * later);
        let stays = ZoneTimeline::new(journeys.clone()).unwrap();
        journeys.push((at, to));
        let goes = ZoneTimeline::new(journeys).unwrap();
        let until_then = |timeline| before(expand(&plan, timeline, around(day, 25)), at);
        prop_assert_eq!(until_then(&stays), until_then(&goes));
    }

    #[test]
    fn a_change_or_a_pause_alters_nothing_before_it(
        (day, journeys, plan, change, pause) in journey_and_plan().prop_flat_map(|(day, journeys, plan)| {
            let start = plan.schedule.start;
            (Just(day), Just(journeys), Just(plan), change(start, day, 3), pause(day))
        }),
    ) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let is_as_before = |after: &Plan, at| {
            let then = before(expand(after, &timeline, around(day, 25)), at);
            then == before(expand(&plan, &timeline, around(day, 25)), at)
        };
        let mut changed = plan.clone();
        changed.changes.push(change.clone());
        prop_assert!(is_as_before(&changed, change.from));
        let mut paused = plan.clone();
        paused.pauses.push(pause);
        prop_assert!(is_as_before(&paused, pause.from));
        for dose in expand(&paused, &timeline, around(day, 25)) {
            prop_assert!(dose.at < pause.from || pause.to.is_some_and(|to| dose.at >= to), "not in a pause");
        }
    }

    #[test]
    fn the_order_of_slots_days_changes_and_pauses_does_not_matter((day, journeys, plan) in journey_and_plan()) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let mut other = plan.clone();
        other.changes.reverse();
        other.pauses.reverse();
        match &mut other.schedule.rule {
            Rule::Times(times) => times.slots = times.slots.clone().into_iter().collect::<Vec<_>>().into_iter().rev().collect(),
            Rule::Dates(dates) => {
                let slots: Vec<_> = dates.slots.clone().into_iter().collect();
                dates.slots = slots.into_iter().rev().collect();
                if let On::Months(every) | On::Years(every) | On::Cycle(every) = &mut dates.on {
                    every.days.reverse();
                }
            }
            Rule::Hours(_) | Rule::AsNeeded(_) => {}
        }
        prop_assert_eq!(expand(&plan, &timeline, around(day, 15)), expand(&other, &timeline, around(day, 15)));
    }

    #[test]
    fn nothing_is_before_the_start_or_after_the_end_nor_twice((day, journeys, plan) in journey_and_plan()) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let found = expand(&plan, &timeline, around(day, 60));
        let clock = match &plan.schedule.clock {
            WallClock::Floating => timeline,
            WallClock::Home(zone) => ZoneTimeline::fixed(zone.parse().unwrap()),
        };
        for dose in &found {
            prop_assert!(of(dose) >= plan.schedule.start);
            prop_assert!(plan.schedule.end.is_none_or(|end| of(dose) <= end));
            prop_assert!(plan.stopped_from.is_none_or(|from| dose.at < from));
            prop_assert_eq!(clock.local(dose.at), dose.local, "the clock shows what is said");
            prop_assert_eq!(clock.zone_at(dose.at), dose.zone);
        }
        let keys: BTreeSet<_> = found.iter().map(|dose| &dose.key).collect();
        prop_assert_eq!(keys.len(), found.len());
    }

    #[test]
    fn a_rule_of_dates_has_the_doses_of_a_daily_plan_on_its_dates_and_no_others(
        (day, journeys, dates) in life().prop_flat_map(|(day, journeys)| {
            (0..500_u64).prop_flat_map(move |before| {
                (Just(day), Just(journeys.clone()), dates(day - Days::new(before)).prop_map(move |d| (before, d)))
            })
        }),
    ) {
        let (before, mut dates) = dates;
        (dates.days, dates.count) = (None, None);
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let start = day - Days::new(before);
        let steps = if let On::Steps(steps) = &dates.on { Some(steps.clone()) } else { None };
        let (on, slots) = (dates.on.clone(), dates.slots.clone());
        let rule = Rule::Dates(Box::new(dates));
        let schedule = Schedule { start, end: None, clock: WallClock::Floating, rule };
        let dose = one();
        let course = Course { meals: Some(meals()), ..Course::new(&schedule, &dose, entry()) };
        let found = course.expand(&timeline, around(day, 20)).unwrap();
        // The same slots, each day.
        let slots = slots.iter().map(|(id, slot)| {
            let clamped = |meal: NaiveTime, minutes: i64| {
                let midnight = NaiveTime::MIN;
                let time = (meal - midnight) + TimeDelta::minutes(minutes);
                midnight + time.clamp(TimeDelta::zero(), TimeDelta::minutes(1439))
            };
            let of = |meal: Meal| match meal {
                Meal::Breakfast => meals().breakfast,
                Meal::Lunch => meals().lunch,
                Meal::Dinner => meals().dinner,
                Meal::Bedtime => NaiveTime::from_hms_opt(23, 59, 0).unwrap(),
            };
            let at = match slot.at {
                At::Clock(time) => time,
                At::Before(Meal::Bedtime) => clamped(of(Meal::Bedtime), 16 - slot.minutes),
                At::Before(meal) => clamped(of(meal), -slot.minutes),
                At::With(meal) | At::After(meal) => clamped(of(meal), slot.minutes),
            };
            (id.clone(), Slot { at, dose: slot.dose.clone() })
        });
        let daily = Rule::Times(Times { slots: slots.collect(), weekdays: None });
        let daily = Schedule { rule: daily, ..schedule.clone() };
        let mut expected = Course::new(&daily, &one(), entry()).expand(&timeline, around(day, 20)).unwrap();
        expected.retain(|dose| of(dose) >= start && has_date(&on, start, of(dose)));
        if let Some(steps) = steps {
            expected.retain_mut(|dose| {
                let DoseKey::Planned { date, slot, .. } = &dose.key else { return false };
                let step = steps.iter().find(|s| s.from <= *date && *date <= s.to).unwrap();
                let amount = step.doses.get(slot).cloned();
                let has = amount.is_some();
                dose.dose = amount.unwrap_or_else(one);
                has
            });
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn hours_are_elapsed_hours_and_none_is_lost(
        (day, journeys, hours) in life().prop_flat_map(|(day, journeys)| {
            (Just(day), Just(journeys), hours(day - Days::new(12), After::Planned))
        }),
    ) {
        let mut hours = hours;
        (hours.days, hours.count, hours.window) = (None, None, None);
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let rule = Rule::Hours(Box::new(hours.clone()));
        let start = day - Days::new(30);
        let schedule = Schedule { start, end: None, clock: WallClock::Floating, rule };
        let found = Course::new(&schedule, &one(), entry()).expand(&timeline, around(day, 12)).unwrap();
        let numbers: Vec<_> = found.iter().map(|dose| {
            let DoseKey::Interval { n, .. } = dose.key else { return None };
            let due = hours.from.to_utc() + TimeDelta::hours(hours.hours) * i32::try_from(n).unwrap();
            (due == dose.at).then_some(n)
        }).collect();
        prop_assert!(numbers.iter().all(Option::is_some), "the n-th is n times so many hours after the first");
        let range = around(day, 12);
        let due = (0..2_000).map(|n| hours.from.to_utc() + TimeDelta::hours(hours.hours) * n);
        let due = due.filter(|at| range.contains(&timeline.local(*at).date())).count();
        prop_assert_eq!(found.len(), due);
    }

    #[test]
    fn a_window_opens_once_a_lived_date_and_within_it_hours_are_elapsed(
        (day, hours) in any_date().prop_flat_map(|day| (Just(day), hours(day - Days::new(12), After::Planned))),
        zone in zone().prop_map(own),
    ) {
        let mut hours = hours;
        (hours.days, hours.count) = (None, None);
        let Some(window) = hours.window.clone() else { return Ok(()) };
        let timeline = ZoneTimeline::fixed(zone);
        let rule = Rule::Hours(Box::new(hours.clone()));
        let start = day - Days::new(30);
        let schedule = Schedule { start, end: None, clock: WallClock::Floating, rule };
        let dates = day - Days::new(8)..day + Days::new(8);
        let found = Course::new(&schedule, &one(), entry()).expand(&timeline, dates).unwrap();
        let number = |dose: &PlannedDose| if let DoseKey::Interval { n, .. } = dose.key { n } else { 0 };
        for dose in &found {
            let (time, n) = (dose.local.time(), number(dose));
            let (opens, closes) = (window.opens, window.closes);
            let in_window = if opens < closes { opens <= time && time <= closes } else { opens <= time || time <= closes };
            prop_assert!(in_window || n % 100 == 0, "only an opening that is jumped over is late");
        }
        for pair in found.windows(2) {
            let apart = pair[1].at - pair[0].at;
            prop_assert!(apart > TimeDelta::zero() && number(&pair[1]) > number(&pair[0]));
            if number(&pair[1]) % 100 != 0 {
                prop_assert_eq!(apart, TimeDelta::hours(hours.hours));
            }
        }
        let openings = found.iter().filter(|dose| number(dose) % 100 == 0).count();
        let lived = (0..16).filter(|n| is_lived(&timeline, day - Days::new(8) + Days::new(*n))).count();
        prop_assert!(openings == lived || openings + 1 == lived && window.opens > NaiveTime::from_hms_opt(22, 0, 0).unwrap());
    }

    #[test]
    fn a_count_ends_a_plan_after_so_many_doses_that_were_due(
        (day, journeys, plan) in journey_and_plan(), from in 0..40_u64, count in 1..60_i64,
    ) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let mut plan = plan;
        plan.changes.clear();
        let with = |count: Option<i64>| {
            let mut plan = plan.clone();
            match &mut plan.schedule.rule {
                Rule::Dates(dates) => dates.count = count,
                Rule::Hours(hours) if hours.after == After::Planned => hours.count = count,
                _ => return None,
            }
            Some(plan)
        };
        let Some((counted, endless)) = with(Some(count)).zip(with(None)) else { return Ok(()) };
        let dates = day - Days::new(30) + Days::new(from)..day + Days::new(30);
        let mut expected = expand(&endless, &timeline, plan.schedule.start..day + Days::new(40));
        expected.sort_by(|a, b| {
            let slot = |dose: &PlannedDose| if let DoseKey::Planned { slot, .. } = &dose.key { slot.0.clone() } else { String::new() };
            (a.at, slot(a)).cmp(&(b.at, slot(b)))
        });
        expected.truncate(usize::try_from(count).unwrap());
        let expected: BTreeSet<_> = expected.into_iter().filter(|d| dates.contains(&of(d))).map(|d| d.key).collect();
        let found: BTreeSet<_> = expand(&counted, &timeline, dates).into_iter().map(|d| d.key).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_plan_is_read_as_it_was_written((_, _, plan) in journey_and_plan()) {
        let text = serde_json::to_string(&plan.schedule).unwrap();
        prop_assert_eq!(json::from_str::<Schedule>(&text).unwrap(), plan.schedule);
    }

    #[test]
    fn of_hours_after_the_last_dose_taken_only_the_next_is_known((day, journeys, plan) in journey_and_plan()) {
        let Rule::Hours(hours) = &plan.schedule.rule else { return Ok(()) };
        if hours.after == After::Planned || !plan.changes.is_empty() {
            return Ok(());
        }
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let found = expand(&plan, &timeline, day - Days::new(400)..day + Days::new(400));
        prop_assert!(found.len() <= 1);
        let last = plan.last_taken.map(|last| last.at + TimeDelta::hours(hours.hours));
        prop_assert!(found.iter().all(|dose| dose.at >= hours.from && last.is_none_or(|last| dose.at >= last)));
    }
}
