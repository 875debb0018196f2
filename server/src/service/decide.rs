//! What the care team asks for: decided on the patient's state as it is in the log, and said in the same transaction.

use std::sync::{Arc, Mutex, PoisonError};

use shared_events::{
    content::{Actor, ClockReading, OccurredAt, Precision, Role},
    decide::{Command, Decision, Desk, decide},
    draft::Setting,
    effects::Behaviour,
    ids::{EventId, Hlc, Ordinal, PatientId},
    record::key_id,
    state::State,
};

use uuid::Uuid;

use super::Service;
use crate::{
    entropy::uuid_v7,
    error::Error,
    keys::PatientKeys,
    ledger::{
        Ledger, Tables,
        append::Appender,
        tables::{Room, Span},
    },
    scribe::{APP, Saying, utc},
};

/// Events that are read at once.
const PAGE: Room = Room { records: 1_000, bytes: 8 << 20 };

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
        let mut folded = Folded::default();
        loop {
            let (next, more) = self.read_on(patient, folded, keys.clone()).await?;
            folded = next;
            if !more {
                break;
            }
        }
        let mut scribe = self.scribe(patient, row.server_device)?;
        let (entropy, now_ms) = (Arc::clone(&self.entropy), self.clock.now_ms());
        let answer: Arc<Mutex<Option<Vec<Decision>>>> = Arc::default();
        let answered = Arc::clone(&answer);
        let job = move |tables: &mut dyn Tables| {
            if tables.patient(patient)?.is_none_or(|p| p.erased_ms.is_some()) {
                return Err(Error::Invalid("the record was erased".into()));
            }
            let mut decisions = Vec::new();
            for command in &commands {
                while folded.read_page(tables, patient, &keys)? {}
                let mut appender = Appender::begin(tables, patient, now_ms)?;
                let desk = Desk {
                    patient,
                    device: row.server_device,
                    setting: setting(now_ms),
                    when: OccurredAt { at: utc(now_ms), precision: Precision::Second },
                    recorded_at: Hlc::at_ms(appender.received_ms()),
                    key: key_id(keys.sealing()),
                    behaviour: Behaviour::newest(),
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

    async fn read_on(
        &self,
        patient: PatientId,
        mut folded: Folded,
        keys: PatientKeys,
    ) -> Result<(Folded, bool), Error> {
        let read = move |tables: &mut dyn Tables| {
            let more = folded.read_page(tables, patient, &keys)?;
            Ok((folded, more))
        };
        self.ledger.read(read).await
    }
}

/// A patient's state, as far as it was read.
#[derive(Default)]
struct Folded {
    state: State,
    until: Ordinal,
}

impl Folded {
    /// Reads on; whether there may be more.
    fn read_page(
        &mut self,
        tables: &mut dyn Tables,
        of: PatientId,
        keys: &PatientKeys,
    ) -> Result<bool, Error> {
        let events = tables.events(of, Span::After(self.until), PAGE)?;
        let Some(last) = events.last() else { return Ok(false) };
        self.until = last.receipt.ordinal;
        for event in events {
            let content = event.content(keys.sealing());
            self.state.apply(event.into_opened(content));
        }
        Ok(true)
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
