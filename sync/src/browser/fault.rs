//! What a browser throws, as the errors of this crate.

use js_sys::Reflect;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::DomException;

use crate::store::StoreError;

/// An exception's name and message, as text.
pub(super) fn describe(value: &JsValue) -> String {
    let field = |name| Reflect::get(value, &JsValue::from_str(name)).ok().and_then(|v| v.as_string());
    match (field("name"), field("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        (Some(text), None) | (None, Some(text)) => text,
        (None, None) => value.as_string().unwrap_or_else(|| "the browser gave no reason".to_owned()),
    }
}

/// The name of a `DOMException`, empty for anything else.
pub(super) fn name(value: &JsValue) -> String {
    value.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default()
}

/// A store's error, by what the browser says.
pub(super) fn store_error(value: &JsValue) -> StoreError {
    let text = describe(value);
    match name(value).as_str() {
        "QuotaExceededError" => StoreError::Full,
        "InvalidStateError" | "VersionError" => StoreError::Closed(text),
        _ => StoreError::Failed(text),
    }
}

/// Stored data that does not read.
pub(super) fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(what.to_owned())
}
