//! Rows as the browser stores them: text as text, bytes as `Uint8Array`, all else as JSON.

use js_sys::{Array, JsString, Object, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use shared_events::{
    ids::{DeviceId, Hash, Sequence},
    record::{Link, Record},
};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};

use super::fault::unreadable;
use crate::store::StoreError;

#[wasm_bindgen]
extern "C" {
    /// An own row: `{header, body, previous}`.
    #[wasm_bindgen(extends = Object)]
    type Row;
    #[wasm_bindgen(method, setter)]
    fn set_header(this: &Row, text: &str);
    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Row, bytes: &Uint8Array);
    #[wasm_bindgen(method, setter)]
    fn set_previous(this: &Row, bytes: &Uint8Array);
    #[wasm_bindgen(method, getter)]
    fn header(this: &Row) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Row) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn previous(this: &Row) -> JsValue;
}

/// Sequences and page numbers are below 2^53, which a double holds exactly.
#[allow(clippy::cast_precision_loss, reason = "below 2^53")]
pub(super) fn number(value: u64) -> f64 {
    value as f64
}

pub(super) fn whole(value: &JsValue) -> Result<u64, StoreError> {
    match value.as_f64() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "just compared")]
        Some(number) if (0.0..9e15).contains(&number) => Ok(number as u64),
        _ => Err(unreadable("a key is not a number")),
    }
}

pub(super) fn device_key(device: DeviceId) -> JsValue {
    JsString::from(device.to_string()).into()
}

pub(super) fn place_key(device: &JsValue, sequence: Sequence) -> JsValue {
    Array::of2(device, &JsValue::from_f64(number(sequence.get()))).into()
}

pub(super) fn sequence_of(key: &JsValue) -> Result<Sequence, StoreError> {
    let parts: &Array = key.dyn_ref().ok_or_else(|| unreadable("a key is not a pair"))?;
    Sequence::new(whole(&parts.get(1))?).ok_or_else(|| unreadable("a sequence is too large"))
}

pub(super) fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

pub(super) fn to_bytes(value: &JsValue) -> Result<Vec<u8>, StoreError> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).ok_or_else(|| unreadable("bytes are missing"))
}

pub(super) fn row(record: &Record) -> JsValue {
    let row: Row = Object::new().unchecked_into();
    row.set_header(&record.header);
    row.set_body(&Uint8Array::from(record.body.as_slice()));
    row.set_previous(&Uint8Array::from(record.link.previous.0.as_slice()));
    row.into()
}

pub(super) fn to_record(device: DeviceId, key: &JsValue, value: &JsValue) -> Result<Record, StoreError> {
    let row: &Row = value.unchecked_ref();
    let previous = to_bytes(&row.previous())?;
    let previous = Hash(previous.try_into().map_err(|_| unreadable("a link has not 32 bytes"))?);
    Ok(Record {
        header: row.header().as_string().ok_or_else(|| unreadable("a header is missing"))?,
        body: to_bytes(&row.body())?,
        link: Link { device, sequence: sequence_of(key)?, previous },
        receipt: None,
    })
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<JsValue, StoreError> {
    let text = serde_json::to_string(value).map_err(|_| unreadable("it cannot be written"))?;
    Ok(JsValue::from_str(&text))
}

/// Reads JSON; `None` if there is no value.
pub(super) fn from_json<T: DeserializeOwned>(value: &JsValue) -> Result<Option<T>, StoreError> {
    if value.is_undefined() {
        return Ok(None);
    }
    let text = value.as_string().ok_or_else(|| unreadable("JSON is not text"))?;
    shared_events::json::from_str(&text).map(Some).map_err(|e| unreadable(&e.to_string()))
}
