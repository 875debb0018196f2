//! The phone that the demo patient had before the one that is set up now. It enrols as any does; as nobody holds it, the
//! server keeps its keys until the demo is made, and writes for it.

use std::sync::Arc;

use rivulet_sync::protocol::EnrolRequest;
use shared_events::{
    content::Role,
    ids::{DeviceId, PatientId},
};

use crate::{
    entropy::uuid_v4,
    error::Error,
    keys::PatientKeys,
    ledger::Ledger,
    scribe::{Saying, Scribe, spki},
    service::{Service, enrol::Invitee},
};

/// How its owner calls it: entries are said by “You, on Older phone”.
const NAME: &str = "Older phone";

pub(super) struct Phone {
    patient: PatientId,
    device: DeviceId,
    keys: PatientKeys,
}

impl Phone {
    pub(super) async fn enrol<L: Ledger>(service: &Service<L>, patient: PatientId) -> Result<Self, Error> {
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 3_600_000 };
        let code = service.invite(patient, invitee).await?;
        let keys = service.keys.keys(patient)?.of_another_device(&*service.entropy)?;
        let device = DeviceId(uuid_v4(&*service.entropy)?);
        let (spki, name) = (spki(keys.signing())?, NAME.to_owned());
        service.enrol(EnrolRequest { code, device, spki, name, before: None }).await?;
        Ok(Self { patient, device, keys })
    }

    /// Logs it now, by the service's clock.
    pub(super) async fn logs<L: Ledger>(
        &self,
        service: &Service<L>,
        sayings: Vec<Saying>,
    ) -> Result<(), Error> {
        let (entropy, now_ms) = (Arc::clone(&service.entropy), service.clock.now_ms());
        let scribe = Scribe::new(self.patient, self.device, self.keys.clone(), entropy, now_ms);
        service.say_by(scribe, sayings).await.map(drop)
    }
}
