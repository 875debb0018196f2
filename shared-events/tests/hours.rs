//! Every so many hours: elapsed time, windows of the day, and hours after the last dose taken.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;

use calendar::{date, entry, one, shown, utc};
use shared_events::{
    ids::EventId,
    json,
    plan::{DoseKey, Schedule},
    schedule::{Change, Course, LastTaken, Pause, PlannedDose, ZoneTimeline},
};
use uuid::Uuid;

fn plan(start: &str, hours: &str) -> Schedule {
    json::from_str(&format!(r#"{{"start":"{start}","rule":{{"hours":{{{hours}}}}}}}"#)).unwrap()
}
fn berlin() -> ZoneTimeline {
    ZoneTimeline::fixed("Europe/Berlin".parse().unwrap())
}
fn expand(course: &Course<'_>, from: &str, to: &str) -> Vec<PlannedDose> {
    course.expand(&berlin(), date(from)..date(to)).unwrap()
}
fn found(schedule: &Schedule, from: &str, to: &str) -> Vec<PlannedDose> {
    let dose = one();
    expand(&Course::new(schedule, &dose, entry()), from, to)
}
fn times(doses: &[PlannedDose]) -> Vec<String> {
    doses.iter().map(shown).collect()
}
fn number(dose: &PlannedDose) -> Option<u64> {
    if let DoseKey::Interval { anchor, n } = dose.key { (anchor == entry()).then_some(n) } else { None }
}

#[test]
fn eight_hours_are_eight_hours_when_the_clocks_change() {
    let plan = plan("2026-10-24", r#""hours":8,"from":"2026-10-24T08:00:00+02:00""#);
    let found = found(&plan, "2026-10-24", "2026-10-26");
    assert_eq!(
        times(&found),
        [
            "2026-10-24 08:00",
            "2026-10-24 16:00",
            "2026-10-25 00:00",
            "2026-10-25 07:00",
            "2026-10-25 15:00",
            "2026-10-25 23:00"
        ]
    );
    assert_eq!(found.iter().map(number).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5].map(Some));
}

#[test]
fn a_wall_time_that_comes_twice_is_two_doses_with_two_keys() {
    let plan = plan("2026-10-24", r#""hours":1,"from":"2026-10-25T02:00:00+02:00""#);
    let found = found(&plan, "2026-10-25", "2026-10-26");
    assert_eq!(times(&found)[..3], ["2026-10-25 02:00", "2026-10-25 02:00", "2026-10-25 03:00"]);
    assert_ne!(found[0].key, found[1].key);
}

#[test]
fn an_interval_may_be_longer_than_a_year() {
    let plan = plan("2026-11-21", r#""hours":9600,"from":"2026-11-21T08:00:00+01:00""#);
    assert_eq!(times(&found(&plan, "2027-01-01", "2029-02-01")), ["2027-12-26 08:00", "2029-01-29 08:00"]);
}

#[test]
fn a_window_starts_anew_each_day_and_its_end_is_inclusive() {
    let plan = plan(
        "2026-11-21",
        r#""hours":4,"from":"2026-11-21T09:00:00+01:00","window":{"opens":"08:00","closes":"20:00"}"#,
    );
    let found = found(&plan, "2026-11-21", "2026-11-23");
    let expected = ["21 12:00", "21 16:00", "21 20:00", "22 08:00", "22 12:00", "22 16:00", "22 20:00"];
    assert_eq!(times(&found), expected.map(|at| format!("2026-11-{at}")));
    assert_eq!(found.iter().map(number).collect::<Vec<_>>(), [1, 2, 3, 1000, 1001, 1002, 1003].map(Some));
}

#[test]
fn doses_of_a_window_over_midnight_are_of_their_own_dates() {
    let plan = plan(
        "2026-11-21",
        r#""hours":3,"from":"2026-11-21T00:00:00+01:00","window":{"opens":"22:00","closes":"04:00"}"#,
    );
    let night = found(&plan, "2026-11-22", "2026-11-23");
    assert_eq!(times(&night), ["2026-11-22 01:00", "2026-11-22 04:00", "2026-11-22 22:00"]);
    let ends = Schedule { end: Some(date("2026-11-22")), ..plan };
    assert_eq!(times(&found(&ends, "2026-11-22", "2026-12-01")), times(&night));
}

#[test]
fn a_changed_interval_counts_from_the_change() {
    let plan = plan("2026-11-21", r#""hours":12,"from":"2026-11-21T08:00:00+01:00""#);
    let new = self::plan("2026-11-21", r#""hours":6,"from":"2026-11-22T08:00:00+01:00""#);
    let dose = one();
    let mut course = Course::new(&plan, &dose, entry());
    let change = EventId(Uuid::from_u128(0xc));
    course.changes =
        vec![Change { entry: change, from: utc("2026-11-21T12:00:00Z"), dose: None, rule: Some(&new.rule) }];
    let found = expand(&course, "2026-11-21", "2026-11-23");
    assert_eq!(
        times(&found),
        ["21 08:00", "21 20:00", "22 08:00", "22 14:00", "22 20:00"].map(|at| format!("2026-11-{at}"))
    );
    assert_eq!(found[2].key, DoseKey::Interval { anchor: change, n: 0 });
}

#[test]
fn after_the_last_dose_taken_only_the_next_is_known() {
    let plan = plan("2026-11-21", r#""hours":8,"from":"2026-11-21T08:00:00+01:00","after":"taken""#);
    let dose = one();
    let mut course = Course::new(&plan, &dose, entry());
    assert_eq!(times(&expand(&course, "2026-11-01", "2026-12-01")), ["2026-11-21 08:00"], "the first one");
    let taken = EventId(Uuid::from_u128(0x77));
    course.last_taken = Some(LastTaken { entry: taken, at: utc("2026-11-21T08:40:00Z") });
    let next = expand(&course, "2026-11-01", "2026-12-01");
    assert_eq!(times(&next), ["2026-11-21 17:40"]);
    assert_eq!(next[0].key, DoseKey::Interval { anchor: taken, n: 0 });
    course.pauses = vec![Pause { from: utc("2026-11-21T12:00:00Z"), to: Some(utc("2026-11-22T06:00:00Z")) }];
    assert_eq!(
        times(&expand(&course, "2026-11-01", "2026-12-01")),
        ["2026-11-22 07:00"],
        "when the pause is over"
    );
}

#[test]
fn outside_the_window_the_next_dose_waits_for_its_opening() {
    let hours = r#""hours":8,"from":"2026-11-21T08:00:00+01:00","after":"taken","window":{"opens":"07:00","closes":"22:00"}"#;
    let plan = plan("2026-11-21", hours);
    let dose = one();
    let mut course = Course::new(&plan, &dose, entry());
    let mut next = |at: &str| {
        course.last_taken = Some(LastTaken { entry: entry(), at: utc(at) });
        times(&expand(&course, "2026-11-01", "2026-12-01"))
    };
    assert_eq!(next("2026-11-21T13:00:00Z"), ["2026-11-21 22:00"], "its end is inclusive");
    assert_eq!(next("2026-11-21T13:01:00Z"), ["2026-11-22 07:00"]);
}
