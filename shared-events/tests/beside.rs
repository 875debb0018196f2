//! What no day plans and can be logged all the same: when it is needed, and while it is paused.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use shared_events::{
    commands,
    draft::Draft,
    events::{TreatmentPaused, TreatmentStopped},
    ids::EventId,
    plan::{AsNeeded, DoseKey, Rule},
    views::{
        BesideView,
        beside::{Why, beside},
    },
};
use support::{World, at, clinic, phone, prescription, tablets, treatment, when};

fn with_paracetamol() -> World {
    let mut world = World::with_dexamethasone();
    let mut plan = prescription(2, "Paracetamol", &[]);
    plan.schedule.rule = Rule::AsNeeded(Box::new(AsNeeded {
        gap_minutes: Some(360),
        daily_doses: Some(2),
        ..AsNeeded::default()
    }));
    world.say(clinic(), Draft::of(plan, when("2026-11-20 10:00")));
    world
}

fn take(world: &mut World, at: &str) -> EventId {
    let draft = commands::take(treatment(2), DoseKey::AsNeeded, tablets("1"), when(at));
    world.say(phone(), draft)
}

fn shown(world: &World, now: &str) -> Vec<BesideView> {
    beside(&world.state, at(now).to_utc())
}

fn needed(world: &World, now: &str) -> (Option<String>, Option<String>, bool) {
    let [view] = <[_; 1]>::try_from(shown(world, now)).unwrap();
    assert_eq!(view.medicine.name, "Paracetamol");
    let Why::AsNeeded { from, too_much } = view.why else { unreachable!("{view:?}") };
    let clock =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(at_offset()).format("%m-%d %H:%M").to_string();
    (view.last.map(clock), from.map(clock), too_much)
}

fn at_offset() -> &'static chrono::FixedOffset {
    const BERLIN: chrono::FixedOffset = chrono::FixedOffset::east_opt(3_600).unwrap();
    &BERLIN
}

#[test]
fn when_it_is_needed_it_says_when_it_was_taken_and_from_when_on_it_can_be_again() {
    let mut world = with_paracetamol();
    assert_eq!(needed(&world, "2026-11-21 07:00"), (None, None, false));
    take(&mut world, "2026-11-21 05:02");
    let taken = Some("11-21 05:02".to_owned());
    assert_eq!(needed(&world, "2026-11-21 08:12"), (taken.clone(), Some("11-21 11:02".to_owned()), false));
    assert_eq!(needed(&world, "2026-11-21 11:02"), (taken, None, false), "exactly the gap is enough");
    let second = take(&mut world, "2026-11-21 11:30");
    assert!(needed(&world, "2026-11-21 20:00").2, "the day's maximum is reached");
    assert!(!needed(&world, "2026-11-22 20:00").2);
    world.retract(phone(), second, "2026-11-21 12:00");
    assert!(!needed(&world, "2026-11-21 20:00").2, "what was taken back does not count");
}

#[test]
fn a_treatment_that_is_paused_can_be_logged_and_one_that_goes_on_or_was_stopped_is_elsewhere() {
    let mut world = World::with_dexamethasone();
    assert_eq!(shown(&world, "2026-11-21 12:00"), []);
    let (from, to) = (at("2026-11-21 10:00"), Some(at("2026-11-23 10:00")));
    let pause = |to| TreatmentPaused { treatment: treatment(1), from, to, reason: None };
    world.say(clinic(), Draft::of(pause(to), when("2026-11-21 09:00")));
    let why = |world: &World, now| shown(world, now).first().map(|view| view.why);
    assert_eq!(why(&world, "2026-11-21 09:59"), None);
    assert_eq!(why(&world, "2026-11-21 12:00"), Some(Why::Paused { until: to.map(|to| to.to_utc()) }));
    world.say(clinic(), Draft::of(pause(None), when("2026-11-21 09:30")));
    assert_eq!(why(&world, "2026-11-21 12:00"), Some(Why::Paused { until: None }));
    let stop = TreatmentStopped { treatment: treatment(1), from: at("2026-11-22 00:00"), reason: None };
    world.say(clinic(), Draft::of(stop, when("2026-11-21 13:00")));
    assert_eq!(why(&world, "2026-11-22 12:00"), None);
}
