//! Fixed patients, devices and keys. The private keys are published, so they are good for vectors only.

use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use p256::pkcs8::EncodePublicKey;
use rivulet_tests::vectors::file::{Bytes, DeviceCase};
use shared_events::ids::{DeviceId, EventId, PatientId};

/// 2026-11-21T08:00:00Z.
pub(crate) const START_MS: u64 = 1_795_248_000_000;
pub(crate) const PATIENT: &str = "5f0d2c1e-3b4a-4c5d-8e6f-0123456789ab";
pub(crate) const OTHER_PATIENT: &str = "c0ffee00-1111-4222-b333-444455556666";
pub(crate) const SERVER: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const PHONE: &str = "22222222-2222-4222-9222-222222222222";
pub(crate) const OLD_PHONE: &str = "33333333-3333-4333-a333-333333333333";

pub(crate) fn patient(text: &str) -> PatientId {
    text.parse().unwrap()
}
pub(crate) fn device(text: &str) -> DeviceId {
    text.parse().unwrap()
}
/// The n-th event: a `UUIDv7` of 2026-11-21.
pub(crate) fn event(n: u8) -> EventId {
    format!("01a1fd1e-8c{n:02x}-7000-8000-0000000000{n:02x}").parse().unwrap()
}

/// 32 bytes that count up from `start`.
pub(crate) fn counting<const N: usize>(start: u8) -> [u8; N] {
    std::array::from_fn(|i| start.wrapping_add(i as u8))
}
/// The patient's key.
pub(crate) fn key() -> [u8; 32] {
    counting(0)
}

pub(crate) fn signing_key(device: &str) -> SigningKey {
    let start = if device == SERVER { 0x40 } else { 0x80 };
    SigningKey::from_slice(&counting::<32>(start)).unwrap()
}
pub(crate) fn spki(device: &str) -> Vec<u8> {
    signing_key(device).verifying_key().to_public_key_der().unwrap().into_vec()
}
/// Deterministic (RFC 6979), so that writing the file twice gives the same file.
pub(crate) fn sign(device: &str, message: &[u8]) -> Signature {
    signing_key(device).sign(message)
}

pub(crate) fn devices() -> Vec<DeviceCase> {
    [("the server's own device", SERVER), ("a phone", PHONE)]
        .map(|(name, device)| DeviceCase {
            name: name.into(),
            private: Bytes(signing_key(device).to_bytes().to_vec()),
            spki: Bytes(spki(device)),
        })
        .into()
}
