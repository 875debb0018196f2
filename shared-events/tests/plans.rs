//! The decisions of the schedule model, one example each: dates that come again, cycles, tapers, meals, counts, pauses
//! and changes. Plans stand here as they stand in a log.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;

use calendar::{date, entry, shown, time, utc};
use shared_events::{
    amount::Amount,
    ids::EventId,
    json,
    plan::{DoseKey, Meals, Rule, Schedule, SlotId},
    schedule::{Change, Course, Pause, PlanRule, PlannedDose, ZoneTimeline},
};
use uuid::Uuid;

const MORNING: &str = r#""slots":{"morning":{"at":{"clock":"08:00"}}}"#;

fn mg(value: &str) -> Amount {
    Amount { value: value.parse().unwrap(), unit: "mg".into() }
}
fn schedule(start: &str, rule: &str) -> Schedule {
    json::from_str(&format!(r#"{{"start":"{start}","rule":{rule}}}"#)).unwrap()
}
/// Mornings on such dates, with further fields of the rule.
fn mornings(start: &str, on: &str, more: &str) -> Schedule {
    schedule(start, &format!(r#"{{"dates":{{"on":{on},{MORNING}{more}}}}}"#))
}
fn berlin() -> ZoneTimeline {
    ZoneTimeline::fixed("Europe/Berlin".parse().unwrap())
}
fn expand(course: &Course<'_>, from: &str, to: &str) -> Vec<PlannedDose> {
    course.expand(&berlin(), date(from)..date(to)).unwrap()
}
/// The dates of a plan without any changes.
fn days(schedule: &Schedule, from: &str, to: &str) -> Vec<String> {
    let dose = mg("1");
    let found = expand(&Course::new(schedule, &dose, entry()), from, to);
    found.iter().map(|dose| dose.local.date().to_string()).collect()
}
fn times(doses: &[PlannedDose]) -> Vec<String> {
    doses.iter().map(shown).collect()
}
fn amounts(doses: &[PlannedDose]) -> Vec<&str> {
    doses.iter().map(|dose| dose.dose.value.as_str()).collect()
}

#[test]
fn every_other_day_and_every_365_days_never_drift() {
    let other = mornings("2026-11-21", r#"{"days":{"every":2}}"#, "");
    assert_eq!(
        days(&other, "2026-11-01", "2026-11-28"),
        ["2026-11-21", "2026-11-23", "2026-11-25", "2026-11-27"]
    );
    let yearly = mornings("2026-11-21", r#"{"days":{"every":365}}"#, "");
    assert_eq!(days(&yearly, "2027-01-01", "2030-01-01"), ["2027-11-21", "2028-11-20", "2029-11-20"]);
    let beyond = mornings("2026-11-21", r#"{"days":{"every":1000}}"#, "");
    assert_eq!(days(&beyond, "2027-01-01", "2033-01-01"), ["2029-08-17", "2032-05-13"]);
}

#[test]
fn every_n_weeks_counts_iso_weeks() {
    // The 21st is a Saturday; its week began on Monday the 16th.
    let plan = mornings("2026-11-21", r#"{"weeks":{"every":2,"weekdays":["sun","mon"]}}"#, "");
    let expected = ["2026-11-22", "2026-11-30", "2026-12-06", "2026-12-14", "2026-12-20"];
    assert_eq!(days(&plan, "2026-11-01", "2026-12-28"), expected);
}

#[test]
fn in_a_short_month_the_last_day_stands_for_the_29th_to_31st_and_never_drifts() {
    let plan = mornings("2027-01-31", r#"{"months":{"days":[31]}}"#, "");
    let expected = ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"];
    assert_eq!(days(&plan, "2027-01-01", "2027-06-01"), expected);
    let both = mornings("2027-02-01", r#"{"months":{"every":3,"days":[30,31,15]}}"#, "");
    assert_eq!(
        days(&both, "2027-01-01", "2027-06-01"),
        ["2027-02-15", "2027-02-28", "2027-05-15", "2027-05-30", "2027-05-31"]
    );
}

#[test]
fn the_29th_of_february_is_the_28th_in_other_years() {
    let plan = mornings("2027-01-01", r#"{"years":{"month":2,"days":[29]}}"#, "");
    assert_eq!(days(&plan, "2027-01-01", "2029-12-31"), ["2027-02-28", "2028-02-29", "2029-02-28"]);
    let other = mornings("2027-06-01", r#"{"years":{"every":2,"month":3,"days":[1]}}"#, "");
    assert_eq!(
        days(&other, "2027-01-01", "2032-01-01"),
        ["2029-03-01", "2031-03-01"],
        "2027's was before the start"
    );
}

#[test]
fn day_1_of_a_cycle_is_the_first_day() {
    let on = format!("[{}]", (1..=14).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    let plan = mornings("2026-11-21", &format!(r#"{{"cycle":{{"every":21,"days":{on}}}}}"#), "");
    let found = days(&plan, "2026-11-01", "2026-12-14");
    assert_eq!((found.len(), found[13].as_str(), found[14].as_str()), (16, "2026-12-04", "2026-12-12"));
    let named = mornings("2026-11-21", r#"{"cycle":{"every":21,"days":[15,1,8]}}"#, "");
    assert_eq!(
        days(&named, "2026-11-01", "2026-12-13"),
        ["2026-11-21", "2026-11-28", "2026-12-05", "2026-12-12"]
    );
}

#[test]
fn a_taper_has_its_own_dose_in_each_step_and_its_uncovered_days_are_not_filled() {
    let step = |from: &str, to: &str, mg: &str| {
        format!(
            r#"{{"from":"2026-11-{from}","to":"2026-11-{to}","doses":{{"morning":{{"value":"{mg}","unit":"mg"}}}}}}"#
        )
    };
    let steps = format!(
        r#"{{"steps":[{},{},{}]}}"#,
        step("21", "22", "4"),
        step("23", "23", "2.5"),
        step("26", "26", "0.5")
    );
    let plan = mornings("2026-11-20", &steps, "");
    let dose = mg("99");
    let course = Course::new(&plan, &dose, entry());
    let found = expand(&course, "2026-11-01", "2027-01-01");
    assert_eq!(amounts(&found), ["4", "4", "2.5", "0.5"]);
    assert_eq!(days(&plan, "2026-11-24", "2026-11-26"), [""; 0]);
    let uncovered = course.uncovered(&berlin(), date("2026-11-01")..date("2027-01-01")).unwrap();
    assert_eq!(uncovered, [date("2026-11-20"), date("2026-11-24"), date("2026-11-25")]);
    let ends = Schedule { end: Some(date("2026-11-28")), ..plan.clone() };
    let uncovered =
        Course::new(&ends, &dose, entry()).uncovered(&berlin(), date("2026-11-25")..date("2027-01-01"));
    assert_eq!(uncovered.unwrap(), [date("2026-11-25"), date("2026-11-27"), date("2026-11-28")]);
}

#[test]
fn slots_by_meals_are_at_the_patients_own_times_and_stay_within_their_date() {
    let slots = r#"{"dates":{"on":{"days":{}},"slots":{
        "a":{"at":{"before":"breakfast"},"minutes":30},"b":{"at":{"with":"lunch"}},
        "c":{"at":{"after":"dinner"},"minutes":60},"d":{"at":{"before":"bedtime"},"minutes":10},
        "e":{"at":{"with":"bedtime"}},"f":{"at":{"before":"breakfast"},"minutes":600}}}}"#;
    let plan = schedule("2026-11-21", slots);
    let dose = mg("1");
    let mut course = Course::new(&plan, &dose, entry());
    let refused = course.expand(&berlin(), date("2026-11-21")..date("2026-11-22")).unwrap_err();
    assert_eq!((refused.field, refused.rule), ("meals", PlanRule::NoMeals), "no times are guessed");
    course.meals = Some(Meals {
        breakfast: time("07:30"),
        lunch: time("12:15"),
        dinner: time("18:00"),
        bedtime: time("00:05"),
    });
    let found = times(&expand(&course, "2026-11-21", "2026-11-22"));
    let expected =
        ["00:00", "07:00", "12:15", "19:00", "23:55", "23:59"].map(|at| format!("2026-11-21 {at}"));
    assert_eq!(found, expected);
}

#[test]
fn both_ends_are_inclusive_and_a_duration_is_in_dates() {
    let mut plan = mornings("2026-11-21", r#"{"days":{}}"#, r#","days":3"#);
    assert_eq!(days(&plan, "2026-11-01", "2026-12-31"), ["2026-11-21", "2026-11-22", "2026-11-23"]);
    plan.end = Some(date("2026-11-22"));
    assert_eq!(
        days(&plan, "2026-11-01", "2026-12-31"),
        ["2026-11-21", "2026-11-22"],
        "the nearer end counts"
    );
}

fn pause(from: &str, to: Option<&str>) -> Pause {
    Pause { from: utc(from), to: to.map(utc) }
}

#[test]
fn a_pause_is_half_open_and_keeps_phase_and_end_while_a_count_runs_on_after_it() {
    let plan = mornings("2026-11-21", r#"{"days":{"every":2}}"#, r#","count":4"#);
    let dose = mg("1");
    let mut course = Course::new(&plan, &dose, entry());
    // From the very instant of the 23rd's dose to that of the 27th's: 07:00 UTC.
    course.pauses = vec![pause("2026-11-23T07:00:00Z", Some("2026-11-27T07:00:00Z"))];
    let found = times(&expand(&course, "2026-11-01", "2027-01-01"));
    assert_eq!(found, ["2026-11-21 08:00", "2026-11-27 08:00", "2026-11-29 08:00", "2026-12-01 08:00"]);
    course.pauses = vec![pause("2026-11-24T00:00:00Z", None)];
    assert_eq!(expand(&course, "2026-11-01", "2099-01-01").len(), 2, "until further notice");
    course.pauses = vec![pause("2026-11-24T00:00:00Z", Some("2046-11-24T00:00:00Z"))];
    assert_eq!(times(&expand(&course, "2046-11-20", "2047-01-01")), ["2046-11-24 08:00", "2046-11-26 08:00"]);
}

#[test]
fn a_change_of_amount_holds_from_its_instant_and_one_of_times_from_the_next_date() {
    let rule = r#"{"dates":{"on":{"days":{}},"slots":{"a":{"at":{"clock":"08:00"}},"b":{"at":{"clock":"20:00"},"dose":{"value":"7","unit":"mg"}}}}}"#;
    let plan = schedule("2026-11-01", rule);
    let new: Rule = json::from_str(&rule.replace("08:00", "10:00").replace("\"7\"", "\"5\"")).unwrap();
    let (dose, less, more) = (mg("4"), mg("2.5"), mg("9"));
    let mut course = Course::new(&plan, &dose, entry());
    let change = EventId(Uuid::from_u128(0xc));
    course.changes = vec![Change {
        entry: change,
        from: utc("2026-11-21T08:00:00Z"),
        dose: Some(&less),
        rule: Some(&new),
    }];
    let found = expand(&course, "2026-11-21", "2026-11-23");
    let expected = ["2026-11-21 08:00", "2026-11-21 20:00", "2026-11-22 10:00", "2026-11-22 20:00"];
    assert_eq!(times(&found), expected);
    assert_eq!(amounts(&found), ["4", "5", "2.5", "5"], "the 08:00 dose keeps its amount");
    // At midnight of a date, that date is the first.
    course.changes[0].from = utc("2026-11-20T23:00:00Z");
    assert_eq!(
        times(&expand(&course, "2026-11-20", "2026-11-22"))[..3],
        ["2026-11-20 08:00", "2026-11-20 20:00", "2026-11-21 10:00"]
    );
    // Of two at one instant the one with the greater id holds.
    let mut later = course.changes[0];
    (later.entry, later.dose, later.rule) = (EventId(Uuid::from_u128(0xd)), Some(&more), None);
    course.changes.insert(0, later);
    assert_eq!(amounts(&expand(&course, "2026-11-22", "2026-11-23")), ["9", "5"]);
}

#[test]
fn a_dose_keeps_its_key_through_changes() {
    let plan = mornings("2026-11-21", r#"{"days":{}}"#, "");
    let (dose, more) = (mg("1"), mg("2"));
    let mut course = Course::new(&plan, &dose, entry());
    let before = expand(&course, "2026-11-24", "2026-11-25");
    course.changes = vec![Change {
        entry: EventId(Uuid::from_u128(1)),
        from: utc("2026-11-22T00:00:00Z"),
        dose: Some(&more),
        rule: None,
    }];
    let after = expand(&course, "2026-11-24", "2026-11-25");
    assert_eq!(before[0].key, after[0].key);
    assert!(matches!(&after[0].key, DoseKey::Planned { repeat: 0, .. }));
}

#[test]
fn as_needed_plans_nothing() {
    let plan =
        schedule("2026-11-21", r#"{"as_needed":{"gap_minutes":240,"gap_to_minutes":360,"daily_doses":4}}"#);
    assert_eq!(days(&plan, "2026-11-01", "2026-12-31"), [""; 0]);
}

#[test]
fn doses_that_a_jump_brings_near_each_other_are_warned_about_and_kept() {
    let plan = schedule("2026-03-01", r#"{"times":{"slots":{"a":{"at":"02:00"},"b":{"at":"03:10"}}}}"#);
    let dose = mg("1");
    let course = Course::new(&plan, &dose, entry());
    let (from, to) = (date("2026-03-28"), date("2026-03-31"));
    let pairs = course.crowded(&berlin(), from..to).unwrap();
    let key =
        |slot: &str| DoseKey::Planned { date: date("2026-03-29"), slot: SlotId(slot.into()), repeat: 0 };
    assert_eq!(pairs, [(key("a"), key("b"))], "at 03:00 and 03:10");
    assert_eq!(expand(&course, "2026-03-29", "2026-03-30").len(), 2);
    let east = ZoneTimeline::new([
        (utc("1990-01-01T00:00:00Z"), "America/New_York".parse().unwrap()),
        (utc("2026-03-18T15:00:00Z"), "Asia/Tokyo".parse().unwrap()),
    ]);
    let twice = schedule("2026-03-01", r#"{"times":{"slots":{"a":{"at":"08:00"},"b":{"at":"20:00"}}}}"#);
    let course = Course::new(&twice, &dose, entry());
    let pairs = course.crowded(&east.unwrap(), date("2026-03-17")..date("2026-03-21")).unwrap();
    assert_eq!(pairs.len(), 1, "20:00 is jumped over and comes three hours after 08:00: {pairs:?}");
}
