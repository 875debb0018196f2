//! What the care team says of a patient: events of the server's own device.

use shared_events::{
    content::Role,
    events::Event,
    ids::{EventId, PatientId},
};

use super::Service;
use crate::{
    error::Error,
    ledger::{Ledger, append::Appender},
    scribe::{Saying, Scribe, utc},
};

impl<L: Ledger> Service<L> {
    /// Says events of the care team now, all or none.
    ///
    /// # Errors
    /// No such patient, or erased; the databases'.
    pub async fn say_events(&self, patient: PatientId, events: &[Event]) -> Result<Vec<EventId>, Error> {
        let now = utc(self.clock.now_ms());
        let sayings = events.iter().map(|event| Saying::of(event, now, Role::CareTeam));
        self.say(patient, sayings.collect::<Result<_, _>>()?).await
    }

    /// Says whatever is to be said, all or none; also types and versions that this build does not know.
    ///
    /// # Errors
    /// No such patient, or erased; an event does not fit the format; the databases'.
    pub async fn say(&self, patient: PatientId, sayings: Vec<Saying>) -> Result<Vec<EventId>, Error> {
        let (row, _) = self.patient(patient).await?;
        let scribe = self.scribe(patient, row.server_device)?;
        self.say_by(scribe, sayings).await
    }

    /// The same by any device whose keys are at hand.
    pub(crate) async fn say_by(
        &self,
        mut scribe: Scribe,
        sayings: Vec<Saying>,
    ) -> Result<Vec<EventId>, Error> {
        let (patient, now_ms) = (scribe.patient(), self.clock.now_ms());
        self.ledger
            .write(move |tables| {
                if tables.unerased(patient)?.is_none() {
                    return Err(Error::Invalid("the record was erased".into()));
                }
                let mut appender = Appender::begin(tables, patient, now_ms)?;
                let said = scribe.say(tables, &mut appender, &sayings)?;
                appender.finish(tables)?;
                Ok(said.into_iter().map(|(id, ..)| id).collect())
            })
            .await
    }
}
