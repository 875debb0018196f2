//! Keys in memory: for tests, simulations, and a log that lies without its keys.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use shared_events::ids::PatientId;
use zeroize::Zeroizing;

use super::{KeyError, KeyStore, PatientKeys};

/// Keys that are gone with the program.
#[derive(Default)]
pub struct MemoryKeys(Mutex<BTreeMap<PatientId, PatientKeys>>);

impl KeyStore for MemoryKeys {
    fn keys(&self, patient: PatientId) -> Result<PatientKeys, KeyError> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&patient).cloned().ok_or(KeyError::Missing(patient))
    }
    fn keep(&self, patient: PatientId, keys: &PatientKeys) -> Result<(), KeyError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(patient, keys.clone());
        Ok(())
    }
    fn destroy(&self, patient: PatientId) -> Result<(), KeyError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&patient);
        Ok(())
    }
    fn pepper(&self) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        Ok(Zeroizing::new([0x5a; 32]))
    }
}
