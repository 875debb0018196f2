//! Opening from what the store holds, and looking again after other tabs were at it. Both read everything behind what
//! is in the state already; a checkpoint only makes that less.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use shared_events::{
    ids::Sequence,
    record::Record,
    state::State,
};

use super::{Device, notes::Notes, perform::READ_ROWS};
use crate::{
    engine::{Engine, Input},
    platform::Platform,
    store::{Identity, Outcome, Store as _, StoreError},
};

/// Pages read at once.
const READ_PAGES: usize = 10;

impl<P: Platform> Device<P> {
    /// Opens what the store holds of this device.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn open(platform: Rc<P>, identity: Identity) -> Result<Rc<Self>, StoreError> {
        let summary = platform.store().summary(identity.device).await?;
        let engine = Engine::new(&identity, &summary);
        let device = Rc::new(Self {
            platform,
            identity,
            engine: RefCell::new(engine),
            state: RefCell::new(State::default()),
            notes: RefCell::new(Notes::default()),
            applied: Cell::new(None),
            wake_at_ms: Cell::new(None),
            closed: Cell::new(false),
            listeners: RefCell::new(Vec::new()),
        });
        device.load_checkpoint().await;
        device.look().await;
        Ok(device)
    }

    /// Reads what the store has behind what is in the state.
    pub(super) async fn look(self: &Rc<Self>) {
        if self.try_look().await.is_ok() && !self.closed.get() {
            self.changed();
        }
    }

    async fn try_look(self: &Rc<Self>) -> Result<(), StoreError> {
        // The summary comes first: whatever is read after it is at least as far.
        let summary = self.platform.store().summary(self.identity.device).await?;
        let (rows, judged, page) = {
            let notes = self.notes.borrow();
            (notes.rows, notes.judged, notes.page)
        };
        let rows = self.rows_after(rows.min(judged)).await?;
        self.show_saved(&rows).await;
        self.show_outcomes(self.outcomes_after(judged).await?).await;
        self.show_pages_after(page).await?;
        if self
            .applied
            .get()
            .is_none_or(|a| summary.progress.is_some_and(|p| p.cursor.through >= a.cursor.through))
        {
            self.applied.set(summary.progress);
        }
        let whole = summary.progress.is_none_or(|p| p.cursor.is_whole());
        self.remember_clock();
        self.input(Input::Seen(summary));
        if !whole {
            self.hold_all_again().await?;
        }
        Ok(())
    }

    async fn outcomes_after(&self, after: Sequence) -> Result<Vec<(Sequence, Outcome)>, StoreError> {
        let mut outcomes: Vec<(Sequence, Outcome)> = Vec::new();
        loop {
            let from = outcomes.last().map_or(after, |(sequence, _)| *sequence);
            let more = self.platform.store().outcomes(self.identity.device, from, READ_ROWS).await?;
            if more.is_empty() {
                return Ok(outcomes);
            }
            outcomes.extend(more);
        }
    }

    async fn show_pages_after(&self, after: u64) -> Result<(), StoreError> {
        let mut last = after;
        loop {
            let pages = self.platform.store().pages(last, READ_PAGES).await?;
            if pages.is_empty() {
                break;
            }
            for page in pages {
                self.show_page(&records_of(&page.records)?).await;
                last = last.max(page.number);
            }
        }
        let mut notes = self.notes.borrow_mut();
        notes.page = notes.page.max(last);
        Ok(())
    }

    /// The clock goes on behind every own event without a receipt, and behind every receipt.
    fn remember_clock(&self) {
        let (state, notes, mut engine) = (self.state.borrow(), self.notes.borrow(), self.engine.borrow_mut());
        for (id, _) in notes.open.values() {
            if let Some(entry) = state.entry(*id) {
                engine.remember_unsent(&entry.header);
            }
        }
        if let Some(order) = state.entries().filter_map(|e| e.receipt).map(|r| r.order).max() {
            engine.merge_order(order);
        }
    }

    /// While pulling is not whole, the stream check needs everything that is held.
    async fn hold_all_again(&self) -> Result<(), StoreError> {
        let mut last = 0;
        loop {
            let pages = self.platform.store().pages(last, READ_PAGES).await?;
            if pages.is_empty() {
                break;
            }
            for page in pages {
                last = last.max(page.number);
                for record in records_of(&page.records)? {
                    self.engine.borrow_mut().hold_again(&record);
                }
            }
        }
        let outcomes = self.outcomes_after(Sequence::ZERO).await?;
        let rows = self.rows_after(Sequence::ZERO).await?;
        for (sequence, outcome) in outcomes {
            let row = rows.iter().find(|row| row.link.sequence == sequence);
            if let (Outcome::Logged { receipt, elsewhere: None }, Some(row)) = (outcome, row) {
                self.engine.borrow_mut().hold_again(&Record { receipt: Some(receipt), ..row.clone() });
            }
        }
        Ok(())
    }
}

fn records_of(bytes: &[u8]) -> Result<Vec<Record>, StoreError> {
    serde_json::from_slice(bytes).map_err(|e| StoreError::Unreadable(e.to_string()))
}
