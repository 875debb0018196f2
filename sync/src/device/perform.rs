//! Carrying out what the engine says, and telling it how that went.

use std::rc::Rc;

use shared_events::{
    ids::{EventId, Hash, Ordinal, Sequence},
    record::{Header, Record, event_hash, head_message},
};

use super::{
    Device,
    notes::{NeedsLook, opened},
};
use crate::{
    client::{Asking, Call, fetch, read},
    engine::{Attempt, Input, Output, Refusal},
    platform::{Clock as _, Keys as _, Platform},
    protocol::{BATCH_BYTES, LIVE_WAIT_LIMIT_S, PushAnswer, PushRequest, SignedHead, path},
    store::{Added, Moved, Outcome, Progress, Store as _},
};

/// Patience with one request, milliseconds.
pub(super) const TIMEOUT_MS: u64 = 30_000;
/// JSON around a record's header and body, bytes, generously.
const RECORD_FRAME: usize = 400;
/// Rows read from the store at once.
pub(super) const READ_ROWS: usize = 1_000;

impl<P: Platform> Device<P> {
    pub(super) async fn perform(self: Rc<Self>, output: Output) {
        if self.closed.get() && output != Output::Wipe {
            return;
        }
        match output {
            Output::Write(rows) => self.write(rows).await,
            Output::Push { attempt, after, limit } => self.push(attempt, after, limit).await,
            Output::StoreOutcomes { attempt, outcomes, from, to } => {
                self.store_outcomes(attempt, outcomes, from, to).await;
            }
            Output::Pull { attempt, cursor } => self.pull(attempt, cursor).await,
            Output::StorePage { attempt, records, from, to } => {
                self.store_page(attempt, records, from, to).await;
            }
            Output::Live { attempt, through } => self.wait_for_more(attempt, through).await,
            Output::StoreOffset(offset) => {
                // It can be measured again.
                let _ = self.platform.store().put_offset(offset).await;
            }
            Output::LookAgain => {
                // A store that cannot be read now is read at the next hint, or at the next opening.
                let _ = self.look().await;
            }
            Output::Wake { at_ms } => self.wake(at_ms).await,
            Output::Wipe => {
                // Nothing may be written behind it: what is under way at the store comes before the wipe.
                self.closed.set(true);
                self.notes.borrow_mut().forget_waiters();
                if self.platform.store().wipe().await.is_ok() {
                    self.platform.tell_other_tabs();
                    self.forget_all();
                }
            }
        }
    }

    /// The record was erased and the store is empty: nothing is shown or written any more.
    pub(super) fn forget_all(&self) {
        self.closed.set(true);
        self.notes.borrow_mut().forget_waiters();
        self.engine.borrow_mut().erased();
        *self.state.borrow_mut() = shared_events::state::State::default();
        self.changed();
    }

    async fn write(self: &Rc<Self>, rows: Vec<Record>) {
        let after = rows.first().map_or(Sequence::ZERO, |row| row.link.sequence.before());
        match self.platform.store().add(rows.clone()).await {
            Ok(Added::Saved) => {
                self.show_saved(&rows).await;
                self.input(Input::Written);
                self.platform.tell_other_tabs();
            }
            Ok(Added::Taken) => match self.rows_after(after).await {
                Ok(rows) => {
                    self.show_saved(&rows).await;
                    self.input(Input::WriteTaken(rows));
                }
                Err(error) => self.input(Input::WriteFailed(error)),
            },
            Err(error) => {
                self.notes.borrow_mut().tell_failed(&error);
                self.input(Input::WriteFailed(error));
            }
        }
    }

    /// Own rows are durable: show them, and tell who waits for them.
    pub(super) async fn show_saved(&self, rows: &[Record]) {
        for row in rows {
            let Ok(header) = Header::parse(&row.header) else { continue };
            let content = self.notes.borrow_mut().release(header.id);
            let is_shown = self.state.borrow().source(header.id).is_some();
            if !is_shown {
                let content = match content {
                    Some(content) => Some(content),
                    None => self.open_body(&header, &row.body).await,
                };
                self.state.borrow_mut().apply(opened(row, content));
            }
            let mut notes = self.notes.borrow_mut();
            notes.since_checkpoint += usize::from(!is_shown);
            notes.rows = notes.rows.max(row.link.sequence);
            if row.link.sequence > notes.judged {
                notes.open.insert(row.link.sequence, (header.id, row.link));
            }
        }
        self.notes.borrow_mut().tell_saved();
    }

    pub(super) async fn rows_after(&self, after: Sequence) -> Result<Vec<Record>, crate::store::StoreError> {
        let mut rows: Vec<Record> = Vec::new();
        loop {
            let from = rows.last().map_or(after, |row| row.link.sequence);
            let more = self.platform.store().rows(self.identity.device, from, READ_ROWS).await?;
            if more.is_empty() {
                return Ok(rows);
            }
            rows.extend(more);
        }
    }

    async fn push(self: &Rc<Self>, attempt: Attempt, after: Sequence, limit: usize) {
        // One row more than is sent: what follows the last one says which link stands there.
        let (links, result) = match self.platform.store().rows(self.identity.device, after, limit + 1).await {
            Ok(rows) => self.send_rows(rows, limit).await,
            Err(_) => (Vec::new(), Err(Refusal::NoAnswer)),
        };
        self.input(Input::PushAnswered { attempt, links, result });
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
        self.input(Input::OutcomesStored { attempt, result });
        self.keep_checkpoint().await;
    }

    /// Puts what the server said of own events into the state.
    pub(super) async fn show_outcomes(&self, outcomes: Vec<(Sequence, Outcome)>) {
        for (sequence, outcome) in outcomes {
            let open = self.notes.borrow_mut().open.remove(&sequence);
            let (id, link) = match open {
                Some(known) => known,
                // Judged before: the server was put back and was sent it again.
                // Or another tab's row, that this one has not seen before it pushed it.
                None => match self.row_at(sequence).await {
                    Some((id, row)) => {
                        if self.state.borrow().source(id).is_none() {
                            self.show_saved(std::slice::from_ref(&row)).await;
                        }
                        (id, row.link)
                    }
                    None => continue,
                },
            };
            let mut notes = self.notes.borrow_mut();
            notes.judged = notes.judged.max(sequence);
            match outcome {
                Outcome::Logged { receipt, elsewhere } => {
                    notes.settle(id);
                    self.state.borrow_mut().learn_place(id, elsewhere.unwrap_or(link), receipt);
                }
                Outcome::Quarantined { reason } => {
                    let mut state = self.state.borrow_mut();
                    if let Some(source) = state.source(id) {
                        let (header, content) = (source.header.clone(), source.content.clone());
                        notes.look_at(NeedsLook { id, sequence, reason, content, header });
                    }
                    state.remove(id);
                }
            }
        }
    }

    async fn row_at(&self, sequence: Sequence) -> Option<(EventId, Record)> {
        let rows = self.platform.store().rows(self.identity.device, sequence.before(), 1).await.ok()?;
        let row = rows.into_iter().next()?;
        Some((Header::parse(&row.header).ok()?.id, row))
    }

    /// The content's JSON; `None`: it does not open.
    pub(super) async fn open_body(&self, header: &Header, body: &[u8]) -> Option<String> {
        let plaintext = self.platform.keys().open(header.id, header.patient, body).await.ok()??;
        String::from_utf8(plaintext).ok()
    }

    async fn wait_for_more(self: &Rc<Self>, attempt: Attempt, through: Ordinal) {
        let query = format!("through={through}&wait={LIVE_WAIT_LIMIT_S}");
        let timeout_ms = LIVE_WAIT_LIMIT_S * 1_000 + TIMEOUT_MS / 2;
        let result = self.ask("GET", path::LIVE, query, Vec::new(), timeout_ms).await;
        self.input(Input::LiveAnswered { attempt, result });
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

    async fn wake(self: &Rc<Self>, at_ms: u64) {
        if self.wake_at_ms.get().is_some_and(|earlier| earlier <= at_ms) {
            return;
        }
        self.wake_at_ms.set(Some(at_ms));
        let now_ms = self.platform.clock().now().monotonic_ms;
        self.platform.clock().sleep(at_ms.saturating_sub(now_ms)).await;
        if self.wake_at_ms.get() == Some(at_ms) {
            self.wake_at_ms.set(None);
        }
        self.input(Input::Tick);
    }
}
