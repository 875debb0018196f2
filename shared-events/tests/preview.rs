//! What a plan comes to before it is said.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use shared_events::{
    draft::Draft,
    events::TreatmentPaused,
    plan::{Rule, Schedule, WallClock},
    schedule::{PlanError, PlanRule},
    views::preview::{Preview, preview, preview_change},
};

use support::{World, at, clinic, date, now, tablets, treatment, when};

fn schedule(start: &str, end: Option<&str>, rule: &str) -> Schedule {
    let rule: Rule = serde_json::from_str(rule).unwrap();
    Schedule { start: date(start), end: end.map(date), clock: WallClock::Floating, rule }
}
fn asked(schedule: &Schedule, count: usize) -> Result<Preview, PlanError> {
    preview(&World::new().state, schedule, &tablets("1"), now("2026-11-26 10:00"), count)
}
fn times(preview: &Preview) -> Vec<String> {
    preview.next.iter().map(|(_, local, amount)| format!("{local} {}", amount.value.as_str())).collect()
}

const TWICE: &str = r#"{"times":{"slots":{"1":{"at":"08:00"},"2":{"at":"20:00"}}}}"#;

#[test]
fn the_next_doses_begin_now_or_on_the_first_day_and_end_with_the_last() {
    let preview = asked(&schedule("2026-11-20", None, TWICE), 3).unwrap();
    assert_eq!(times(&preview), ["2026-11-26 20:00:00 1", "2026-11-27 08:00:00 1", "2026-11-27 20:00:00 1"]);
    let later = asked(&schedule("2026-12-24", None, TWICE), 1).unwrap();
    assert_eq!(times(&later), ["2026-12-24 08:00:00 1"]);
    let short = asked(&schedule("2026-11-20", Some("2026-11-27"), TWICE), 9).unwrap();
    assert_eq!(short.next.len(), 3);
    assert!(asked(&schedule("2026-11-20", Some("2026-11-25"), TWICE), 9).unwrap().next.is_empty());
}

#[test]
fn doses_that_are_far_between_are_found() {
    let yearly =
        r#"{"dates":{"on":{"years":{"month":11,"days":[2]}},"slots":{"1":{"at":{"clock":"09:00"}}}}}"#;
    assert_eq!(times(&asked(&schedule("2026-11-02", None, yearly), 1).unwrap()), ["2027-11-02 09:00:00 1"]);
}

#[test]
fn what_is_as_needed_has_no_next_dose() {
    assert_eq!(asked(&schedule("2026-11-20", None, r#"{"as_needed":{}}"#), 4), Ok(Preview::default()));
}

#[test]
fn days_that_no_step_covers_are_shown_and_not_filled() {
    let taper = r#"{"dates":{"on":{"steps":[
        {"from":"2026-11-26","to":"2026-11-27","doses":{"1":{"value":"4","unit":"{tablet}"}}},
        {"from":"2026-11-30","to":"2026-12-01","doses":{"1":{"value":"2","unit":"{tablet}"}}}
    ]},"slots":{"1":{"at":{"clock":"20:00"}}}}}"#;
    let preview = asked(&schedule("2026-11-26", None, taper), 9).unwrap();
    assert_eq!(
        times(&preview),
        ["2026-11-26 20:00:00 4", "2026-11-27 20:00:00 4", "2026-11-30 20:00:00 2", "2026-12-01 20:00:00 2"]
    );
    assert_eq!(preview.uncovered, [(date("2026-11-28"), date("2026-11-29"))]);
}

#[test]
fn a_change_has_its_amount_at_once_and_its_times_from_tomorrow_on_and_pauses_count() {
    let mut world = World::with_dexamethasone();
    let rule: Rule = serde_json::from_str(r#"{"times":{"slots":{"18:00":{"at":"18:00"}}}}"#).unwrap();
    let asked = |world: &World| {
        let from = now("2026-11-26 12:00");
        times(&preview_change(&world.state, treatment(1), (&rule, &tablets("2")), from, 2).unwrap())
    };
    assert_eq!(asked(&world), ["2026-11-26 20:00:00 2", "2026-11-27 18:00:00 2"]);
    let (from, to) = (at("2026-11-26 13:00"), Some(at("2026-11-28 00:00")));
    let pause = TreatmentPaused { treatment: treatment(1), from, to, reason: None };
    world.say(clinic(), Draft::of(pause, when("2026-11-26 11:00")));
    assert_eq!(asked(&world), ["2026-11-28 18:00:00 2", "2026-11-29 18:00:00 2"]);
}

#[test]
fn a_plan_that_cannot_be_says_which_field_is_wrong() {
    let refused = |schedule: &Schedule| asked(schedule, 1).map_err(|e| (e.field, e.rule)).unwrap_err();
    let backwards = schedule("2026-11-20", Some("2026-11-19"), TWICE);
    assert_eq!(refused(&backwards), ("schedule.end", PlanRule::EndsBeforeStart));
    let meals = r#"{"dates":{"on":{"days":{}},"slots":{"1":{"at":{"with":"breakfast"}}}}}"#;
    assert_eq!(refused(&schedule("2026-11-20", None, meals)).1, PlanRule::NoMeals);
}
