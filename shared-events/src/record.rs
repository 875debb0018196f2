//! The record, kept forever: a clear header and a sealed body that never change; beside them a link (the place in
//! the chain of the device that signs) and, once the server has it, a receipt. A change here is a new format, not an
//! edit; vectors: `tests/vectors/record.json`.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use p256::pkcs8::DecodePublicKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{DeviceId, EventId, Hash, Hlc, Ordinal, PatientId, Position, Sequence, base64url};
use crate::json;

/// The number in every header's `f`.
pub const FORMAT: u8 = 1;
/// A header has at most this many bytes.
pub const HEADER_LIMIT: usize = 1024;
/// A padded plaintext has at most this many bytes.
pub const PLAINTEXT_LIMIT: usize = 64 * 1024;
/// Bytes that sealing adds: nonce and tag.
pub const SEAL_OVERHEAD: usize = 12 + 16;
/// Shards of a log, always.
pub const SHARDS: u8 = 64;

/// Why bytes are not a record, or not this patient's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The header is longer than [`HEADER_LIMIT`].
    #[error("the header has {0} bytes; at most {HEADER_LIMIT} are allowed: shorten the type's name")]
    HeaderTooLong(usize),
    /// The header is not the JSON of format 1.
    #[error("the header does not read: {0}; write it as format {FORMAT} says")]
    HeaderUnreadable(String),
    /// The header says another format.
    #[error("the header is of format {0}; this build reads format {FORMAT}: update it")]
    Format(u8),
    /// The plaintext, padded, is longer than [`PLAINTEXT_LIMIT`].
    #[error("the entry has {0} bytes; at most {PLAINTEXT_LIMIT} are allowed: shorten the note")]
    PlaintextTooLong(usize),
    /// The body does not open with this key: another key, or changed bytes.
    #[error("the body does not open with this patient's key")]
    Sealed,
}

/// `Standing` stays in force (plans, corrections, devices) and is fetched first; `Occurrence` happened once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Class {
    Standing,
    Occurrence,
}

/// The clear part of an event. Its JSON is written once, kept as text and hashed as bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Header {
    pub f: u8,
    pub id: EventId,
    pub patient: PatientId,
    /// The device that recorded it.
    pub device: DeviceId,
    #[serde(rename = "type")]
    pub kind: String,
    /// The date of the type's version, `YYYY-MM-DD`.
    pub version: String,
    pub class: Class,
    pub recorded_at: Hlc,
    /// Which of the patient's keys sealed the body.
    pub key: Hash,
    pub body: Hash,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enrols: Option<Enrols>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revokes: Option<Revokes>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fills: Option<Fills>,
}

impl Header {
    /// Reads a header's text.
    ///
    /// # Errors
    /// Longer than allowed, not JSON of this shape, or of another format.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        if text.len() > HEADER_LIMIT {
            return Err(RecordError::HeaderTooLong(text.len()));
        }
        let header: Self = json::from_str(text).map_err(|e| RecordError::HeaderUnreadable(e.to_string()))?;
        if header.f == FORMAT { Ok(header) } else { Err(RecordError::Format(header.f)) }
    }

    /// Writes the header's text, once.
    ///
    /// # Errors
    /// Longer than allowed.
    pub fn write(&self) -> Result<String, RecordError> {
        let text = serde_json::to_string(self)
            .map_err(|_| RecordError::HeaderUnreadable("it cannot be written".into()))?;
        if text.len() > HEADER_LIMIT { Err(RecordError::HeaderTooLong(text.len())) } else { Ok(text) }
    }
}

/// What a `DeviceEnrolled` says in clear; the key is SPKI in DER.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Enrols {
    pub device: DeviceId,
    #[serde(with = "base64url")]
    pub spki: Vec<u8>,
}

/// What a `DeviceRevoked` says in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Revokes {
    pub device: DeviceId,
}

/// What an `EventUnreadable` says in clear: whose place it fills, and the link that stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Fills {
    pub device: DeviceId,
    pub sequence: Sequence,
    pub link: Hash,
    pub reason: FillReason,
}

/// Why a place is filled: the bytes were bad, or the event is in the log already under another link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum FillReason {
    Unreadable,
    Repeated,
}

/// An event's place in its signer's chain; beside the event, so that it can be linked anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Link {
    pub device: DeviceId,
    pub sequence: Sequence,
    /// link(sequence - 1), or the genesis of the chain.
    pub previous: Hash,
}

impl Link {
    /// link(sequence): the hash of this place with the event in it.
    #[must_use]
    pub fn hash(&self, patient: PatientId, event: &Hash) -> Hash {
        let place = self.sequence.get().to_be_bytes();
        let parts = [&patient.as_bytes()[..], self.device.as_bytes(), &place, &self.previous.0, &event.0];
        hash(b"rivulet/link/1\0", &parts)
    }
}

/// What the server says of an event that it has appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Receipt {
    pub ordinal: Ordinal,
    pub position: Position,
    pub order: Hlc,
    /// Milliseconds since 1970 by the server's clock; never falls within a stream.
    #[serde(rename = "received_at")]
    pub received_ms: u64,
    /// stream(ordinal).
    pub stream: Hash,
}

/// An event, its link and perhaps its receipt, as they travel and are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Record {
    pub header: String,
    #[serde(with = "base64url")]
    pub body: Vec<u8>,
    pub link: Link,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Receipt>,
}

fn hash(tag: &[u8], parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(tag);
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

/// Hash of the sealed body, as the header names it.
#[must_use]
pub fn body_hash(body: &[u8]) -> Hash {
    hash(b"rivulet/body/1\0", &[body])
}

/// Hash of an event: of its header's bytes, which name the body's hash.
#[must_use]
pub fn event_hash(header: &str) -> Hash {
    hash(b"rivulet/event/1\0", &[header.as_bytes()])
}

/// What the first link of a device's chain builds on.
#[must_use]
pub fn genesis(patient: PatientId, device: DeviceId, spki: &[u8]) -> Hash {
    hash(b"rivulet/device/1\0", &[patient.as_bytes(), device.as_bytes(), spki])
}

/// stream(n), from stream(n-1) ([`Hash::ZERO`] before the first), link(s) of the event and what the receipt says.
#[must_use]
pub fn stream_hash(patient: PatientId, before: &Hash, link: &Hash, receipt: &Receipt) -> Hash {
    let number = receipt.ordinal.get().to_be_bytes();
    let position = receipt.position.get().to_be_bytes();
    let (order, received) = (receipt.order.0.to_be_bytes(), receipt.received_ms.to_be_bytes());
    let parts = [patient.as_bytes(), &before.0[..], &number, &link.0, &position, &order, &received];
    hash(b"rivulet/stream/1\0", &parts)
}

/// The bytes that a device signs with each push: its head, link(s).
#[must_use]
pub fn head_message(patient: PatientId, device: DeviceId, sequence: Sequence, link: &Hash) -> Vec<u8> {
    let place = sequence.get().to_be_bytes();
    [b"rivulet/head/1\0".as_slice(), patient.as_bytes(), device.as_bytes(), &place, &link.0].concat()
}

/// Whether `signature` (ECDSA P-256 with SHA-256, r||s, 64 bytes) over `message` is of the key in `spki` (DER).
#[must_use]
pub fn signature_holds(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_public_key_der(spki);
    let signature = Signature::from_slice(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
}

/// The shard of the log that a patient's events go to, 0 to 63.
#[must_use]
pub fn shard(patient: PatientId) -> u8 {
    hash(b"rivulet/shard/1\0", &[patient.as_bytes()]).0[0] >> 2
}

/// The name of a patient's key.
#[must_use]
pub fn key_id(key: &[u8; 32]) -> Hash {
    hash(b"rivulet/key/1\0", &[key])
}

/// Where an event stands in the order of folding: when it was recorded, but never after it was received.
#[must_use]
pub fn order(recorded_at: Hlc, received_ms: u64) -> Hlc {
    recorded_at.min(Hlc(received_ms << 16 | 0xffff))
}

/// The additional data that binds a body to its event and patient.
#[must_use]
pub fn seal_context(id: EventId, patient: PatientId) -> Vec<u8> {
    [b"rivulet/seal/1\0".as_slice(), id.as_bytes(), patient.as_bytes()].concat()
}

/// Pads a plaintext with spaces to the next multiple of 128 bytes, so that its length says little.
///
/// # Errors
/// Longer than [`PLAINTEXT_LIMIT`].
pub fn pad(mut plaintext: Vec<u8>) -> Result<Vec<u8>, RecordError> {
    let padded = plaintext.len().next_multiple_of(128);
    if padded > PLAINTEXT_LIMIT {
        return Err(RecordError::PlaintextTooLong(plaintext.len()));
    }
    plaintext.resize(padded, b' ');
    Ok(plaintext)
}

/// Seals a plaintext: `nonce || AES-256-GCM(padded plaintext)`. The nonce must be fresh and random.
///
/// # Errors
/// Longer than [`PLAINTEXT_LIMIT`].
pub fn seal(
    key: &[u8; 32],
    nonce: [u8; 12],
    id: EventId,
    patient: PatientId,
    plaintext: Vec<u8>,
) -> Result<Vec<u8>, RecordError> {
    let (msg, aad) = (&pad(plaintext)?[..], &seal_context(id, patient)[..]);
    let sealed = Aes256Gcm::new(key.into()).encrypt(&nonce.into(), Payload { msg, aad });
    let sealed = sealed.map_err(|_| RecordError::PlaintextTooLong(msg.len()))?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens a body; the plaintext still has its padding, which JSON ignores.
///
/// # Errors
/// Another key, or not the bytes, the id or the patient that were sealed.
pub fn open(key: &[u8; 32], id: EventId, patient: PatientId, body: &[u8]) -> Result<Vec<u8>, RecordError> {
    let (nonce, msg) = body.split_first_chunk::<12>().ok_or(RecordError::Sealed)?;
    let payload = Payload { msg, aad: &seal_context(id, patient) };
    Aes256Gcm::new(key.into()).decrypt(nonce.into(), payload).map_err(|_| RecordError::Sealed)
}
