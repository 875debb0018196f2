//! What is asked for becomes events and effects, or is refused with field and rule; of facts there are warnings only.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod support;

use shared_events::{
    decide::{Command, Decision, Rejection, Warning, decide},
    draft::Draft,
    effects::{Behaviour, Effect, Kind, react},
    events::{
        EventRetracted, MedicineSkipped, MedicineTaken, TaskAssigned, TreatmentChanged, TreatmentPaused,
        TreatmentPrescribed, TreatmentResumed, TreatmentStopped,
    },
    ids::EventId,
    plan::{AsNeeded, DoseKey, Rule, Schedule},
    replay::{Rules, compare, replay},
    schedule::{PlanRule, Warning as Planned},
    sorted::SortedMap,
    state::Opened,
};
use uuid::Uuid;

use support::{
    World, at, clinic, desk, phone, prescription, reworded, slot, tablet, tablets, treatment, when,
};

fn asked(
    world: &World,
    by: shared_events::ids::DeviceId,
    command: &Command,
    on: &str,
) -> Result<Decision, Rejection> {
    let mut next = 0xd_0000_u128;
    let mut id = || {
        next += 1;
        EventId(Uuid::from_u128(next))
    };
    decide(&world.state, command, &desk(by, on), &mut id)
}
fn refused(world: &World, command: &Command) -> (&'static str, PlanRule) {
    let rejection = asked(world, clinic(), command, "2026-11-21 10:00").unwrap_err();
    (rejection.field, rejection.rule)
}
fn taken(key: DoseKey) -> MedicineTaken {
    MedicineTaken { treatment: treatment(1), dose: key, amount: tablets("1"), note: None }
}
fn skipped(key: DoseKey) -> MedicineSkipped {
    MedicineSkipped { treatment: treatment(1), dose: key, reason: None, note: None }
}
fn nothing() -> TreatmentChanged {
    TreatmentChanged {
        treatment: treatment(1),
        from: at("2026-11-22 00:00"),
        dose: None,
        instructions: None,
        rule: None,
        medicine: None,
        reason: None,
        after: SortedMap::new(),
    }
}
fn rules(effects: &[Effect]) -> Vec<(&'static str, Kind)> {
    effects.iter().map(|effect| (effect.rule, effect.kind)).collect()
}

#[test]
fn a_plan_that_cannot_be_is_refused_with_field_and_rule_and_says_nothing() {
    let world = World::with_dexamethasone();
    let again = Command::Prescribe(prescription(1, "Dexamethasone", &["08:00"]));
    assert_eq!(refused(&world, &again), ("treatment", PlanRule::Exists));
    let nameless = Command::Prescribe(prescription(2, " ", &["08:00"]));
    assert_eq!(refused(&world, &nameless), ("medicine.name", PlanRule::Empty));
    let unplanned = Command::Prescribe(prescription(2, "Apixaban", &[]));
    assert_eq!(refused(&world, &unplanned), ("schedule.rule.times.slots", PlanRule::NoSlots));
    assert_eq!(refused(&world, &Command::Change(nothing())), ("dose", PlanRule::NothingChanges));
    let unknown = TreatmentChanged { treatment: treatment(7), dose: Some(tablets("2")), ..nothing() };
    assert_eq!(refused(&world, &Command::Change(unknown)), ("treatment", PlanRule::Unknown));
    let from = at("2026-11-22 00:00");
    let resumed = TreatmentResumed { treatment: treatment(1), from, reason: None };
    assert_eq!(refused(&world, &Command::Resume(resumed)), ("from", PlanRule::NotPaused));
    let pause = TreatmentPaused { treatment: treatment(1), from, to: Some(from), reason: None };
    assert_eq!(refused(&world, &Command::Pause(pause)), ("to", PlanRule::EndsBeforeStart));
    let task = TaskAssigned {
        task: shared_events::content::TaskId(Uuid::nil()),
        title: String::new(),
        hint: None,
        date: None,
        icon: None,
    };
    assert_eq!(refused(&world, &Command::Assign(task)), ("title", PlanRule::Empty));
    let retracted = EventRetracted { target: EventId(Uuid::nil()), reason: None };
    assert_eq!(refused(&world, &Command::Retract(retracted)), ("target", PlanRule::NoEntry));
}

#[test]
fn what_was_stopped_is_not_changed_any_more() {
    let mut world = World::with_dexamethasone();
    let stop = TreatmentStopped { treatment: treatment(1), from: at("2026-11-21 00:00"), reason: None };
    world.say(clinic(), Draft::of(stop, when("2026-11-20 10:00")));
    let change = TreatmentChanged { dose: Some(tablets("2")), ..nothing() };
    assert_eq!(refused(&world, &Command::Change(change)), ("treatment", PlanRule::Stopped));
}

#[test]
fn a_fact_is_never_refused_and_says_what_to_think_of() {
    let mut world = World::with_dexamethasone();
    let morning = slot("2026-11-21", "08:00");
    let take = |key: &DoseKey| Command::Take(vec![taken(key.clone())]);
    let decided = asked(&world, phone(), &take(&morning), "2026-11-21 08:05").unwrap();
    assert_eq!((decided.events.len(), decided.warnings), (1, vec![]));
    let early = asked(&world, phone(), &take(&slot("2026-11-21", "20:00")), "2026-11-21 15:28").unwrap();
    let planned_at = at("2026-11-21 20:00").to_utc();
    assert_eq!(early.warnings, [Warning::Early { treatment: treatment(1), planned_at }]);
    assert_eq!(early.events.len(), 1, "she may go on");

    let entry = world.take(phone(), morning.clone(), "1", "2026-11-21 08:05");
    let twice = asked(&world, phone(), &take(&morning), "2026-11-21 11:00").unwrap();
    assert_eq!(twice.warnings, [Warning::AlreadyLogged { treatment: treatment(1), entry }]);
    let strange = MedicineTaken { treatment: treatment(9), ..taken(DoseKey::AsNeeded) };
    let decided = asked(&world, phone(), &Command::Take(vec![strange]), "2026-11-21 11:00").unwrap();
    assert_eq!(decided.warnings, [Warning::NotKnown(treatment(9))]);
}

fn with_metamizole() -> World {
    let mut world = World::new();
    let rule = AsNeeded { gap_minutes: Some(240), daily_doses: Some(2), ..AsNeeded::default() };
    let plan = prescription(1, "Metamizole", &[]);
    let schedule = Schedule { rule: Rule::AsNeeded(Box::new(rule)), ..plan.schedule };
    world.prescribe(TreatmentPrescribed { schedule, ..plan }, "2026-11-01 07:00");
    world
}

#[test]
fn a_dose_as_needed_that_comes_too_soon_or_is_too_much_is_warned_about_and_told_to_the_care_team() {
    let mut world = with_metamizole();
    let command = Command::Take(vec![taken(DoseKey::AsNeeded)]);
    assert_eq!(asked(&world, phone(), &command, "2026-11-26 08:00").unwrap().warnings, []);
    world.take(phone(), DoseKey::AsNeeded, "1", "2026-11-26 08:00");
    world.take(phone(), DoseKey::AsNeeded, "1", "2026-11-26 12:00");
    let third = asked(&world, phone(), &command, "2026-11-26 14:00").unwrap();
    let of = |warning| Warning::AsNeeded(treatment(1), warning);
    let earliest = at("2026-11-26 16:00").to_utc();
    let expected =
        [of(Planned::TooSoon { earliest }), of(Planned::TooMuchOnDate), of(Planned::TooMuchIn24Hours)];
    assert_eq!(third.warnings, expected);
    assert_eq!(rules(&third.effects), [("as_needed", Kind::NotifyCareTeam)]);
    assert!(third.effects[0].message.starts_with("Metamizole: taken sooner"), "{}", third.effects[0].message);
}

#[test]
fn what_a_preview_foresees_is_what_happens() {
    let mut world = World::with_dexamethasone();
    let command = Command::Change(TreatmentChanged { dose: Some(tablets("2")), ..nothing() });
    let before = world.state.hash();
    let foreseen = asked(&world, clinic(), &command, "2026-11-26 10:00").unwrap();
    assert_eq!(world.state.hash(), before, "nothing has changed");
    let expected = [("plan_changed", Kind::RemindPatient), ("pill_box", Kind::AssignTask)];
    assert_eq!(rules(&foreseen.effects), expected);
    let remind = &foreseen.effects[0].message;
    assert!(!remind.contains("Dexamethasone"), "a push message has no health content: {remind}");
    let (_, draft) = foreseen.events.into_iter().next().unwrap();
    let id = world.say(clinic(), draft);
    assert_eq!(rules(&react(&world.state, id, Behaviour::newest())), expected);
}

#[test]
fn a_run_of_doses_left_out_is_told_once_however_long_it_gets() {
    let mut world = World::with_dexamethasone();
    let keys =
        ["08:00", "20:00"].map(|time| ["2026-11-26", "2026-11-27", "2026-11-28"].map(|day| slot(day, time)));
    let mut ids = Vec::new();
    for day in 0..3 {
        for times in &keys {
            let on = format!("2026-11-2{} 21:00", day + 6);
            let id = world.say(phone(), Draft::of(skipped(times[day].clone()), when(&on)));
            ids.extend(
                react(&world.state, id, Behaviour::newest())
                    .into_iter()
                    .map(|effect| (effect.rule, effect.id)),
            );
        }
    }
    assert_eq!(ids.len(), 4, "the third and every further one: {ids:?}");
    assert!(ids.iter().all(|effect| *effect == ids[0] && effect.0 == "left_out_in_a_row"), "all are one");
    world.take(phone(), slot("2026-11-29", "08:00"), "1", "2026-11-29 08:00");
    let id = world.say(phone(), Draft::of(skipped(slot("2026-11-29", "20:00")), when("2026-11-29 21:00")));
    assert!(react(&world.state, id, Behaviour::newest()).is_empty(), "a new run begins");
}

#[test]
fn two_devices_that_log_one_dose_hours_apart_ask_for_a_look_once() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-26", "08:00");
    let first = world.take(phone(), key.clone(), "1", "2026-11-26 08:00");
    assert!(react(&world.state, first, Behaviour::newest()).is_empty());
    let second = world.take(tablet(), key.clone(), "1", "2026-11-26 11:00");
    let found = react(&world.state, second, Behaviour::newest());
    assert_eq!(rules(&found), [("double_dose", Kind::RequestReview)]);
    let third = world.take(tablet(), key.clone(), "1", "2026-11-26 13:00");
    assert_eq!(react(&world.state, third, Behaviour::newest())[0].id, found[0].id, "one dose is one matter");
    let skip = world.say(phone(), Draft::of(skipped(key), when("2026-11-26 14:00")));
    let of_both = rules(&react(&world.state, skip, Behaviour::newest()));
    assert!(of_both.contains(&("taken_and_left_out", Kind::RequestReview)), "{of_both:?}");
}

#[test]
fn what_was_taken_back_or_may_not_be_said_causes_nothing() {
    let mut world = World::with_dexamethasone();
    let stop = TreatmentStopped { treatment: treatment(1), from: at("2026-11-26 00:00"), reason: None };
    let by_patient = world.say(phone(), Draft::of(stop.clone(), when("2026-11-25 10:00")));
    assert!(react(&world.state, by_patient, Behaviour::newest()).is_empty(), "she may not stop it");
    world.say(clinic(), Draft::of(stop, when("2026-11-25 11:00")));
    let dose = world.take(phone(), slot("2026-11-26", "08:00"), "1", "2026-11-26 08:00");
    assert_eq!(
        rules(&react(&world.state, dose, Behaviour::newest())),
        [("after_stop", Kind::NotifyCareTeam)]
    );
    world.retract(phone(), dose, "2026-11-26 08:01");
    assert!(react(&world.state, dose, Behaviour::newest()).is_empty());
}

#[test]
fn an_event_has_the_effects_of_the_day_on_which_it_arrived_or_of_its_own_version() {
    let mut world = World::with_dexamethasone();
    let early = world.take(phone(), slot("2026-11-21", "08:00"), "1", "2026-11-21 08:00");
    assert_eq!(Behaviour::of(world.state.entry(early).unwrap()).date(), "2026-11-21");
    let later = world.take(phone(), slot("2026-11-26", "08:00"), "1", "2026-11-26 08:00");
    assert_eq!(Behaviour::of(world.state.entry(later).unwrap()).date(), "2026-11-25");
    let change = TreatmentChanged { dose: Some(tablets("2")), ..nothing() };
    let of_version = world.say(clinic(), Draft::of(change, when("2026-11-21 10:00")));
    assert_eq!(
        Behaviour::of(world.state.entry(of_version).unwrap()).date(),
        "2026-11-25",
        "its version is later"
    );
}

/// A log: events as they came.
fn log(world: &World) -> Vec<Opened> {
    let mut events: Vec<_> = world.state.checkpoint().cloned().collect();
    events.sort_by_key(|event| event.receipt.map(|receipt| receipt.ordinal));
    events
}

#[test]
fn a_replay_under_another_date_says_what_differs_and_changes_nothing() {
    let mut world = World::with_dexamethasone();
    for time in ["08:00", "20:00"] {
        world.say(phone(), Draft::of(skipped(slot("2026-11-21", time)), when("2026-11-21 21:00")));
    }
    world.say(phone(), Draft::of(skipped(slot("2026-11-22", "08:00")), when("2026-11-22 09:00")));
    let pause =
        TreatmentPaused { treatment: treatment(1), from: at("2026-11-23 00:00"), to: None, reason: None };
    let paused = world.say(clinic(), Draft::of(pause, when("2026-11-22 10:00")));
    let hash = world.state.hash();
    let told = |date: &str| replay(log(&world), Some(date), Rules::Of(Behaviour::as_of(date)));
    let (before, after) = (told("2026-11-21"), told("2026-11-25"));
    let difference = compare(&before, &after);
    assert!(difference.only_before.is_empty());
    let found: Vec<_> = difference.only_after.iter().map(|effect| effect.rule).collect();
    assert!(found.contains(&"left_out_in_a_row") && found.contains(&"plan_changed"), "{found:?}");
    let events: Vec<_> = difference.states.iter().map(|one| (one.event, one.kind.as_str())).collect();
    assert!(events.contains(&(paused, "TreatmentPaused")), "{events:?}");
    let of_pause = difference.states.iter().find(|one| one.event == paused).unwrap();
    assert_eq!(of_pause.frozen.len(), 1, "a build of that date shows no plan that it does not understand");
    assert_eq!(world.state.hash(), hash);
    assert_eq!(compare(&after, &told("2026-11-25")), shared_events::replay::Difference::default());
    let of_their_day = replay(log(&world), None, Rules::OfTheirDay);
    assert!(
        !of_their_day.effects.iter().any(|effect| effect.rule == "left_out_in_a_row"),
        "not in force then"
    );
}

#[test]
fn an_event_that_no_build_of_a_date_knows_is_kept_in_its_replay() {
    let mut world = World::with_dexamethasone();
    let event = world.make(
        phone(),
        &Draft::of(taken(slot("2026-11-21", "08:00")), when("2026-11-21 08:00")),
        Some(7),
    );
    let id = world.hear(reworded(event, |header| header.version = "2031-01-01".into()));
    let told = replay(log(&world), None, Rules::OfTheirDay);
    assert!(told.state.entry(id).is_some_and(|entry| entry.event().is_none()));
}
