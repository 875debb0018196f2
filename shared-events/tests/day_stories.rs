//! What a day shows, told as stories. Dexamethasone is planned at 08:00 and 20:00 in Berlin.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use shared_events::{
    commands,
    content::{Entity, Precision},
    draft::Draft,
    events::{Event, TreatmentStopped},
    plan::DoseKey,
    record::Class,
    state::Opened,
    views::{
        Counts, Coverage, DoseStatus, PlanGap, Standing, day, double_doses, history, key_for, medicines,
        today,
    },
};
use support::*;

const DAY: &str = "2026-11-21";

fn status(world: &World, slot_id: &str, now: &str) -> DoseStatus {
    world.dose(&slot(DAY, slot_id), now).status
}

#[test]
fn a_dose_is_planned_then_due_then_not_logged() {
    let world = World::with_dexamethasone();
    for (now, expected) in [
        ("2026-11-21 06:59", DoseStatus::Planned),
        ("2026-11-21 07:00", DoseStatus::Due),
        ("2026-11-21 11:59", DoseStatus::Due),
        ("2026-11-21 12:00", DoseStatus::Missed),
    ] {
        assert_eq!(status(&world, "08:00", now), expected, "{now}");
    }
    let view = world.day(DAY, "2026-11-21 07:30");
    let times: Vec<_> = view.slots.iter().map(|s| s.at.to_string()).collect();
    assert_eq!(times, ["08:00:00", "20:00:00"]);
    assert!(!view.plan_is_incomplete());
    assert_eq!(today(&world.state, now("2026-11-21 00:00")), Some(date(DAY)));
}

#[test]
fn a_dose_within_the_hour_is_taken_and_one_after_it_is_taken_late() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 09:00");
    world.take(phone(), slot(DAY, "20:00"), "1", "2026-11-21 21:01");
    let now = "2026-11-21 23:00";
    assert_eq!(status(&world, "08:00", now), DoseStatus::Taken { at: when("2026-11-21 09:00") });
    assert_eq!(status(&world, "20:00", now), DoseStatus::TakenLate { at: when("2026-11-21 21:01") });
}

#[test]
fn a_dose_that_was_not_logged_can_be_logged_days_later_and_is_not_missed_then() {
    let mut world = World::with_dexamethasone();
    assert_eq!(world.day("2026-11-22", "2026-11-22 09:00").not_logged_yesterday.len(), 2);
    world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:05");
    let open = world.day("2026-11-22", "2026-11-22 09:00").not_logged_yesterday;
    assert_eq!(open.iter().map(|d| d.key.clone()).collect::<Vec<_>>(), [slot(DAY, "20:00")]);
}

#[test]
fn a_dose_left_out_on_purpose_is_skipped_with_its_reason() {
    let mut world = World::with_dexamethasone();
    let sick = Some("I felt sick".to_owned());
    let skip = commands::skip(treatment(1), slot(DAY, "08:00"), sick.clone(), None, when("2026-11-21 08:00"));
    world.say(phone(), skip);
    assert_eq!(status(&world, "08:00", "2026-11-21 14:00"), DoseStatus::Skipped { reason: sick });
}

#[test]
fn a_dose_both_taken_and_left_out_shows_both() {
    let mut world = World::with_dexamethasone();
    let key = slot(DAY, "08:00");
    world.say(phone(), commands::skip(treatment(1), key.clone(), None, None, when("2026-11-21 08:00")));
    let taken = world.take(tablet(), key.clone(), "1", "2026-11-21 08:30");
    let dose = world.dose(&key, "2026-11-21 09:00");
    assert_eq!((dose.status, dose.facts.len()), (DoseStatus::Contradicted, 2));
    world.retract(tablet(), taken, "2026-11-21 09:01");
    assert_eq!(status(&world, "08:00", "2026-11-21 09:02"), DoseStatus::Skipped { reason: None });
}

#[test]
fn a_dose_at_ten_past_midnight_closes_yesterdays_evening_slot() {
    let mut world = World::with_dexamethasone();
    let open = world.day("2026-11-22", "2026-11-22 00:10").open_from_yesterday;
    assert_eq!(open[0].doses[0].key, slot(DAY, "20:00"));
    let key = key_for(&world.state, treatment(1), now("2026-11-22 00:10"));
    assert_eq!(key, slot(DAY, "20:00"));
    world.take(phone(), key, "1", "2026-11-22 00:10");
    let view = world.day("2026-11-22", "2026-11-22 00:11");
    assert_eq!((view.open_from_yesterday.len(), view.unplanned.len()), (0, 0));
    assert!(matches!(status(&world, "20:00", "2026-11-22 00:11"), DoseStatus::TakenLate { .. }));
}

#[test]
fn the_evening_is_over_at_half_past_one() {
    let world = World::with_dexamethasone();
    assert_eq!(status(&world, "20:00", "2026-11-22 01:29"), DoseStatus::Due);
    assert_eq!(status(&world, "20:00", "2026-11-22 01:30"), DoseStatus::Missed);
}

#[test]
fn a_log_that_names_no_slot_is_for_the_nearest_dose_or_for_none() {
    let mut world = World::with_dexamethasone();
    for (at_text, expected) in [("2026-11-21 13:59", "08:00"), ("2026-11-21 14:00", "20:00")] {
        assert_eq!(key_for(&world.state, treatment(1), now(at_text)), slot(DAY, expected), "{at_text}");
    }
    let stop = commands::stop(treatment(1), at("2026-11-10 00:00"), None, when("2026-11-09 12:00"));
    world.say(clinic(), stop);
    assert_eq!(key_for(&world.state, treatment(1), now("2026-11-10 01:00")), slot("2026-11-09", "20:00"));
    assert_eq!(key_for(&world.state, treatment(1), now("2026-11-10 02:00")), DoseKey::AsNeeded);
    assert_eq!(key_for(&world.state, treatment(2), now("2026-11-09 14:00")), DoseKey::AsNeeded);
}

#[test]
fn close_doses_of_one_medicine_do_not_overlap() {
    let mut world = World::new();
    world.prescribe(prescription(1, "Drops", &["18:00", "19:00"]), "2026-11-01 07:00");
    assert_eq!(status(&world, "18:00", "2026-11-21 18:29"), DoseStatus::Due);
    assert_eq!(status(&world, "19:00", "2026-11-21 18:29"), DoseStatus::Planned);
    assert_eq!(status(&world, "18:00", "2026-11-21 18:30"), DoseStatus::Missed);
    assert_eq!(status(&world, "19:00", "2026-11-21 18:30"), DoseStatus::Due);
}

#[test]
fn what_was_before_the_plan_was_written_was_not_missed() {
    let mut world = World::new();
    let mut plan = prescription(1, "Dexamethasone", &["08:00", "20:00"]);
    plan.schedule.start = date(DAY);
    world.prescribe(plan, "2026-11-21 13:00");
    assert_eq!(status(&world, "08:00", "2026-11-21 14:00"), DoseStatus::BeforePlan);
    assert_eq!(status(&world, "20:00", "2026-11-22 02:00"), DoseStatus::Missed);
}

#[test]
fn a_day_that_is_not_covered_is_still_loading_but_shows_what_is_known() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    let ms = |text| Some(u64::try_from(at(text).timestamp_millis()).unwrap());
    let statuses = |coverage| {
        let view = day(&world.state, date(DAY), now("2026-11-21 20:30"), coverage);
        view.slots.into_iter().flat_map(|s| s.doses).map(|d| d.status).collect::<Vec<_>>()
    };
    let taken = DoseStatus::Taken { at: when("2026-11-21 08:00") };
    let from = |since_ms, standing| Coverage { standing, since_ms, ..Coverage::ALL };
    for (coverage, evening) in [
        (from(ms("2026-11-20 00:00"), Standing::Complete), DoseStatus::Due),
        (from(ms("2026-11-20 00:01"), Standing::Complete), DoseStatus::StillLoading),
        (from(Some(0), Standing::Loading), DoseStatus::StillLoading),
        (Coverage::default(), DoseStatus::StillLoading),
    ] {
        assert_eq!(statuses(coverage), [taken.clone(), evening], "{coverage:?}");
    }
    let tomorrow = day(
        &world.state,
        date("2026-11-22"),
        now("2026-11-22 05:00"),
        from(ms("2026-11-21 00:00"), Standing::Complete),
    );
    assert_eq!(tomorrow.not_logged_yesterday, [], "yesterday is not covered");
}

#[test]
fn a_stop_in_a_version_from_the_future_freezes_the_medicine_and_logging_stays_possible() {
    let mut world = World::with_dexamethasone();
    let from = at("2026-11-21 00:00");
    let stop = Event::TreatmentStopped(TreatmentStopped { treatment: treatment(1), from, reason: None });
    let event = from_the_future(&mut world, stop, "2026-11-20 12:00");
    let id = world.hear(event);
    assert!(world.state.is_frozen(&Entity::Treatment(treatment(1))) && medicines(&world.state)[0].frozen);
    assert_eq!(status(&world, "08:00", "2026-11-21 08:00"), DoseStatus::Frozen);
    world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    assert!(matches!(status(&world, "08:00", "2026-11-21 08:01"), DoseStatus::Taken { .. }));
    world.retract(clinic(), id, "2026-11-21 09:00");
    assert_eq!(status(&world, "20:00", "2026-11-21 20:00"), DoseStatus::Due, "the care team took it back");
}

#[test]
fn a_stopped_medicine_is_no_longer_planned_and_what_was_taken_stays_to_be_seen() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot(DAY, "20:00"), "1", "2026-11-21 20:00");
    world.say(clinic(), commands::stop(treatment(1), at("2026-11-21 12:00"), None, when("2026-11-21 11:00")));
    // An edit of the plan that was on its way at the same time does not undo the stop.
    world.prescribe(prescription(1, "Dexamethasone", &["08:00", "20:00"]), "2026-11-21 11:30");
    let view = world.day(DAY, "2026-11-21 21:00");
    assert_eq!(view.slots.len(), 1);
    assert_eq!((view.unplanned.len(), &view.unplanned[0].key), (1, &slot(DAY, "20:00")));
    assert_eq!(view.unplanned[0].medicine.as_ref().unwrap().name, "Dexamethasone");
}

#[test]
fn of_two_prescriptions_of_one_treatment_the_last_holds() {
    let mut world = World::with_dexamethasone();
    let mut plan = prescription(1, "Dexamethasone", &["09:00"]);
    plan.dose = tablets("0.5");
    world.prescribe(plan, "2026-11-20 12:00");
    let view = world.day(DAY, "2026-11-21 09:00");
    let doses: Vec<_> = view.slots.iter().flat_map(|s| &s.doses).map(|d| d.dose.clone()).collect();
    assert_eq!(doses, [tablets("0.5")]);
}

#[test]
fn one_dose_seen_by_two_is_one_dose_with_two_witnesses() {
    let mut world = World::with_dexamethasone();
    let key = slot(DAY, "08:00");
    world.take(phone(), key.clone(), "1", "2026-11-21 08:00");
    world.take(tablet(), key.clone(), "1.0", "2026-11-21 08:10");
    let dose = world.dose(&key, "2026-11-21 09:00");
    assert_eq!((dose.facts.len(), dose.possible_double), (2, None));
    let names: Vec<_> = dose.facts.iter().map(|f| f.who.name.as_deref()).collect();
    assert_eq!(names, [None, Some("Jonas")]);
}

#[test]
fn the_same_dose_hours_apart_or_in_another_amount_is_a_possible_double_until_one_is_retracted() {
    for (amount, again) in [("1", "2026-11-21 08:11"), ("1", "2026-11-21 10:00"), ("2", "2026-11-21 08:02")] {
        let mut world = World::with_dexamethasone();
        let key = slot(DAY, "08:00");
        let first = world.take(phone(), key.clone(), "1", "2026-11-21 08:00");
        let second = world.take(tablet(), key.clone(), amount, again);
        let dose = world.dose(&key, "2026-11-21 11:00");
        let double = dose.possible_double.unwrap();
        let ids: Vec<_> = double.groups.iter().map(|g| g[0].id).collect();
        assert_eq!(ids, [first, second], "{again}");
        assert_eq!(double_doses(&world.state, date(DAY)), [double]);
        world.retract(tablet(), second, "2026-11-21 11:30");
        assert_eq!(world.dose(&key, "2026-11-21 12:00").possible_double, None);
        assert_eq!(double_doses(&world.state, date(DAY)), []);
    }
}

#[test]
fn a_dose_filed_under_two_months_is_still_found_to_be_double() {
    let mut world = World::with_dexamethasone();
    let key = slot("2026-11-30", "20:00");
    world.take(phone(), key.clone(), "1", "2026-11-30 20:00");
    let mut draft = commands::take(treatment(1), key, tablets("1"), when("2026-12-01 00:30"));
    draft.about = vec![Entity::Doses(treatment(1), shared_events::content::Month::of(date("2026-12-01")))];
    world.say(tablet(), draft);
    assert_eq!(double_doses(&world.state, date("2026-12-01")).len(), 1);
    let view = world.day("2026-11-30", "2026-12-01 08:00");
    assert!(view.slots[1].doses[0].possible_double.is_some());
}

#[test]
fn an_undo_gives_the_dose_back_and_can_be_undone_itself() {
    let mut world = World::with_dexamethasone();
    let taken = world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    let undo = world.retract(phone(), taken, "2026-11-21 08:01");
    assert_eq!(status(&world, "08:00", "2026-11-21 08:02"), DoseStatus::Due);
    world.retract(phone(), undo, "2026-11-21 08:03");
    assert!(matches!(status(&world, "08:00", "2026-11-21 08:04"), DoseStatus::Taken { .. }));
}

#[test]
fn a_carer_does_not_retract_what_the_patient_said_and_the_care_team_may() {
    let mut world = World::with_dexamethasone();
    let taken = world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    world.retract(tablet(), taken, "2026-11-21 08:01");
    assert!(matches!(status(&world, "08:00", "2026-11-21 08:02"), DoseStatus::Taken { .. }));
    world.retract(clinic(), taken, "2026-11-21 08:03");
    assert_eq!(status(&world, "08:00", "2026-11-21 08:04"), DoseStatus::Due);
}

#[test]
fn what_the_patient_may_not_say_is_kept_and_shown_and_not_applied() {
    let mut world = World::with_dexamethasone();
    let plan =
        commands::prescribe(prescription(2, "Morphine", &["08:00"]), when("2026-11-02 08:00")).unwrap();
    let id = world.say(phone(), plan);
    assert_eq!(medicines(&world.state).len(), 1);
    let line = history(&world.state, None, 1).remove(0);
    assert_eq!((line.id, line.counts), (id, Counts::NotAllowed));
}

#[test]
fn a_dose_stays_taken_between_its_receipt_and_the_devices_enrolment() {
    let mut world = World::with_dexamethasone();
    let new_phone = device(7);
    world.take(new_phone, slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    assert!(matches!(status(&world, "08:00", "2026-11-21 08:01"), DoseStatus::Taken { .. }));
}

#[test]
fn a_standing_entry_that_does_not_open_says_that_the_plan_is_not_whole_until_it_opens() {
    let mut world = World::with_dexamethasone();
    let plan =
        commands::prescribe(prescription(2, "Apixaban", &["08:00"]), when("2026-11-02 08:00")).unwrap();
    let event = world.make(clinic(), &plan, Some(3));
    let id = world.hear(Opened { content: None, ..event.clone() });
    let view = world.day(DAY, "2026-11-21 08:00");
    assert_eq!((view.gaps, view.slots.len()), (vec![PlanGap::Unopened(id)], 2));
    assert_eq!(history(&world.state, None, 100).iter().filter(|l| l.counts == Counts::Unopened).count(), 1);
    world.hear(event.clone());
    world.hear(Opened { content: None, ..event });
    let view = world.day(DAY, "2026-11-21 08:00");
    assert!(!view.plan_is_incomplete());
    assert_eq!(view.slots[0].doses.len(), 2, "one slot of two medicines");
}

#[test]
fn a_zone_that_this_build_does_not_know_is_said_and_never_taken_for_utc() {
    let mut world = World::with_dexamethasone();
    let event = Event::ZoneChanged(shared_events::events::ZoneChanged {
        zone: "Mars/Olympus".into(),
        from: at("2026-11-20 00:00"),
    });
    world.say(phone(), Draft::new(event, at("2026-11-20 00:00"), Precision::Second));
    let view = world.day(DAY, "2026-11-21 08:00");
    assert_eq!(view.gaps, [PlanGap::UnknownZone("Mars/Olympus".into())]);
    assert_eq!(view.slots[0].instant, now("2026-11-21 08:00"));
}

#[test]
fn a_medicine_that_only_a_later_version_understands_is_said_to_be_there() {
    let mut world = World::with_dexamethasone();
    let plan = Event::TreatmentPrescribed(prescription(2, "Apixaban", &["08:00"]));
    let event = from_the_future(&mut world, plan, "2026-11-20 12:00");
    world.hear(event);
    let view = world.day(DAY, "2026-11-21 08:00");
    assert_eq!(view.gaps, [PlanGap::NotUnderstood(Entity::Treatment(treatment(2)))]);
    assert_eq!(view.slots[0].doses[0].status, DoseStatus::Due, "the others go on");
}

#[test]
fn the_ends_of_the_calendar_are_days_without_doses() {
    let world = World::with_dexamethasone();
    for date in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
        assert_eq!(day(&world.state, date, now("2026-11-21 08:00"), Coverage::ALL).slots, []);
    }
}

#[test]
fn without_a_zone_nothing_is_planned_and_it_is_said() {
    let mut world = World::default();
    world.take(phone(), slot(DAY, "08:00"), "1", "2026-11-21 08:00");
    let view = world.day(DAY, "2026-11-21 09:00");
    assert_eq!((view.slots.len(), view.unplanned.len(), view.gaps), (0, 1, vec![PlanGap::NoZone]));
    assert_eq!(view.unplanned[0].medicine, None);
}

#[test]
fn history_is_newest_first_goes_on_where_it_stopped_and_a_phone_in_2099_does_not_stay_on_top() {
    let mut world = World::with_dexamethasone();
    let draft = commands::take(treatment(1), slot(DAY, "08:00"), tablets("1"), when("2099-01-01 00:00"));
    let received = u64::try_from(at("2026-11-20 08:00").timestamp_millis()).unwrap();
    let event = world.make(phone(), &draft, Some(received));
    world.hear(event);
    let last = world.take(phone(), slot(DAY, "20:00"), "1", "2026-11-21 20:00");
    let all = history(&world.state, None, 100);
    assert_eq!(all[0].id, last);
    assert_eq!(all.len(), world.state.entries().count());
    let mut paged = history(&world.state, None, 3);
    while let [.., line] = &paged[..] {
        let more = history(&world.state, Some(line.place), 3);
        if more.is_empty() {
            break;
        }
        paged.extend(more);
    }
    assert_eq!(paged, all);
    assert_eq!(all[0].device_name.as_deref(), Some("Patient"));
    assert_eq!(all[0].entry.as_ref().unwrap().header.class, Class::Occurrence);
}
