//! Days that are read together, beside each of them read alone.

#![allow(clippy::unwrap_used, reason = "a test")]

mod calendar;
mod plans_at_random;
mod support;

use chrono::{Days, NaiveTime, TimeDelta};
use plans_at_random::{Plan, plan};
use proptest::prelude::*;
use shared_events::{
    commands,
    content::{OccurredAt, Precision},
    events::TreatmentPrescribed,
    views::{Coverage, day, days},
};
use support::{World, at, date, phone, prescription};

const FIRST: &str = "2026-11-08";
const DAYS: u64 = 14;

/// Of which dose of which day it is logged that it was taken, and how many minutes from its time.
type Taken = (u64, usize, i64);

fn world(plans: &[Plan], taken: &[Taken]) -> World {
    let mut world = World::new();
    for (n, plan) in (1..).zip(plans) {
        let begun = prescription(n, "Dexamethasone", &["08:00"]);
        let prescribed =
            TreatmentPrescribed { dose: plan.dose.clone(), schedule: plan.schedule.clone(), ..begun };
        world.prescribe(prescribed, "2026-11-01 07:00");
    }
    for (later, nth, minutes) in taken {
        let view = day(
            &world.state,
            date(FIRST) + Days::new(*later),
            at("2026-11-30 00:00").to_utc(),
            Coverage::ALL,
        );
        let doses: Vec<_> = view.slots.into_iter().flat_map(|slot| slot.doses).collect();
        let Some(dose) = doses.get(*nth % doses.len().max(1)) else { continue };
        let logged =
            dose.planned_at.with_timezone(at("2026-11-01 00:00").offset()) + TimeDelta::minutes(*minutes);
        let when = OccurredAt { at: logged, precision: Precision::Minute };
        world.say(phone(), commands::take(dose.treatment, dose.key.clone(), dose.dose.clone(), when));
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_is_what_it_is_alone(
        plans in prop::collection::vec(plan(date("2026-11-14")), 1..4),
        taken in prop::collection::vec((0..DAYS, 0..5_usize, prop_oneof![-90..2_000_i64, 2_000..28_000_i64]), 0..12),
        loading in 0..DAYS,
        hours in 0..400_i64,
    ) {
        let state = world(&plans, &taken).state;
        let first = date(FIRST);
        let now = first.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(hours);
        let read_from = (first + Days::new(loading)).and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        for coverage in [Coverage::ALL, Coverage { doses_from_ms: read_from, ..Coverage::ALL }] {
            let dates = first..=first + Days::new(DAYS);
            let alone = first.iter_days().take_while(|date| dates.contains(date));
            let alone: Vec<_> = alone.map(|date| day(&state, date, now, coverage)).collect();
            prop_assert_eq!(days(&state, &dates, now, coverage), alone);
        }
    }
}
