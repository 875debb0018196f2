//! A plan that cannot be followed is refused, with the field and the rule; nothing is guessed.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;

use calendar::{date, entry, one, utc};
use shared_events::{
    json,
    plan::Schedule,
    schedule::{Course, Pause, PlanRule, ZoneTimeline},
};

const DAILY: &str = r#"{"days":{}}"#;

fn refused(plan: &str) -> Option<(&'static str, PlanRule)> {
    let schedule: Schedule = json::from_str(plan).unwrap();
    schedule.check().err().map(|error| (error.field, error.rule))
}
fn rule(rule: &str) -> Option<(&'static str, PlanRule)> {
    refused(&format!(r#"{{"start":"2026-11-21","end":"2026-12-20","rule":{rule}}}"#))
}
fn dates(on: &str, slots: &str, more: &str) -> Option<(&'static str, PlanRule)> {
    rule(&format!(r#"{{"dates":{{"on":{on},"slots":{{{slots}}}{more}}}}}"#))
}
fn on(on: &str) -> Option<(&'static str, PlanRule)> {
    dates(on, r#""a":{"at":{"clock":"08:00"}}"#, "")
}
fn steps(steps: &[(&str, &str)]) -> Option<(&'static str, PlanRule)> {
    let step = |(from, to): &(&str, &str)| {
        format!(r#"{{"from":"2026-{from}","to":"2026-{to}","doses":{{"a":{{"value":"1","unit":"mg"}}}}}}"#)
    };
    on(&format!(r#"{{"steps":[{}]}}"#, steps.iter().map(step).collect::<Vec<_>>().join(",")))
}

#[test]
fn start_end_and_zone() {
    let times = r#"{"times":{"slots":{"a":{"at":"08:00"}}}}"#;
    let plan = |more: &str| refused(&format!(r#"{{"start":"2026-11-21",{more}"rule":{times}}}"#));
    assert_eq!(plan(""), None);
    assert_eq!(plan(r#""end":"2026-11-21","#), None);
    assert_eq!(plan(r#""end":"2026-11-20","#), Some(("schedule.end", PlanRule::EndsBeforeStart)));
    assert_eq!(
        plan(r#""clock":{"home":"Europe/Entenhausen"},"#),
        Some(("schedule.clock.home", PlanRule::UnknownZone))
    );
    let february = format!(r#"{{"start":"2026-02-30","rule":{times}}}"#);
    assert!(json::from_str::<Schedule>(&february).is_err(), "no calendar has it");
}

#[test]
fn dates_that_come_again() {
    use PlanRule::{NoDates, NoSuchDay, NoWeekday, NotOfThisRule, OutOfRange};
    let refusals = [
        (r#"{"days":{"every":0}}"#, "days", OutOfRange),
        (r#"{"days":{"every":-1}}"#, "days", OutOfRange),
        (r#"{"days":{"every":100001}}"#, "days", OutOfRange),
        (r#"{"days":{"weekdays":["mon"]}}"#, "days", NotOfThisRule),
        (r#"{"weeks":{"every":2}}"#, "weeks.weekdays", NoWeekday),
        (r#"{"weeks":{"every":2,"weekdays":[]}}"#, "weeks.weekdays", NoWeekday),
        (r#"{"weeks":{"every":0,"weekdays":["mon"]}}"#, "weeks", OutOfRange),
        (r#"{"months":{}}"#, "months", NoDates),
        (r#"{"months":{"days":[32]}}"#, "months", NoSuchDay),
        (r#"{"months":{"days":[0]}}"#, "months", NoSuchDay),
        (r#"{"months":{"days":[1],"month":1}}"#, "months", NotOfThisRule),
        (r#"{"years":{"days":[1]}}"#, "years.month", NoSuchDay),
        (r#"{"years":{"month":13,"days":[1]}}"#, "years.month", NoSuchDay),
        (r#"{"years":{"month":2,"days":[30]}}"#, "years", NoSuchDay),
        (r#"{"cycle":{"every":21}}"#, "cycle", NoDates),
        (r#"{"cycle":{"every":0,"days":[1]}}"#, "cycle", OutOfRange),
        (r#"{"cycle":{"every":21,"days":[22]}}"#, "cycle", NoSuchDay),
    ];
    for (plan, field, rule) in refusals {
        let (found, broken) = on(plan).unwrap();
        assert_eq!((found, broken), (format!("schedule.rule.dates.on.{field}").as_str(), rule), "{plan}");
    }
    assert_eq!(on(r#"{"years":{"month":2,"days":[29]}}"#), None);
}

#[test]
fn slots_and_bounds() {
    assert_eq!(dates(DAILY, "", ""), Some(("schedule.rule.dates.slots", PlanRule::NoSlots)));
    let minutes = "schedule.rule.dates.slots.minutes";
    let by_clock = r#""a":{"at":{"clock":"08:00"},"minutes":5}"#;
    assert_eq!(dates(DAILY, by_clock, ""), Some((minutes, PlanRule::NotOfThisRule)));
    let negative = r#""a":{"at":{"before":"lunch"},"minutes":-5}"#;
    assert_eq!(dates(DAILY, negative, ""), Some((minutes, PlanRule::NotAnOffset)));
    let noon = r#""a":{"at":{"with":"lunch"}}"#;
    let more = |more| dates(DAILY, noon, more);
    assert_eq!(more(r#","days":0"#), Some(("schedule.rule.dates.days", PlanRule::OutOfRange)));
    assert_eq!(more(r#","count":0"#), Some(("schedule.rule.dates.count", PlanRule::TooMany)));
    assert_eq!(more(r#","count":10001"#), Some(("schedule.rule.dates.count", PlanRule::TooMany)));
    let no_unit = r#""a":{"at":{"with":"lunch"},"dose":{"value":"1","unit":" "}}"#;
    assert_eq!(dates(DAILY, no_unit, ""), Some(("schedule.rule.dates.slots.dose.unit", PlanRule::Empty)));
}

#[test]
fn steps_of_a_taper() {
    let all = "schedule.rule.dates.on.steps";
    assert_eq!(steps(&[("11-21", "11-22"), ("11-24", "11-24")]), None);
    assert_eq!(steps(&[]), Some((all, PlanRule::NoDates)));
    let from = Some(("schedule.rule.dates.on.steps.from", PlanRule::StepsOutOfOrder));
    assert_eq!(steps(&[("11-21", "11-22"), ("11-22", "11-24")]), from, "they overlap");
    assert_eq!(steps(&[("11-24", "11-24"), ("11-21", "11-22")]), from);
    let to = Some(("schedule.rule.dates.on.steps.to", PlanRule::EndsBeforeStart));
    assert_eq!(steps(&[("11-24", "11-23")]), to);
    assert_eq!(steps(&[("11-20", "11-22")]), Some((all, PlanRule::OutsidePlan)));
    assert_eq!(steps(&[("12-20", "12-21")]), Some((all, PlanRule::OutsidePlan)));
    let step = |doses: &str| {
        on(&format!(r#"{{"steps":[{{"from":"2026-11-21","to":"2026-11-21","doses":{doses}}}]}}"#))
    };
    let doses = "schedule.rule.dates.on.steps.doses";
    assert_eq!(step("{}"), Some((doses, PlanRule::NoSlots)));
    assert_eq!(step(r#"{"b":{"value":"1","unit":"mg"}}"#), Some((doses, PlanRule::UnknownSlot)));
}

#[test]
fn hours_and_windows() {
    let hours = |more: &str| rule(&format!(r#"{{"hours":{{"from":"2026-11-21T08:00:00+01:00",{more}}}}}"#));
    let field = "schedule.rule.hours.hours";
    assert_eq!(hours(r#""hours":8"#), None);
    assert_eq!(hours(r#""hours":0"#), Some((field, PlanRule::OutOfRange)));
    let window = r#""window":{"opens":"08:00","closes":"08:00"}"#;
    assert_eq!(
        hours(&format!(r#""hours":8,{window}"#)),
        Some(("schedule.rule.hours.window", PlanRule::NoWindow))
    );
    let window = r#""window":{"opens":"08:00","closes":"20:00"}"#;
    assert_eq!(hours(&format!(r#""hours":24,{window}"#)), Some((field, PlanRule::LongerThanADay)));
    assert_eq!(hours(&format!(r#""hours":36,"after":"taken",{window}"#)), None);
    let count = Some(("schedule.rule.hours.count", PlanRule::CannotCount));
    assert_eq!(hours(r#""hours":8,"after":"taken","count":9"#), count);
}

#[test]
fn as_needed() {
    let as_needed = |more: &str| rule(&format!(r#"{{"as_needed":{{{more}}}}}"#));
    assert_eq!(as_needed(""), None);
    assert_eq!(
        as_needed(r#""gap_minutes":-1"#),
        Some(("schedule.rule.as_needed.gap_minutes", PlanRule::NotAGap))
    );
    let range = as_needed(r#""gap_minutes":360,"gap_to_minutes":240"#);
    assert_eq!(range, Some(("schedule.rule.as_needed.gap_to_minutes", PlanRule::NotAGap)));
    let never = as_needed(r#""daily_doses":0"#);
    assert_eq!(never, Some(("schedule.rule.as_needed.daily_doses", PlanRule::OutOfRange)));
    let nothing = as_needed(r#""daily_amount":{"value":"0.0","unit":"g"}"#);
    assert_eq!(nothing, Some(("schedule.rule.as_needed.daily_amount", PlanRule::NothingAllowed)));
}

#[test]
fn a_pause_of_no_length_and_a_changed_rule_that_cannot_be() {
    let text = r#"{"start":"2026-11-21","rule":{"as_needed":{}}}"#;
    let schedule: Schedule = json::from_str(text).unwrap();
    let dose = one();
    let mut course = Course::new(&schedule, &dose, entry());
    let at = utc("2026-11-22T00:00:00Z");
    course.pauses = vec![Pause { from: at, to: Some(at) }];
    let utc = ZoneTimeline::fixed("UTC".parse().unwrap());
    let error = course.expand(&utc, date("2026-11-21")..date("2026-11-22")).unwrap_err();
    assert_eq!((error.field, error.rule), ("pauses.to", PlanRule::EndsBeforeStart));
    course.pauses.clear();
    let rule: shared_events::plan::Rule = json::from_str(r#"{"times":{"slots":{}}}"#).unwrap();
    course.changes =
        vec![shared_events::schedule::Change { entry: entry(), from: at, dose: None, rule: Some(&rule) }];
    assert_eq!(course.check().unwrap_err().rule, PlanRule::NoSlots);
}
