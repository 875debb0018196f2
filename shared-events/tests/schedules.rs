//! When doses are due: properties over zones and journeys, and the cases that the rules were written for.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;

use std::collections::BTreeSet;

use calendar::{
    any_time, daily, date, doses, entry, is_lived, life, one, own, shown, time, utc, zone, zone_and_date,
};
use chrono::{Datelike as _, Days, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use proptest::prelude::*;
use shared_events::{
    plan::{Day, DoseKey, Rule, Schedule, SlotId, WallClock},
    schedule::{Course, PlanRule, PlannedDose, ZoneTimeline},
    sorted::SortedSet,
};

fn on(time_text: &str, zone: &str, day: &str) -> Vec<PlannedDose> {
    let timeline = ZoneTimeline::fixed(zone.parse().unwrap());
    doses(&daily(&[time(time_text)]), &timeline, date(day), date(day) + Days::new(1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_one_zone_a_dose_is_once_per_lived_date_and_the_clock_reads_its_time_wherever_it_can(
        (zone, day) in zone_and_date(), at in any_time(),
    ) {
        let timeline = ZoneTimeline::fixed(own(zone));
        let found = doses(&daily(&[at]), &timeline, day, day + Days::new(1));
        prop_assert_eq!(found.len(), usize::from(is_lived(&timeline, day)));
        let Some(dose) = found.first() else { return Ok(()) };
        match zone.from_local_datetime(&day.and_time(at)).earliest() {
            Some(first) => {
                prop_assert_eq!(dose.at, first.to_utc());
                prop_assert_eq!(dose.local, day.and_time(at));
            }
            None => {
                prop_assert!(dose.local > day.and_time(at), "it is after its time");
                let before = timeline.local(dose.at - TimeDelta::seconds(1));
                prop_assert!(before < day.and_time(at), "it is at the jump");
            }
        }
    }

    #[test]
    fn a_range_of_dates_is_the_sum_of_its_parts(
        (day, journeys) in life(), times in prop::collection::vec(any_time(), 1..4), cut in 0..12_u64,
    ) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let (a, b, c) = (day - Days::new(6), day - Days::new(6) + Days::new(cut), day + Days::new(6));
        let schedule = daily(&times);
        let mut parts = doses(&schedule, &timeline, a, b);
        parts.extend(doses(&schedule, &timeline, b, c));
        prop_assert_eq!(doses(&schedule, &timeline, a, c), parts);
    }

    #[test]
    fn a_journey_alters_nothing_before_it(
        (day, mut journeys) in life(), times in prop::collection::vec(any_time(), 1..4), to in zone().prop_map(own),
    ) {
        journeys.sort_by_key(|(at, _)| *at);
        // The first entry is the zone that she was born in; a journey comes after it.
        let at = journeys.last().unwrap().0 + TimeDelta::hours(7);
        let before = ZoneTimeline::new(journeys.clone()).unwrap();
        journeys.push((at, to));
        let after = ZoneTimeline::new(journeys).unwrap();
        let (from, until) = (day - Days::new(14), day + Days::new(14));
        let until_then = |timeline| {
            let mut all = doses(&daily(&times), timeline, from, until);
            all.retain(|dose| dose.at < at);
            all
        };
        prop_assert_eq!(until_then(&before), until_then(&after));
    }

    #[test]
    fn on_journeys_every_lived_date_has_its_doses_and_no_dose_comes_twice_within_12_hours(
        (day, journeys) in life(), at in any_time(),
    ) {
        let timeline = ZoneTimeline::new(journeys).unwrap();
        let found = doses(&daily(&[at]), &timeline, day - Days::new(12), day + Days::new(12));
        let keys: BTreeSet<_> = found.iter().map(|d| d.key.clone()).collect();
        prop_assert_eq!(keys.len(), found.len());
        for pair in found.windows(2) {
            let of = |d: &PlannedDose| if let DoseKey::Planned { date, .. } = d.key { date } else { day };
            let apart = pair[1].at - pair[0].at;
            prop_assert!(of(&pair[0]) != of(&pair[1]) || apart >= TimeDelta::hours(12));
        }
        for offset in 0..24 {
            let date = day - Days::new(12) + Days::new(offset);
            let first = DoseKey::Planned { date, slot: SlotId("0".into()), repeat: 0 };
            if !is_lived(&timeline, date) {
                prop_assert!(!keys.contains(&first));
            } else {
                prop_assert!(keys.contains(&first));
            }
            prop_assert_eq!(timeline.day_start(date).is_some(), is_lived(&timeline, date));
        }
        for dose in &found {
            prop_assert_eq!(timeline.local(dose.at), dose.local, "the clock shows what is said");
        }
    }

    #[test]
    fn the_order_of_journeys_in_the_input_does_not_matter((day, journeys) in life(), at in any_time()) {
        let distinct: BTreeSet<_> = journeys.iter().map(|(at, _)| *at).collect();
        prop_assume!(distinct.len() == journeys.len());
        let forward = ZoneTimeline::new(journeys.clone()).unwrap();
        let backward = ZoneTimeline::new(journeys.into_iter().rev()).unwrap();
        prop_assert_eq!(&forward, &backward);
        let all = doses(&daily(&[at]), &forward, day, day + Days::new(3));
        prop_assert!(all.iter().all(|d| d.dose == one()));
    }
}

#[test]
fn a_time_that_is_jumped_over_in_spring_is_at_the_jump() {
    let doses = on("02:30", "Europe/Berlin", "2026-03-29");
    assert_eq!(shown(&doses[0]), "2026-03-29 03:00");
    let midnight = on("00:00", "America/Sao_Paulo", "2018-11-04");
    assert_eq!(shown(&midnight[0]), "2018-11-04 01:00");
    assert_eq!(shown(&on("02:10", "Australia/Lord_Howe", "2026-10-04")[0]), "2026-10-04 02:30");
}

#[test]
fn a_time_that_comes_twice_in_autumn_is_the_first() {
    assert_eq!(on("02:30", "Europe/Berlin", "2026-10-25")[0].at, utc("2026-10-25T00:30:00Z"));
    assert_eq!(on("02:30", "Antarctica/Troll", "2026-10-25")[0].at, utc("2026-10-25T00:30:00Z"));
}

#[test]
fn a_date_that_is_never_lived_has_no_doses() {
    assert_eq!(on("08:00", "Pacific/Apia", "2011-12-30"), []);
    assert_eq!(on("08:00", "Pacific/Apia", "2011-12-31").len(), 1);
    assert_eq!(on("08:00", "Pacific/Kwajalein", "1993-08-21"), []);
}

fn journey(from: &str, to: &str, at: &str) -> ZoneTimeline {
    let born = (utc("1980-01-01T00:00:00Z"), from.parse().unwrap());
    ZoneTimeline::new([born, (utc(at), to.parse().unwrap())]).unwrap()
}

#[test]
fn a_flight_west_over_an_hour_of_the_day_leaves_one_dose() {
    // At 20:30 in Berlin it is 14:30 in New York: her 20:00 comes again six hours later.
    let timeline = journey("Europe/Berlin", "America/New_York", "2026-11-21T19:30:00Z");
    let found = doses(&daily(&[time("20:00")]), &timeline, date("2026-11-21"), date("2026-11-22"));
    assert_eq!(found.iter().map(|d| d.at).collect::<Vec<_>>(), [utc("2026-11-21T19:00:00Z")]);
}

#[test]
fn over_the_date_line_a_date_comes_twice_and_so_do_its_doses() {
    // Kiritimati (+14), Saturday 15:00, becomes Honolulu (-10), Friday 15:00.
    let timeline = journey("Pacific/Kiritimati", "Pacific/Honolulu", "2026-11-21T01:00:00Z");
    let found = doses(&daily(&[time("08:00")]), &timeline, date("2026-11-21"), date("2026-11-22"));
    let repeats: Vec<_> = found
        .iter()
        .map(|d| if let DoseKey::Planned { repeat, .. } = d.key { (repeat, d.at) } else { (9, d.at) })
        .collect();
    assert_eq!(repeats, [(0, utc("2026-11-20T18:00:00Z")), (1, utc("2026-11-21T18:00:00Z"))]);
}

#[test]
fn a_flight_east_over_a_dose_puts_it_at_the_change() {
    let timeline = journey("America/New_York", "Europe/Berlin", "2026-11-21T17:00:00Z");
    let found = doses(&daily(&[time("14:00")]), &timeline, date("2026-11-21"), date("2026-11-22"));
    assert_eq!(found[0].at, utc("2026-11-21T17:00:00Z"), "noon in New York is 18:00 in Berlin");
}

#[test]
fn a_home_zone_plan_does_not_travel() {
    let timeline = journey("Europe/Berlin", "America/New_York", "2026-11-21T00:00:00Z");
    let home = Schedule { clock: WallClock::Home("Europe/Berlin".into()), ..daily(&[time("08:00")]) };
    let found = doses(&home, &timeline, date("2026-12-01"), date("2026-12-02"));
    assert_eq!(found[0].at, utc("2026-12-01T07:00:00Z"));
}

#[test]
fn only_chosen_weekdays_between_the_first_and_the_last_day_have_doses() {
    let mut schedule = daily(&[time("08:00")]);
    (schedule.start, schedule.end) = (date("2026-11-16"), Some(date("2026-11-23")));
    let Rule::Times(times) = &mut schedule.rule else { return };
    times.weekdays = Some([Day::Mon, Day::Thu].into());
    let timeline = ZoneTimeline::fixed(own(Tz::Europe__Berlin));
    let found = doses(&schedule, &timeline, date("2020-01-01"), date("2030-01-01"));
    let days: Vec<_> = found.iter().map(|d| d.local.day()).collect();
    assert_eq!(days, [16, 19, 23]);
}

#[test]
fn a_plan_that_cannot_be_followed_is_refused_with_the_field_and_the_rule() {
    let refused = |schedule: &Schedule| schedule.check().map_err(|e| (e.field, e.rule));
    let good = daily(&[time("08:00")]);
    assert_eq!(refused(&good), Ok(()));
    let ends = Schedule { end: Some(date("1979-12-31")), ..good.clone() };
    assert_eq!(refused(&ends), Err(("schedule.end", PlanRule::EndsBeforeStart)));
    let home = Schedule { clock: WallClock::Home("Europe/Entenhausen".into()), ..good.clone() };
    assert_eq!(refused(&home), Err(("schedule.clock.home", PlanRule::UnknownZone)));
    assert_eq!(refused(&daily(&[])), Err(("schedule.rule.times.slots", PlanRule::NoSlots)));
    let mut none = good;
    let Rule::Times(times) = &mut none.rule else { return };
    times.weekdays = Some(SortedSet::default());
    assert_eq!(refused(&none), Err(("schedule.rule.times.weekdays", PlanRule::NoWeekday)));
    assert!(
        Course::new(&none, &one(), entry())
            .expand(&ZoneTimeline::fixed(own(Tz::UTC)), date("2026-01-01")..date("2026-01-02"))
            .is_err()
    );
}
