//! Appointments: on the date and at the time that the clock on the wall of the place shows, moved and called off.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod support;

use shared_events::{
    commands,
    content::AppointmentId,
    decide::{Command, decide},
    draft::Draft,
    events::{AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, Event},
    ids::EventId,
    plan::parse_hour_minute,
    schedule::PlanRule,
    views::{AppointmentStatus, AppointmentView, appointment, appointments},
};
use uuid::Uuid;

use support::{World, at, clinic, date, desk, from_the_future, now, phone, when};

fn id(n: u128) -> AppointmentId {
    AppointmentId(Uuid::from_u128(0xa_0000 + n))
}
fn made(n: u128, on: &str, time: &str, zone: &str) -> AppointmentScheduled {
    AppointmentScheduled {
        appointment: id(n),
        title: "Blood test".into(),
        date: date(on),
        at: parse_hour_minute(time).unwrap(),
        zone: zone.into(),
        minutes: Some(45),
        place: Some("Day unit".into()),
        with: None,
        bring: Some("Your list of medicines".into()),
    }
}
fn moved(n: u128, on: &str, time: &str) -> AppointmentRescheduled {
    AppointmentRescheduled {
        appointment: id(n),
        date: date(on),
        at: parse_hour_minute(time).unwrap(),
        zone: None,
        minutes: None,
        place: None,
        reason: None,
    }
}
fn say(world: &mut World, draft: Draft) -> EventId {
    world.say(clinic(), draft)
}
fn schedule(world: &mut World, made: AppointmentScheduled) -> EventId {
    say(world, commands::schedule(made, when("2026-11-20 09:00")).unwrap())
}
fn on(world: &World, day: &str) -> Vec<AppointmentView> {
    appointments(&world.state, &(date(day)..=date(day)))
}

#[test]
fn a_day_shows_its_appointments_in_the_order_of_time() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "14:00", "Europe/Berlin"));
    schedule(&mut world, made(2, "2026-11-30", "10:30", "Europe/Berlin"));
    schedule(&mut world, made(3, "2026-12-01", "08:00", "Europe/Berlin"));
    let day = on(&world, "2026-11-30");
    assert_eq!(day.iter().map(|view| view.appointment).collect::<Vec<_>>(), [id(2), id(1)]);
    assert_eq!(day[0].instant, Some(now("2026-11-30 10:30")));
    assert_eq!(day[0].elsewhere, None, "her clock shows the same");
}

#[test]
fn the_clock_on_the_wall_there_counts_wherever_she_is() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "22:30", "America/New_York"));
    let day = on(&world, "2026-11-30");
    assert_eq!(day[0].local.to_string(), "2026-11-30 22:30:00");
    assert_eq!(day[0].instant, Some(now("2026-12-01 04:30")));
    assert_eq!(day[0].elsewhere.as_deref(), Some("America/New_York"));
    let travels = commands::change_zone("America/New_York", at("2026-11-25 12:00"), when("2026-11-25 12:00"));
    world.say(phone(), travels.unwrap());
    assert_eq!(on(&world, "2026-11-30")[0].elsewhere, None, "now her clock shows the same");
}

#[test]
fn a_time_that_the_clock_jumps_over_is_at_the_jump() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2027-03-28", "02:30", "Europe/Berlin"));
    assert_eq!(on(&world, "2027-03-28")[0].instant.unwrap().to_rfc3339(), "2027-03-28T01:00:00+00:00");
}

#[test]
fn moved_it_stands_on_its_new_day_and_says_where_it_was() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "10:30", "Europe/Berlin"));
    let again = AppointmentRescheduled { place: Some("Ward 4".into()), ..moved(1, "2026-12-01", "09:00") };
    let entry = say(&mut world, commands::reschedule(again, when("2026-11-21 09:00")).unwrap());
    assert!(on(&world, "2026-11-30").is_empty());
    let view = on(&world, "2026-12-01").remove(0);
    assert_eq!(view.moved_from.unwrap().to_string(), "2026-11-30 10:30:00");
    assert_eq!((view.place.as_deref(), view.minutes, view.revision), (Some("Ward 4"), Some(45), 1));
    assert_eq!(view.entry, entry);
    let target = world.state.entry(entry).unwrap().clone();
    say(&mut world, commands::retract(&target, None, when("2026-11-21 10:00")));
    assert_eq!(on(&world, "2026-11-30").len(), 1, "taken back, it is where it was");
}

#[test]
fn called_off_it_stays_on_its_day_and_says_so() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "10:30", "Europe/Berlin"));
    say(&mut world, commands::call_off(id(1), Some("No need".into()), when("2026-11-21 09:00")));
    let view = appointment(&world.state, id(1)).unwrap();
    assert_eq!(view.status, AppointmentStatus::Cancelled { reason: Some("No need".into()) });
    assert_eq!(on(&world, "2026-11-30").len(), 1);
    let off = world.state.entry(appointment_entry(&world)).unwrap().clone();
    say(&mut world, commands::retract(&off, None, when("2026-11-21 10:00")));
    let again = appointment(&world.state, id(1)).unwrap();
    assert_eq!(again.status, AppointmentStatus::Planned);
    assert!(again.revision > view.revision, "a calendar that took it out takes it in again");
}

/// The entry that calls the only appointment off.
fn appointment_entry(world: &World) -> EventId {
    let off = |event: &Event| matches!(event, Event::AppointmentCancelled(_));
    let mut all = world.state.entries().filter(|entry| entry.event().is_some_and(off));
    all.next().unwrap().id()
}

#[test]
fn a_patient_does_not_make_appointments_for_the_care_team() {
    let mut world = World::new();
    let draft = commands::schedule(made(1, "2026-11-30", "10:30", "Europe/Berlin"), when("2026-11-20 09:00"));
    world.say(phone(), draft.unwrap());
    assert!(on(&world, "2026-11-30").is_empty());
}

#[test]
fn a_change_that_this_build_cannot_read_is_said_and_the_appointment_stays() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "10:30", "Europe/Berlin"));
    let event = Event::AppointmentRescheduled(moved(1, "2026-12-01", "09:00"));
    let later = from_the_future(&mut world, event, "2026-11-21 09:00");
    world.hear(later);
    assert_eq!(on(&world, "2026-11-30")[0].status, AppointmentStatus::Frozen);
}

#[test]
fn what_cannot_be_is_refused_with_field_and_rule() {
    let mut world = World::new();
    schedule(&mut world, made(1, "2026-11-30", "10:30", "Europe/Berlin"));
    say(&mut world, commands::call_off(id(1), None, when("2026-11-21 09:00")));
    let refused = |command: Command| {
        let desk = desk(clinic(), "2026-11-21 10:00");
        let decided = decide(&world.state, &command, &desk, &mut || EventId(Uuid::from_u128(0xd)));
        decided.map(|_| ()).map_err(|e| (e.field, e.rule)).unwrap_err()
    };
    let nowhere = made(2, "2026-11-30", "10:30", "Europe/Atlantis");
    assert_eq!(refused(Command::Schedule(nowhere)), ("zone", PlanRule::UnknownZone));
    let untitled =
        AppointmentScheduled { title: " ".into(), ..made(2, "2026-11-30", "10:30", "Europe/Berlin") };
    assert_eq!(refused(Command::Schedule(untitled)), ("title", PlanRule::Empty));
    let endless =
        AppointmentScheduled { minutes: Some(0), ..made(2, "2026-11-30", "10:30", "Europe/Berlin") };
    assert_eq!(refused(Command::Schedule(endless)), ("minutes", PlanRule::TooMany));
    let again = made(1, "2026-11-30", "10:30", "Europe/Berlin");
    assert_eq!(refused(Command::Schedule(again)), ("appointment", PlanRule::Exists));
    assert_eq!(
        refused(Command::Reschedule(moved(9, "2026-12-01", "09:00"))),
        ("appointment", PlanRule::Unknown)
    );
    assert_eq!(
        refused(Command::Reschedule(moved(1, "2026-12-01", "09:00"))),
        ("appointment", PlanRule::CalledOff)
    );
    let off = AppointmentCancelled { appointment: id(1), reason: None };
    assert_eq!(refused(Command::CallOff(off)), ("appointment", PlanRule::CalledOff));
}
