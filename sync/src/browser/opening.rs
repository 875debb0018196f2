//! Opening the database: what may be in the way, and what a person has to be told.

use std::rc::Rc;

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbVersionChangeEvent};

use super::{
    fault::{name, store_error},
    schema::{Version, upgrade},
};
use crate::store::StoreError;

/// What a person has to be told about the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another tab holds an older version open: it has to be closed before this one can start.
    Blocked,
    /// A newer build has been opened in another tab: this one has closed the database and has to be loaded again.
    Outdated,
}

/// Shows a notice.
pub type OnNotice = Rc<dyn Fn(Notice)>;

/// Why the database is not open.
#[derive(Debug)]
pub(super) enum OpenError {
    /// This browser, or this kind of window, has none.
    NoDatabases,
    /// It has, and something is wrong.
    Store(StoreError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NoDatabases => {
                Self::Failed("this browser keeps nothing here: no IndexedDB".to_owned())
            }
            OpenError::Store(error) => error,
        }
    }
}

impl From<JsValue> for OpenError {
    fn from(thrown: JsValue) -> Self {
        match name(&thrown).as_str() {
            // Storage is forbidden for the site, or the window is private (older Firefox).
            "SecurityError" | "InvalidStateError" => Self::NoDatabases,
            _ => Self::Store(store_error(&thrown)),
        }
    }
}

/// Opens the database, and creates or upgrades it.
pub(super) async fn open(name: &str, on_notice: OnNotice) -> Result<IdbDatabase, OpenError> {
    let request = factory()?.open_with_u32(name, Version::NEWEST.number())?;
    let blocked = Closure::<dyn Fn()>::new(move || on_notice(Notice::Blocked));
    request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
    let upgrading = request.clone();
    let upgraded = Closure::<dyn Fn(_) -> _>::new(move |event: IdbVersionChangeEvent| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "our own small numbers")]
        let from = event.old_version() as u32;
        // What is thrown here undoes the upgrade, and opening fails with it.
        upgrade(&upgrading.result()?.unchecked_into(), from)
    });
    request.set_onupgradeneeded(Some(upgraded.as_ref().unchecked_ref()));
    let done = Promise::new(&mut |opened, failed| {
        request.set_onsuccess(Some(&opened));
        request.set_onerror(Some(&failed));
    });
    let done = JsFuture::from(done).await;
    request.set_onblocked(None);
    request.set_onupgradeneeded(None);
    match done {
        Ok(_) => Ok(request.result()?.unchecked_into()),
        Err(_) => Err(why(&request)),
    }
}

/// Why a request has failed.
fn why(request: &IdbOpenDbRequest) -> OpenError {
    match request.error() {
        Ok(Some(exception)) => JsValue::from(exception).into(),
        Ok(None) => StoreError::Failed("the browser's database did not open".to_owned()).into(),
        Err(thrown) => thrown.into(),
    }
}

/// The browser's databases. Reading the name throws where storage is forbidden.
fn factory() -> Result<IdbFactory, OpenError> {
    let found = Reflect::get(&js_sys::global(), &JsValue::from_str("indexedDB"))?;
    if found.is_null() || found.is_undefined() {
        return Err(OpenError::NoDatabases);
    }
    Ok(found.unchecked_into())
}
