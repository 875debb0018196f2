//! What a patient takes besides her plan: she adds it, changes and stops it; nobody but the care team touches what is
//! prescribed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod support;

use std::collections::BTreeSet;

use shared_events::{
    commands,
    content::{Entity, TreatmentId},
    decide::{Command, decide},
    draft::Draft,
    effects::{Behaviour, Kind, react},
    events::{MedicineAdded, TreatmentChanged, TreatmentPrescribed, TreatmentStopped},
    fields::conflicts,
    ids::{DeviceId, EventId},
    plan::MedicineName,
    schedule::PlanRule,
    sorted::SortedMap,
    views::{DoseStatus, Part, Question, history, history::Counts, medicines, present, why},
};
use uuid::Uuid;

use support::{
    World, at, clinic, desk, from_the_future, now, phone, prescription, tablet, tablets, treatment, when,
};

fn magnesium(n: u128) -> MedicineAdded {
    let TreatmentPrescribed { treatment, medicine, dose, schedule, .. } =
        prescription(n, "Magnesium", &["21:00"]);
    let purpose = Some("for cramps".to_owned());
    MedicineAdded { treatment, medicine, dose, instructions: None, purpose, schedule }
}
fn add(world: &mut World, by: DeviceId, n: u128, on: &str) -> EventId {
    world.say(by, commands::add(magnesium(n), when(on)).unwrap())
}
fn doubled(treatment: TreatmentId, from: &str) -> TreatmentChanged {
    TreatmentChanged {
        treatment,
        from: at(from),
        dose: Some(tablets("2")),
        instructions: None,
        rule: None,
        medicine: None,
        reason: None,
        after: SortedMap::new(),
    }
}
fn called(n: u128, name: &str) -> TreatmentChanged {
    let medicine = Some(MedicineName { name: name.to_owned() });
    TreatmentChanged { dose: None, medicine, ..doubled(treatment(n), "2026-11-22 00:00") }
}
fn stopped(treatment: TreatmentId, from: &str) -> TreatmentStopped {
    TreatmentStopped { treatment, from: at(from), reason: None }
}
fn dose(world: &World, n: u128, on: &str) -> Option<String> {
    let doses = world.day(on, "2026-11-20 12:00").slots.into_iter().flat_map(|slot| slot.doses);
    let mut of = doses.filter(|dose| dose.treatment == treatment(n));
    of.next().map(|dose| dose.dose.value.as_str().to_owned())
}

#[test]
fn what_she_adds_is_planned_and_said_to_be_hers() {
    let mut world = World::with_dexamethasone();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    assert_eq!(dose(&world, 2, "2026-11-21"), Some("1".to_owned()));
    let dose = world.day("2026-11-19", "2026-11-20 12:00");
    let before = dose.slots.iter().flat_map(|slot| &slot.doses).find(|dose| dose.treatment == treatment(2));
    assert_eq!(before.unwrap().status, DoseStatus::BeforePlan, "nothing was missed before she said so");
    // The next doses that she was shown began with tomorrow's.
    let mut late = World::new();
    add(&mut late, phone(), 2, "2026-11-20 21:10");
    let day = late.day("2026-11-20", "2026-11-20 21:11");
    let statuses: Vec<_> = day.slots.iter().flat_map(|slot| &slot.doses).map(|dose| &dose.status).collect();
    assert_eq!(statuses, [&DoseStatus::BeforePlan]);
    let added: Vec<_> = medicines(&world.state).into_iter().map(|m| (m.medicine.name, m.is_added)).collect();
    assert_eq!(added, [("Dexamethasone".to_owned(), false), ("Magnesium".to_owned(), true)]);
    let views = present(&world.state, now("2026-11-20 12:00"));
    let purposes: Vec<_> = views.into_iter().map(|view| view.purpose).collect();
    assert_eq!(purposes, [None, Some("for cramps".to_owned())]);
}

#[test]
fn she_and_those_who_care_for_her_change_and_stop_what_she_added() {
    let mut world = World::new();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    let change = Draft::of(doubled(treatment(2), "2026-11-22 00:00"), when("2026-11-20 10:00"));
    world.say(tablet(), change);
    assert_eq!(dose(&world, 2, "2026-11-21"), Some("1".to_owned()));
    assert_eq!(dose(&world, 2, "2026-11-22"), Some("2".to_owned()));
    let stop = Draft::of(stopped(treatment(2), "2026-11-24 00:00"), when("2026-11-20 11:00"));
    world.say(phone(), stop);
    assert_eq!(dose(&world, 2, "2026-11-23"), Some("2".to_owned()));
    assert_eq!(dose(&world, 2, "2026-11-24"), None);
}

#[test]
fn a_name_is_put_right_for_all_days_and_of_nothing_that_is_prescribed() {
    let mut world = World::with_dexamethasone();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    for n in [1, 2] {
        world.say(clinic(), Draft::of(called(n, "Magnesia"), when("2026-11-21 10:00")));
    }
    let day = world.day("2026-11-20", "2026-11-21 12:00");
    let doses = day.slots.iter().flat_map(|slot| &slot.doses);
    let names: BTreeSet<_> = doses.map(|dose| dose.medicine.name.as_str()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Dexamethasone", "Magnesia"]);
    let name = |world: &World| medicines(&world.state).pop().unwrap().medicine.name;
    // The last word holds, also where its author's clock was behind.
    let from = at("2026-11-20 12:00");
    let behind = TreatmentChanged { from, ..called(2, "Magnesium") };
    world.say(phone(), Draft::of(behind, when("2026-11-21 11:00")));
    assert_eq!(name(&world), "Magnesium");
    // Neither saw the other's word: a person keeps one.
    let [both] = &*conflicts(&world.state) else { panic!("they disagree") };
    assert_eq!((both.field.as_str(), both.choices.len()), ("medicine", 2));
    let keep = both.keep(&world.state, &both.choices[0], when("2026-11-21 12:00")).unwrap();
    world.say(phone(), keep);
    assert_eq!((conflicts(&world.state), name(&world)), (vec![], "Magnesia".to_owned()));
}

#[test]
fn the_care_team_hears_of_another_name() {
    let mut world = World::new();
    add(&mut world, phone(), 2, "2026-11-28 09:00");
    let event = world.say(phone(), Draft::of(called(2, "Warfarin"), when("2026-11-28 10:00")));
    let entry = world.state.entry(event).unwrap();
    let asked = react(&world.state, event, Behaviour::of(entry));
    assert_eq!(asked.iter().map(|effect| effect.rule).collect::<Vec<_>>(), ["medicine_named"]);
    assert_eq!(asked[0].kind, Kind::NotifyCareTeam);
}

#[test]
fn what_is_prescribed_is_not_hers_to_change() {
    let mut world = World::with_dexamethasone();
    for draft in [
        Draft::of(doubled(treatment(1), "2026-11-21 00:00"), when("2026-11-20 10:00")),
        Draft::of(stopped(treatment(1), "2026-11-21 00:00"), when("2026-11-20 10:00")),
        // Nor by adding a medicine under its name.
        commands::add(magnesium(1), when("2026-11-20 10:00")).unwrap(),
    ] {
        world.say(phone(), draft);
    }
    assert_eq!(dose(&world, 1, "2026-11-21"), Some("1".to_owned()));
    assert!(!world.state.is_added(&Entity::Treatment(treatment(1))));
    let lines = history(&world.state, None, 3);
    let counts: Vec<_> = lines.iter().map(|line| (line.kind.as_str(), line.counts)).collect();
    assert_eq!(
        counts,
        [
            ("MedicineAdded", Counts::Applied),
            ("TreatmentStopped", Counts::NotAllowed),
            ("TreatmentChanged", Counts::NotAllowed)
        ]
    );
}

#[test]
fn a_dose_that_is_still_open_is_not_asked_for_once_it_is_stopped_or_if_she_added_it_after_its_time() {
    let mut world = World::new();
    add(&mut world, phone(), 2, "2026-11-20 22:30");
    let status = |world: &World, now: &str| {
        let day = world.day("2026-11-20", now);
        let dose =
            day.slots.into_iter().flat_map(|slot| slot.doses).find(|dose| dose.treatment == treatment(2));
        dose.map(|dose| dose.status)
    };
    assert_eq!(status(&world, "2026-11-20 22:40"), Some(DoseStatus::BeforePlan));
    let mut world = World::new();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    assert_eq!(status(&world, "2026-11-20 21:40"), Some(DoseStatus::Due));
    world.say(phone(), Draft::of(stopped(treatment(2), "2026-11-20 21:35"), when("2026-11-20 21:35")));
    assert_eq!(status(&world, "2026-11-20 21:40"), Some(DoseStatus::Missed), "it can still be logged");
}

#[test]
fn what_is_filed_under_her_own_medicine_too_does_not_reach_what_is_prescribed() {
    let mut world = World::with_dexamethasone();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    let both = [2, 1].map(|n| Entity::Treatment(treatment(n)));
    for about in [both.to_vec(), both.iter().rev().cloned().collect()] {
        let stop = Draft::of(stopped(treatment(1), "2026-11-21 00:00"), when("2026-11-20 10:00"));
        world.say(tablet(), stop.about(about));
    }
    assert_eq!(dose(&world, 1, "2026-11-21"), Some("1".to_owned()), "it is prescribed");
}

#[test]
fn a_prescription_that_is_taken_back_leaves_her_own() {
    let mut world = World::new();
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    let prescribed = world.prescribe(prescription(2, "Magnesium", &["08:00"]), "2026-11-20 10:00");
    world.retract(clinic(), prescribed, "2026-11-20 11:00");
    world.say(phone(), Draft::of(stopped(treatment(2), "2026-11-22 00:00"), when("2026-11-20 12:00")));
    assert_eq!(dose(&world, 2, "2026-11-21"), Some("1".to_owned()));
    assert_eq!(dose(&world, 2, "2026-11-22"), None);
}

#[test]
fn a_prescription_of_it_holds_instead_whatever_came_first() {
    for added_first in [true, false] {
        let mut world = World::new();
        let mut plan = prescription(2, "Magnesium", &["08:00", "20:00"]);
        plan.dose = tablets("3");
        if added_first {
            add(&mut world, phone(), 2, "2026-11-20 09:00");
        }
        world.prescribe(plan, "2026-11-20 10:00");
        if !added_first {
            add(&mut world, phone(), 2, "2026-11-20 11:00");
        }
        assert_eq!(dose(&world, 2, "2026-11-21"), Some("3".to_owned()));
        world.say(phone(), Draft::of(doubled(treatment(2), "2026-11-21 00:00"), when("2026-11-20 12:00")));
        assert_eq!(dose(&world, 2, "2026-11-22"), Some("3".to_owned()));
    }
}

#[test]
fn deciding_says_whose_it_is() {
    let mut world = World::with_dexamethasone();
    let mut id = || EventId(Uuid::from_u128(0xd));
    let mut ask = |world: &World, by, command: &Command| {
        let decided = decide(&world.state, command, &desk(by, "2026-11-21 10:00"), &mut id);
        decided.map(|decision| decision.events.len()).map_err(|e| (e.field, e.rule))
    };
    let not_own = Err(("treatment", PlanRule::NotOwn));
    let change = Command::Change(doubled(treatment(1), "2026-11-22 00:00"));
    assert_eq!(ask(&world, phone(), &change), not_own);
    assert_eq!(ask(&world, clinic(), &change), Ok(1));
    assert_eq!(ask(&world, phone(), &Command::Stop(stopped(treatment(1), "2026-11-22 00:00"))), not_own);
    assert_eq!(ask(&world, phone(), &Command::Add(magnesium(2))), Ok(1));
    let mut nothing = magnesium(2);
    nothing.dose = tablets("0");
    assert_eq!(ask(&world, phone(), &Command::Add(nothing)), Err(("dose.value", PlanRule::NothingAllowed)));
    let mut nameless = magnesium(2);
    nameless.medicine.name = " ".to_owned();
    assert_eq!(ask(&world, phone(), &Command::Add(nameless)), Err(("medicine.name", PlanRule::Empty)));
    add(&mut world, phone(), 2, "2026-11-20 09:00");
    assert_eq!(ask(&world, phone(), &Command::Add(magnesium(2))), Err(("treatment", PlanRule::Exists)));
    assert_eq!(ask(&world, phone(), &Command::Change(doubled(treatment(2), "2026-11-22 00:00"))), Ok(1));
    assert_eq!(ask(&world, phone(), &Command::Stop(stopped(treatment(2), "2026-11-22 00:00"))), Ok(1));
    assert_eq!(ask(&world, phone(), &Command::Change(called(2, "Magnesia"))), Ok(1));
    let nameless = Command::Change(called(2, " "));
    assert_eq!(ask(&world, phone(), &nameless), Err(("medicine.name", PlanRule::Empty)));
    let another = Command::Change(called(1, "Prednisolone"));
    assert_eq!(ask(&world, clinic(), &another), Err(("medicine", PlanRule::PrescribedAnew)));
}

#[test]
fn of_a_change_of_name_and_dose_one_may_hold_where_the_other_does_not() {
    let mut world = World::new();
    let added = add(&mut world, phone(), 2, "2026-11-20 09:00");
    let say =
        |world: &mut World, change: TreatmentChanged, on| world.say(phone(), Draft::of(change, when(on)));
    let name = say(&mut world, called(2, "Magnesia"), "2026-11-20 10:00");
    let both = TreatmentChanged { dose: Some(tablets("2")), ..called(2, "Magnesium citrate") };
    let both = say(&mut world, both, "2026-11-20 11:00");
    let dose = say(&mut world, doubled(treatment(2), "2026-11-22 00:00"), "2026-11-20 12:00");
    let parts = |world: &World| -> Vec<_> {
        let steps = why(&world.state, &Question::Treatment(treatment(2))).into_iter();
        steps.map(|step| (step.id, step.part)).collect()
    };
    let told = vec![
        (added, Part::Holds),
        (name, Part::OverriddenBy(both)),
        (both, Part::Holds), // the name, if no longer the dose
        (dose, Part::Holds),
    ];
    assert_eq!(parts(&world), told);
    let last = say(&mut world, called(2, "Magnesium"), "2026-11-20 13:00");
    assert_eq!(parts(&world)[1..3], [(name, Part::OverriddenBy(last)), (both, Part::OverriddenBy(last))]);
}

#[test]
fn a_build_that_does_not_know_how_it_was_added_does_not_show_it_as_due() {
    let mut world = World::new();
    let event = shared_events::events::Event::MedicineAdded(magnesium(2));
    let later = from_the_future(&mut world, event, "2026-11-20 09:00");
    world.hear(later);
    let day = world.day("2026-11-21", "2026-11-21 12:00");
    assert!(day.slots.is_empty() && day.plan_is_incomplete());
}
