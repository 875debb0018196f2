//! Opening from what the store holds, and looking again after other tabs were at it. Both read everything behind what
//! is in the state already; a checkpoint only makes that less.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use shared_events::{
    ids::{Hash, Sequence},
    json,
    record::{Class, Header, Receipt, Record, event_hash},
    sorted::SortedMap,
};

use super::{Device, checkpoint::Kept, folded::Folded, notes::Notes, perform::READ_ROWS};
use crate::{
    engine::{Engine, Input},
    platform::Platform,
    protocol::Cursor,
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
        let engine = Engine::new(&identity);
        let device = Rc::new(Self {
            platform,
            identity,
            engine: RefCell::new(engine),
            state: RefCell::default(),
            kept: RefCell::default(),
            keeping: Cell::new(false),
            notes: RefCell::new(Notes::default()),
            applied: Cell::new(None),
            ahead: RefCell::new(None),
            wake_at_ms: Cell::new(None),
            closed: Cell::new(false),
            listeners: RefCell::new(Vec::new()),
        });
        // Without it all is read from the rows and pages.
        let _ = device.load_checkpoint().await;
        device.look().await?;
        Ok(device)
    }

    /// Reads what the store has behind what is in the state. Another tab may write meanwhile: then it is read again.
    pub(super) async fn look(self: &Rc<Self>) -> Result<(), StoreError> {
        let mut summary = self.platform.store().summary(self.identity.device).await?;
        let is_empty = summary.last.is_none() && summary.progress.is_none();
        if is_empty && self.engine.borrow().progress().is_some() {
            self.forget_all(); // another tab was told that the record was erased, and has wiped the store
            return Ok(());
        }
        loop {
            self.count_pages_after(summary.progress.map_or(0, |p| p.pages_after));
            let life = self.notes.borrow().life;
            let held = self.read_behind().await?;
            let again = self.platform.store().summary(self.identity.device).await?;
            // Begun anew meanwhile, what was read is not all.
            if again.progress == summary.progress && self.notes.borrow().life == life {
                self.notes.borrow_mut().whole_life = life;
                self.applied.set(summary.progress);
                self.remember_clock();
                self.input(Input::Seen { summary, held });
                return Ok(());
            }
            summary = again;
        }
    }

    /// Once other pages count than those in the state it is made anew: of a life of the log that is over, only what was
    /// pushed again counts.
    fn count_pages_after(&self, number: u64) {
        if self.notes.borrow().pages_after != number {
            self.begin_anew(number);
        }
    }

    /// The state is empty again, to be made of all rows and of the pages after this one.
    pub(super) fn begin_anew(&self, pages_after: u64) {
        self.notes.borrow_mut().begin_anew(pages_after);
        self.applied.set(None); // no day is covered until all is read again
        *self.state.borrow_mut() = Folded::default();
        *self.kept.borrow_mut() = Kept::default();
    }

    async fn read_behind(&self) -> Result<Vec<(Hash, Receipt)>, StoreError> {
        let (rows, judged, page) = self.notes.borrow().read_from();
        let rows = self.rows_after(rows).await?;
        self.show_saved(&rows).await;
        self.show_outcomes(self.outcomes_after(judged).await?).await;
        self.show_pages_after(page).await?;
        let summary = self.platform.store().summary(self.identity.device).await?;
        match summary.progress {
            Some(progress) if !progress.cursor.is_whole() => self.all_held(progress.cursor).await,
            _ => Ok(Vec::new()),
        }
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
                let records = records_of(&page.records)?;
                let opened = self.open_page(&records).await;
                if page.number > self.notes.borrow().pages_after {
                    self.apply_page(&records, opened);
                }
                last = last.max(page.number);
            }
        }
        let mut notes = self.notes.borrow_mut();
        notes.page = notes.page.max(last);
        Ok(())
    }

    /// The clock goes on behind every own event without a receipt; behind receipts, as they are taken in.
    fn remember_clock(&self) {
        let (state, notes, mut engine) = (self.state.borrow(), self.notes.borrow(), self.engine.borrow_mut());
        for (id, _) in notes.open.values() {
            if let Some(entry) = state.entry(*id) {
                engine.remember_unsent(&entry.header);
            }
        }
    }

    /// Everything of the stream that stands in the store, each once: what came in pages, and own rows whose receipts
    /// moved the cursor over them.
    async fn all_held(&self, cursor: Cursor) -> Result<Vec<(Hash, Receipt)>, StoreError> {
        let mut held = SortedMap::new();
        let link = |record: &Record| record.link.hash(self.identity.patient, &event_hash(&record.header));
        let mut last = self.notes.borrow().pages_after;
        loop {
            let pages = self.platform.store().pages(last, READ_PAGES).await?;
            if pages.is_empty() {
                break;
            }
            for page in pages {
                last = last.max(page.number);
                let records = records_of(&page.records)?;
                // Pages from before there was `pages_after` may hold more than the cursor counts.
                let of = |r: Record| {
                    let (receipt, class) = (r.receipt?, Header::parse(&r.header).ok()?.class);
                    let n = receipt.ordinal;
                    let in_range = n > cursor.low && n <= cursor.through;
                    let counts = in_range || (class == Class::Standing && n <= cursor.standing);
                    counts.then(|| (n, (link(&r), receipt)))
                };
                held.extend(records.into_iter().filter_map(of));
            }
        }
        let outcomes: SortedMap<_, _> = self.outcomes_after(Sequence::ZERO).await?.into_iter().collect();
        for row in self.rows_after(Sequence::ZERO).await? {
            if let Some(Outcome::Logged { receipt, elsewhere: None }) = outcomes.get(&row.link.sequence)
                && receipt.ordinal > cursor.base
                && receipt.ordinal <= cursor.through
            {
                held.or_insert_with(receipt.ordinal, || (link(&row), *receipt));
            }
        }
        Ok(held.into_values().collect())
    }
}

fn records_of(bytes: &[u8]) -> Result<Vec<Record>, StoreError> {
    let unreadable = |why: String| StoreError::Unreadable(why);
    let text = std::str::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
    json::from_str(text).map_err(|e| unreadable(e.to_string()))
}
