//! A log with two years of history, written as if it had been: the server's own service, at the times of then.

use std::{path::Path, sync::Arc};

use rivulet_server::{
    clock::ManualClock,
    ledger::{rows::Purpose, sqlite::SqliteLedger},
    service::{
        Service,
        enrol::Invitee,
        open::{Data, open},
        patients::NewPatient,
    },
};
use rivulet_sync::{
    enrol::identity,
    memory::SoftKeys,
    platform::Keys as _,
    protocol::{CareTeam, EnrolRequest, PushRequest, SignedHead},
    store::{Head, Identity},
};
use shared_events::{
    content::{Actor, ClockReading, Role},
    draft::{Clear, Draft, Setting, Stamp, header},
    ids::{DeviceId, EventId, Hlc, PatientId, Sequence},
    record::{Link, Record, event_hash, genesis, head_message},
};
use uuid::Builder;

use super::{
    native::random,
    plan::{APIXABAN, BISOPROLOL, at, days_ago, evening, morning, prescription, takes},
};

/// The oldest day of the history, days ago.
pub const DAYS: u64 = 730;
/// Days that Marta's old phone sends at once.
const DAYS_OF_A_PUSH: u64 = 10;

/// The phone that Marta had until today.
struct OldPhone {
    identity: Identity,
    keys: SoftKeys,
    head: Head,
}

/// Every dose of two years was taken, up to yesterday evening's.
pub async fn two_years(data: &Path) -> PatientId {
    let clock = Arc::new(ManualClock::at_ms(ms_of(DAYS)));
    let nobody = CareTeam { name: "the day unit".into(), phone: None };
    let opened = open(&Data::at(data), Arc::clone(&clock) as Arc<_>, nobody).await.expect("an empty folder");
    let service = opened.service;
    let purpose = Purpose::Test;
    let new = NewPatient { name: "Marta Janssen".into(), zone: "UTC".into(), external: None, purpose };
    let marta = service.create_patient(new).await.expect("a new patient").patient();
    let plan = [(APIXABAN, "Apixaban"), (BISOPROLOL, "Bisoprolol")]
        .map(|(treatment, name)| prescription(treatment, name, days_ago(DAYS)));
    service.say_events(marta, &plan).await.expect("the care team may");
    let mut phone = OldPhone::enrol(&service, marta).await;
    for first in (0..DAYS / DAYS_OF_A_PUSH).map(|n| DAYS - n * DAYS_OF_A_PUSH) {
        let last = first - DAYS_OF_A_PUSH + 1;
        clock.set_ms(ms_of(last));
        let days = (last..=first).rev();
        let push = phone.push(days.flat_map(doses_of_day).collect(), ms_of(last)).await;
        service.push(phone.identity.device, push).await.expect("a good push");
    }
    marta
}

/// Late on that day.
fn ms_of(days: u64) -> u64 {
    u64::try_from(at(days_ago(days), 21, 0).at.timestamp_millis()).expect("after 1970")
}

fn doses_of_day(days: u64) -> impl Iterator<Item = Draft> {
    let date = days_ago(days);
    [APIXABAN, BISOPROLOL].into_iter().flat_map(move |medicine| {
        [(morning(), 8), (evening(), 20)].map(|(slot, hour)| takes(medicine, date, slot, at(date, hour, 5)))
    })
}

fn uuid_v4() -> uuid::Uuid {
    let mut bytes = [0; 16];
    random(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid()
}

impl OldPhone {
    async fn enrol(service: &Service<SqliteLedger>, marta: PatientId) -> Self {
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 60_000 };
        let code = service.invite(marta, invitee).await.expect("an invitation");
        let keys = SoftKeys::generate([0; 32], random).expect("a key");
        let (device, spki) = (DeviceId(uuid_v4()), keys.spki());
        let request =
            EnrolRequest { code, device, spki: spki.clone(), name: "Old phone".into(), before: None };
        let answer = service.enrol(request).await.expect("enrolled");
        let (identity, key) = identity(answer, device, spki).expect("a whole answer");
        let link = genesis(identity.patient, device, &identity.spki);
        let head = Head { sequence: Sequence::ZERO, link };
        Self { keys: keys.with_patient_key(key), identity, head }
    }

    async fn push(&mut self, drafts: Vec<Draft>, at_ms: u64) -> PushRequest {
        let mut records = Vec::new();
        for draft in &drafts {
            records.push(self.record(draft, at_ms).await);
        }
        let Head { sequence, link } = self.head;
        let message = head_message(self.identity.patient, self.identity.device, sequence, &link);
        let signature = self.keys.sign(&message).await.expect("it signs");
        PushRequest { records, head: SignedHead { sequence, link, signature } }
    }

    async fn record(&mut self, draft: &Draft, at_ms: u64) -> Record {
        let Identity { patient, device, key, .. } = self.identity;
        let mut bytes = [0; 10];
        random(&mut bytes);
        let id = EventId(Builder::from_unix_timestamp_millis(at_ms, &bytes).into_uuid());
        let setting = Setting {
            zone: "UTC".into(),
            actor: Actor { role: Role::Patient, name: None },
            app: "rivulet-stories 0.1.0".into(),
            clock: ClockReading { wall: at_ms, monotonic: 0, offset: Some(0) },
        };
        let plaintext = draft.plaintext(setting).expect("JSON");
        let body = self.keys.seal(id, patient, plaintext).await.expect("it seals");
        let stamp = Stamp { id, patient, device, recorded_at: Hlc::at_ms(at_ms), key };
        let header = header(&draft.event, &stamp, Clear::default(), &body).expect("a short header");
        let link = Link { device, sequence: self.head.sequence.next(), previous: self.head.link };
        self.head = Head { sequence: link.sequence, link: link.hash(patient, &event_hash(&header)) };
        Record { header, body, link, receipt: None }
    }
}
