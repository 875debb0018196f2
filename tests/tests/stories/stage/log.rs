//! What the care team says, and the log, through the server's commands.

use serde_json::Value;
use shared_events::{
    events::Event,
    ids::{DeviceId, EventId, Hash, PatientId},
    record::Class,
};

use super::server::Server;

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{value} does not read: {e}"))
}

impl Server {
    /// The care team says something that this build knows.
    pub async fn care_team_says(&self, patient: PatientId, event: &Event) -> EventId {
        let data = event.data().expect("events are JSON");
        let mut options =
            vec!["--type", event.kind(), "--version", event.version(), "--event-data", data.get()];
        options.extend(["--class", if event.class() == Class::Standing { "standing" } else { "occurrence" }]);
        let about = event.about(chrono::NaiveDate::MIN).expect("it is about something")[0].to_string();
        options.extend(["--about", &about]);
        if event.must_be_understood() {
            options.push("--must-understand");
        }
        self.care_team_records(patient, &options).await
    }

    /// The care team says anything.
    pub async fn care_team_records(&self, patient: PatientId, options: &[&str]) -> EventId {
        let patient = patient.to_string();
        let said = self.command(&[&["care", "record", "--patient", &patient], options].concat()).await;
        read(&said[0]["event"])
    }

    /// Every event of a patient, opened, in the order of the log.
    pub async fn log_of(&self, patient: PatientId) -> Vec<Value> {
        self.command(&["log", "show", "--patient", &patient.to_string()]).await
    }

    pub async fn times_logged(&self, patient: PatientId, id: EventId) -> usize {
        self.log_of(patient).await.iter().filter(|line| read::<EventId>(&line["id"]) == id).count()
    }

    /// What a device signed, in the order of the log.
    pub async fn chain_of(&self, patient: PatientId, device: DeviceId) -> Vec<(u64, EventId)> {
        let log = self.log_of(patient).await;
        let own = log.iter().filter(|line| read::<DeviceId>(&line["device"]) == device);
        own.map(|line| (read(&line["sequence"]), read(&line["id"]))).collect()
    }

    /// Verifies all chains, the stream and the signatures; how many events that were.
    pub async fn verify(&self, patient: PatientId) -> u64 {
        let verified = self.command(&["log", "verify", "--patient", &patient.to_string()]).await;
        assert_eq!(verified[0]["holds"], true, "{verified:?}");
        read(&verified[0]["patients"][0]["events"])
    }

    /// The hash of the state, folded from the log's first event.
    pub async fn state_hash(&self, patient: PatientId) -> Hash {
        let folded = self.command(&["log", "state", "--patient", &patient.to_string()]).await;
        read(&folded[0]["hash"])
    }
}
