//! An example of each rule of `views::statistics`.

mod support;

use chrono::TimeDelta;
use shared_events::{
    commands,
    content::{OccurredAt, Precision},
    ids::EventId,
    plan::DoseKey,
    views::{Coverage, Statistics, Tally, statistics},
};
use support::{
    World, at, date, from_the_future, now, phone, prescription, slot, tablet, tablets, treatment, when,
};

fn of(world: &World, first: &str, last: &str, now_text: &str) -> Statistics {
    statistics(&world.state, date(first)..=date(last), now(now_text), Coverage::ALL)
}
fn overall(world: &World, day: &str, now_text: &str) -> Tally {
    of(world, day, day, now_text).overall
}

#[test]
fn what_is_taken_late_is_taken_and_not_on_time() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot("2026-11-10", "08:00"), "1", "2026-11-10 08:59");
    world.take(phone(), slot("2026-11-10", "20:00"), "1", "2026-11-10 21:01");
    let day = of(&world, "2026-11-10", "2026-11-10", "2026-11-12 00:00");
    assert_eq!(day.overall, Tally { counted: 2, taken: 2, on_time: 1, ..Tally::default() });
    assert_eq!((day.days, day.days_fully_right), (1, 1));
    assert_eq!(day.by_treatment.get(&treatment(1)), Some(&day.overall));
}

#[test]
fn what_is_logged_days_later_counts_by_when_it_was_taken() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-10", "08:00");
    let late = commands::take(treatment(1), key, tablets("1"), when("2026-11-10 08:05"));
    let logged =
        world.make(phone(), &late, Some(u64::try_from(at("2026-11-13 09:00").timestamp_millis()).unwrap()));
    world.hear(logged);
    assert_eq!(overall(&world, "2026-11-10", "2026-11-14 00:00").on_time, 1);
}

#[test]
fn of_a_day_alone_nobody_knows_the_hour() {
    let mut world = World::with_dexamethasone();
    let sometime = OccurredAt { at: at("2026-11-10 08:00"), precision: Precision::Day };
    world.say(phone(), commands::take(treatment(1), slot("2026-11-10", "08:00"), tablets("1"), sometime));
    let tally = overall(&world, "2026-11-10", "2026-11-12 00:00");
    assert_eq!((tally.taken, tally.on_time, tally.missed), (1, 0, 1));
}

#[test]
fn missed_is_derived_once_the_window_is_over_and_not_before() {
    let world = World::with_dexamethasone();
    assert_eq!(overall(&world, "2026-11-10", "2026-11-10 07:00"), Tally::default());
    assert_eq!(overall(&world, "2026-11-10", "2026-11-10 08:30").counted, 0, "due is not counted yet");
    assert_eq!(overall(&world, "2026-11-10", "2026-11-10 19:00").missed, 1);
    let both = of(&world, "2026-11-10", "2026-11-10", "2026-11-11 02:00");
    assert_eq!((both.overall.missed, both.days, both.days_fully_right), (2, 1, 0));
}

#[test]
fn a_day_counts_once_all_its_doses_do() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot("2026-11-10", "08:00"), "1", "2026-11-10 08:00");
    assert_eq!(of(&world, "2026-11-10", "2026-11-10", "2026-11-10 12:00").days, 0);
    world.take(phone(), slot("2026-11-10", "20:00"), "1", "2026-11-10 20:00");
    let day = of(&world, "2026-11-10", "2026-11-10", "2026-11-10 20:01");
    assert_eq!((day.days, day.days_fully_right), (1, 1));
}

#[test]
fn a_day_is_not_right_with_another_amount_a_skip_or_a_possible_double_dose() {
    let right = |say: &dyn Fn(&mut World) -> EventId| {
        let mut world = World::with_dexamethasone();
        world.take(phone(), slot("2026-11-10", "08:00"), "1", "2026-11-10 08:00");
        say(&mut world);
        of(&world, "2026-11-10", "2026-11-10", "2026-11-12 00:00").days_fully_right
    };
    let evening = || slot("2026-11-10", "20:00");
    assert_eq!(right(&|w| w.take(phone(), evening(), "1.0", "2026-11-10 20:00")), 1, "1.0 is 1");
    assert_eq!(right(&|w| w.take(phone(), evening(), "0.5", "2026-11-10 20:00")), 0);
    assert_eq!(
        right(&|w| w
            .say(phone(), commands::skip(treatment(1), evening(), None, None, when("2026-11-10 20:00")))),
        0
    );
    let twice = |w: &mut World| {
        w.take(phone(), evening(), "1", "2026-11-10 19:30");
        w.take(tablet(), evening(), "1", "2026-11-10 20:30")
    };
    assert_eq!(right(&twice), 0);
    let witnessed = |w: &mut World| {
        w.take(phone(), evening(), "1", "2026-11-10 20:00");
        w.take(tablet(), evening(), "1", "2026-11-10 20:05")
    };
    assert_eq!(right(&witnessed), 1, "one dose, two witnesses");
}

#[test]
fn taken_and_skipped_is_neither_until_it_is_settled() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-10", "08:00");
    world.take(phone(), key.clone(), "1", "2026-11-10 08:00");
    let skip = world.say(tablet(), commands::skip(treatment(1), key, None, None, when("2026-11-10 08:10")));
    let tally = overall(&world, "2026-11-10", "2026-11-12 00:00");
    assert_eq!((tally.contradicted, tally.taken, tally.skipped), (1, 0, 0));
    world.retract(tablet(), skip, "2026-11-10 09:00");
    assert_eq!(overall(&world, "2026-11-10", "2026-11-12 00:00").taken, 1);
}

#[test]
fn what_may_still_be_on_its_way_or_is_not_understood_is_not_judged() {
    let mut world = World::with_dexamethasone();
    let loading = Coverage::default();
    let day = date("2026-11-10")..=date("2026-11-10");
    let unknown = statistics(&world.state, day, now("2026-11-12 00:00"), loading);
    assert_eq!((unknown.overall.not_judged, unknown.overall.counted, unknown.days), (2, 0, 0));
    let changed =
        shared_events::events::Event::TreatmentPrescribed(prescription(1, "Dexamethasone", &["09:00"]));
    let later = from_the_future(&mut world, changed, "2026-11-05 07:00");
    world.hear(later);
    let frozen = of(&world, "2026-11-10", "2026-11-10", "2026-11-12 00:00");
    assert_eq!((frozen.overall.counted, frozen.days), (0, 0));
    assert!(frozen.overall.not_judged > 0);
}

#[test]
fn before_the_plan_was_written_nothing_was_missed_and_without_a_plan_nothing_counts() {
    let mut world = World::new();
    world.prescribe(prescription(1, "Dexamethasone", &["08:00"]), "2026-11-10 12:00");
    assert_eq!(overall(&world, "2026-11-10", "2026-11-12 00:00"), Tally::default());
    let extra = commands::take(treatment(1), DoseKey::AsNeeded, tablets("1"), when("2026-11-10 15:00"));
    world.say(phone(), extra);
    let day = of(&world, "2026-11-10", "2026-11-10", "2026-11-12 00:00");
    assert_eq!((day.unplanned, day.overall.taken, day.days), (1, 0, 0));
}

#[test]
fn a_period_is_the_sum_of_its_days() {
    let mut world = World::with_dexamethasone();
    for day in 3..20 {
        let text = format!("2026-11-{day:02}");
        if day % 3 != 0 {
            world.take(phone(), slot(&text, "08:00"), "1", &format!("{text} 08:10"));
        }
        if day % 4 != 0 {
            world.take(phone(), slot(&text, "20:00"), "1", &format!("{text} 22:00"));
        }
    }
    let whole = of(&world, "2026-11-01", "2026-11-25", "2026-11-26 12:00");
    let days = (0..25).map(|n| (date("2026-11-01") + TimeDelta::days(n)).to_string());
    let parts: Vec<_> = days.map(|day| of(&world, &day, &day, "2026-11-26 12:00")).collect();
    let sum = |of: fn(&Statistics) -> u32| parts.iter().map(of).sum::<u32>();
    assert_eq!(whole.overall.counted, sum(|s| s.overall.counted));
    assert_eq!(whole.overall.on_time, sum(|s| s.overall.on_time));
    assert_eq!(whole.overall.missed, sum(|s| s.overall.missed));
    assert_eq!((whole.days, whole.days_fully_right), (25, sum(|s| s.days_fully_right)));
    assert_eq!(whole.overall.counted, 50);
}
