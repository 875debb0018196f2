//! Patients' keys, in a store of their own, never beside the log or in its backups: destroying one is the erasure
//! that reaches every copy of the log.

use p256::ecdsa::SigningKey;
use sha2::{Digest as _, Sha256};
use shared_events::ids::{Hash, PatientId};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, NoEntropy, random};

pub mod erasures;
pub mod memory;
pub mod operator;
pub mod sqlite;

/// Why a key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key: it was destroyed, or the store is not the log's.
    #[error("there is no key of patient {0}: it was destroyed, or the keys' database is not the log's")]
    Missing(PatientId),
    /// Wrapped by another operator's key, or changed.
    #[error("the keys do not open with this operator's key: give the key that was in use before")]
    Wrapped,
    /// The operator's key is not 32 bytes.
    #[error("the operator's key in {0} is not 32 bytes as base64url: restore the file from its backup")]
    Operator(String),
    /// The file of the operator's key is gone, but keys are wrapped by it.
    #[error("{0} is missing, but patients' keys are wrapped by it: restore it, or pass --operator-key FILE")]
    OperatorMissing(String),
    /// A file.
    #[error("{0}: {1}; check the disk and the permissions of the data folder")]
    File(String, std::io::Error),
    /// The database's own words.
    #[error("the keys' database failed ({0}): check the disk's space and health")]
    Failed(String),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// What one patient needs: the key of her bodies, and that of the server's own device (or of another one).
#[derive(Clone)]
pub struct PatientKeys {
    sealing: Zeroizing<[u8; 32]>,
    signing: SigningKey,
}

impl PatientKeys {
    /// Fresh ones.
    ///
    /// # Errors
    /// No random bytes.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let sealing = Zeroizing::new(random(entropy)?);
        // A number that is no P-256 key comes up once in 2^32 draws; then another one is drawn.
        for _ in 0..8 {
            let secret = Zeroizing::new(random::<32>(entropy)?);
            if let Ok(signing) = SigningKey::from_slice(&secret[..]) {
                return Ok(Self { sealing, signing });
            }
        }
        Err(NoEntropy)
    }

    /// What another device of hers holds: the same key of bodies, and one of its own to sign with.
    ///
    /// # Errors
    /// No random bytes.
    pub fn of_another_device(&self, entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        Ok(Self { sealing: self.sealing.clone(), ..Self::generate(entropy)? })
    }

    /// From the 64 bytes that [`Self::to_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sealing, secret) = bytes.split_first_chunk::<32>()?;
        let signing = SigningKey::from_slice(secret).ok()?;
        Some(Self { sealing: Zeroizing::new(*sealing), signing })
    }

    /// 64 bytes, to be wrapped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&self.sealing[..], &self.signing.to_bytes()[..]].concat())
    }

    /// The key that seals the patient's bodies.
    #[must_use]
    pub fn sealing(&self) -> &[u8; 32] {
        &self.sealing
    }

    /// The key that the server's own device signs with.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }
}

/// Where the keys lie.
pub trait KeyStore: Send + Sync {
    /// A patient's keys.
    ///
    /// # Errors
    /// [`KeyError::Missing`] if there are none, or the store's.
    fn keys(&self, patient: PatientId) -> Result<PatientKeys, KeyError>;
    /// Keeps a new patient's keys, durably.
    ///
    /// # Errors
    /// The store's.
    fn keep(&self, patient: PatientId, keys: &PatientKeys) -> Result<(), KeyError>;
    /// Destroys a patient's keys, so that no copy is left in the store. None there is fine.
    ///
    /// # Errors
    /// The store's.
    fn destroy(&self, patient: PatientId) -> Result<(), KeyError>;
    /// A secret of this installation, for hashing identifiers that could be guessed.
    ///
    /// # Errors
    /// The store's.
    fn pepper(&self) -> Result<Zeroizing<[u8; 32]>, KeyError>;
}

/// Hash of a patient's identifier elsewhere, that says nothing without the pepper.
#[must_use]
pub fn external_hash(pepper: &[u8; 32], external: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"rivulet/external/1\0");
    hasher.update(pepper);
    hasher.update(external.as_bytes());
    Hash(hasher.finalize().into())
}
