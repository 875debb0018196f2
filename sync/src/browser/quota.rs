//! Whether the browser may throw the store away, and how full it is.

use js_sys::Promise;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// Whether the browser has promised to keep what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// It has: only a person can clear it.
    Promised,
    /// It may clear it when it needs room, or after a week without a visit (Safari, unless installed).
    BestEffort,
    /// It does not say.
    Unknown,
}

/// How full the store is, in bytes; estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Room {
    pub used_bytes: f64,
    pub quota_bytes: f64,
}

fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let storage: JsValue = navigator.storage().into();
    storage.is_object().then(|| storage.unchecked_into())
}

async fn answer(promise: Option<Result<Promise, JsValue>>) -> Option<JsValue> {
    JsFuture::from(promise?.ok()?).await.ok()
}

fn persistence(promised: Option<JsValue>) -> Persistence {
    match promised.and_then(|value| value.as_bool()) {
        Some(true) => Persistence::Promised,
        Some(false) => Persistence::BestEffort,
        None => Persistence::Unknown,
    }
}

/// Asks the browser to keep what is stored. Some ask the person, so call it after a tap.
pub async fn ask_to_keep() -> Persistence {
    persistence(answer(manager().map(|manager| manager.persist())).await)
}

/// Whether the browser has promised to keep what is stored.
pub async fn kept() -> Persistence {
    persistence(answer(manager().map(|manager| manager.persisted())).await)
}

/// How much room there is; `None` if the browser does not say.
pub async fn room() -> Option<Room> {
    let estimate: StorageEstimate =
        answer(manager().map(|manager| manager.estimate())).await?.unchecked_into();
    Some(Room { used_bytes: estimate.get_usage()?, quota_bytes: estimate.get_quota()? })
}
