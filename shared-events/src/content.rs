//! The content of a body, once opened: who says what of which things, when it was true and how sure the clock was.
//! These fields belong to format 1; only `data` belongs to the type's version.

use std::{fmt, str::FromStr};

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    ids::{DeviceId, EventId},
    json::{Read, reads},
};

/// The opened body of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Content {
    pub occurred_at: OccurredAt,
    /// IANA name of the zone that the device was in.
    pub zone: String,
    pub actor: Actor,
    /// Name and version of the program that wrote it, such as `rivulet-app 0.1.0`.
    pub app: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caused_by: Option<EventId>,
    /// What the event is about; state is kept by these.
    pub about: Vec<Entity>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub must_understand: bool,
    pub clock: ClockReading,
    /// As the type's version says; kept as text, so that what this build does not know stays as it is.
    pub data: Box<RawValue>,
}

reads!(Content { occurred_at, zone, actor, app, caused_by, about, must_understand = false, clock, data });

impl Content {
    /// Reads an opened body; `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Read::read(text)
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        serde_json::to_string(self).ok() == serde_json::to_string(other).ok()
    }
}

/// When it was true: an instant with the offset that the clock on the wall had, and how exact it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OccurredAt {
    #[serde(deserialize_with = "crate::moment::instant")]
    pub at: DateTime<FixedOffset>,
    pub precision: Precision,
}

reads!(OccurredAt { at, precision });

/// How exact a time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Precision {
    Second,
    Minute,
    Day,
}

/// Who says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Actor {
    pub role: Role,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
}

reads!(Actor { role, name });

/// What a person is to the patient; decides which types she may say (see [`crate::events`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Role {
    Patient,
    Caregiver,
    CareTeam,
    Server,
}

/// What the device's clocks said at the recording, so that a wrong clock can be found out later. Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// The wall clock, since 1970, uncorrected.
    pub wall: u64,
    /// A clock that only goes forward, since the program started.
    pub monotonic: u64,
    /// What to add to the wall clock to have the server's, as last measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<i64>,
}

reads!(ClockReading { wall, monotonic, offset });

/// A treatment: one medicine on one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TreatmentId(pub Uuid);

/// A task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TaskId(pub Uuid);

/// An appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AppointmentId(pub Uuid);

/// What an event is about, and the unit by which state is kept and folded anew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// `treatment/ID`
    Treatment(TreatmentId),
    /// `doses/ID/YYYY-MM`: what was taken or skipped of a treatment in one month.
    Doses(TreatmentId, Month),
    /// `task/ID`
    Task(TaskId),
    /// `appointment/ID`
    Appointment(AppointmentId),
    /// `device/ID`
    Device(DeviceId),
    /// `zone`: the patient's timeline of time zones.
    Zone,
    /// `model/NAME`: settings and the like, see [`crate::model`].
    Model(String),
    /// Anything that a later build names; kept apart by its text.
    Other(String),
}

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that a date lies in.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        use chrono::Datelike as _;
        Self { year: date.year(), month: date.month() }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// Whether it sorts as text as it does as a month.
    pub(crate) fn is_of_four_digits(self) -> bool {
        (0..10_000).contains(&self.year)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self { year: self.year + i32::try_from(self.month / 12).unwrap_or(0), month: self.month % 12 + 1 }
    }
}
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Text that names no month as `2026-11` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a month as 2026-11")]
pub struct NoMonth;

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let (year, month) = text.split_once('-').ok_or(NoMonth)?;
        let (year, month) = (year.parse().map_err(|_| NoMonth)?, month.parse().map_err(|_| NoMonth)?);
        NaiveDate::from_ymd_opt(year, month, 1).map(Self::of).ok_or(NoMonth)
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Treatment(id) => write!(f, "treatment/{}", id.0),
            Self::Doses(id, month) => write!(f, "doses/{}/{month}", id.0),
            Self::Task(id) => write!(f, "task/{}", id.0),
            Self::Appointment(id) => write!(f, "appointment/{}", id.0),
            Self::Device(id) => write!(f, "device/{id}"),
            Self::Zone => f.write_str("zone"),
            Self::Model(name) => write!(f, "model/{name}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}
impl From<&str> for Entity {
    fn from(text: &str) -> Self {
        known_entity(text).filter(|e| e.to_string() == text).unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

fn known_entity(text: &str) -> Option<Entity> {
    let mut parts = text.split('/');
    let (kind, id, rest) = (parts.next()?, parts.next(), parts.next());
    let uuid = || id.and_then(|id| Uuid::from_str(id).ok());
    match kind {
        "zone" => Some(Entity::Zone),
        "model" => Some(Entity::Model(id?.to_owned())),
        "treatment" => Some(Entity::Treatment(TreatmentId(uuid()?))),
        "task" => Some(Entity::Task(TaskId(uuid()?))),
        "appointment" => Some(Entity::Appointment(AppointmentId(uuid()?))),
        "device" => Some(Entity::Device(DeviceId(uuid()?))),
        "doses" => Some(Entity::Doses(TreatmentId(uuid()?), rest?.parse().ok()?)),
        _ => None,
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        if text.is_empty() || text.len() > 200 {
            return Err(D::Error::custom("an entity has 1 to 200 bytes"));
        }
        Ok(Self::from(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_reads_as_it_is_written() {
        let id = "018f3f5e-8f6a-4c62-9a4b-5a3f0c1d2e3f";
        for text in [
            format!("treatment/{id}"),
            format!("doses/{id}/2026-11"),
            format!("task/{id}"),
            format!("appointment/{id}"),
            format!("device/{id}"),
            "zone".into(),
            "model/meals".into(),
            "model/meals/breakfast".into(),
            "model".into(),
            "mood/2026".into(),
            format!("doses/{id}/2026-13"),
            format!("doses/{id}/2026-1"),
            format!("zone/{id}"),
        ] {
            assert_eq!(Entity::from(text.as_str()).to_string(), text);
        }
        assert!(matches!(Entity::from(format!("doses/{id}/2026-1").as_str()), Entity::Other(_)));
    }
}
