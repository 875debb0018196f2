//! Counts what an expansion does, so that its cost is tested without a clock: looks at a clock's offset and at whether
//! a rule has a date. All loops but those over slots and doses do one of the two.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{Course, Pause, ZoneTimeline};
use crate::{ids::EventId, json, plan::Schedule};

thread_local!(static DONE: Cell<usize> = const { Cell::new(0) });

pub(super) fn done() {
    DONE.set(DONE.get() + 1);
}

/// How much is done for 30 dates that begin so many days after the start of a plan in 1990, and how many doses it has.
fn work(rule: &str, pauses: &[Pause], days_later: u64) -> (usize, usize) {
    let text = format!(r#"{{"start":"1990-01-01","rule":{rule}}}"#);
    let schedule: Schedule = json::from_str(&text).unwrap();
    let dose = json::from_str(r#"{"value":"1","unit":"mg"}"#).unwrap();
    let mut course = Course::new(&schedule, &dose, EventId(Uuid::nil()));
    course.pauses = pauses.to_vec();
    let timeline = ZoneTimeline::fixed("Europe/Berlin".parse().unwrap());
    let from = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(days_later);
    DONE.set(0);
    let doses = course.expand(&timeline, from..from + Days::new(30)).unwrap();
    (DONE.get(), doses.len())
}

fn dates(on: &str, more: &str) -> String {
    format!(r#"{{"dates":{{"on":{on},"slots":{{"a":{{"at":{{"clock":"02:30"}}}}}}{more}}}}}"#)
}

#[test]
fn a_far_window_costs_what_a_near_one_costs() {
    let from = r#""from":"1990-01-01T08:00:00+01:00""#;
    let rules = [
        r#"{"times":{"slots":{"a":{"at":"02:30"}}}}"#.to_owned(),
        dates(r#"{"days":{"every":3}}"#, ""),
        dates(r#"{"weeks":{"every":3,"weekdays":["tue"]}}"#, ""),
        dates(r#"{"months":{"every":5,"days":[31]}}"#, ""),
        dates(r#"{"years":{"month":2,"days":[29]}}"#, ""),
        dates(r#"{"cycle":{"every":21,"days":[1,8,15]}}"#, ""),
        format!(r#"{{"hours":{{"hours":7,{from}}}}}"#),
        format!(r#"{{"hours":{{"hours":4,{from},"window":{{"opens":"08:00","closes":"22:00"}}}}}}"#),
    ];
    for rule in rules {
        let most = |days: [u64; 4]| days.map(|days| work(&rule, &[], days).0).into_iter().max().unwrap();
        let near = most([0, 40, 90, 200]);
        let far = most([22_000, 22_100, 90_000, 1_000_000]);
        assert!(far <= near + 60, "{rule}: {near} near the start, {far} far from it");
    }
}

#[test]
fn a_count_costs_what_its_doses_cost_and_no_more_however_far_the_window() {
    let sparse = dates(r#"{"days":{"every":400}}"#, r#","count":50"#);
    let (last, found) = work(&sparse, &[], 400 * 49 - 10);
    let (beyond, none) = work(&sparse, &[], 400 * 50 - 10);
    let (far, _) = work(&sparse, &[], 1_000_000);
    assert_eq!((found, none), (1, 0));
    // What is read at once: its dates, each at quarters of a day.
    let chunk = 34 * 5;
    assert!(far <= beyond + chunk, "{far} far behind the last dose, {beyond} at it");
    assert!(last < 52 * chunk, "{last}");
}

#[test]
fn a_count_leaps_over_a_pause() {
    let daily = dates(r#"{"days":{}}"#, r#","count":20"#);
    let at = |days: i64| chrono::DateTime::from_timestamp(631_152_000 + days * 86_400, 0).unwrap();
    let pause = |days| [Pause { from: at(10), to: Some(at(days)) }];
    let (short, found) = work(&daily, &pause(100), 100);
    let (long, same) = work(&daily, &pause(40_000), 40_000);
    assert_eq!((found, same), (10, 10));
    assert!(long <= short + 60, "{short} over a short pause, {long} over a long one");
}
