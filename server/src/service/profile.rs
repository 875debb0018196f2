//! What the server knows of a person beside her events, sealed with the patient's key: it is erased with it.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use serde::{Deserialize, Serialize};
use shared_events::{effects::EffectId, ids::PatientId};

use crate::{
    entropy::{Entropy, random},
    error::Error,
    keys::{KeyError, PatientKeys},
};

/// A patient's name and the zone that she began in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Profile {
    pub name: String,
    /// IANA name.
    pub zone: String,
}

/// What a blob is of: one cannot be put in another's place.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// The patient's profile, and the names of whom she invited.
    Profile,
    /// An effect's detail.
    Effect(EffectId),
}

impl Of {
    fn context(self, patient: PatientId) -> Vec<u8> {
        match self {
            Self::Profile => [b"rivulet/profile/1\0".as_slice(), patient.as_bytes()].concat(),
            Self::Effect(id) => {
                [b"rivulet/effect-detail/1\0".as_slice(), patient.as_bytes(), &id.0.0].concat()
            }
        }
    }
}

/// The length of what says something about health tells which medicine it names: it is padded with spaces, as JSON may
/// be.
const PADDED_TO: usize = 256;

/// Seals something small about a patient: `nonce || AES-256-GCM(JSON)`; of an effect padded to multiples of 256 bytes.
///
/// # Errors
/// No random bytes, or no JSON.
pub fn seal<T: Serialize>(
    value: &T,
    of: Of,
    patient: PatientId,
    keys: &PatientKeys,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let (nonce, mut msg) = (random::<12>(entropy)?, serde_json::to_vec(value)?);
    if let Of::Effect(_) = of {
        msg.resize(msg.len().next_multiple_of(PADDED_TO), b' ');
    }
    let payload = Payload { msg: &msg, aad: &of.context(patient) };
    let sealed = Aes256Gcm::new(keys.sealing().into()).encrypt(&nonce.into(), payload);
    Ok([&nonce[..], &sealed.map_err(|_| KeyError::Wrapped)?].concat())
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// Another key or patient, or changed bytes.
pub fn open<T: for<'de> Deserialize<'de>>(
    sealed: &[u8],
    of: Of,
    patient: PatientId,
    keys: &PatientKeys,
) -> Result<T, Error> {
    let (nonce, msg) = sealed.split_first_chunk::<12>().ok_or(KeyError::Wrapped)?;
    let payload = Payload { msg, aad: &of.context(patient) };
    let opened = Aes256Gcm::new(keys.sealing().into()).decrypt(nonce.into(), payload);
    Ok(serde_json::from_slice(&opened.map_err(|_| KeyError::Wrapped)?)?)
}
