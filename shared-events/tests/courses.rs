//! What the care team says of a plan after it was prescribed, and what a day then shows.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use chrono::{NaiveTime, TimeDelta};
use shared_events::{
    amount::Amount,
    commands,
    draft::Draft,
    events::{
        Event, ModelChanged, TreatmentChanged, TreatmentPaused, TreatmentPrescribed, TreatmentResumed,
        TreatmentStopped,
    },
    model,
    plan::{After, At, Dates, DaySlot, DoseKey, Every, Hours, Meal, Meals, On, Rule, Schedule, SlotId},
    sorted::SortedMap,
    views::{Coverage, DayView, DoseStatus, DoseView, PlanGap, day, medicines},
};

use support::{World, at, clinic, date, now, phone, prescription, slot, tablets, treatment, when};

fn change(from: &str) -> TreatmentChanged {
    TreatmentChanged {
        treatment: treatment(1),
        from: at(from),
        dose: None,
        instructions: None,
        rule: None,
        medicine: None,
        reason: None,
        after: SortedMap::new(),
    }
}
fn pause(from: &str, to: Option<&str>) -> TreatmentPaused {
    TreatmentPaused { treatment: treatment(1), from: at(from), to: to.map(at), reason: None }
}
fn resume(from: &str) -> TreatmentResumed {
    TreatmentResumed { treatment: treatment(1), from: at(from), reason: None }
}
fn say<T: shared_events::events::Data>(world: &mut World, data: T, on: &str) {
    world.say(clinic(), Draft::of(data, when(on)));
}
fn doses(day: &DayView) -> Vec<&DoseView> {
    day.slots.iter().flat_map(|slot| &slot.doses).collect()
}
fn planned(world: &World, on: &str) -> Vec<String> {
    let view = world.day(on, "2026-11-20 00:00");
    doses(&view).iter().map(|dose| format!("{} {}", dose.dose.value, dose.dose.unit)).collect()
}

#[test]
fn a_change_holds_from_its_instant_on_and_what_was_before_stays_what_it_was() {
    let mut world = World::with_dexamethasone();
    let dose = Amount { value: "0.5".parse().unwrap(), unit: "{tablet}".into() };
    let changed = TreatmentChanged {
        dose: Some(dose),
        instructions: Some("after dinner".into()),
        ..change("2026-11-22 12:00")
    };
    say(&mut world, changed, "2026-11-20 10:00");
    assert_eq!(planned(&world, "2026-11-21"), ["1 {tablet}", "1 {tablet}"]);
    assert_eq!(planned(&world, "2026-11-22"), ["1 {tablet}", "0.5 {tablet}"]);
    let view = world.day("2026-11-22", "2026-11-20 00:00");
    let instructions: Vec<_> = doses(&view).iter().map(|dose| dose.instructions.as_deref()).collect();
    assert_eq!(instructions, [Some("with food"), Some("after dinner")]);
    assert_eq!(medicines(&world.state)[0].changes.len(), 1);
}

#[test]
fn a_changed_rule_plans_other_slots_from_the_next_day_and_they_were_not_missed_before_it_was_said() {
    let mut world = World::with_dexamethasone();
    let rule = prescription(1, "", &["07:00"]).schedule.rule;
    let changed = TreatmentChanged { rule: Some(rule), ..change("2026-11-10 09:00") };
    say(&mut world, changed, "2026-11-20 10:00");
    assert_eq!(planned(&world, "2026-11-10").len(), 2);
    assert_eq!(planned(&world, "2026-11-11").len(), 1);
    let seven = slot("2026-11-15", "07:00");
    assert_eq!(world.dose(&seven, "2026-11-20 12:00").status, DoseStatus::BeforePlan);
    assert_eq!(world.dose(&slot("2026-11-22", "07:00"), "2026-11-23 12:00").status, DoseStatus::Missed);
}

#[test]
fn nothing_is_due_while_a_treatment_is_paused_and_a_resume_ends_what_was_paused_before_it() {
    let mut world = World::with_dexamethasone();
    say(&mut world, pause("2026-11-12 00:00", Some("2026-11-14 00:00")), "2026-11-11 10:00");
    assert_eq!(planned(&world, "2026-11-11").len(), 2);
    assert!(planned(&world, "2026-11-12").is_empty() && planned(&world, "2026-11-13").is_empty());
    assert_eq!(planned(&world, "2026-11-14").len(), 2, "it ends where it was said to");

    say(&mut world, pause("2026-11-16 00:00", None), "2026-11-15 10:00");
    assert!(planned(&world, "2026-11-30").is_empty(), "until further notice");
    say(&mut world, resume("2026-11-18 12:00"), "2026-11-17 10:00");
    assert_eq!(planned(&world, "2026-11-18").len(), 1, "the evening of that day");
    assert_eq!(planned(&world, "2026-11-30").len(), 2);

    say(&mut world, pause("2026-11-18 00:00", Some("2026-11-20 00:00")), "2026-11-17 11:00");
    assert!(planned(&world, "2026-11-18").is_empty(), "a pause that was said later holds");
}

#[test]
fn a_resume_that_is_taken_back_leaves_the_pause_as_it_was() {
    let mut world = World::with_dexamethasone();
    say(&mut world, pause("2026-11-12 00:00", None), "2026-11-11 10:00");
    let resumed = world.say(clinic(), Draft::of(resume("2026-11-13 00:00"), when("2026-11-12 10:00")));
    assert_eq!(planned(&world, "2026-11-15").len(), 2);
    world.retract(clinic(), resumed, "2026-11-12 11:00");
    assert!(planned(&world, "2026-11-15").is_empty());
}

#[test]
fn a_stop_holds_beside_changes_and_resumes() {
    let mut world = World::with_dexamethasone();
    let from = at("2026-11-15 12:00");
    let stopped = Event::TreatmentStopped(TreatmentStopped { treatment: treatment(1), from, reason: None });
    world.say(clinic(), Draft::new(stopped, from, shared_events::content::Precision::Minute));
    say(&mut world, resume("2026-11-16 00:00"), "2026-11-16 10:00");
    say(
        &mut world,
        TreatmentChanged { dose: Some(tablets("3")), ..change("2026-11-17 00:00") },
        "2026-11-16 11:00",
    );
    assert_eq!(planned(&world, "2026-11-15").len(), 1);
    assert!(planned(&world, "2026-11-18").is_empty());
}

fn every(hours: i64, after: After) -> TreatmentPrescribed {
    let from = at("2026-11-20 08:00");
    let rule = Rule::Hours(Box::new(Hours { hours, from, after, window: None, days: None, count: None }));
    let plan = prescription(1, "Ondansetron", &[]);
    TreatmentPrescribed { schedule: Schedule { start: date("2026-11-20"), rule, ..plan.schedule }, ..plan }
}

/// A device that has read the doses of December and later.
fn since_december() -> Coverage {
    Coverage { doses_from_ms: at("2026-12-01 00:00").timestamp_millis(), ..Coverage::ALL }
}

#[test]
fn while_the_last_dose_taken_may_be_unknown_its_plan_is_loading_and_not_over() {
    let mut world = World::new();
    world.prescribe(every(35 * 24, After::Taken), "2026-11-19 10:00");
    let seen =
        |world: &World, coverage| day(&world.state, date("2027-01-03"), now("2027-01-03 09:00"), coverage);
    let loading = seen(&world, since_december());
    assert_eq!(loading.gaps, [PlanGap::Loading(treatment(1))]);
    assert!(loading.plan_is_loading() && !loading.plan_is_incomplete());
    assert!(doses(&loading).iter().all(|dose| dose.status == DoseStatus::StillLoading));
    assert_eq!(seen(&world, Coverage::ALL).gaps, []);
    // What was taken in the months that are read is the last one.
    world.take(phone(), DoseKey::AsNeeded, "1", "2026-12-02 09:00");
    assert_eq!(seen(&world, since_december()).gaps, []);
}

#[test]
fn a_dose_that_may_be_filed_in_a_month_that_is_not_read_is_loading() {
    let mut world = World::new();
    world.prescribe(every(24, After::Planned), "2026-11-19 10:00");
    let status = |on: &str| {
        let view = day(&world.state, date(on), now("2027-01-10 09:00"), since_december());
        doses(&view).iter().map(|dose| dose.status.clone()).collect::<Vec<_>>()
    };
    assert_eq!(status("2026-12-30"), [DoseStatus::StillLoading]);
    assert_eq!(status("2027-01-03"), [DoseStatus::Missed]);
}

#[test]
fn hours_after_the_last_dose_taken_go_on_from_each_dose_and_the_past_shows_what_was_taken() {
    let mut world = World::new();
    world.prescribe(every(8, After::Taken), "2026-11-19 10:00");
    for on in ["2026-11-20 08:10", "2026-11-20 17:00", "2026-11-21 02:00"] {
        let now = at(on).to_utc();
        let due: Vec<_> = ["2026-11-20", "2026-11-21"]
            .iter()
            .flat_map(|on| day(&world.state, date(on), now, Coverage::ALL).slots)
            .flat_map(|slot| slot.doses)
            .filter(|dose| dose.status == DoseStatus::Due)
            .collect();
        assert_eq!(due.len(), 1, "{on}: {due:?}");
        let key = due[0].key.clone();
        world.say(phone(), commands::take(treatment(1), key, tablets("1"), when(on)));
    }
    let view = world.day("2026-11-20", "2026-11-21 03:00");
    let statuses: Vec<_> =
        doses(&view).iter().map(|dose| dose.planned_at - at("2026-11-20 08:00").to_utc()).collect();
    assert_eq!(statuses, [TimeDelta::zero(), TimeDelta::minutes(8 * 60 + 10)], "as they were planned then");
    assert!(doses(&view).iter().all(|dose| matches!(dose.status, DoseStatus::Taken { .. })));
    assert!(view.unplanned.is_empty(), "nothing of it is an extra dose: {:?}", view.unplanned);
    let next = world.day("2026-11-21", "2026-11-21 03:00");
    let planned_at: Vec<_> = doses(&next).iter().map(|dose| dose.planned_at).collect();
    assert_eq!(planned_at.last(), Some(&at("2026-11-21 10:00").to_utc()), "eight hours after the last");
}

#[test]
fn what_an_interval_had_before_it_was_written_was_not_missed() {
    let mut world = World::new();
    world.prescribe(every(8, After::Planned), "2026-11-20 15:00");
    let view = world.day("2026-11-20", "2026-11-21 12:00");
    let statuses: Vec<_> = doses(&view).iter().map(|dose| dose.status.clone()).collect();
    assert_eq!(statuses, [DoseStatus::BeforePlan, DoseStatus::Missed]);
}

#[test]
fn a_prescription_that_is_said_again_with_other_words_keeps_the_names_of_its_doses() {
    let mut world = World::new();
    world.prescribe(every(8, After::Planned), "2026-11-19 10:00");
    let first = doses(&world.day("2026-11-20", "2026-11-20 08:05"))[0].key.clone();
    world.say(phone(), commands::take(treatment(1), first.clone(), tablets("1"), when("2026-11-20 08:05")));
    let again = TreatmentPrescribed { instructions: Some("with water".into()), ..every(8, After::Planned) };
    world.prescribe(again, "2026-11-20 09:00");
    let view = world.day("2026-11-20", "2026-11-20 09:30");
    let dose = doses(&view)[0];
    assert!(matches!(dose.status, DoseStatus::Taken { .. }) && dose.key == first, "{dose:?}");
    assert_eq!(dose.instructions.as_deref(), Some("with water"));
}

#[test]
fn a_plan_by_meals_waits_for_the_patients_meals_and_follows_them() {
    let mut world = World::new();
    let at_breakfast = DaySlot { at: At::Before(Meal::Breakfast), minutes: 30, dose: None };
    let every = Every { every: 1, weekdays: None, month: None, days: Vec::new() };
    let dates = Dates {
        on: On::Days(every),
        slots: SortedMap::from([(SlotId("first".into()), at_breakfast)]),
        days: None,
        count: None,
    };
    let plan = prescription(1, "Pantoprazole", &[]);
    let schedule = Schedule { rule: Rule::Dates(Box::new(dates)), ..plan.schedule };
    world.prescribe(TreatmentPrescribed { schedule, ..plan }, "2026-11-01 07:00");
    let refused = world.day("2026-11-20", "2026-11-20 06:00");
    assert!(matches!(refused.gaps[..], [PlanGap::Refused(..)]), "{:?}", refused.gaps);

    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    let meals = Meals {
        breakfast: time("07:45"),
        lunch: time("12:30"),
        dinner: time("18:30"),
        bedtime: time("22:00"),
    };
    let said: ModelChanged = model::change(&world.state, &meals).unwrap().unwrap();
    world.say(phone(), Draft::of(said, when("2026-11-20 06:00")));
    let view = world.day("2026-11-20", "2026-11-20 06:00");
    assert!(view.gaps.is_empty());
    assert_eq!(doses(&view)[0].planned_at, now("2026-11-20 07:15"));
    assert!(matches!(doses(&view)[0].key, DoseKey::Planned { .. }));
}
