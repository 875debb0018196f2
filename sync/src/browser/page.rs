//! What outlives a program, but not its page: who this is, where the browser has no database. The page that sets a phone
//! up is a program of its own; the app goes on in the same page as what it has set up.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use super::{
    keys::{PatientKey, SigningKey, WebCrypto, WebKeys},
    rows::{from_json, json},
};
use crate::{
    platform::KeyError,
    store::{Identity, StoreError},
};

/// The name of the page's own property.
fn name() -> JsValue {
    JsValue::from_str("rivuletKnown")
}

/// Leaves identity and keys for the next program of this page.
pub(super) fn leave(
    identity: &Identity,
    signing: &SigningKey,
    patient: &PatientKey,
) -> Result<(), StoreError> {
    let known = Array::of3(&json(identity)?, signing.handle(), patient.handle());
    // A page takes properties.
    let _ = Reflect::set(&js_sys::global(), &name(), &known);
    Ok(())
}

/// What the program before left.
pub(super) fn found() -> Result<Option<(Identity, WebKeys)>, KeyError> {
    let known = Reflect::get(&js_sys::global(), &name()).unwrap_or(JsValue::UNDEFINED);
    let Some(known) = known.dyn_ref::<Array>() else { return Ok(None) };
    let web = WebCrypto::new()?;
    let (signing, patient) = (known.get(1).unchecked_into(), known.get(2).unchecked_into());
    let keys = WebKeys::new(SigningKey::of(web.clone(), signing), PatientKey::of(web, patient));
    // This build wrote it.
    Ok(from_json(&known.get(0)).ok().flatten().map(|identity| (identity, keys)))
}

/// Nothing is left any more.
pub(super) fn forget() {
    // As above.
    let _ = Reflect::set(&js_sys::global(), &name(), &JsValue::UNDEFINED);
}
