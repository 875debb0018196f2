//! Effects: keeping what was found, and telling what became of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared_events::{
    content::Entity,
    effects::{Effect, EffectId, Kind},
    ids::{EventId, Ordinal, PatientId},
};

use super::{
    Service,
    folded::Folded,
    profile::{self, Of},
};
use crate::{
    entropy::Entropy,
    error::Error,
    keys::PatientKeys,
    ledger::{
        Ledger, Tables,
        effects::{EffectRow, Fate},
        rows::Purpose,
    },
};

/// What an effect says of the patient; sealed where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Detail {
    pub entity: Entity,
    pub rule: String,
    pub episode: String,
    /// For people, with names of medicines.
    pub message: String,
    /// The date of the rules that held.
    pub behaviour: String,
}

/// An effect with what it says, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Told {
    pub effect: EffectId,
    pub patient: PatientId,
    pub kind: Kind,
    pub event: EventId,
    /// Where the event stands in the stream.
    pub ordinal: Ordinal,
    #[serde(flatten)]
    pub detail: Detail,
    pub found_ms: u64,
    pub valid_until_ms: u64,
    pub fate: Fate,
    pub attempts: u32,
    pub ended_ms: Option<u64>,
    pub outcome: Option<String>,
}

impl Told {
    /// Opens what is sealed.
    ///
    /// # Errors
    /// The keys are not this patient's.
    pub fn of(row: EffectRow, keys: &PatientKeys) -> Result<Self, Error> {
        Ok(Self {
            effect: row.id,
            patient: row.patient,
            kind: row.kind,
            event: row.event,
            ordinal: row.ordinal,
            detail: profile::open(&row.detail, Of::Effect(row.id), row.patient, keys)?,
            found_ms: row.found_ms,
            valid_until_ms: row.valid_until_ms,
            fate: row.fate,
            attempts: row.attempts,
            ended_ms: row.ended_ms,
            outcome: row.outcome,
        })
    }
}

/// Keeps effects: it has a key to seal them with, and the time.
pub(crate) struct Keeper {
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: PatientKeys,
    pub(crate) now_ms: u64,
}

impl Keeper {
    /// Keeps what a state's events led to, and that they were reacted to, in one transaction. What is there stays as
    /// it is. How many are new.
    ///
    /// # Errors
    /// There is no such patient any more; the database's.
    pub(crate) fn keep(
        &self,
        tables: &mut dyn Tables,
        patient: PatientId,
        folded: &mut Folded,
    ) -> Result<usize, Error> {
        let purpose = purpose(tables, patient)?;
        let mut new = 0;
        for (ordinal, effect) in folded.found.drain(..) {
            new += usize::from(self.add(tables, patient, purpose, ordinal, &effect)?.is_some());
        }
        tables.set_reacted(patient, folded.until)?;
        Ok(new)
    }

    /// What is to become of a new one; `None` if it is there.
    fn add(
        &self,
        tables: &mut dyn Tables,
        patient: PatientId,
        purpose: Purpose,
        ordinal: Ordinal,
        effect: &Effect,
    ) -> Result<Option<Fate>, Error> {
        let detail = Detail {
            entity: effect.entity.clone(),
            rule: effect.rule.to_owned(),
            episode: effect.episode.clone(),
            message: effect.message.clone(),
            behaviour: effect.behaviour.date().to_owned(),
        };
        let valid_until_ms = u64::try_from(effect.valid_until.timestamp_millis()).unwrap_or(0);
        let fate = match purpose {
            Purpose::Test => Fate::Withheld,
            Purpose::Care if valid_until_ms <= self.now_ms => Fate::Lapsed,
            Purpose::Care => Fate::Waiting,
        };
        let row = EffectRow {
            id: effect.id,
            patient,
            kind: effect.kind,
            event: effect.caused_by,
            ordinal,
            detail: profile::seal(&detail, Of::Effect(effect.id), patient, &self.keys, &*self.entropy)?,
            found_ms: self.now_ms,
            valid_until_ms,
            fate,
            attempts: 0,
            next_ms: self.now_ms,
            ended_ms: (fate != Fate::Waiting).then_some(self.now_ms),
            outcome: None,
        };
        Ok(tables.add_effect(&row)?.then_some(fate))
    }
}

/// Whether the patient is a person.
fn purpose(tables: &mut dyn Tables, patient: PatientId) -> Result<Purpose, Error> {
    let row = tables.unerased(patient)?;
    Ok(row.ok_or_else(|| Error::Invalid("the record was erased".into()))?.purpose)
}

/// What became of effects that a replay asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// To be carried out now.
    pub asked: usize,
    /// Known before, and left as they are.
    pub known: usize,
    /// Nobody would be helped by them any more.
    pub lapsed: usize,
    /// The patient is a test.
    pub withheld: usize,
}

impl<L: Ledger> Service<L> {
    /// A patient's effects, by the events that led to them.
    ///
    /// # Errors
    /// There is no such patient, or she was erased; the databases'.
    pub async fn effects(&self, patient: PatientId) -> Result<Vec<Told>, Error> {
        self.patient(patient).await?;
        let keys = self.keys.keys(patient)?;
        let rows = self.ledger.read(move |tables| Ok(tables.effects(patient)?)).await?;
        rows.into_iter().map(|row| Told::of(row, &keys)).collect()
    }

    /// Has effects carried out that a replay found. Each once, as any other.
    ///
    /// # Errors
    /// There is no such patient, or she was erased; the databases'.
    pub async fn ask_for(&self, patient: PatientId, effects: Vec<Effect>) -> Result<Asked, Error> {
        self.patient(patient).await?;
        let (entropy, now_ms) = (Arc::clone(&self.entropy), self.clock.now_ms());
        let keeper = Keeper { entropy, keys: self.keys.keys(patient)?, now_ms };
        let job = move |tables: &mut dyn Tables| {
            let purpose = purpose(tables, patient)?;
            let mut asked = Asked::default();
            for effect in &effects {
                let event = tables.event(patient, effect.caused_by)?;
                let event = event.ok_or_else(|| {
                    Error::Invalid(format!(
                        "the log has no event {}: is it the one that was told again?",
                        effect.caused_by
                    ))
                })?;
                match keeper.add(tables, patient, purpose, event.receipt.ordinal, effect)? {
                    None => asked.known += 1,
                    Some(Fate::Lapsed) => asked.lapsed += 1,
                    Some(Fate::Withheld) => asked.withheld += 1,
                    Some(Fate::Waiting | Fate::Done) => asked.asked += 1,
                }
            }
            Ok(asked)
        };
        self.ledger.write(job).await
    }

    /// Says that a person has seen to an effect: it is not carried out any more.
    ///
    /// # Errors
    /// There is no such effect, or it is not waiting; the database's.
    pub async fn settle_effect(&self, id: EffectId, by: String) -> Result<EffectRow, Error> {
        let now_ms = self.clock.now_ms();
        let job = move |tables: &mut dyn Tables| {
            let row = tables.effect(id)?;
            let row =
                row.ok_or_else(|| Error::Invalid(format!("there is no effect {id}: see `effects show`")))?;
            if row.fate != Fate::Waiting {
                return Err(Error::Invalid(format!("the effect is {} already", row.fate.name())));
            }
            let ended = row.ended(Fate::Done, now_ms, Some(by));
            tables.set_effect(&ended)?;
            Ok(ended)
        };
        self.ledger.write(job).await
    }
}
