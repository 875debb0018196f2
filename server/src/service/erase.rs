//! Erasure: registered first, outside the log; then the key is destroyed and the bodies are dropped.

use shared_events::ids::PatientId;

use super::Service;
use crate::{
    error::Error,
    keys::{
        KeyError,
        erasures::{Erasure, Erasures},
    },
    ledger::Ledger,
};

impl<L: Ledger> Service<L> {
    /// Erases a patient for good. Nothing of her bodies can be read again, from any copy of the log.
    ///
    /// # Errors
    /// No such patient; the registry's or the databases'. What was registered is done at the next start.
    pub async fn erase(&self, patient: PatientId, registry: &Erasures) -> Result<(), Error> {
        let row = self.ledger.read(move |tables| Ok(tables.patient(patient)?)).await?;
        if row.is_none() {
            return Err(Error::Invalid(format!("there is no patient {patient}: see `patient list`")));
        }
        let erasure = Erasure { patient, erased_at: self.clock.now_ms() };
        registry.register(erasure)?;
        self.apply_erasure(erasure).await
    }

    /// Does what the registry says and is not done, as after a restore. Before serving, always.
    ///
    /// # Errors
    /// The registry's or the databases': then nothing may be served.
    pub async fn apply_erasures(&self, registry: &Erasures) -> Result<(), Error> {
        for erasure in registry.all()? {
            self.apply_erasure(erasure).await?;
        }
        Ok(())
    }

    async fn apply_erasure(&self, Erasure { patient, erased_at }: Erasure) -> Result<(), Error> {
        let row = self.ledger.read(move |tables| Ok(tables.patient(patient)?)).await?;
        if !matches!(self.keys.keys(patient), Err(KeyError::Missing(_))) {
            self.keys.destroy(patient)?;
        }
        if row.is_some_and(|p| p.erased_ms.is_none()) {
            self.ledger.write(move |tables| Ok(tables.erase(patient, erased_at)?)).await?;
            self.ledger.scrub().await?;
        }
        Ok(())
    }
}
