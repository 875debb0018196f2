//! Effects as they are kept: found once, carried out by their time or not at all. How far a stream was reacted to lies
//! beside them, and moves in the transaction that adds them.

use shared_events::{
    effects::{EffectId, Kind},
    ids::{EventId, Ordinal, PatientId},
};

use super::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// An effect, and what became of it. What it says of the patient is sealed with her key, and gone with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct EffectRow {
    pub id: EffectId,
    pub patient: PatientId,
    pub kind: Kind,
    /// The event that led to it, and where that stands in the stream.
    pub event: EventId,
    pub ordinal: Ordinal,
    /// Entity, rule, episode, message and behaviour, sealed.
    pub detail: Vec<u8>,
    pub found_ms: u64,
    /// Not carried out from then on.
    pub valid_until_ms: u64,
    pub fate: Fate,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is looked at next, while it waits.
    pub next_ms: u64,
    /// When it stopped waiting.
    pub ended_ms: Option<u64>,
    /// What came of the last attempt, without health content.
    pub outcome: Option<String>,
}

/// What became of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is to be carried out.
    Waiting,
    /// It was carried out.
    Done,
    /// Its time was over before it could be.
    Lapsed,
    /// Never to be: the patient is a test.
    Withheld,
}

impl Fate {
    /// Every fate.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Done, Self::Lapsed, Self::Withheld];

    /// As tables and JSON have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Lapsed => "lapsed",
            Self::Withheld => "withheld",
        }
    }
}

/// Who carries effects out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The server itself, by an event.
    Server,
    /// Whoever is told of it.
    Others,
}

impl By {
    /// Whose it is to carry out effects of a kind.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::AssignTask => Self::Server,
            Kind::NotifyCareTeam | Kind::RequestReview | Kind::RemindPatient => Self::Others,
        }
    }
}

impl EffectRow {
    /// The same, at its end.
    #[must_use]
    pub fn ended(self, fate: Fate, now_ms: u64, outcome: Option<String>) -> Self {
        Self { fate, ended_ms: Some(now_ms), outcome: outcome.or(self.outcome), ..self }
    }
}

/// The tables of effects, within a transaction.
#[allow(missing_docs)]
pub trait EffectTables {
    /// Patients whose streams hold events that nothing has reacted to; none who was erased.
    fn behind(&mut self) -> Result<Vec<PatientId>>;
    /// Up to where a stream was reacted to.
    fn reacted(&mut self, patient: PatientId) -> Result<Ordinal>;
    /// Never back: what is below stays.
    fn set_reacted(&mut self, patient: PatientId, until: Ordinal) -> Result<()>;

    /// Adds an effect; `false`, and nothing is changed, if it is there.
    fn add_effect(&mut self, effect: &EffectRow) -> Result<bool>;
    /// Says what became of one that is there.
    fn set_effect(&mut self, effect: &EffectRow) -> Result<()>;
    fn effect(&mut self, id: EffectId) -> Result<Option<EffectRow>>;
    /// A patient's, by the events that led to them.
    fn effects(&mut self, patient: PatientId) -> Result<Vec<EffectRow>>;
    /// Waiting ones to be looked at by then: those that were tried least first, then the earliest.
    fn due_effects(&mut self, by: By, until_ms: u64, limit: u32) -> Result<Vec<EffectRow>>;
    /// When the next of those that wait is to be looked at.
    fn next_effect_ms(&mut self, by: By) -> Result<Option<u64>>;
    /// All that wait are to be looked at by then, and those that lapsed before their time: the clock was wrong.
    fn wake_effects(&mut self, now_ms: u64) -> Result<()>;
    /// The number of what was added or changed last; 0 if nothing was.
    fn last_effect(&mut self) -> Result<u64>;
    /// Those that were added or changed after a number, ascending, each with its newest number.
    fn effects_since(&mut self, number: u64, limit: u32) -> Result<Vec<(u64, EffectRow)>>;
}
