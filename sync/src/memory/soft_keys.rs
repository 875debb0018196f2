//! Keys whose bytes lie in memory.

use std::{cell::RefCell, fmt, rc::Rc};

use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer},
    pkcs8::EncodePublicKey,
};
use shared_events::{
    ids::{EventId, Hash, PatientId},
    record,
};

use crate::platform::{KeyError, Keys};

type Random = Rc<RefCell<dyn FnMut(&mut [u8])>>;

/// A signing key and a patient's key in software. The same random source gives the same bytes everywhere; signatures
/// are deterministic too (RFC 6979).
#[derive(Clone)]
pub struct SoftKeys {
    signing: SigningKey,
    patient_key: [u8; 32],
    random: Random,
}

impl fmt::Debug for SoftKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftKeys").field("key", &self.key_id()).finish_non_exhaustive()
    }
}

impl SoftKeys {
    /// Makes a signing key from the random source; `random` fills the bytes it is given.
    ///
    /// # Errors
    /// The source gave no usable key in 16 tries, which a random one does not.
    pub fn generate(
        patient_key: [u8; 32],
        mut random: impl FnMut(&mut [u8]) + 'static,
    ) -> Result<Self, KeyError> {
        let mut secret = [0; 32];
        for _ in 0..16 {
            random(&mut secret);
            if let Ok(signing) = SigningKey::from_slice(&secret) {
                return Ok(Self::new(signing, patient_key, random));
            }
        }
        Err(KeyError::Platform("the random source is not random".to_owned()))
    }

    /// From keys that are there.
    #[must_use]
    pub fn new(signing: SigningKey, patient_key: [u8; 32], random: impl FnMut(&mut [u8]) + 'static) -> Self {
        Self { signing, patient_key, random: Rc::new(RefCell::new(random)) }
    }

    /// The same signing key and random source with another patient's key, as it comes with an enrolment.
    #[must_use]
    pub fn with_patient_key(&self, patient_key: [u8; 32]) -> Self {
        Self { patient_key, ..self.clone() }
    }

    /// The public key, SPKI in DER.
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        #[allow(clippy::expect_used, reason = "a P-256 point always has an encoding")]
        self.signing.verifying_key().to_public_key_der().expect("a P-256 key encodes").into_vec()
    }

    /// Id of the patient's key.
    #[must_use]
    pub fn key_id(&self) -> Hash {
        record::key_id(&self.patient_key)
    }
}

impl Keys for SoftKeys {
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature: Signature = self.signing.sign(message);
        Ok(signature.to_bytes().to_vec())
    }

    async fn seal(&self, id: EventId, patient: PatientId, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; 12];
        self.random(&mut nonce);
        Ok(record::seal(&self.patient_key, nonce, id, patient, plaintext)?)
    }

    async fn open(&self, id: EventId, patient: PatientId, body: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        Ok(record::open(&self.patient_key, id, patient, body).ok())
    }

    fn random(&self, bytes: &mut [u8]) {
        (self.random.borrow_mut())(bytes);
    }
}
