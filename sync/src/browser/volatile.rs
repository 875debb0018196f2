//! A store that is there in every browser: in the database where there is one, else in memory.

use shared_events::{
    ids::{DeviceId, Sequence},
    record::Record,
};

use super::store::IndexedDbStore;
use crate::{
    memory::MemoryStore,
    store::{Added, Moved, Offset, Outcome, Page, Progress, Store, StoreError, StoredCheckpoint, Summary},
};

/// Where this browser keeps rows.
#[derive(Clone)]
pub enum BrowserStore {
    /// In its database.
    Durable(IndexedDbStore),
    /// In memory, until the page goes: private windows of some browsers have nothing else. To be said loudly.
    Volatile(MemoryStore),
}

macro_rules! either {
    ($self:ident.$call:ident($($argument:ident),*)) => {
        match $self {
            Self::Durable(store) => store.$call($($argument),*).await,
            Self::Volatile(store) => store.$call($($argument),*).await,
        }
    };
}

impl Store for BrowserStore {
    async fn summary(&self, device: DeviceId) -> Result<Summary, StoreError> {
        either!(self.summary(device))
    }
    async fn add(&self, rows: Vec<Record>) -> Result<Added, StoreError> {
        either!(self.add(rows))
    }
    async fn rows(&self, device: DeviceId, after: Sequence, limit: usize) -> Result<Vec<Record>, StoreError> {
        either!(self.rows(device, after, limit))
    }
    async fn put_outcomes(
        &self,
        device: DeviceId,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    ) -> Result<Moved, StoreError> {
        either!(self.put_outcomes(device, outcomes, from, to))
    }
    async fn outcomes(
        &self,
        device: DeviceId,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Outcome)>, StoreError> {
        either!(self.outcomes(device, after, limit))
    }
    async fn add_page(
        &self,
        records: Vec<u8>,
        from: Option<Progress>,
        to: Progress,
    ) -> Result<Moved, StoreError> {
        either!(self.add_page(records, from, to))
    }
    async fn pages(&self, after: u64, limit: usize) -> Result<Vec<Page>, StoreError> {
        either!(self.pages(after, limit))
    }
    async fn put_offset(&self, offset: Offset) -> Result<(), StoreError> {
        either!(self.put_offset(offset))
    }
    async fn put_checkpoint(&self, from: Option<Vec<u8>>, to: StoredCheckpoint) -> Result<Moved, StoreError> {
        either!(self.put_checkpoint(from, to))
    }
    async fn checkpoint(&self, first: &str) -> Result<Option<StoredCheckpoint>, StoreError> {
        either!(self.checkpoint(first))
    }
    async fn checkpoint_part(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        either!(self.checkpoint_part(name))
    }
    async fn wipe(&self) -> Result<(), StoreError> {
        either!(self.wipe())
    }
}
