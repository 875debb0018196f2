//! Keys in `WebCrypto`: they can be used, and nobody can read them, this code included.

use js_sys::{Array, ArrayBuffer, Object, Promise, Uint8Array};
use shared_events::{
    ids::{EventId, PatientId},
    record::{pad, seal_context},
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, Crypto, CryptoKey, CryptoKeyPair, EcKeyGenParams, EcdsaParams, SubtleCrypto};

use super::fault::{describe, name};
use crate::platform::{KeyError, Keys};

const NONCE_BYTES: usize = 12;

fn refused(value: JsValue) -> KeyError {
    KeyError::Platform(describe(&value))
}

/// The browser's cryptography. Only pages from https or this machine itself have it.
#[derive(Clone)]
pub(super) struct WebCrypto {
    crypto: Crypto,
    subtle: SubtleCrypto,
}

impl WebCrypto {
    pub(super) fn new() -> Result<Self, KeyError> {
        let missing =
            || KeyError::Platform("no WebCrypto here: open the app by its https address".to_owned());
        let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or_else(missing)?;
        let subtle: JsValue = crypto.subtle().into();
        if subtle.is_undefined() {
            return Err(missing());
        }
        Ok(Self { crypto, subtle: subtle.unchecked_into() })
    }

    pub(super) fn random(&self, bytes: &mut [u8]) {
        // At most 65,536 bytes at a time (Web Cryptography API, getRandomValues).
        for chunk in bytes.chunks_mut(65_536) {
            #[allow(clippy::expect_used, reason = "it fails for longer arrays only")]
            self.crypto.get_random_values_with_u8_array(chunk).expect("short enough");
        }
    }
}

async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

fn buffer(value: JsValue) -> Uint8Array {
    Uint8Array::new(value.unchecked_ref::<ArrayBuffer>())
}

/// The private half of a device's key.
#[derive(Clone)]
pub struct SigningKey {
    web: WebCrypto,
    key: CryptoKey,
    params: EcdsaParams,
}

impl SigningKey {
    /// Makes a key that cannot be exported, and gives the public half as SPKI in DER.
    ///
    /// # Errors
    /// The browser has no `WebCrypto`, or no P-256.
    pub async fn generate() -> Result<(Self, Vec<u8>), KeyError> {
        let web = WebCrypto::new()?;
        let usages = Array::of2(&JsValue::from_str("sign"), &JsValue::from_str("verify"));
        let params = EcKeyGenParams::new("ECDSA", "P-256");
        let pair =
            settled(web.subtle.generate_key_with_object(&params, false, &usages)).await.map_err(refused)?;
        let pair: CryptoKeyPair = pair.unchecked_into();
        let spki = settled(web.subtle.export_key("spki", &pair.get_public_key())).await.map_err(refused)?;
        Ok((Self::of(web, pair.get_private_key()), buffer(spki).to_vec()))
    }

    pub(super) fn of(web: WebCrypto, key: CryptoKey) -> Self {
        Self { web, key, params: EcdsaParams::new_with_str("ECDSA", "SHA-256") }
    }

    pub(super) fn handle(&self) -> &JsValue {
        self.key.as_ref()
    }

    /// Signs as [`Keys::sign`].
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let Self { web, key, params } = self;
        let signature = settled(web.subtle.sign_with_object_and_u8_array(params, key, message)).await;
        Ok(buffer(signature.map_err(refused)?).to_vec())
    }
}

/// A patient's key.
#[derive(Clone)]
pub struct PatientKey {
    web: WebCrypto,
    key: CryptoKey,
}

impl PatientKey {
    /// Takes the key's bytes into the browser, from where they do not come back.
    ///
    /// # Errors
    /// The browser has no `WebCrypto`.
    pub async fn import(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let web = WebCrypto::new()?;
        let usages = Array::of2(&JsValue::from_str("encrypt"), &JsValue::from_str("decrypt"));
        let raw: Object = Uint8Array::from(bytes.as_slice()).into();
        let key = settled(web.subtle.import_key_with_str("raw", &raw, "AES-GCM", false, &usages)).await;
        Ok(Self::of(web, key.map_err(refused)?.unchecked_into()))
    }

    pub(super) fn of(web: WebCrypto, key: CryptoKey) -> Self {
        Self { web, key }
    }

    pub(super) fn handle(&self) -> &JsValue {
        self.key.as_ref()
    }
}

fn params(nonce: &[u8], id: EventId, patient: PatientId) -> AesGcmParams {
    let params = AesGcmParams::new_with_u8_array("AES-GCM", &Uint8Array::from(nonce));
    params.set_additional_data_u8_array(&Uint8Array::from(seal_context(id, patient).as_slice()));
    params
}

/// The keys of an enrolled device.
#[derive(Clone)]
pub struct WebKeys {
    signing: SigningKey,
    patient: PatientKey,
}

impl WebKeys {
    /// Both keys together.
    #[must_use]
    pub fn new(signing: SigningKey, patient: PatientKey) -> Self {
        Self { signing, patient }
    }
}

impl Keys for WebKeys {
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.signing.sign(message).await
    }

    async fn seal(&self, id: EventId, patient: PatientId, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let PatientKey { web, key } = &self.patient;
        let plaintext = pad(plaintext)?;
        let mut nonce = [0; NONCE_BYTES];
        web.random(&mut nonce);
        let params = params(&nonce, id, patient);
        // The browser copies the bytes before the call returns.
        let sealed = settled(web.subtle.encrypt_with_object_and_u8_array(&params, key, &plaintext)).await;
        let sealed = buffer(sealed.map_err(refused)?);
        let mut body = nonce.to_vec();
        body.extend_from_slice(&sealed.to_vec());
        Ok(body)
    }

    async fn open(&self, id: EventId, patient: PatientId, body: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        let PatientKey { web, key } = &self.patient;
        let Some((nonce, sealed)) = body.split_first_chunk::<NONCE_BYTES>() else { return Ok(None) };
        let params = params(nonce, id, patient);
        match settled(web.subtle.decrypt_with_object_and_u8_array(&params, key, sealed)).await {
            Ok(plaintext) => Ok(Some(buffer(plaintext).to_vec())),
            Err(error) if name(&error) == "OperationError" => Ok(None), // not what was sealed
            Err(error) => Err(refused(error)),
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        self.patient.web.random(bytes);
    }
}
