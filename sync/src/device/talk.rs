//! Talking to the server: own rows are pushed, pages are pulled, and a long poll waits for more. A platform may fetch
//! this code behind the first screen, see [`Platform::talk`].
//!
//! Fetching is the slowest part of a fresh device's first minutes, so nothing waits for what it does not need: while a
//! page is being stored, its bodies are opened and the page behind it is on its way.

use std::rc::Rc;

use futures::{channel::oneshot, future::join};
use shared_events::{
    ids::{DeviceId, Hash, Ordinal, Sequence},
    record::{Record, event_hash, head_message},
};

use super::Device;
use crate::{
    client::{Asking, Call, fetch, read},
    engine::{Answer, Attempt, Output, Refusal},
    platform::{Clock as _, Keys as _, Platform},
    protocol::{
        BATCH_BYTES, Cursor, LIVE_WAIT_LIMIT_S, LiveAnswer, ProblemKind, PullAnswer, PushAnswer, PushRequest,
        RemoveRequest, SignedHead, path,
    },
    store::{Moved, Outcome, Progress, Store as _, StoreError},
};

/// Patience with one request, milliseconds.
const TIMEOUT_MS: u64 = 30_000;
/// JSON around a record's header and body, bytes, generously.
const RECORD_FRAME: usize = 400;

/// A page that was asked for before the one in front of it was stored.
pub(super) struct Ahead {
    cursor: Cursor,
    /// What the server had acknowledged then: its answer says how far it is, and is compared with this.
    acked: Sequence,
    answer: oneshot::Receiver<Result<PullAnswer, Refusal>>,
}

impl<P: Platform> Device<P> {
    /// Carries out what needs the server; anything else is left alone.
    pub async fn talk(self: Rc<Self>, output: Output) {
        match output {
            Output::Push { attempt, after, limit } => self.push(attempt, after, limit).await,
            Output::StoreOutcomes { attempt, outcomes, from, to } => {
                self.store_outcomes(attempt, outcomes, from, to).await;
            }
            Output::Pull { attempt, cursor } => self.pull(attempt, cursor).await,
            Output::StorePage { attempt, records, from, to } => {
                self.store_page(attempt, records, from, to).await;
            }
            Output::Live { attempt, through } => self.wait_for_more(attempt, through).await,
            _ => {}
        }
    }

    fn told(self: &Rc<Self>, answer: Answer) {
        self.turn(|engine, moment| engine.hear(answer, moment));
    }

    async fn push(self: &Rc<Self>, attempt: Attempt, after: Sequence, limit: usize) {
        // One row more than is sent: what follows the last one says which link stands there.
        let (links, result) = match self.platform.store().rows(self.identity.device, after, limit + 1).await {
            Ok(rows) => self.send_rows(rows, limit).await,
            Err(_) => (Vec::new(), Err(Refusal::NoAnswer)),
        };
        self.told(Answer::Push { attempt, links, result });
    }

    async fn send_rows(
        &self,
        mut rows: Vec<Record>,
        limit: usize,
    ) -> (Vec<Hash>, Result<PushAnswer, Refusal>) {
        let mut bytes = 0;
        let fits = |row: &Record| {
            bytes += row.header.len() + row.body.len() * 4 / 3 + RECORD_FRAME;
            bytes < BATCH_BYTES
        };
        let count = rows.iter().map(fits).take_while(|fits| *fits).take(limit).count().max(1);
        let claimed = rows.get(count).map(|next| next.link.previous);
        rows.truncate(count);
        let (patient, device) = (self.identity.patient, self.identity.device);
        let mut links: Vec<_> =
            rows.iter().map(|row| row.link.hash(patient, &event_hash(&row.header))).collect();
        // A row that was damaged where it lies must not break the chain behind it.
        if let (Some(last), Some(claimed)) = (links.last_mut(), claimed) {
            *last = claimed;
        }
        let (Some(last), Some(link)) = (rows.last(), links.last().copied()) else {
            return (links, Err(Refusal::NoAnswer));
        };
        let sequence = last.link.sequence;
        let message = head_message(patient, device, sequence, &link);
        let Ok(signature) = self.platform.keys().sign(&message).await else {
            return (links, Err(Refusal::NoAnswer));
        };
        let request = PushRequest { records: rows, head: SignedHead { sequence, link, signature } };
        let Ok(body) = serde_json::to_vec(&request) else { return (links, Err(Refusal::Nonsense)) };
        let answer = self.ask("POST", path::PUSH, String::new(), body, TIMEOUT_MS).await;
        (links, answer)
    }

    async fn store_outcomes(
        self: &Rc<Self>,
        attempt: Attempt,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    ) {
        let stored = self.platform.store().put_outcomes(self.identity.device, outcomes.clone(), from, to);
        let result = stored.await;
        if result == Ok(Moved::Stored) {
            self.show_outcomes(outcomes).await;
            if from != to && self.applied.get() == from {
                self.applied.set(to);
            }
            self.platform.tell_other_tabs();
        }
        self.told(Answer::OutcomesStored { attempt, result });
        self.keep_checkpoint().await;
    }

    pub(super) async fn pull(self: &Rc<Self>, attempt: Attempt, cursor: Option<Cursor>) {
        let result = match self.take_ahead(cursor) {
            // Whoever had asked has gone; that is as if nobody had answered.
            Some(answer) => answer.await.unwrap_or(Err(Refusal::NoAnswer)),
            None => self.ask_page(cursor).await,
        };
        let result = match (cursor, result) {
            (Some(cursor), Err(Refusal::Problem(problem))) if problem.kind == ProblemKind::Diverged => {
                self.first_of_later_life(cursor).await.ok_or(Refusal::Problem(problem))
            }
            (_, result) => result,
        };
        self.told(Answer::Pull { attempt, result });
    }

    /// The first page of a log that was declared to be put back to an older copy; `None`: it was not.
    async fn first_of_later_life(self: &Rc<Self>, known: Cursor) -> Option<PullAnswer> {
        // An ordinal that is passed already: it answers at once.
        let query = "through=0&wait=0".to_owned();
        let answer: LiveAnswer = self.ask("GET", path::LIVE, query, Vec::new(), TIMEOUT_MS).await.ok()?;
        if answer.place.generation <= known.generation {
            return None;
        }
        let first = self.ask_page(None).await.ok()?;
        self.look().await.ok()?; // the engine has to know which pages came before
        Some(first)
    }

    /// What was asked for ahead, if it is what is wanted now.
    fn take_ahead(&self, cursor: Option<Cursor>) -> Option<oneshot::Receiver<Result<PullAnswer, Refusal>>> {
        let ahead = self.ahead.borrow_mut().take()?;
        let fits = Some(ahead.cursor) == cursor && ahead.acked == self.engine.borrow().acked();
        fits.then_some(ahead.answer)
    }

    async fn ask_page(&self, cursor: Option<Cursor>) -> Result<PullAnswer, Refusal> {
        let query = cursor.map(|c| c.to_query()).unwrap_or_default();
        self.ask("GET", path::PULL, query, Vec::new(), TIMEOUT_MS).await
    }

    fn ask_ahead(self: &Rc<Self>, cursor: Cursor) {
        if cursor.is_whole() {
            return; // whether there is more is not known: that is asked with a long poll
        }
        let (tell, answer) = oneshot::channel();
        let acked = self.engine.borrow().acked();
        *self.ahead.borrow_mut() = Some(Ahead { cursor, acked, answer });
        let device = Rc::clone(self);
        self.spawn(async move {
            // Nobody may want it any more.
            let _ = tell.send(device.ask_page(Some(cursor)).await);
        });
    }

    pub(super) async fn store_page(
        self: &Rc<Self>,
        attempt: Attempt,
        records: Vec<Record>,
        from: Option<Progress>,
        to: Progress,
    ) {
        self.ask_ahead(to.cursor);
        let before = self.notes.borrow().page;
        let (result, pages) = match serde_json::to_vec(&records) {
            Ok(bytes) => {
                join(self.platform.store().add_page(bytes, from, to), self.open_page(&records)).await
            }
            Err(e) => (Err(StoreError::Failed(e.to_string())), Vec::new()),
        };
        if result == Ok(Moved::Stored) {
            let (page, pages_after) = {
                let notes = self.notes.borrow();
                (notes.page, notes.pages_after)
            };
            // Somebody may have looked while the page was being opened, and have counted it already.
            if (page, pages_after, self.applied.get()) == (before, to.pages_after, from) {
                self.apply_page(&records, pages);
                self.notes.borrow_mut().page = before + 1;
                self.applied.set(Some(to));
            } else {
                // A store that cannot be read now is read at the next hint, or at the next opening.
                let _ = self.look().await;
            }
            self.platform.tell_other_tabs();
        }
        self.told(Answer::PageStored { attempt, result });
        self.keep_checkpoint().await;
    }

    async fn wait_for_more(self: &Rc<Self>, attempt: Attempt, through: Ordinal) {
        let query = format!("through={through}&wait={LIVE_WAIT_LIMIT_S}");
        let timeout_ms = LIVE_WAIT_LIMIT_S * 1_000 + TIMEOUT_MS / 2;
        let result = self.ask("GET", path::LIVE, query, Vec::new(), timeout_ms).await;
        self.told(Answer::Live { attempt, result });
    }

    /// Asks the server whether it is there, whatever else waits for it.
    ///
    /// # Errors
    /// There was no answer, or the server refuses this device.
    pub async fn greet(self: &Rc<Self>) -> Result<(), Refusal> {
        // An ordinal that is passed already: it answers at once.
        let query = "through=0&wait=0".to_owned();
        let _: LiveAnswer = self.ask("GET", path::LIVE, query, Vec::new(), TIMEOUT_MS).await?;
        self.engine.borrow_mut().heard_from(self.platform.clock().now());
        self.changed();
        Ok(())
    }

    /// Takes another device of this record away: the server refuses it from now on, and says so in the record.
    ///
    /// # Errors
    /// There was no answer, or it is not this person's to remove.
    pub async fn remove(&self, device: DeviceId) -> Result<(), Refusal> {
        let body = serde_json::to_vec(&RemoveRequest { device }).map_err(|_| Refusal::Nonsense)?;
        let _: LiveAnswer = self.ask("POST", path::REMOVE, String::new(), body, TIMEOUT_MS).await?;
        Ok(())
    }

    pub(super) async fn ask<A: serde::de::DeserializeOwned>(
        &self,
        method: &'static str,
        path: &'static str,
        query: String,
        body: Vec<u8>,
        timeout_ms: u64,
    ) -> Result<A, Refusal> {
        read(&self.fetch(Call { method, path, query, body, timeout_ms }).await?)
    }

    async fn fetch(&self, call: Call) -> Result<Vec<u8>, Refusal> {
        let mut nonce = [0; 16];
        self.platform.keys().random(&mut nonce);
        let created_s = self.engine.borrow().corrected_ms(self.platform.clock().now()) / 1_000;
        let asking = Asking { device: self.identity.device, created_s, nonce };
        let sign = async |message: &[u8]| self.platform.keys().sign(message).await;
        fetch(self.platform.transport(), sign, asking, call).await
    }
}
