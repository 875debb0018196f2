//! Effects: what an event asks the world to do, as data. They are found by rules from the state as it was once the event
//! had arrived, so that replaying a log finds the same again; carrying them out is the server's.
//!
//! The rules come in dated sets, [`Behaviour`]s: each is the one before it with its changes.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    content::Entity,
    ids::{EventId, Hash, PatientId},
    state::{Entry, State},
};

mod behaviour;
mod rules;

pub use behaviour::Behaviour;

/// Something to be done because of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Effect {
    pub id: EffectId,
    pub kind: Kind,
    pub entity: Entity,
    /// The rule that found it.
    pub rule: &'static str,
    /// What of the entity it is about, so that it is found once: a dose, a run of doses.
    pub episode: String,
    /// For people, with names of medicines: health content.
    pub message: String,
    /// The event that led to it.
    pub caused_by: EventId,
    /// The date of the rules that held.
    pub behaviour: Behaviour,
    /// After this it is pointless, and not carried out any more.
    pub valid_until: DateTime<Utc>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[allow(missing_docs)]
pub enum Kind {
    /// Tell the care team.
    NotifyCareTeam,
    /// Have someone of the care team look at the record.
    RequestReview,
    /// Give the patient a task; the message is its title.
    AssignTask,
    /// Tell the patient, without any health content.
    RemindPatient,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::NotifyCareTeam, Self::RequestReview, Self::AssignTask, Self::RemindPatient];

    /// Its name, as JSON and tables have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotifyCareTeam => "NotifyCareTeam",
            Self::RequestReview => "RequestReview",
            Self::AssignTask => "AssignTask",
            Self::RemindPatient => "RemindPatient",
        }
    }
}

/// Names an effect by what it is: kind, entity, rule and episode. Found twice, it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EffectId(pub Hash);

impl EffectId {
    /// `H("rivulet/effect/1\0" || patient || each of kind, entity, rule, episode as u64 length || bytes)`.
    #[must_use]
    pub fn of(patient: PatientId, kind: Kind, entity: &Entity, rule: &str, episode: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"rivulet/effect/1\0");
        hash.update(patient.as_bytes());
        for part in [kind.name(), &entity.to_string(), rule, episode] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(Hash(hash.finalize().into()))
    }
}
impl std::fmt::Display for EffectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What a rule asks for.
struct Ask {
    kind: Kind,
    entity: Entity,
    episode: String,
    message: String,
    valid: TimeDelta,
}

/// What one event leads to, by the rules of one behaviour. The state is as it was once the event was in it. Whoever may
/// not say an event causes nothing by it, nor does what was taken back.
#[must_use]
pub fn react(state: &State, event: EventId, behaviour: Behaviour) -> Vec<Effect> {
    let Some(entry) = state.entry(event) else { return Vec::new() };
    let Some(case) = rules::Case::of(state, entry) else { return Vec::new() };
    let asked = behaviour.rules().into_iter().flat_map(|rule| {
        let asks = (rule.asks)(&case);
        asks.into_iter().map(move |ask| (rule.name, ask))
    });
    let effect = |(rule, ask): (&'static str, Ask)| {
        let Ask { kind, entity, episode, message, valid } = ask;
        let id = EffectId::of(entry.header.patient, kind, &entity, rule, &episode);
        let valid_until = case.at.checked_add_signed(valid).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Effect { id, kind, entity, rule, episode, message, caused_by: event, behaviour, valid_until }
    };
    asked.map(effect).collect()
}

/// When the log, or else the device, took the event in.
fn arrived(entry: &Entry) -> DateTime<Utc> {
    let ms = entry.receipt.map_or(entry.header.recorded_at.ms(), |receipt| receipt.received_ms);
    let at = i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis);
    at.unwrap_or(DateTime::<Utc>::MAX_UTC)
}
