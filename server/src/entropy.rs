//! Randomness, handed in so that a simulation repeats.

use std::sync::Mutex;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Where random bytes come from.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// The source gives none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The system gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes: look at /dev/urandom and the kernel's messages")]
pub struct NoEntropy;

/// The system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}

/// The same bytes for the same seed. For simulations only: anybody can compute them.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    drawn: Mutex<u64>,
}

impl SeededEntropy {
    /// A source that repeats.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: Mutex::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let mut drawn = self.drawn.lock().map_err(|_| NoEntropy)?;
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest([self.seed.to_be_bytes(), drawn.to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
            *drawn += 1;
        }
        Ok(())
    }
}

/// `N` random bytes.
///
/// # Errors
/// The source gives none.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// A `UUIDv4`.
///
/// # Errors
/// The source gives no random bytes.
pub fn uuid_v4(entropy: &dyn Entropy) -> Result<Uuid, NoEntropy> {
    Ok(uuid::Builder::from_random_bytes(random(entropy)?).into_uuid())
}

/// A `UUIDv7` of a moment, milliseconds since 1970.
///
/// # Errors
/// The source gives no random bytes.
pub fn uuid_v7(entropy: &dyn Entropy, ms: u64) -> Result<Uuid, NoEntropy> {
    Ok(uuid::Builder::from_unix_timestamp_millis(ms, &random(entropy)?).into_uuid())
}
