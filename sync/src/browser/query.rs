//! What is asked of an object store, and what was found.

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{IdbCursor, IdbCursorWithValue, IdbKeyRange, IdbRequest};

/// What a request will have found when the transaction is complete.
pub(super) struct Found(pub(super) IdbRequest);

impl Found {
    /// The result: a value, an array, or undefined.
    pub(super) fn value(&self) -> Result<JsValue, JsValue> {
        self.0.result()
    }

    /// The result as an array.
    pub(super) fn array(&self) -> Result<Array, JsValue> {
        self.value()?.dyn_into()
    }

    /// Key and value under a cursor; `None` if nothing was in its range.
    pub(super) fn entry(&self) -> Result<Option<(JsValue, JsValue)>, JsValue> {
        match self.value()?.dyn_into::<IdbCursorWithValue>() {
            Ok(cursor) => Ok(Some((cursor.key()?, cursor.value()?))),
            Err(_) => Ok(None),
        }
    }

    /// The key under a cursor; `None` if nothing was in its range.
    pub(super) fn key(&self) -> Result<Option<JsValue>, JsValue> {
        match self.value()?.dyn_into::<IdbCursor>() {
            Ok(cursor) => cursor.key().map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// All keys above `[device, after]` that begin with this device.
pub(super) fn above(device: &JsValue, after: f64) -> Result<JsValue, JsValue> {
    let lower = Array::of2(device, &JsValue::from_f64(after));
    let upper = Array::of2(device, &JsValue::from_f64(f64::INFINITY));
    IdbKeyRange::bound_with_lower_open_and_upper_open(&lower, &upper, true, false).map(JsValue::from)
}

/// All numbers above `after`.
pub(super) fn beyond(after: f64) -> Result<JsValue, JsValue> {
    IdbKeyRange::lower_bound_with_open(&JsValue::from_f64(after), true).map(JsValue::from)
}
