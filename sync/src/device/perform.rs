//! Carrying out what the engine says, and telling it how that went. What needs the server is in [`super::talk`].

use std::rc::Rc;

use shared_events::{
    ids::{EventId, Sequence},
    record::{Header, Record},
};

use super::{
    Device,
    checkpoint::Kept,
    folded::Folded,
    notes::{NeedsLook, opened},
};
use crate::{
    engine::{Input, Output},
    platform::{Clock as _, Keys as _, Platform},
    store::{Added, Outcome, Store as _},
};

/// Rows read from the store at once.
pub(super) const READ_ROWS: usize = 1_000;

impl<P: Platform> Device<P> {
    pub(super) async fn perform(self: Rc<Self>, output: Output) {
        if self.closed.get() && output != Output::Wipe {
            return;
        }
        match output {
            Output::Write(rows) => self.write(rows).await,
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
            Output::Push { .. }
            | Output::StoreOutcomes { .. }
            | Output::Pull { .. }
            | Output::StorePage { .. }
            | Output::Live { .. } => P::talk(self, output).await,
        }
    }

    /// The record was erased and the store is empty: nothing is shown or written any more.
    pub(super) fn forget_all(&self) {
        self.closed.set(true);
        self.notes.borrow_mut().forget_waiters();
        self.engine.borrow_mut().erased();
        *self.state.borrow_mut() = Folded::default();
        *self.kept.borrow_mut() = Kept::default();
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
                self.state.borrow_mut().apply(header.id, opened(row, content));
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
                    self.engine.borrow_mut().merge_order(receipt.order);
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
