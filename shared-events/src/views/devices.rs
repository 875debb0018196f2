//! The devices that may log for the patient.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    content::{Entity, Role},
    events::Event,
    ids::{DeviceId, Hlc},
    sorted::SortedMap,
    state::State,
};

/// A device of a person, not of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DeviceView {
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    pub role: Role,
    /// Whose it is.
    pub person: Option<String>,
    /// When it was set up.
    pub since: DateTime<Utc>,
    /// When it last logged something that is known here.
    pub last: Option<DateTime<Utc>>,
    /// It may not sign any more.
    pub revoked: bool,
}

/// All of them, the one that was set up first in front. Costs what the history costs.
#[must_use]
pub fn devices(state: &State) -> Vec<DeviceView> {
    let mut last: SortedMap<DeviceId, Hlc> = SortedMap::new();
    for entry in state.entries() {
        let known = last.or_default(entry.link.device);
        *known = (*known).max(entry.header.recorded_at);
    }
    let time = |hlc: &Hlc| DateTime::from_timestamp_millis(i64::try_from(hlc.ms()).ok()?);
    let view = |entity: &Entity| {
        let Entity::Device(device) = entity else { return None };
        let enrolment = state.enrolment_of(*device).filter(|e| e.role != Role::Server)?;
        let enrolled = state.holding(entity).find(|(_, event)| matches!(event, Event::DeviceEnrolled(_)))?.0;
        let is_revoked = |event: &Event| matches!(event, Event::DeviceRevoked(_));
        Some(DeviceView {
            device: *device,
            name: enrolment.name.clone(),
            role: enrolment.role,
            person: enrolment.person.clone(),
            since: enrolled.content.occurred_at.at.to_utc(),
            last: last.get(device).and_then(time),
            revoked: state.holding(entity).any(|(_, event)| is_revoked(event)),
        })
    };
    let mut views: Vec<_> = state.entities().filter_map(view).collect();
    views.sort_by_key(|view| (view.since, view.device));
    views
}
