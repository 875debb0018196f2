//! From an event that a person means to the bytes of the record: content, then body, then header.

use chrono::{DateTime, FixedOffset};
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    content::{Actor, ClockReading, Content, Entity, OccurredAt, Precision},
    events::{Data, Event},
    ids::{DeviceId, EventId, Hash, Hlc, PatientId},
    record::{Enrols, FORMAT, Fills, Header, RecordError, Revokes, body_hash},
};

/// What is to be recorded, before it has an id, a clock reading and a seal.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What happened.
    pub event: Event,
    /// When it was true.
    pub occurred_at: OccurredAt,
    /// What it is about.
    pub about: Vec<Entity>,
    /// The event that led to it.
    pub caused_by: Option<EventId>,
    /// How its data is written: a phone loads this code for the types that its commands make, and not for all.
    write: Write,
}

type Write = fn(&Event) -> Option<Box<RawValue>>;

/// The event's data could not be written: JSON cannot hold it, or it is of another type than the draft was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this entry could not be written")]
pub struct NotWritten;

/// Who records, where and with what: the same for all events of a moment.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Setting {
    pub zone: String,
    pub actor: Actor,
    pub app: String,
    pub clock: ClockReading,
}

impl Draft {
    /// A draft of an event of any type, which says itself what it is about.
    #[must_use]
    pub fn new(event: Event, at: DateTime<FixedOffset>, precision: Precision) -> Self {
        Self::written_by(event, OccurredAt { at, precision }, |event| event.data().ok())
    }

    /// A draft of an event of one type.
    #[must_use]
    pub fn of<T: Data>(data: T, when: OccurredAt) -> Self {
        Self::written_by(data.into_event(), when, |event| to_raw_value(T::of(event)?).ok())
    }

    /// The same, about these entities.
    #[must_use]
    pub fn about(self, about: Vec<Entity>) -> Self {
        Self { about, ..self }
    }

    /// The same, led to by that event.
    #[must_use]
    pub fn caused_by(self, cause: EventId) -> Self {
        Self { caused_by: Some(cause), ..self }
    }

    fn written_by(event: Event, occurred_at: OccurredAt, write: Write) -> Self {
        let about = event.about(occurred_at.at.date_naive()).unwrap_or_default();
        Self { event, occurred_at, about, caused_by: None, write }
    }

    /// The plaintext of the body, not yet padded.
    ///
    /// # Errors
    /// Its event was made one of another type.
    pub fn plaintext(&self, setting: Setting) -> Result<Vec<u8>, NotWritten> {
        let content = Content {
            occurred_at: self.occurred_at,
            zone: setting.zone,
            actor: setting.actor,
            app: setting.app,
            caused_by: self.caused_by,
            about: self.about.clone(),
            must_understand: self.event.must_be_understood(),
            clock: setting.clock,
            data: (self.write)(&self.event).ok_or(NotWritten)?,
        };
        serde_json::to_vec(&content).map_err(|_| NotWritten)
    }
}

/// What a header says beyond its draft and its body.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Stamp {
    pub id: EventId,
    pub patient: PatientId,
    pub device: DeviceId,
    pub recorded_at: Hlc,
    pub key: Hash,
}

/// What the three types of the server's own device say in clear.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Clear {
    pub enrols: Option<Enrols>,
    pub revokes: Option<Revokes>,
    pub fills: Option<Fills>,
}

/// Writes the header of a sealed body: its text, once.
///
/// # Errors
/// The header would be longer than allowed.
pub fn header(event: &Event, stamp: &Stamp, clear: Clear, body: &[u8]) -> Result<String, RecordError> {
    Header {
        f: FORMAT,
        id: stamp.id,
        patient: stamp.patient,
        device: stamp.device,
        kind: event.kind().to_owned(),
        version: event.version().to_owned(),
        class: event.class(),
        recorded_at: stamp.recorded_at,
        key: stamp.key,
        body: body_hash(body),
        enrols: clear.enrols,
        revokes: clear.revokes,
        fills: clear.fills,
    }
    .write()
}
