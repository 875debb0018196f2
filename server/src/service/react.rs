//! The reactor: follows the log, and keeps what each event leads to. A stream's effects and how far it was reacted to
//! are written together, so nothing is missed and nothing found twice, whatever crashes between.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use shared_events::ids::PatientId;

use super::{Service, effects::Keeper, folded::Folded};
use crate::{
    error::Error,
    keys::KeyError,
    ledger::{Ledger, Tables},
};

/// Events of the states that are kept in memory: reading a stream anew costs more than adding one event to it.
const KEPT_EVENTS: u64 = 200_000;
/// A stream that could not be read is tried again after this.
const AGAIN_MS: u64 = 60_000;
/// What was erased is gone from memory within this time.
const FORGET_EVERY_MS: u64 = 60_000;

/// What a reactor remembers between passes; it can be lost at any time.
#[derive(Default)]
pub struct Reactor {
    states: BTreeMap<PatientId, Folded>,
    /// The patients of the states, the one that was longest not needed first.
    order: VecDeque<PatientId>,
    /// Streams that cannot be read now, and when to try again.
    set_aside: BTreeMap<PatientId, u64>,
    /// When it was last looked for what was erased.
    forgot_ms: u64,
}

impl Reactor {
    /// Reacts to all events that are in the log and were not reacted to. How many effects were found. A stream that
    /// fails is set aside and holds up no other.
    ///
    /// # Errors
    /// The first that the database had: what is left is found in a later pass.
    pub async fn pass<L: Ledger>(&mut self, service: &Service<L>) -> Result<usize, Error> {
        let now_ms = service.clock.now_ms();
        if now_ms.abs_diff(self.forgot_ms) >= FORGET_EVERY_MS {
            self.forget_erased(service).await?;
            self.forgot_ms = now_ms;
        }
        // Also after a clock that was set ahead was set right.
        self.set_aside.retain(|_, again_ms| *again_ms > now_ms && *again_ms <= now_ms + AGAIN_MS);
        let behind = service.ledger.read(|tables| Ok(tables.behind()?)).await?;
        let (mut found, mut failed) = (0, None);
        for patient in behind {
            if self.set_aside.contains_key(&patient) {
                continue;
            }
            match self.react_to(service, patient).await {
                Ok(new) => found += new,
                Err(error) => {
                    // Nothing of it is skipped: it is read again.
                    tracing::error!(%patient, %error, "effects are not looked for: the stream cannot be read");
                    self.set_aside.insert(patient, now_ms + AGAIN_MS);
                    if matches!(error, Error::Storage(_)) {
                        failed = failed.or(Some(error));
                    }
                }
            }
        }
        failed.map_or(Ok(found), Err)
    }

    /// When streams that were set aside are tried again.
    #[must_use]
    pub fn next_ms(&self) -> Option<u64> {
        self.set_aside.values().min().copied()
    }

    async fn react_to<L: Ledger>(
        &mut self,
        service: &Service<L>,
        patient: PatientId,
    ) -> Result<usize, Error> {
        let keys = match service.keys.keys(patient) {
            // Erased between: its key is gone before its row says so.
            Err(KeyError::Missing(_)) if is_erased(service, patient).await? => return Ok(0),
            keys => keys?,
        };
        // Taken out: what fails on the way is read anew.
        let folded = self.states.remove(&patient).unwrap_or_default();
        self.order.retain(|kept| *kept != patient);
        let mut folded = service.read_on(patient, folded, &keys).await?;
        let (entropy, now_ms) = (Arc::clone(&service.entropy), service.clock.now_ms());
        let keeper = Keeper { entropy, keys, now_ms };
        let keep = move |tables: &mut dyn Tables| {
            if tables.unerased(patient)?.is_none() {
                return Ok((None, 0));
            }
            let new = keeper.keep(tables, patient, &mut folded)?;
            Ok((Some(folded), new))
        };
        let (folded, new) = service.ledger.write(keep).await?;
        if let Some(folded) = folded {
            self.states.insert(patient, folded);
            self.order.push_back(patient);
            self.make_room();
        }
        Ok(new)
    }

    fn make_room(&mut self) {
        let mut kept: u64 = self.states.values().map(|folded| folded.until.get()).sum();
        while kept > KEPT_EVENTS
            && let Some(oldest) = self.order.pop_front()
        {
            kept -= self.states.remove(&oldest).map_or(0, |folded| folded.until.get());
        }
    }

    /// What was erased is not kept in memory either.
    async fn forget_erased<L: Ledger>(&mut self, service: &Service<L>) -> Result<(), Error> {
        let kept: Vec<_> = self.states.keys().copied().collect();
        let erased = move |tables: &mut dyn Tables| {
            let mut erased = Vec::new();
            for patient in kept {
                if tables.unerased(patient)?.is_none() {
                    erased.push(patient);
                }
            }
            Ok(erased)
        };
        for patient in service.ledger.read(erased).await? {
            self.states.remove(&patient);
            self.order.retain(|kept| *kept != patient);
        }
        Ok(())
    }
}

async fn is_erased<L: Ledger>(service: &Service<L>, patient: PatientId) -> Result<bool, Error> {
    service.ledger.read(move |tables| Ok(tables.unerased(patient)?.is_none())).await
}
