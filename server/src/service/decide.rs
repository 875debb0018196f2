//! What the care team asks for: decided on the patient's state as it is in the log, and said in the same transaction.

use std::sync::{Arc, Mutex, PoisonError};

use shared_events::{
    content::{Actor, ClockReading, OccurredAt, Precision, Role},
    decide::{Command, Decision, Desk, decide},
    draft::Setting,
    ids::{EventId, Hlc, PatientId},
    record::key_id,
};

use uuid::Uuid;

use super::{Service, effects::Keeper, folded::Folded};
use crate::{
    entropy::uuid_v7,
    error::Error,
    ledger::{Ledger, Tables, append::Appender},
    scribe::{APP, Saying, utc},
};

/// Whether what was decided is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Say it.
    Say,
    /// Change nothing.
    Preview,
}

impl<L: Ledger> Service<L> {
    /// Decides what the care team asks for, one after the other, all or none. A preview is the very same, whose
    /// transaction is undone.
    ///
    /// # Errors
    /// A command is refused, with field and rule; no such patient, or erased; the databases'.
    pub async fn decide(
        &self,
        patient: PatientId,
        commands: Vec<Command>,
        then: Then,
    ) -> Result<Vec<Decision>, Error> {
        let (row, _) = self.patient(patient).await?;
        let keys = self.keys.keys(patient)?;
        // Most of the stream is read before the transaction that others wait for.
        let mut folded = self.read_on(patient, Folded::default(), &keys).await?;
        let mut scribe = self.scribe(patient, row.server_device)?;
        let (entropy, now_ms) = (Arc::clone(&self.entropy), self.clock.now_ms());
        let keeper = Keeper { entropy: Arc::clone(&entropy), keys: keys.clone(), now_ms };
        let answer: Arc<Mutex<Option<Vec<Decision>>>> = Arc::default();
        let answered = Arc::clone(&answer);
        let job = move |tables: &mut dyn Tables| {
            if tables.unerased(patient)?.is_none() {
                return Err(Error::Invalid("the record was erased".into()));
            }
            let mut decisions = Vec::new();
            for command in &commands {
                folded.read_to_end(tables, patient, &keys)?;
                let mut appender = Appender::begin(tables, patient, now_ms)?;
                let desk = Desk {
                    patient,
                    device: row.server_device,
                    setting: setting(now_ms),
                    when: OccurredAt { at: utc(now_ms), precision: Precision::Second },
                    recorded_at: Hlc::at_ms(appender.received_ms()),
                    key: key_id(keys.sealing()),
                };
                let mut without = None;
                let mut id = || match uuid_v7(&*entropy, now_ms) {
                    Ok(id) => EventId(id),
                    Err(error) => {
                        without = Some(error);
                        EventId(Uuid::nil())
                    }
                };
                let decision = decide(&folded.state, command, &desk, &mut id)
                    .map_err(|refused| Error::Invalid(format!("{}: {}", refused.field, refused.rule)))?;
                if let Some(error) = without {
                    return Err(error.into());
                }
                let sayings = decision.events.iter().map(|(id, draft)| Saying::of_draft(*id, draft));
                let sayings = sayings.collect::<Result<Vec<_>, _>>()?;
                scribe.say(tables, &mut appender, &sayings)?;
                appender.finish(tables)?;
                decisions.push(decision);
            }
            // What the events lead to is kept in the transaction that says them.
            folded.read_to_end(tables, patient, &keys)?;
            keeper.keep(tables, patient, &mut folded)?;
            *answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(decisions);
            // A job that fails leaves nothing behind.
            if then == Then::Say { Ok(()) } else { Err(Error::Invalid("a preview is undone".into())) }
        };
        let said = self.ledger.write(job).await;
        let decided = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (said, then, decided) {
            (Ok(()), _, Some(decided)) | (Err(_), Then::Preview, Some(decided)) => Ok(decided),
            (Err(error), ..) => Err(error),
            (Ok(()), _, None) => Ok(Vec::new()),
        }
    }
}

fn setting(now_ms: u64) -> Setting {
    Setting {
        zone: "UTC".to_owned(),
        actor: Actor { role: Role::CareTeam, name: None },
        app: APP.to_owned(),
        clock: ClockReading { wall: now_ms, monotonic: 0, offset: Some(0) },
    }
}
