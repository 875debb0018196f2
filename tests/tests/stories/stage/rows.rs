//! A phone's store: rows in memory, on a disk that may rot.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::future::LocalBoxFuture;
use rivulet_sync::{
    memory::MemoryStore,
    store::{Added, Moved, Offset, Outcome, Page, Progress, Store, StoreError, StoredCheckpoint, Summary},
};
use shared_events::{
    ids::{DeviceId, Sequence},
    record::Record,
};

/// Handles to the same rows are clones of each other.
#[derive(Clone, Default)]
pub struct Rows {
    rows: MemoryStore,
    rotten: Rc<Cell<Option<(Sequence, Part)>>>,
    after_page: Rc<RefCell<Option<Meanwhile>>>,
}

/// What happens between a page's transaction and its answer.
type Meanwhile = Box<dyn FnOnce(Vec<Record>) -> LocalBoxFuture<'static, ()>>;

/// What of a row reads wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header,
    Body,
}

impl Rows {
    /// From now on one bit of this row's body reads wrong.
    pub fn rot(&self, sequence: Sequence) {
        self.rotten.set(Some((sequence, Part::Body)));
    }

    /// From now on this row's header reads wrong: another event than the one that was linked.
    pub fn rot_header(&self, sequence: Sequence) {
        self.rotten.set(Some((sequence, Part::Header)));
    }

    /// When the next page is stored, this happens before its answer is heard.
    pub fn meanwhile(&self, happens: impl FnOnce(Vec<Record>) -> LocalBoxFuture<'static, ()> + 'static) {
        *self.after_page.borrow_mut() = Some(Box::new(happens));
    }

    fn read(&self, mut record: Record) -> Record {
        match self.rotten.get() {
            Some((sequence, Part::Body)) if sequence == record.link.sequence => record.body[40] ^= 1,
            Some((sequence, Part::Header)) if sequence == record.link.sequence => {
                record.header =
                    record.header.replace("\"type\":\"MedicineTaken\"", "\"type\":\"MedicineTakeN\"");
            }
            _ => {}
        }
        record
    }
}

macro_rules! passed_on {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {
        $(async fn $name(&self, $($arg: $type),*) -> Result<$out, StoreError> {
            self.rows.$name($($arg),*).await
        })*
    };
}

impl Store for Rows {
    async fn rows(&self, device: DeviceId, after: Sequence, limit: usize) -> Result<Vec<Record>, StoreError> {
        let rows = self.rows.rows(device, after, limit).await?;
        Ok(rows.into_iter().map(|record| self.read(record)).collect())
    }

    async fn add_page(
        &self,
        bytes: Vec<u8>,
        from: Option<Progress>,
        to: Progress,
    ) -> Result<Moved, StoreError> {
        let records: Vec<Record> = serde_json::from_slice(&bytes).expect("a page is JSON");
        let moved = self.rows.add_page(bytes, from, to).await?;
        let happens = self.after_page.borrow_mut().take();
        if let Some(happens) = happens {
            happens(records).await;
        }
        Ok(moved)
    }

    passed_on! {
        summary(device: DeviceId) -> Summary;
        add(rows: Vec<Record>) -> Added;
        put_outcomes(device: DeviceId, outcomes: Vec<(Sequence, Outcome)>, from: Option<Progress>, to: Option<Progress>) -> Moved;
        outcomes(device: DeviceId, after: Sequence, limit: usize) -> Vec<(Sequence, Outcome)>;
        pages(after: u64, limit: usize) -> Vec<Page>;
        put_offset(offset: Offset) -> ();
        put_checkpoint(from: Option<Vec<u8>>, to: StoredCheckpoint) -> Moved;
        checkpoint(first: &str) -> Option<StoredCheckpoint>;
        checkpoint_part(name: &str) -> Option<Vec<u8>>;
        wipe() -> ();
    }
}
