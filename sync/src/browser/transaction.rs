//! One transaction: everything it does is queued by a closure that cannot wait, then it is waited for as a whole.
//!
//! By hand: the `commit` of `indexed_db_futures` answers an abort without the reason, so that a full disk could not be
//! told from anything else; compare-and-write needs an await inside; and it makes six closures and three channels for
//! each. Here a transaction costs one promise, however much it does.

use std::{cell::Cell, rc::Rc};

use js_sys::Promise;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbCursorDirection, IdbDatabase, IdbObjectStore, IdbTransaction};

use super::{
    access::{Access, NewerTransaction, begin},
    fault::name,
    query::Found,
};
use crate::store::StoreError;

/// Why a transaction changed nothing.
#[derive(Clone, Debug)]
pub(super) enum Undone {
    /// What was expected is not there; nothing else was wrong.
    Unexpected,
    /// A key that was to be added is there.
    Taken,
    /// The connection is gone: once more on a new one.
    Lost(JsValue),
    /// Anything else.
    Failed(JsValue),
    /// There was no connection to begin it on.
    Refused(StoreError),
}

impl From<JsValue> for Undone {
    fn from(value: JsValue) -> Self {
        Self::Failed(value)
    }
}

/// A transaction that takes requests. It cannot be waited on here; it completes (or aborts) as a whole.
pub(super) struct Tx {
    inner: IdbTransaction,
    /// Whether an answer of it is looked at.
    asks: Cell<bool>,
    unexpected: Rc<Cell<bool>>,
}

impl Tx {
    fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.inner.object_store(name)
    }

    /// An object store to ask something of.
    fn source(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.asks.set(true);
        self.store(name)
    }

    /// An object store to add many rows to; adding where a key is taken undoes the whole transaction.
    pub(super) fn table(&self, store: &str) -> Result<Table, JsValue> {
        Ok(Table(self.store(store)?))
    }

    pub(super) fn get(&self, store: &str, key: &JsValue) -> Result<Found, JsValue> {
        self.source(store)?.get(key).map(Found)
    }

    pub(super) fn get_all(&self, store: &str, range: &JsValue, limit: u32) -> Result<Found, JsValue> {
        self.source(store)?.get_all_with_key_and_limit(range, limit).map(Found)
    }

    pub(super) fn get_all_keys(&self, store: &str, range: &JsValue, limit: u32) -> Result<Found, JsValue> {
        self.source(store)?.get_all_keys_with_key_and_limit(range, limit).map(Found)
    }

    /// The last entry of a range.
    pub(super) fn last(&self, store: &str, range: &JsValue) -> Result<Found, JsValue> {
        let store = self.source(store)?;
        store.open_cursor_with_range_and_direction(range, IdbCursorDirection::Prev).map(Found)
    }

    /// The last key of a range.
    pub(super) fn last_key(&self, store: &str, range: &JsValue) -> Result<Found, JsValue> {
        let store = self.source(store)?;
        store.open_key_cursor_with_range_and_direction(range, IdbCursorDirection::Prev).map(Found)
    }

    pub(super) fn put(&self, store: &str, key: &JsValue, value: &JsValue) -> Result<(), JsValue> {
        self.store(store)?.put_with_key(value, key).map(drop)
    }

    /// Puts a value under the next number.
    pub(super) fn append(&self, store: &str, value: &JsValue) -> Result<(), JsValue> {
        self.store(store)?.add(value).map(drop)
    }

    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Result<(), JsValue> {
        self.store(store)?.delete(key).map(drop)
    }

    pub(super) fn clear(&self, store: &str) -> Result<(), JsValue> {
        self.store(store)?.clear().map(drop)
    }

    /// Undoes the whole transaction unless `expected` holds of the value at `key`. Judged in the request's own event,
    /// before anything that was queued after it can complete: compare and write without waiting in between.
    pub(super) fn expect(
        &self,
        store: &str,
        key: &JsValue,
        expected: impl FnOnce(&JsValue) -> bool + 'static,
    ) -> Result<(), JsValue> {
        let request = self.source(store)?.get(key)?;
        let (tx, unexpected, answer) = (self.inner.clone(), Rc::clone(&self.unexpected), request.clone());
        let judge = Closure::once_into_js(move || {
            if !answer.result().is_ok_and(|value| expected(&value)) {
                unexpected.set(true);
                let _ = tx.abort(); // it is active, in its own event; if not, it has aborted already
            }
        });
        request.set_onsuccess(Some(judge.unchecked_ref()));
        Ok(())
    }

    /// Waits for the end. An `error` event of a request is always followed by the transaction's `abort`, and a failure
    /// to find room fires `abort` alone, so that `complete` and `abort` are all there is to wait for.
    async fn end(self) -> Result<(), Undone> {
        let ended = Promise::new(&mut |complete, abort| {
            self.inner.set_oncomplete(Some(&complete));
            self.inner.set_onabort(Some(&abort));
        });
        // Without answers there is nothing to come back for: tell the browser so. With them it must not be told: then
        // Chromium may say `complete` before a large value, which it keeps in a file of its own, has been read.
        if !self.asks.get() {
            // Throws where there is no such call, or if a request has failed already, and then it aborts.
            let _ = self.inner.unchecked_ref::<NewerTransaction>().commit();
        }
        if JsFuture::from(ended).await.is_ok() {
            return Ok(());
        }
        if self.unexpected.get() {
            return Err(Undone::Unexpected);
        }
        let Some(error) = self.inner.error().map(JsValue::from) else {
            return Err(Undone::Lost(JsValue::from_str("the browser closed the connection")));
        };
        Err(match name(&error).as_str() {
            "ConstraintError" => Undone::Taken,
            "UnknownError" | "InvalidStateError" => Undone::Lost(error),
            _ => Undone::Failed(error),
        })
    }
}

/// An object store within a transaction.
pub(super) struct Table(IdbObjectStore);

impl Table {
    pub(super) fn add(&self, key: &JsValue, value: &JsValue) -> Result<(), JsValue> {
        self.0.add_with_key(value, key).map(drop)
    }

    pub(super) fn put(&self, key: &JsValue, value: &JsValue) -> Result<(), JsValue> {
        self.0.put_with_key(value, key).map(drop)
    }
}

/// Runs one transaction: `work` queues its requests and gives what is to be read when it is complete; `began` is told
/// the durability that the browser gave it. It ends by itself, also when nobody waits for it any more.
pub(super) async fn run<T>(
    database: &IdbDatabase,
    stores: &[&str],
    access: Access,
    work: impl FnOnce(&Tx) -> Result<T, JsValue>,
    began: impl FnOnce(Option<String>),
) -> Result<T, Undone> {
    let inner = begin(database, stores, access)?;
    if access != Access::Read {
        began(inner.unchecked_ref::<NewerTransaction>().durability());
    }
    let tx = Tx { inner, asks: Cell::new(false), unexpected: Rc::default() };
    match work(&tx) {
        Ok(found) => {
            tx.end().await?;
            Ok(found)
        }
        Err(error) => {
            let _ = tx.inner.abort(); // fails only if it has ended already
            Err(error.into())
        }
    }
}
