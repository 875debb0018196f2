//! Tasks: what the care team asks to be done once, and whether it is.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    content::{Entity, OccurredAt, TaskId},
    events::{Event, TaskAssigned},
    ids::EventId,
    schedule::ZoneTimeline,
    state::{Entry, FoldKey, State},
    views::{
        coverage::{Coverage, Covered},
        facts::Who,
    },
};

/// The tasks of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TasksView {
    /// Those for this date, those done on it and, for today, those without a date; in the order of assignment.
    pub tasks: Vec<TaskView>,
    /// For today: those that were for an earlier date and are not done yet.
    pub still_open: Vec<TaskView>,
}

/// A task as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TaskView {
    pub task: TaskId,
    pub title: String,
    pub hint: Option<String>,
    /// A picture's name; show what is not known as a plain task.
    pub icon: Option<String>,
    /// The day it is for; `None`: any day.
    pub date: Option<NaiveDate>,
    pub status: TaskStatus,
    /// The entry that asks for it.
    pub assigned: EventId,
}

/// How a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TaskStatus {
    Open,
    /// `entry` says so; retract it, or reopen the task, to undo.
    Done {
        at: OccurredAt,
        entry: EventId,
        who: Who,
    },
    /// Entries about it may still be on their way here.
    StillLoading,
    /// "This changed; update first." It can still be logged as done.
    Frozen,
    Cancelled {
        reason: Option<String>,
    },
}

/// The tasks that a day of the patient's calendar shows. A task is shown on the day it was done, else on its own; one
/// without a date only today.
#[must_use]
pub fn tasks(state: &State, date: NaiveDate, now: DateTime<Utc>, coverage: Coverage) -> TasksView {
    let timeline = ZoneTimeline::of(state).timeline;
    let today = timeline.as_ref().is_some_and(|t| t.local(now).date() == date);
    let first = Entity::Task(TaskId(Uuid::nil()));
    let ids = state.entities_from(&first).map_while(|(entity, _)| match entity {
        Entity::Task(id) => Some(*id),
        _ => None,
    });
    let mut found: Vec<_> = ids
        .filter_map(|id| read(state, id, timeline.as_ref(), coverage))
        .collect::<Vec<(FoldKey, TaskView)>>();
    found.sort_by_key(|(assigned, _)| *assigned);
    let mut view = TasksView::default();
    for (_, task) in found {
        let done_on = match &task.status {
            TaskStatus::Done { at, .. } => {
                Some(timeline.as_ref().map_or(at.at.date_naive(), |t| t.local(at.at.to_utc()).date()))
            }
            _ => None,
        };
        let cancelled = matches!(task.status, TaskStatus::Cancelled { .. });
        match done_on.or(task.date) {
            Some(on) if on == date => view.tasks.push(task),
            Some(on) if today && on < date && done_on.is_none() && !cancelled => view.still_open.push(task),
            None if today && !cancelled => view.tasks.push(task),
            _ => {}
        }
    }
    view
}

/// Of several assignments the last in fold order holds. A cancellation holds until it is retracted. Of "done" and
/// "open again" the one that was true last holds; at one instant, the last in fold order.
fn read(
    state: &State,
    id: TaskId,
    timeline: Option<&ZoneTimeline>,
    coverage: Coverage,
) -> Option<(FoldKey, TaskView)> {
    let entity = Entity::Task(id);
    let mut assigned: Option<(&Entry, &TaskAssigned)> = None;
    let mut cancelled = None;
    let mut last: Option<(&Entry, &Event)> = None;
    for (entry, event) in state.holding(&entity) {
        match event {
            Event::TaskAssigned(e) if e.task == id => assigned = Some((entry, e)),
            Event::TaskCancelled(e) if e.task == id => cancelled = Some(e.reason.clone()),
            Event::TaskCompleted(_) | Event::TaskReopened(_) => {
                let at = |e: &Entry| e.content.occurred_at.at;
                if last.is_none_or(|(before, _)| at(before) <= at(entry)) {
                    last = Some((entry, event));
                }
            }
            _ => {}
        }
    }
    let (entry, task) = assigned?;
    let status = match (last, cancelled) {
        (Some((done, Event::TaskCompleted(_))), _) => {
            TaskStatus::Done { at: done.content.occurred_at, entry: done.id(), who: Who::of(state, done) }
        }
        (_, Some(reason)) => TaskStatus::Cancelled { reason },
        _ if state.is_frozen(&entity) => TaskStatus::Frozen,
        _ => open(entry, task.date, timeline, coverage),
    };
    let view = TaskView {
        task: id,
        title: task.title.clone(),
        hint: task.hint.clone(),
        icon: task.icon.clone(),
        date: task.date,
        status,
        assigned: entry.id(),
    };
    Some((entry.key(), view))
}

fn open(
    assigned: &Entry,
    date: Option<NaiveDate>,
    timeline: Option<&ZoneTimeline>,
    coverage: Coverage,
) -> TaskStatus {
    let received = || assigned.receipt.map_or(assigned.header.recorded_at.ms(), |r| r.received_ms);
    let covered = match date {
        None => coverage.covers_since(received()),
        Some(date) => {
            let start = timeline.and_then(|t| t.day_start(date));
            start.map_or(Covered::StillLoading, |start| coverage.covers_tasks_of(start))
        }
    };
    if covered == Covered::Covered { TaskStatus::Open } else { TaskStatus::StillLoading }
}
