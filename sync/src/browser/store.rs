//! The device's store in `IndexedDB`.

use js_sys::Array;
use shared_events::{
    ids::{DeviceId, Sequence},
    record::Record,
};
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

use super::{
    access::{Access, Durability},
    connection::{Connection, OnNotice, Tries, undone},
    fault::{store_error, unreadable},
    query::{above, beyond},
    rows::{
        bytes, device_key, from_json, json, number, place_key, row, sequence_of, to_bytes, to_record, whole,
    },
    schema::{CHECKPOINT, EVENTS, META, PAGES, RECEIPTS, STORES, meta},
    transaction::{Tx, Undone},
};
use crate::store::{
    Added, Moved, Offset, Outcome, Page, Progress, Store, StoreError, StoredCheckpoint, Summary,
};

const STRICT: Access = Access::Write(Durability::Strict);
const RELAXED: Access = Access::Write(Durability::Relaxed);
/// The frame's key in [`CHECKPOINT`].
const FRAME: &str = "frame";

/// Rows in `IndexedDB`. Clones share one connection.
#[derive(Clone)]
pub struct IndexedDbStore {
    connection: Connection,
}

impl IndexedDbStore {
    /// Opens the database of that name.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub async fn open(name: &str, on_notice: OnNotice) -> Result<Self, StoreError> {
        Ok(Self::on(Connection::open(name, on_notice).await?))
    }

    /// On an open connection.
    #[must_use]
    pub fn on(connection: Connection) -> Self {
        Self { connection }
    }

    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// After a lost connection the rows may be there from the first try: then they are saved.
    async fn are_there(&self, records: &[Record]) -> Result<bool, StoreError> {
        for record in records {
            let link = record.link;
            let there = self.rows(link.device, link.sequence.before(), 1).await?;
            if there.first() != Some(&Record { receipt: None, ..record.clone() }) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn thrown(value: JsValue) -> StoreError {
    store_error(&value)
}

fn limit_of(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

/// Queues own rows to be added; a place that is taken undoes the transaction.
pub(super) fn add_rows(tx: &Tx, records: &[Record]) -> Result<(), JsValue> {
    let Some(first) = records.first() else { return Ok(()) };
    let events = tx.table(EVENTS)?;
    // Text crosses to the browser once, not with every row: rows of one add are nearly always of one device.
    let mut device = first.link.device;
    let mut key = device_key(device);
    for record in records {
        if record.link.device != device {
            device = record.link.device;
            key = device_key(device);
        }
        events.add(&place_key(&key, record.link.sequence), &row(record))?;
    }
    Ok(())
}

fn moved(result: Result<(), Undone>) -> Result<Moved, StoreError> {
    match result {
        Ok(()) => Ok(Moved::Stored),
        Err(Undone::Unexpected) => Ok(Moved::Stale),
        Err(other) => Err(undone(other)),
    }
}

/// Puts `to` in place of `from`, or undoes the transaction.
fn advance(tx: &Tx, from: Option<Progress>, to: Option<&JsValue>) -> Result<(), JsValue> {
    let key = JsValue::from_str(meta::PROGRESS);
    // Compared as values, not as text: a later build may write the same progress in other words.
    tx.expect(META, &key, move |stored| from_json::<Progress>(stored) == Ok(from))?;
    match to {
        Some(progress) => tx.put(META, &key, progress),
        None => tx.delete(META, &key),
    }
}

impl Store for IndexedDbStore {
    async fn summary(&self, device: DeviceId) -> Result<Summary, StoreError> {
        let all = above(&device_key(device), 0.0).map_err(thrown)?;
        let every_page = beyond(0.0).map_err(thrown)?;
        let read = self.connection.simply(&[EVENTS, RECEIPTS, META, PAGES], Access::Read, |tx| {
            Ok((
                tx.last(EVENTS, &all)?,
                tx.last_key(RECEIPTS, &all)?,
                tx.get(META, &JsValue::from_str(meta::PROGRESS))?,
                tx.get(META, &JsValue::from_str(meta::OFFSET))?,
                tx.last_key(PAGES, &every_page)?,
            ))
        });
        let (last, judged, progress, offset, page) = read.await?;
        let last = last.entry().map_err(thrown)?;
        let judged = judged.key().map_err(thrown)?;
        Ok(Summary {
            last: last.map(|(key, value)| to_record(device, &key, &value)).transpose()?,
            judged: judged.map_or(Ok(Sequence::ZERO), |key| sequence_of(&key))?,
            progress: from_json(&progress.value().map_err(thrown)?)?,
            last_page: page.key().map_err(thrown)?.map_or(Ok(0), |key| whole(&key))?,
            offset: from_json(&offset.value().map_err(thrown)?)?,
        })
    }

    async fn add(&self, records: Vec<Record>) -> Result<Added, StoreError> {
        if records.is_empty() {
            return Ok(Added::Saved);
        }
        let (result, tries) = self.connection.run(&[EVENTS], STRICT, |tx| add_rows(tx, &records)).await;
        match result {
            Ok(()) => Ok(Added::Saved),
            Err(Undone::Taken) if tries == Tries::Two && self.are_there(&records).await? => Ok(Added::Saved),
            Err(Undone::Taken) => Ok(Added::Taken),
            Err(other) => Err(undone(other)),
        }
    }

    async fn rows(&self, device: DeviceId, after: Sequence, limit: usize) -> Result<Vec<Record>, StoreError> {
        let read = self.entries(EVENTS, above(&device_key(device), number(after.get())), limit).await?;
        read.into_iter().map(|(key, value)| to_record(device, &key, &value)).collect()
    }

    async fn put_outcomes(
        &self,
        device: DeviceId,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    ) -> Result<Moved, StoreError> {
        let device = device_key(device);
        let outcomes = outcomes
            .iter()
            .map(|(sequence, outcome)| Ok((place_key(&device, *sequence), json(outcome)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let progress = to.as_ref().map(json).transpose()?;
        let write = self.connection.run(&[RECEIPTS, META], RELAXED, |tx| {
            if from != to {
                advance(tx, from, progress.as_ref())?;
            }
            let receipts = tx.table(RECEIPTS)?;
            outcomes.iter().try_for_each(|(key, outcome)| receipts.put(key, outcome))
        });
        moved(write.await.0)
    }

    async fn outcomes(
        &self,
        device: DeviceId,
        after: Sequence,
        limit: usize,
    ) -> Result<Vec<(Sequence, Outcome)>, StoreError> {
        let read = self.entries(RECEIPTS, above(&device_key(device), number(after.get())), limit).await?;
        let missing = || unreadable("an outcome is missing");
        let outcome = |(key, value)| Ok((sequence_of(&key)?, from_json(&value)?.ok_or_else(missing)?));
        read.into_iter().map(outcome).collect()
    }

    async fn add_page(
        &self,
        records: Vec<u8>,
        from: Option<Progress>,
        to: Progress,
    ) -> Result<Moved, StoreError> {
        let (page, progress) = (bytes(&records), json(&to)?);
        let write = self.connection.run(&[PAGES, META], RELAXED, |tx| {
            advance(tx, from, Some(&progress))?;
            tx.append(PAGES, &page)
        });
        moved(write.await.0)
    }

    async fn pages(&self, after: u64, limit: usize) -> Result<Vec<Page>, StoreError> {
        let read = self.entries(PAGES, beyond(number(after)), limit).await?;
        let page = |(key, value)| Ok(Page { number: whole(&key)?, records: to_bytes(&value)? });
        read.into_iter().map(page).collect()
    }

    async fn put_offset(&self, offset: Offset) -> Result<(), StoreError> {
        let offset = json(&offset)?;
        let key = JsValue::from_str(meta::OFFSET);
        self.connection.simply(&[META], RELAXED, |tx| tx.put(META, &key, &offset)).await
    }

    async fn put_checkpoint(&self, from: Option<Vec<u8>>, to: StoredCheckpoint) -> Result<Moved, StoreError> {
        let key = JsValue::from_str(FRAME);
        let write = self.connection.run(&[CHECKPOINT], RELAXED, |tx| {
            match from.clone() {
                Some(from) => tx.expect(CHECKPOINT, &key, move |stored| to_bytes(stored) == Ok(from))?,
                None => tx.clear(CHECKPOINT)?,
            }
            tx.put(CHECKPOINT, &key, &bytes(&to.frame))?;
            let parts = tx.table(CHECKPOINT)?;
            to.parts.iter().try_for_each(|(name, part)| parts.put(&JsValue::from_str(name), &bytes(part)))
        });
        moved(write.await.0)
    }

    async fn checkpoint(&self, first: &str) -> Result<Option<StoredCheckpoint>, StoreError> {
        let names = IdbKeyRange::lower_bound(&JsValue::from_str(first)).map(JsValue::from);
        let (mut frame, mut parts) = (None, Vec::new());
        for (key, value) in self.entries(CHECKPOINT, names, usize::MAX).await? {
            match key.as_string() {
                Some(name) if name == FRAME => frame = Some(to_bytes(&value)?),
                Some(name) => parts.push((name, to_bytes(&value)?)),
                None => {}
            }
        }
        Ok(frame.map(|frame| StoredCheckpoint { frame, parts }))
    }

    async fn checkpoint_part(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = JsValue::from_str(name);
        let read = self.connection.simply(&[CHECKPOINT], Access::Read, |tx| tx.get(CHECKPOINT, &key)).await?;
        let value = read.value().map_err(thrown)?;
        if value.is_undefined() { Ok(None) } else { to_bytes(&value).map(Some) }
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        let clear = |tx: &Tx| STORES.iter().try_for_each(|store| tx.clear(store));
        self.connection.simply(&STORES, STRICT, clear).await
    }
}

impl IndexedDbStore {
    /// Keys and values of a range, in order.
    async fn entries(
        &self,
        store: &str,
        range: Result<JsValue, JsValue>,
        limit: usize,
    ) -> Result<Vec<(JsValue, JsValue)>, StoreError> {
        // For the browser a limit of 0 means none.
        if limit == 0 {
            return Ok(Vec::new());
        }
        let (range, limit) = (range.map_err(thrown)?, limit_of(limit));
        let stores = [store];
        let read = self.connection.simply(&stores, Access::Read, |tx| {
            Ok((tx.get_all_keys(store, &range, limit)?, tx.get_all(store, &range, limit)?))
        });
        let (keys, values) = read.await?;
        let (keys, values): (Array, Array) = (keys.array().map_err(thrown)?, values.array().map_err(thrown)?);
        Ok(keys.iter().zip(values.iter()).collect())
    }
}
