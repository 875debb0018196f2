//! What an enrolment leaves in the database, step by step: the signing key and the code before anything is asked, then
//! identity and keys together. A page that ends in between goes on where it was.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use shared_events::{
    ids::{DeviceId, base64url},
    record::Record,
};
use wasm_bindgen::{JsCast as _, JsValue};

use super::{
    access::{Access, Durability},
    connection::{Connection, undone},
    fault::store_error,
    keys::{PatientKey, SigningKey, WebCrypto, WebKeys},
    page,
    query::Found,
    rows::{from_json, json},
    schema::{CHECKPOINT, EVENTS, KEYS, META, key, meta},
    store::add_rows,
    transaction::Undone,
};
use crate::{
    platform::KeyError,
    store::{Identity, StoreError},
};

const STRICT: Access = Access::Write(Durability::Strict);

/// An enrolment that was begun: to be asked for with the key that was stored before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PendingEnrolment {
    /// The one-time code of the invitation.
    pub code: String,
    /// The id that the device made for itself.
    pub device: DeviceId,
    /// Public key, SPKI in DER.
    #[serde(with = "base64url")]
    pub spki: Vec<u8>,
}

/// Why an enrolment could not be kept. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// The browser's cryptography.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The browser's database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer is for another key than the one that asks.
    #[error("another tab has begun another enrolment, or has recorded meanwhile: load the app again")]
    Overtaken,
    /// What is stored here is another patient's.
    #[error(
        "this browser holds another person's entries: open the invitation in a browser profile of its own"
    )]
    OtherPatient,
}

/// What is known of who this is.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) identity: Option<Identity>,
    pub(super) keys: Option<WebKeys>,
    pub(super) pending: Option<(PendingEnrolment, SigningKey)>,
}

/// Where it is kept.
pub(super) enum Vault {
    Durable(Connection),
    /// Until the page goes.
    Volatile(Box<RefCell<Known>>),
}

fn thrown(value: JsValue) -> StoreError {
    store_error(&value)
}

/// A handle that was stored; `None` if there is none.
fn handle(found: &Found) -> Result<Option<web_sys::CryptoKey>, StoreError> {
    let value = found.value().map_err(thrown)?;
    Ok(if value.is_undefined() { None } else { Some(value.unchecked_into()) })
}

fn text(text: &str) -> JsValue {
    JsValue::from_str(text)
}

impl Vault {
    pub(super) async fn read(&self) -> Result<Known, EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => {
                if known.borrow().identity.is_none()
                    && let Some((identity, keys)) = page::found()?
                {
                    known.replace(Known { identity: Some(identity), keys: Some(keys), pending: None });
                }
                return Ok(known.borrow().clone());
            }
        };
        let read = connection.simply(&[META, KEYS], Access::Read, |tx| {
            let identity = tx.get(META, &text(meta::IDENTITY))?;
            Ok((identity, [key::SIGNING, key::PATIENT].map(|name| tx.get(KEYS, &text(name)))))
        });
        let (identity, [signing, patient]) = read.await?;
        let web = WebCrypto::new()?;
        let signing = handle(&signing.map_err(thrown)?)?.map(|key| SigningKey::of(web.clone(), key));
        let patient = handle(&patient.map_err(thrown)?)?.map(|key| PatientKey::of(web, key));
        Ok(Known {
            identity: from_json(&identity.value().map_err(thrown)?)?,
            keys: signing.zip(patient).map(|(signing, patient)| WebKeys::new(signing, patient)),
            pending: None,
        })
    }

    /// The enrolment that was begun: only the page that sets a phone up asks for it.
    pub(super) async fn read_pending(
        &self,
    ) -> Result<Option<(PendingEnrolment, SigningKey)>, EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => return Ok(known.borrow().pending.clone()),
        };
        let read = connection.simply(&[META, KEYS], Access::Read, |tx| {
            Ok((tx.get(META, &text(meta::ENROLMENT))?, tx.get(KEYS, &text(key::ENROLLING))?))
        });
        let (pending, enrolling) = read.await?;
        let web = WebCrypto::new()?;
        let enrolling = handle(&enrolling)?.map(|key| SigningKey::of(web, key));
        Ok(from_json(&pending.value().map_err(thrown)?)?.zip(enrolling))
    }

    /// Puts a new key and its code in place of the enrolment that was `before`.
    pub(super) async fn begin(
        &self,
        before: Option<PendingEnrolment>,
        pending: &PendingEnrolment,
        signing: &SigningKey,
    ) -> Result<(), EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => {
                known.borrow_mut().pending = Some((pending.clone(), signing.clone()));
                return Ok(());
            }
        };
        let stored = json(pending)?;
        let write = connection.run(&[META, KEYS], STRICT, |tx| {
            let before = before.clone();
            tx.expect(META, &text(meta::ENROLMENT), move |found| from_json(found) == Ok(before))?;
            tx.put(META, &text(meta::ENROLMENT), &stored)?;
            tx.put(KEYS, &text(key::ENROLLING), signing.handle())
        });
        written(write.await.0)
    }

    /// Puts identity and keys in place of the enrolment, and adds rows with them.
    pub(super) async fn finish(
        &self,
        (pending, signing): &(PendingEnrolment, SigningKey),
        identity: &Identity,
        patient: &PatientKey,
        rows: &[Record],
    ) -> Result<(), EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => {
                page::leave(identity, signing, patient)?;
                let keys = WebKeys::new(signing.clone(), patient.clone());
                let identity = identity.clone();
                known.replace(Known { identity: Some(identity), keys: Some(keys), pending: None });
                return Ok(());
            }
        };
        let stored = json(identity)?;
        let write = connection.run(&[META, KEYS, EVENTS, CHECKPOINT], STRICT, |tx| {
            let pending = pending.clone();
            tx.expect(META, &text(meta::ENROLMENT), move |found| from_json(found) == Ok(Some(pending)))?;
            tx.put(META, &text(meta::IDENTITY), &stored)?;
            tx.put(KEYS, &text(key::SIGNING), signing.handle())?;
            tx.put(KEYS, &text(key::PATIENT), patient.handle())?;
            tx.delete(META, &text(meta::ENROLMENT))?;
            tx.delete(KEYS, &text(key::ENROLLING))?;
            // What an earlier device of this browser had sent is no longer among the own rows: it is pulled again.
            tx.delete(META, &text(meta::PROGRESS))?;
            tx.clear(CHECKPOINT)?;
            add_rows(tx, rows)
        });
        written(write.await.0)
    }

    /// Forgets the enrolment that was begun; an identity stays.
    pub(super) async fn forget(&self) -> Result<(), EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => {
                known.borrow_mut().pending = None;
                return Ok(());
            }
        };
        let write = connection.run(&[META, KEYS], STRICT, |tx| {
            tx.delete(META, &text(meta::ENROLMENT))?;
            tx.delete(KEYS, &text(key::ENROLLING))
        });
        written(write.await.0)
    }

    /// Keeps what the server says anew of an identity that is there.
    pub(super) async fn update(&self, identity: &Identity) -> Result<(), EnrolmentError> {
        let connection = match self {
            Self::Durable(connection) => connection,
            Self::Volatile(known) => {
                known.borrow_mut().identity = Some(identity.clone());
                return Ok(());
            }
        };
        let stored = json(identity)?;
        let device = identity.device;
        let write = connection.run(&[META], STRICT, |tx| {
            let same = move |found: &JsValue| {
                matches!(from_json::<Identity>(found), Ok(Some(stored)) if stored.device == device)
            };
            tx.expect(META, &text(meta::IDENTITY), same)?;
            tx.put(META, &text(meta::IDENTITY), &stored)
        });
        written(write.await.0)
    }
}

fn written(result: Result<(), Undone>) -> Result<(), EnrolmentError> {
    match result {
        Ok(()) => Ok(()),
        Err(Undone::Unexpected | Undone::Taken) => Err(EnrolmentError::Overtaken),
        Err(other) => Err(undone(other).into()),
    }
}
