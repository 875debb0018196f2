//! What the server does, apart from how it is asked: the same for HTTP, the commands and simulations.

use std::sync::Arc;

use rivulet_sync::protocol::{CareTeam, Cursor, Place, ProblemKind, PullAnswer, PushAnswer, PushRequest};
use shared_events::ids::{DeviceId, PatientId};

use crate::{
    clock::Clock,
    entropy::Entropy,
    error::Error,
    keys::KeyStore,
    ledger::{
        Ledger, Tables,
        admit::prepare,
        pull::pull,
        push::push,
        rows::{Device, Patient, Tail},
    },
    scribe::Scribe,
};

pub mod care;
pub mod carry;
pub mod decide;
pub mod effects;
pub mod enrol;
pub mod erase;
mod folded;
pub mod open;
pub mod patients;
pub mod profile;
pub mod react;

/// The server, without its network.
pub struct Service<L> {
    /// The log.
    pub ledger: L,
    /// The patients' keys.
    pub keys: Arc<dyn KeyStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Whom patients call.
    pub care_team: CareTeam,
}

impl<L: Clone> Clone for Service<L> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            keys: Arc::clone(&self.keys),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            care_team: self.care_team.clone(),
        }
    }
}

/// A device that may ask, and its patient.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Known {
    pub device: Device,
    pub patient: Patient,
}

/// A device by its id, whatever it may do.
pub(crate) fn look_up(tables: &mut dyn Tables, device: DeviceId) -> Result<Known, Error> {
    let device = tables.device(device)?;
    let device = device.ok_or_else(|| {
        Error::refused(ProblemKind::UnknownDevice, "Enrol this device with an invitation first.")
    })?;
    let patient = tables.patient(device.patient)?;
    let patient =
        patient.ok_or_else(|| crate::ledger::StorageError::Corrupt("a patient is missing".into()))?;
    Ok(Known { device, patient })
}

impl Known {
    /// Refuses a patient that was erased and a device that was revoked.
    ///
    /// # Errors
    /// `Erased` or `Revoked`.
    pub fn check(&self) -> Result<(), Error> {
        if self.patient.erased_ms.is_some() {
            let detail = "Delete what this device holds of the record.";
            return Err(Error::refused(ProblemKind::Erased, detail));
        }
        if self.device.revoked_ms.is_some() {
            let detail = "What was recorded stays on this device. Ask the care team for a new invitation.";
            return Err(Error::refused(ProblemKind::Revoked, detail));
        }
        Ok(())
    }
}

impl<L: Ledger> Service<L> {
    /// A device by its id, to check a signature with its key.
    ///
    /// # Errors
    /// `UnknownDevice`, or the database's.
    pub async fn known(&self, device: DeviceId) -> Result<Known, Error> {
        self.ledger.read(move |tables| look_up(tables, device)).await
    }

    fn place(&self, device: &Device, tail: &Tail) -> Place {
        let identity = self.ledger.identity();
        Place {
            log: identity.log,
            generation: identity.generation,
            mark: device.mark,
            tail: tail.ordinal,
            // Without Kafka the ledger is the log.
            logged: tail.ordinal,
            now_ms: self.clock.now_ms(),
        }
    }

    /// Where the asking device and its patient's stream stand.
    ///
    /// # Errors
    /// The device may not ask, or the database's.
    pub async fn place_of(&self, device: DeviceId) -> Result<Place, Error> {
        let (known, tail) = self
            .ledger
            .read(move |tables| {
                let known = look_up(tables, device)?;
                known.check()?;
                let tail = tables.tail(known.patient.id)?;
                Ok((known, tail))
            })
            .await?;
        Ok(self.place(&known.device, &tail))
    }

    /// Takes a push of an authenticated device.
    ///
    /// # Errors
    /// Refused as a whole, with nothing stored; or the database's, with the outcome unknown.
    pub async fn push(&self, device: DeviceId, request: PushRequest) -> Result<PushAnswer, Error> {
        let known = self.known(device).await?;
        known.check()?;
        let Device { patient, spki, .. } = &known.device;
        let prepared = prepare(*patient, device, spki, request).map_err(|p| Error::Refused(Box::new(p)))?;
        let (keys, entropy) = (Arc::clone(&self.keys), Arc::clone(&self.entropy));
        let now_ms = self.clock.now_ms();
        let (device, pushed) = self
            .ledger
            .write(move |tables| {
                // Again, now that nothing can change beside: it may have been revoked meanwhile.
                let known = look_up(tables, device)?;
                known.check()?;
                let Patient { id, server_device, .. } = known.patient;
                let scribe =
                    || Ok(Scribe::new(id, server_device, keys.keys(id)?, Arc::clone(&entropy), now_ms));
                let pushed = push(tables, &known.device, prepared, now_ms, &scribe)?;
                Ok((known.device, pushed))
            })
            .await?;
        let place = self.place(&Device { mark: pushed.mark, ..device }, &pushed.tail);
        Ok(PushAnswer { verdicts: pushed.verdicts, place })
    }

    /// The next page for an authenticated device; at most `limit` records.
    ///
    /// # Errors
    /// The device may not ask, the cursor is not of this log, or the database's.
    pub async fn pull(
        &self,
        device: DeviceId,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<PullAnswer, Error> {
        let identity = self.ledger.identity();
        let (known, page) = self
            .ledger
            .read(move |tables| {
                let known = look_up(tables, device)?;
                known.check()?;
                let page = pull(tables, identity, known.patient.id, cursor, limit)?;
                Ok((known, page))
            })
            .await?;
        let place = self.place(&known.device, &page.tail);
        let crate::ledger::pull::Page { records, cursor, low_received_ms, .. } = page;
        Ok(PullAnswer { records, cursor, low_received_ms, place })
    }

    /// A scribe of a patient's own server device.
    pub(crate) fn scribe(&self, patient: PatientId, server_device: DeviceId) -> Result<Scribe, Error> {
        let (keys, entropy) = (self.keys.keys(patient)?, Arc::clone(&self.entropy));
        Ok(Scribe::new(patient, server_device, keys, entropy, self.clock.now_ms()))
    }
}
