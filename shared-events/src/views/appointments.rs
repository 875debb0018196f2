//! Where the care team expects the patient, and when. A clock on the wall there says when: on her calendar an
//! appointment stands on that date and at that time, wherever she is now.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    content::{AppointmentId, Entity},
    events::{AppointmentRescheduled, AppointmentScheduled, Event},
    ids::EventId,
    schedule::{Zone, ZoneTimeline},
    state::{FoldKey, State},
};

/// An appointment as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppointmentView {
    /// Which one.
    pub appointment: AppointmentId,
    /// "Blood test"
    pub title: String,
    /// What the clock on the wall of the place shows then.
    pub local: NaiveDateTime,
    /// When that is; a place whose zone this build does not know is taken to be in the patient's.
    pub instant: Option<DateTime<Utc>>,
    /// The place's zone, if its clock shows then something else than the patient's.
    pub elsewhere: Option<String>,
    /// How long it takes.
    pub minutes: Option<i64>,
    /// Where.
    pub place: Option<String>,
    /// Whom she will see.
    pub with: Option<String>,
    /// What to bring, and whatever else is to be known before.
    pub bring: Option<String>,
    /// When it was to be before it was moved, on the clock of the place.
    pub moved_from: Option<NaiveDateTime>,
    /// How it stands.
    pub status: AppointmentStatus,
    /// The entry that says when it is.
    pub entry: EventId,
    /// How often that was said anew: a calendar takes the highest.
    pub revision: usize,
}

/// How an appointment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum AppointmentStatus {
    Planned,
    Cancelled {
        reason: Option<String>,
    },
    /// "This changed; update first."
    Frozen,
}

/// The appointments on these dates, in the order of time; those that were called off, too.
#[must_use]
pub fn appointments(state: &State, dates: &RangeInclusive<NaiveDate>) -> Vec<AppointmentView> {
    let timeline = ZoneTimeline::of(state).timeline;
    let first = Entity::Appointment(AppointmentId(Uuid::nil()));
    let ids = state.entities_from(&first).map_while(|(entity, _)| match entity {
        Entity::Appointment(id) => Some(*id),
        _ => None,
    });
    let mut found: Vec<_> = ids.filter_map(|id| read(state, id, timeline.as_ref())).collect();
    found.retain(|(_, view)| dates.contains(&view.local.date()));
    found.sort_by_key(|(said, view)| (view.local, *said));
    found.into_iter().map(|(_, view)| view).collect()
}

/// One appointment.
#[must_use]
pub fn appointment(state: &State, id: AppointmentId) -> Option<AppointmentView> {
    read(state, id, ZoneTimeline::of(state).timeline.as_ref()).map(|(_, view)| view)
}

/// Of several words about when it is the last in fold order holds. That it is called off holds until it is retracted.
fn read(
    state: &State,
    id: AppointmentId,
    timeline: Option<&ZoneTimeline>,
) -> Option<(FoldKey, AppointmentView)> {
    let entity = Entity::Appointment(id);
    let mut scheduled: Option<&AppointmentScheduled> = None;
    let mut moves: Vec<&AppointmentRescheduled> = Vec::new();
    let (mut said, mut cancelled) = (None, None);
    for (entry, event) in state.holding(&entity) {
        match event {
            Event::AppointmentScheduled(e) if e.appointment == id => {
                scheduled = Some(e);
                moves.clear();
                said = Some((entry.key(), entry.id()));
            }
            Event::AppointmentRescheduled(e) if e.appointment == id => {
                moves.push(e);
                said = said.map(|(key, _)| (key, entry.id()));
            }
            Event::AppointmentCancelled(e) if e.appointment == id => cancelled = Some(e.reason.clone()),
            _ => {}
        }
    }
    let (scheduled, (key, entry)) = scheduled.zip(said)?;
    let last =
        |read: fn(&AppointmentRescheduled) -> Option<&String>| moves.iter().rev().find_map(|m| read(m));
    let whens: Vec<_> = std::iter::once(scheduled.date.and_time(scheduled.at))
        .chain(moves.iter().map(|m| m.date.and_time(m.at)))
        .collect();
    let local = *whens.last()?;
    let zone = last(|m| m.zone.as_ref()).unwrap_or(&scheduled.zone);
    let there = zone.parse::<Zone>().ok();
    let clock = there.map(ZoneTimeline::fixed).or_else(|| timeline.cloned());
    let instant = clock.and_then(|clock| clock.instant(local));
    let hers = instant.zip(timeline).map(|(at, timeline)| timeline.local(at));
    let is_elsewhere = there.is_none() || hers.is_some_and(|hers| hers != local);
    let status = match cancelled {
        _ if state.is_frozen(&entity) => AppointmentStatus::Frozen,
        Some(reason) => AppointmentStatus::Cancelled { reason },
        None => AppointmentStatus::Planned,
    };
    let view = AppointmentView {
        appointment: id,
        title: scheduled.title.clone(),
        local,
        instant,
        elsewhere: is_elsewhere.then(|| zone.clone()),
        minutes: moves.iter().rev().find_map(|m| m.minutes).or(scheduled.minutes),
        place: last(|m| m.place.as_ref()).or(scheduled.place.as_ref()).cloned(),
        with: scheduled.with.clone(),
        bring: scheduled.bring.clone(),
        moved_from: whens.iter().rev().skip(1).find(|when| **when != local).copied(),
        status,
        entry,
        // That something was taken back is said anew, too.
        revision: state.events_of(&entity).count().saturating_sub(1),
    };
    Some((key, view))
}
