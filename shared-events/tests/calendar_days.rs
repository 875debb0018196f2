//! Days side by side.

mod support;

use shared_events::views::{Coverage, Flow, Standing, calendar};
use support::{World, date, now, phone, prescription, slot, treatment};

fn flows(world: &World, coverage: Coverage) -> Vec<(u32, u32, Flow)> {
    let days = date("2026-11-09")..=date("2026-11-14");
    let days = calendar(&world.state, days, Some(treatment(1)), now("2026-11-12 12:00"), coverage);
    days.iter().map(|day| (day.planned, day.logged, day.flow)).collect()
}

#[test]
fn a_day_runs_as_full_as_it_is_logged_and_what_is_to_come_is_not_missed() {
    let mut world = World::with_dexamethasone();
    world.prescribe(prescription(2, "Apixaban", &["08:00"]), "2026-11-01 09:00");
    world.take(phone(), slot("2026-11-09", "08:00"), "1", "2026-11-09 08:00");
    world.take(phone(), slot("2026-11-09", "20:00"), "1", "2026-11-09 20:00");
    world.take(phone(), slot("2026-11-10", "08:00"), "1", "2026-11-10 08:00");
    let expected = [
        (2, 2, Flow::All),
        (2, 1, Flow::Some),
        (2, 0, Flow::None),
        // Today at noon: the morning's was missed, the evening's is to come.
        (2, 0, Flow::None),
        (2, 0, Flow::Ahead),
        (2, 0, Flow::Ahead),
    ];
    assert_eq!(flows(&world, Coverage::ALL), expected);
    let day = date("2026-10-31");
    let before = calendar(&world.state, day..=day, None, now("2026-11-12 12:00"), Coverage::ALL);
    assert_eq!((before[0].planned, before[0].flow), (0, Flow::Nothing), "before any plan");
}

#[test]
fn of_a_day_that_is_not_covered_nothing_is_said() {
    let world = World::with_dexamethasone();
    let loading = Coverage { standing: Standing::Complete, since_ms: Some(u64::MAX), ..Coverage::default() };
    assert_eq!(flows(&world, loading)[0].2, Flow::Loading);
}
