//! Writes a data folder with a patient who has taken seven medicines twice a day for two years, as the server would
//! have received it: a push a day, by a clock that is set to that day.
//!
//! `bench_history FOLDER COUNT [tasks]`: COUNT doses up to now, in a new folder, with a task done each day if that is
//! said; prints the patient's id.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark's material")]

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use futures::executor::block_on;
use rivulet_server::{
    clock::{Clock as _, ManualClock, SystemClock},
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
    store::Identity,
};
use shared_events::{
    amount::Amount,
    commands,
    content::{Actor, ClockReading, OccurredAt, Precision, Role, TaskId, TreatmentId},
    draft::{Clear, Draft, Setting, Stamp, header},
    events::{Event, TaskAssigned, TreatmentPrescribed},
    ids::{DeviceId, EventId, Hash, Hlc, PatientId, Sequence},
    plan::{DoseKey, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
    record::{Link, Record, event_hash, genesis, head_message},
    sorted::SortedMap,
};
use uuid::Uuid;

const ZONE: &str = "Europe/Berlin";
const TREATMENTS: u32 = 7;
const SLOTS: [(&str, u32); 2] = [("morning", 8), ("evening", 19)];
const A_DAY: usize = TREATMENTS as usize * SLOTS.len();

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("say which folder"));
    let count: usize = arguments.next().and_then(|n| n.parse().ok()).expect("say how many doses");
    let has_tasks = arguments.next().is_some_and(|word| word == "tasks");
    let days = count.div_ceil(A_DAY);
    let now = SystemClock.now_ms();
    let first = DateTime::from_timestamp_millis(i64::try_from(now).expect("in range")).expect("a time")
        - TimeDelta::days(i64::try_from(days).expect("in range"));
    let clock = Arc::new(ManualClock::at_ms(ms(first)));
    let care_team = CareTeam { name: "the day unit".into(), phone: None };
    let service = block_on(open(&Data::at(folder), Arc::clone(&clock) as _, care_team)).expect("it opens");
    let service = service.service;
    let name = "Marta".to_owned();
    let new = NewPatient { name, zone: ZONE.to_owned(), external: None, purpose: Purpose::Test };
    let patient = block_on(service.create_patient(new)).expect("created").patient();
    let plans: Vec<_> = (0..TREATMENTS).map(|number| prescription(number, first)).collect();
    block_on(service.say_events(patient, &plans)).expect("prescribed");
    let mut phone = Phone::enrol(&service, patient);
    let mut left = count;
    for day in 0..days {
        let evening = first + TimeDelta::days(i64::try_from(day).expect("in range"));
        clock.set_ms(ms(evening).min(now));
        let doses = left.min(A_DAY);
        left -= doses;
        let mut drafts: Vec<_> =
            (0..doses).map(|nth| dose(evening, u32::try_from(nth).expect("few"))).collect();
        if has_tasks {
            let task = TaskId(Uuid::from_u128(day as u128));
            block_on(service.say_events(patient, &[assigned(task, evening)])).expect("assigned");
            drafts.push(commands::complete_task(task, None, at(evening, 17, 0)));
        }
        let push = phone.record(evening, &drafts);
        block_on(service.push(phone.me.device, push)).expect("pushed");
    }
    println!("{patient}");
}

fn ms(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).expect("after 1970")
}

fn treatment(number: u32) -> TreatmentId {
    TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0000 | u128::from(number)))
}

fn one_tablet() -> Amount {
    Amount { value: "1".parse().expect("a decimal"), unit: "{tablet}".to_owned() }
}

fn prescription(number: u32, start: DateTime<Utc>) -> Event {
    let slot = |(name, hour): (&str, u32)| {
        let at = NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
        (SlotId(name.to_owned()), Slot { at, dose: None })
    };
    let slots = SortedMap::from(SLOTS.map(slot));
    Event::TreatmentPrescribed(TreatmentPrescribed {
        treatment: treatment(number),
        medicine: Medicine { name: format!("Medicine {number}"), strength: None, form: Form::Tablet },
        dose: one_tablet(),
        instructions: None,
        schedule: Schedule {
            start: start.date_naive(),
            end: None,
            clock: WallClock::Floating,
            rule: Rule::Times(Times { slots, weekdays: None }),
        },
    })
}

fn assigned(task: TaskId, day: DateTime<Utc>) -> Event {
    Event::TaskAssigned(TaskAssigned {
        task,
        title: "Take your temperature".to_owned(),
        hint: None,
        date: Some(day.date_naive()),
        icon: None,
    })
}

fn dose(day: DateTime<Utc>, nth: u32) -> Draft {
    let (slot, hour) = SLOTS[nth as usize % SLOTS.len()];
    commands::take(
        treatment(nth / 2),
        DoseKey::Planned { date: day.date_naive(), slot: SlotId(slot.to_owned()), repeat: 0 },
        one_tablet(),
        at(day, hour - 1, nth),
    )
}

fn at(day: DateTime<Utc>, hour: u32, minute: u32) -> OccurredAt {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of the day");
    let at = day.date_naive().and_time(time).and_utc().fixed_offset();
    OccurredAt { at, precision: Precision::Minute }
}

/// The phone that recorded it all.
struct Phone {
    me: Identity,
    keys: SoftKeys,
    mark: Sequence,
    head: Hash,
}

impl Phone {
    fn enrol(service: &Service<SqliteLedger>, patient: PatientId) -> Self {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).expect("random bytes");
        let keys = SoftKeys::generate([0; 32], random).expect("a key");
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 60_000 };
        let code = block_on(service.invite(patient, invitee)).expect("invited");
        let device = DeviceId(uuid::Builder::from_random_bytes(bytes()).into_uuid());
        let request =
            EnrolRequest { code, device, spki: keys.spki(), name: "a phone".to_owned(), before: None };
        let answer = block_on(service.enrol(request)).expect("enrolled");
        let (me, key) = identity(answer, device, keys.spki()).expect("a whole answer");
        let head = genesis(me.patient, me.device, &me.spki);
        Self { keys: keys.with_patient_key(key), me, mark: Sequence::ZERO, head }
    }

    /// What is said of a day, recorded in its evening.
    fn record(&mut self, evening: DateTime<Utc>, drafts: &[Draft]) -> PushRequest {
        let records = (ms(evening)..).zip(drafts).map(|(wall, draft)| self.link(wall, draft)).collect();
        let message = head_message(self.me.patient, self.me.device, self.mark, &self.head);
        let signature = block_on(self.keys.sign(&message)).expect("signed");
        PushRequest { records, head: SignedHead { sequence: self.mark, link: self.head, signature } }
    }

    fn link(&mut self, wall: u64, draft: &Draft) -> Record {
        let Identity { patient, device, key, .. } = self.me;
        let id = EventId(uuid::Builder::from_unix_timestamp_millis(wall, &bytes()).into_uuid());
        let body = block_on(self.keys.seal(id, patient, plaintext(draft, &self.me, wall))).expect("sealed");
        let stamp = Stamp { id, patient, device, recorded_at: Hlc::at_ms(wall), key };
        let header = header(&draft.event, &stamp, Clear::default(), &body).expect("short enough");
        self.mark = self.mark.next();
        let link = Link { device, sequence: self.mark, previous: self.head };
        self.head = link.hash(patient, &event_hash(&header));
        Record { header, body, link, receipt: None }
    }
}

fn plaintext(draft: &Draft, me: &Identity, wall: u64) -> Vec<u8> {
    let setting = Setting {
        zone: ZONE.to_owned(),
        actor: Actor { role: me.role, name: Some(me.person.clone()) },
        app: "bench 1".to_owned(),
        clock: ClockReading { wall, monotonic: 0, offset: Some(0) },
    };
    draft.plaintext(setting).expect("JSON")
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes
}
