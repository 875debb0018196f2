//! Rows in memory that outlive their handle.

use std::{cell::RefCell, fmt, rc::Rc};

use shared_events::{
    ids::{DeviceId, Sequence},
    record::Record,
    sorted::SortedMap,
};

use crate::store::{
    Added, Moved, Offset, Outcome, Page, Progress, Store, StoreError, StoredCheckpoint, Summary,
};

/// What becomes of a write, as a test decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is stored, and the caller hears so.
    Stored,
    /// Nothing is stored, and the caller hears why.
    Refused(StoreError),
    /// It is stored, but the caller hears an error: the answer was lost.
    Unheard(StoreError),
}

type Fates = Rc<RefCell<dyn FnMut() -> Fate>>;

/// A handle to rows in memory. A crash is to drop the handle; [`MemoryStore::reopen`] finds what was stored. A write
/// is stored at once when it is first polled, and whole; one that was never polled is not.
#[derive(Clone)]
pub struct MemoryStore {
    rows: Rc<RefCell<Rows>>,
    fates: Fates,
}

#[derive(Default)]
struct Rows {
    events: SortedMap<(DeviceId, Sequence), Record>,
    outcomes: SortedMap<(DeviceId, Sequence), Outcome>,
    pages: Vec<Page>,
    progress: Option<Progress>,
    offset: Option<Offset>,
    checkpoint: Option<StoredCheckpoint>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { rows: Rc::default(), fates: Rc::new(RefCell::new(|| Fate::Stored)) }
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("events", &self.rows.borrow().events.len())
            .finish_non_exhaustive()
    }
}

impl MemoryStore {
    /// A new handle to the same rows, on which every write succeeds.
    #[must_use]
    pub fn reopen(&self) -> Self {
        Self { rows: Rc::clone(&self.rows), ..Self::default() }
    }

    /// The same rows, with `fates` asked at every write.
    #[must_use]
    pub fn with_fates(self, fates: impl FnMut() -> Fate + 'static) -> Self {
        Self { fates: Rc::new(RefCell::new(fates)), ..self }
    }

    fn write<T>(&self, change: impl FnOnce(&mut Rows) -> T) -> Result<T, StoreError> {
        let fate = (self.fates.borrow_mut())();
        match fate {
            Fate::Stored => Ok(change(&mut self.rows.borrow_mut())),
            Fate::Refused(error) => Err(error),
            Fate::Unheard(error) => {
                change(&mut self.rows.borrow_mut());
                Err(error)
            }
        }
    }
}

/// The entries of one device after a sequence.
fn after<T>(
    map: &SortedMap<(DeviceId, Sequence), T>,
    device: DeviceId,
    after: Sequence,
) -> impl Iterator<Item = (Sequence, &T)> {
    map.range_from(&(device, after))
        .take_while(move |((of, _), _)| *of == device)
        .map(|((_, sequence), value)| (*sequence, value))
        .filter(move |(sequence, _)| *sequence > after)
}

impl Store for MemoryStore {
    async fn summary(&self, device: DeviceId) -> Result<Summary, StoreError> {
        let rows = self.rows.borrow();
        Ok(Summary {
            last: after(&rows.events, device, Sequence::ZERO).last().map(|(_, record)| record.clone()),
            judged: after(&rows.outcomes, device, Sequence::ZERO).last().map_or(Sequence::ZERO, |(s, _)| s),
            progress: rows.progress,
            last_page: rows.pages.last().map_or(0, |page| page.number),
            offset: rows.offset,
        })
    }

    async fn add(&self, records: Vec<Record>) -> Result<Added, StoreError> {
        self.write(|rows| {
            let place = |record: &Record| (record.link.device, record.link.sequence);
            if records.iter().any(|record| rows.events.contains_key(&place(record))) {
                return Added::Taken;
            }
            let own = records.into_iter().map(|record| (place(&record), Record { receipt: None, ..record }));
            rows.events.extend(own);
            Added::Saved
        })
    }

    async fn rows(&self, device: DeviceId, from: Sequence, limit: usize) -> Result<Vec<Record>, StoreError> {
        let rows = self.rows.borrow();
        Ok(after(&rows.events, device, from).take(limit).map(|(_, record)| record.clone()).collect())
    }

    async fn put_outcomes(
        &self,
        device: DeviceId,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    ) -> Result<Moved, StoreError> {
        self.write(|rows| {
            if from != to {
                if rows.progress != from {
                    return Moved::Stale;
                }
                rows.progress = to;
            }
            let beside = outcomes.into_iter().map(|(sequence, outcome)| ((device, sequence), outcome));
            rows.outcomes.extend(beside);
            Moved::Stored
        })
    }

    async fn outcomes(
        &self,
        device: DeviceId,
        from: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Outcome)>, StoreError> {
        let rows = self.rows.borrow();
        Ok(after(&rows.outcomes, device, from).take(limit).map(|(s, outcome)| (s, outcome.clone())).collect())
    }

    async fn add_page(
        &self,
        records: Vec<u8>,
        from: Option<Progress>,
        to: Progress,
    ) -> Result<Moved, StoreError> {
        self.write(|rows| {
            if rows.progress != from {
                return Moved::Stale;
            }
            let number = rows.pages.last().map_or(1, |page| page.number + 1);
            rows.pages.push(Page { number, records });
            rows.progress = Some(to);
            Moved::Stored
        })
    }

    async fn pages(&self, after: u64, limit: usize) -> Result<Vec<Page>, StoreError> {
        let rows = self.rows.borrow();
        let first = rows.pages.partition_point(|page| page.number <= after);
        Ok(rows.pages.iter().skip(first).take(limit).cloned().collect())
    }

    async fn put_offset(&self, offset: Offset) -> Result<(), StoreError> {
        self.write(|rows| rows.offset = Some(offset))
    }

    async fn put_checkpoint(&self, from: Option<Vec<u8>>, to: StoredCheckpoint) -> Result<Moved, StoreError> {
        self.write(|rows| {
            let Some(from) = from else {
                rows.checkpoint = Some(to);
                return Moved::Stored;
            };
            let Some(known) = rows.checkpoint.as_mut().filter(|known| known.frame == from) else {
                return Moved::Stale;
            };
            known.frame = to.frame;
            known.parts.retain(|(name, _)| to.parts.iter().all(|(new, _)| new != name));
            known.parts.extend(to.parts);
            known.parts.sort();
            Moved::Stored
        })
    }

    async fn checkpoint(&self, first: &str) -> Result<Option<StoredCheckpoint>, StoreError> {
        let mut found = self.rows.borrow().checkpoint.clone();
        if let Some(found) = &mut found {
            found.parts.retain(|(name, _)| name.as_str() >= first);
        }
        Ok(found)
    }

    async fn checkpoint_part(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.rows.borrow();
        let parts = rows.checkpoint.iter().flat_map(|known| &known.parts);
        Ok(parts.into_iter().find(|(known, _)| known == name).map(|(_, part)| part.clone()))
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        self.write(|rows| *rows = Rows::default())
    }
}
