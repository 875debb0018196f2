//! Warnings before a dose as needed: the gap, and the daily maximum by date and by any 24 hours.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;

use calendar::utc;
use proptest::prelude::*;
use shared_events::{
    amount::{Amount, Decimal},
    plan::AsNeeded,
    schedule::{Intake, Warning, ZoneTimeline},
};

fn g(value: &str) -> Amount {
    Amount { value: value.parse().unwrap(), unit: "g".into() }
}
fn berlin() -> ZoneTimeline {
    ZoneTimeline::fixed("Europe/Berlin".parse().unwrap())
}
/// All times in UTC; in Berlin it is an hour later.
fn warnings(plan: &AsNeeded, others: &[(&str, &Amount)], next: (&str, &Amount)) -> Vec<Warning> {
    let others: Vec<_> = others.iter().map(|(at, amount)| Intake { at: utc(at), amount }).collect();
    plan.warnings(&others, Intake { at: utc(next.0), amount: next.1 }, &berlin())
}

#[test]
fn the_lower_bound_of_the_gap_warns_and_exactly_the_gap_is_allowed() {
    let plan = AsNeeded { gap_minutes: Some(240), gap_to_minutes: Some(360), ..AsNeeded::default() };
    let one = g("1");
    let taken = [("2026-11-21T06:00:00Z", &one), ("2026-11-21T08:00:00Z", &one)];
    let earliest = utc("2026-11-21T12:00:00Z");
    assert_eq!(warnings(&plan, &taken, ("2026-11-21T11:59:00Z", &one)), [Warning::TooSoon { earliest }]);
    assert_eq!(warnings(&plan, &taken, ("2026-11-21T12:00:00Z", &one)), []);
    assert_eq!(
        warnings(&plan, &taken, ("2026-11-21T05:00:00Z", &one)).len(),
        1,
        "logged late, and near the next"
    );
}

#[test]
fn the_daily_maximum_is_by_date_and_by_any_24_hours_and_may_be_reached() {
    let plan = AsNeeded { daily_amount: Some(g("4")), ..AsNeeded::default() };
    let (half, one, more) = (g("0.5"), g("1"), g("1.5"));
    let evening =
        [("2026-11-21T17:00:00Z", &one), ("2026-11-21T20:00:00Z", &one), ("2026-11-21T22:30:00Z", &one)];
    assert_eq!(warnings(&plan, &evening, ("2026-11-21T22:45:00Z", &one)), [], "4 g are allowed");
    assert_eq!(warnings(&plan, &evening, ("2026-11-22T08:00:00Z", &more)), [Warning::TooMuchIn24Hours]);
    assert_eq!(
        warnings(&plan, &evening, ("2026-11-22T17:00:00Z", &more)),
        [],
        "24 hours later the first is over"
    );
    let spread =
        [("2026-11-20T23:30:00Z", &one), ("2026-11-21T22:00:00Z", &more), ("2026-11-21T12:00:00Z", &half)];
    let both = [Warning::TooMuchOnDate, Warning::TooMuchIn24Hours];
    assert_eq!(warnings(&plan, &spread, ("2026-11-21T18:00:00Z", &more)), both);
}

#[test]
fn on_a_day_of_25_hours_the_date_is_stricter_than_24_hours() {
    let plan = AsNeeded { daily_doses: Some(1), ..AsNeeded::default() };
    let one = g("1");
    let first = [("2026-10-24T22:00:00Z", &one)];
    assert_eq!(warnings(&plan, &first, ("2026-10-25T22:30:00Z", &one)), [Warning::TooMuchOnDate]);
    assert_eq!(warnings(&plan, &first, ("2026-10-25T23:00:00Z", &one)), []);
}

#[test]
fn amounts_in_another_unit_are_said_and_not_added() {
    let plan = AsNeeded { daily_amount: Some(g("4")), ..AsNeeded::default() };
    let tablets = Amount { value: "20".parse().unwrap(), unit: "{tablet}".into() };
    let one = g("1");
    let taken = [("2026-11-21T08:00:00Z", &tablets)];
    assert_eq!(warnings(&plan, &taken, ("2026-11-21T09:00:00Z", &one)), [Warning::OtherUnit]);
}

proptest! {
    #[test]
    fn decimals_are_added_exactly(parts in prop::collection::vec((0..100_000_u32, 0..4_u32), 0..8), limit in (0..900_000_u32, 0..4_u32)) {
        let decimal = |&(n, places): &(u32, u32)| -> Decimal {
            let scale = 10_u32.pow(places);
            let fraction = format!("{:0width$}", n % scale, width = usize::try_from(places).unwrap());
            let text = if places == 0 { n.to_string() } else { format!("{}.{fraction}", n / scale) };
            text.parse().unwrap()
        };
        let thousandths = |&(n, places): &(u32, u32)| u64::from(n) * 10_u64.pow(3 - places);
        let sum: u64 = parts.iter().map(thousandths).sum();
        let decimals: Vec<_> = parts.iter().map(decimal).collect();
        prop_assert_eq!(Decimal::exceed(decimals.iter(), &decimal(&limit)), sum > thousandths(&limit));
    }
}

#[test]
fn a_sum_that_is_too_long_to_be_exact_warns() {
    let long: Decimal = "99999999999999999999999999999999".parse().unwrap();
    let tiny: Decimal = "0.000000000000000000000000000001".parse().unwrap();
    assert!(Decimal::exceed([&long, &tiny].into_iter(), &long));
}
