//! Why a fact is as it is, and how it was: as it was known at an instant, and as it was true at one.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use shared_events::{
    as_of::AsOf,
    commands,
    content::TaskId,
    events::TaskAssigned,
    state::State,
    views::{Coverage, DoseStatus, Part, Question, Step, day, why},
};
use support::{World, at, clinic, date, now, phone, prescription, slot, tablet, tablets, treatment, when};
use uuid::Uuid;

fn parts(steps: &[Step]) -> Vec<(&str, Part)> {
    steps.iter().map(|step| (step.kind.as_str(), step.part.clone())).collect()
}

fn status(state: &State, now_text: &str) -> DoseStatus {
    let view = day(state, date("2026-11-10"), now(now_text), Coverage::ALL);
    view.slots.into_iter().flat_map(|slot| slot.doses).next().unwrap().status
}

#[test]
fn a_dose_is_explained_by_its_plan_its_entries_and_what_was_taken_back() {
    let mut world = World::with_dexamethasone();
    let newer = world.prescribe(prescription(1, "Dexamethasone", &["08:00"]), "2026-11-05 07:00");
    let key = slot("2026-11-10", "08:00");
    let first = world.take(phone(), key.clone(), "1", "2026-11-10 08:00");
    let witness = world.take(tablet(), key.clone(), "1", "2026-11-10 08:04");
    let wrong = world.take(phone(), key.clone(), "1", "2026-11-10 11:00");
    let undo = world.retract(phone(), wrong, "2026-11-10 11:05");
    world.take(phone(), slot("2026-11-11", "08:00"), "1", "2026-11-11 08:00");

    let steps = why(&world.state, &Question::Dose(treatment(1), key));
    assert_eq!(
        parts(&steps),
        [
            ("TreatmentPrescribed", Part::OverriddenBy(newer)),
            ("TreatmentPrescribed", Part::Holds),
            ("MedicineTaken", Part::Holds),
            ("MedicineTaken", Part::Witnesses(first)),
            ("MedicineTaken", Part::TakenBackBy(vec![undo])),
            ("EventRetracted", Part::Holds),
        ]
    );
    assert_eq!(steps[3].id, witness);
    assert_eq!(steps[3].who.name.as_deref(), Some("Jonas"));
}

#[test]
fn entries_that_cannot_both_be_are_told_as_such() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-10", "08:00");
    let taken = world.take(phone(), key.clone(), "1", "2026-11-10 08:00");
    let skip =
        world.say(tablet(), commands::skip(treatment(1), key.clone(), None, None, when("2026-11-10 08:30")));
    let parts_of =
        |world: &World| parts_owned(&why(&world.state, &Question::Dose(treatment(1), key.clone())));
    let found = parts_of(&world);
    assert_eq!(found[1..], [Part::Contradicts(skip), Part::Contradicts(taken)]);
    world.retract(tablet(), skip, "2026-11-10 09:00");
    let again = world.take(tablet(), key.clone(), "1", "2026-11-10 10:00");
    let found = parts_of(&world);
    assert_eq!(found[1], Part::Contradicts(again));
    assert_eq!(found[4], Part::Contradicts(taken));
}

fn parts_owned(steps: &[Step]) -> Vec<Part> {
    steps.iter().map(|step| step.part.clone()).collect()
}

#[test]
fn of_done_and_open_again_the_one_that_was_true_last_counts() {
    let mut world = World::new();
    let task = TaskId(Uuid::from_u128(5));
    let assigned = TaskAssigned { task, title: "Weigh yourself".into(), hint: None, date: None, icon: None };
    world.say(clinic(), commands::assign(assigned, when("2026-11-09 08:00")).unwrap());
    let done = world.say(phone(), commands::complete_task(task, None, when("2026-11-10 08:00")));
    // Said later of an earlier moment.
    let reopened = world.say(tablet(), commands::reopen_task(task, when("2026-11-10 07:00")));
    let steps = why(&world.state, &Question::Task(task));
    let part = |id| steps.iter().find(|step| step.id == id).unwrap().part.clone();
    assert_eq!((part(done), part(reopened)), (Part::Holds, Part::OverriddenBy(done)));
}

#[test]
fn what_was_true_on_tuesday_was_known_on_wednesday() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-10", "08:00");
    let draft = commands::take(treatment(1), key.clone(), tablets("1"), when("2026-11-10 08:05"));
    let received = u64::try_from(at("2026-11-11 18:00").timestamp_millis()).unwrap();
    let late = world.make(phone(), &draft, Some(received));
    world.hear(late);
    let known = |text: &str| world.state.as_of(AsOf { known_at: Some(now(text)), true_at: None });
    let was_true = |text: &str| world.state.as_of(AsOf { known_at: None, true_at: Some(now(text)) });
    assert_eq!(status(&known("2026-11-11 17:59"), "2026-11-11 12:00"), DoseStatus::Missed);
    assert!(matches!(status(&known("2026-11-11 18:00"), "2026-11-11 12:00"), DoseStatus::Taken { .. }));
    assert!(matches!(status(&was_true("2026-11-10 08:05"), "2026-11-11 12:00"), DoseStatus::Taken { .. }));
    assert_eq!(status(&was_true("2026-11-10 08:04"), "2026-11-10 08:04"), DoseStatus::Due);
}

#[test]
fn as_of_now_is_the_state_itself_and_nothing_was_known_before_the_first_event() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot("2026-11-10", "08:00"), "1", "2026-11-10 08:00");
    assert_eq!(world.state.as_of(AsOf::default()), world.state);
    let end = Some(now("2027-01-01 00:00"));
    assert_eq!(world.state.as_of(AsOf { known_at: end, true_at: end }).hash(), world.state.hash());
    let before = AsOf { known_at: chrono::DateTime::from_timestamp_millis(0), true_at: None };
    assert_eq!(world.state.as_of(before), State::default());
}
