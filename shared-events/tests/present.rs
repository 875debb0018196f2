//! The treatments as they stand.

mod support;

use shared_events::views::{PlanStanding, present};
use support::{World, now, phone, slot};

#[test]
fn a_plan_names_its_next_dose_of_which_nothing_is_logged() {
    let mut world = World::with_dexamethasone();
    let next = |world: &World, at: &str| present(&world.state, now(at))[0].next;
    assert_eq!(next(&world, "2026-11-12 12:00"), Some(now("2026-11-12 20:00")));
    world.take(phone(), slot("2026-11-12", "20:00"), "1", "2026-11-12 11:30");
    assert_eq!(next(&world, "2026-11-12 12:00"), Some(now("2026-11-13 08:00")), "taken early");
    let view = &present(&world.state, now("2026-11-12 12:00"))[0];
    assert_eq!((view.standing, view.last), (PlanStanding::GoesOn, Some(now("2026-11-12 11:30"))));
}
