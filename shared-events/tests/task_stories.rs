//! What a day shows of tasks, told as stories.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use shared_events::{
    commands::{self, PlanRule},
    content::TaskId,
    events::{Event, TaskAssigned, TaskCancelled},
    views::{Coverage, Standing, TaskStatus, TasksView, tasks},
};
use support::*;
use uuid::Uuid;

const DAY: &str = "2026-11-21";

fn task() -> TaskId {
    TaskId(Uuid::from_u128(5))
}
fn asked_for(date_text: Option<&str>) -> World {
    let mut world = World::new();
    let title = "Weigh yourself".to_owned();
    let assigned = TaskAssigned { task: task(), title, hint: None, date: date_text.map(date), icon: None };
    world.say(clinic(), commands::assign(assigned, when("2026-11-19 12:00")).unwrap());
    world
}
fn on(world: &World, day: &str, now_text: &str) -> TasksView {
    tasks(&world.state, date(day), now(now_text), Coverage::ALL)
}
fn statuses(view: &TasksView) -> Vec<TaskStatus> {
    view.tasks.iter().map(|t| t.status.clone()).collect()
}

#[test]
fn a_task_for_a_day_is_open_on_it_and_still_open_after_it() {
    let world = asked_for(Some(DAY));
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 09:00")), [TaskStatus::Open]);
    assert_eq!(on(&world, "2026-11-20", "2026-11-20 09:00"), TasksView::default());
    let tomorrow = on(&world, "2026-11-22", "2026-11-22 09:00");
    assert_eq!((tomorrow.tasks.len(), tomorrow.still_open.len()), (0, 1));
}

#[test]
fn a_task_without_a_date_is_open_today_and_done_on_the_day_it_was_done() {
    let mut world = asked_for(None);
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 09:00")), [TaskStatus::Open]);
    assert_eq!(on(&world, "2026-11-20", "2026-11-21 09:00").tasks, []);
    let id = world.say(phone(), commands::complete_task(task(), None, when("2026-11-20 10:00")));
    assert_eq!(on(&world, DAY, "2026-11-21 09:00"), TasksView::default());
    let done = statuses(&on(&world, "2026-11-20", "2026-11-21 09:00"));
    assert!(matches!(&done[..], [TaskStatus::Done { entry, .. }] if *entry == id));
}

#[test]
fn of_done_and_open_again_the_one_that_was_true_last_holds_in_whatever_order_they_come() {
    let mut world = asked_for(Some(DAY));
    world.say(phone(), commands::reopen_task(task(), when("2026-11-21 10:05")));
    let late = world.say(tablet(), commands::complete_task(task(), None, when("2026-11-21 10:00")));
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 11:00")), [TaskStatus::Open]);
    world.say(phone(), commands::complete_task(task(), None, when("2026-11-21 10:10")));
    let done = statuses(&on(&world, DAY, "2026-11-21 11:00"));
    assert!(matches!(&done[..], [TaskStatus::Done { entry, .. }] if *entry != late));
}

#[test]
fn undoing_a_task_is_retracting_its_entry() {
    let mut world = asked_for(Some(DAY));
    let done = world.say(phone(), commands::complete_task(task(), None, when("2026-11-21 10:00")));
    world.retract(phone(), done, "2026-11-21 10:01");
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 11:00")), [TaskStatus::Open]);
}

#[test]
fn a_cancelled_task_is_shown_on_its_day_and_is_no_longer_open() {
    let mut world = asked_for(Some(DAY));
    world.say(clinic(), commands::cancel(task(), None, when("2026-11-20 10:00")));
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 09:00")), [TaskStatus::Cancelled { reason: None }]);
    assert_eq!(on(&world, "2026-11-22", "2026-11-22 09:00"), TasksView::default());
}

#[test]
fn an_undated_task_is_still_loading_until_all_since_its_assignment_is_here() {
    let world = asked_for(None);
    let assigned = u64::try_from(at("2026-11-19 12:00").timestamp_millis()).unwrap();
    let with = |standing, since_ms| {
        statuses(&tasks(
            &world.state,
            date(DAY),
            now("2026-11-21 09:00"),
            Coverage { standing, since_ms, ..Coverage::ALL },
        ))
    };
    assert_eq!(with(Standing::Complete, Some(assigned)), [TaskStatus::Open]);
    assert_eq!(with(Standing::Complete, Some(assigned + 1)), [TaskStatus::StillLoading]);
    assert_eq!(with(Standing::Loading, Some(0)), [TaskStatus::StillLoading]);
    assert_eq!(with(Standing::Complete, None), [TaskStatus::StillLoading]);
}

#[test]
fn a_cancellation_from_the_future_freezes_the_task_and_it_can_still_be_done() {
    let mut world = asked_for(Some(DAY));
    let cancelled = Event::TaskCancelled(TaskCancelled { task: task(), reason: None });
    let event = from_the_future(&mut world, cancelled, "2026-11-20 12:00");
    world.hear(event);
    assert_eq!(statuses(&on(&world, DAY, "2026-11-21 09:00")), [TaskStatus::Frozen]);
    world.say(phone(), commands::complete_task(task(), None, when("2026-11-21 10:00")));
    assert!(matches!(statuses(&on(&world, DAY, "2026-11-21 11:00"))[0], TaskStatus::Done { .. }));
}

#[test]
fn a_plan_is_refused_with_its_field_and_a_fact_never() {
    let task = TaskAssigned { task: task(), title: " ".into(), hint: None, date: None, icon: None };
    let refused = commands::assign(task, when("2026-11-21 10:00")).unwrap_err();
    assert_eq!((refused.field, refused.rule), ("title", PlanRule::Empty));
    assert_eq!(refused.to_string(), "title: write something here");
    let refused = commands::prescribe(prescription(1, "Drops", &[]), when("2026-11-21 10:00")).unwrap_err();
    assert_eq!((refused.field, refused.rule), ("schedule.rule.times.slots", PlanRule::NoSlots));
    let refused =
        commands::change_zone("UTC+3", at("2026-11-21 10:00"), when("2026-11-21 10:00")).unwrap_err();
    assert_eq!((refused.field, refused.rule), ("zone", PlanRule::UnknownZone));
}
