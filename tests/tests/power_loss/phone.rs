//! A phone that records without end and pushes one batch at a time. Its own memory is never lost.

use futures::executor::block_on;
use rivulet_sync::{
    enrol::identity,
    memory::SoftKeys,
    platform::Keys as _,
    protocol::{EnrolRequest, PushRequest, SignedHead},
    store::Identity,
};
use shared_events::{
    amount::Amount,
    commands,
    content::{Actor, ClockReading, OccurredAt, Precision, Role, TreatmentId},
    draft::{Clear, Setting, Stamp, header},
    ids::{DeviceId, EventId, Hash, Hlc, PatientId, Sequence},
    plan::{DoseKey, SlotId},
    record::{Link, Record, event_hash, genesis, head_message},
};
use uuid::Uuid;

use crate::{
    chance::Chance,
    messages::{Answer, Ask, Asked},
};

const START_MS: u64 = 1_795_000_000_000;
const PATIENTS: usize = 2;

pub struct Phone {
    number: usize,
    chance: Chance,
    keys: SoftKeys,
    patient: Option<PatientId>,
    identity: Option<Identity>,
    mark: Sequence,
    head: Hash,
    /// Pushed and not yet answered.
    pub pushed: Option<PushRequest>,
}

impl Phone {
    pub fn new(number: usize, chance: Chance) -> Self {
        let random = chance.clone();
        let keys = SoftKeys::generate([0; 32], move |bytes| random.fill(bytes)).expect("a key");
        Self {
            number,
            chance,
            keys,
            patient: None,
            identity: None,
            mark: Sequence::ZERO,
            head: Hash::ZERO,
            pushed: None,
        }
    }

    /// Whose phone it is, elsewhere.
    pub fn external(&self) -> String {
        format!("patient {}", self.number % PATIENTS)
    }

    /// What it wants next; the same push again if the last was not answered.
    pub fn ask(&mut self) -> Asked {
        let ask = match (self.patient, &self.identity) {
            (None, _) => Ask::Patient(self.external()),
            (Some(patient), None) => {
                let [high, low] = [self.chance.number(), self.chance.number()];
                let random = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
                let device = DeviceId(uuid::Builder::from_random_bytes(random).into_uuid());
                let (code, spki, name) = (String::new(), self.keys.spki(), "a phone".to_owned());
                Ask::Enrol(patient, EnrolRequest { code, device, spki, name, before: None })
            }
            (Some(_), Some(me)) => {
                let device = me.device;
                Ask::Push(device, self.push())
            }
        };
        Asked { phone: self.number, ask }
    }

    pub fn hear(&mut self, answer: Answer) {
        match answer {
            Answer::Patient(patient) => self.patient = Some(patient),
            Answer::Enrolled(answer) => {
                let (device, spki) = (answer.device, self.keys.spki());
                self.head = genesis(answer.patient, device, &spki);
                let (identity, key) = identity(answer, device, spki).expect("a whole answer");
                self.keys = self.keys.with_patient_key(key);
                self.identity = Some(identity);
            }
            Answer::Pushed(_) => self.pushed = None,
            Answer::Failed(why) => panic!("phone {}: {why}", self.number),
        }
    }

    fn push(&mut self) -> PushRequest {
        if self.pushed.is_none() {
            let count = if self.chance.happens(5) { 30 } else { 1 + self.chance.below(5) };
            self.pushed = Some(self.record(count));
        }
        self.pushed.clone().expect("just made")
    }

    /// Records some doses, with the head signed behind them.
    pub fn record(&mut self, count: u64) -> PushRequest {
        let records = (0..count).map(|_| self.dose()).collect();
        let me = self.identity.as_ref().expect("enrolled");
        let message = head_message(me.patient, me.device, self.mark, &self.head);
        let signature = self.sign(&message);
        PushRequest { records, head: SignedHead { sequence: self.mark, link: self.head, signature } }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        block_on(self.keys.sign(message)).expect("signed")
    }

    /// One more dose, linked behind the last.
    fn dose(&mut self) -> Record {
        let me = self.identity.as_ref().expect("enrolled");
        let (patient, device) = (me.patient, me.device);
        let sequence = self.mark.next();
        let now_ms = START_MS + sequence.get() * 1_000;
        let at = chrono::DateTime::from_timestamp_millis(now_ms as i64).expect("a time").fixed_offset();
        let slot = SlotId("morning".to_owned());
        let draft = commands::take(
            TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0000)),
            DoseKey::Planned { date: at.date_naive(), slot, repeat: 0 },
            Amount { value: "1".parse().expect("a decimal"), unit: "{tablet}".to_owned() },
            OccurredAt { at, precision: Precision::Minute },
        );
        let setting = Setting {
            zone: "Europe/Amsterdam".to_owned(),
            actor: Actor { role: Role::Patient, name: None },
            app: "power-loss 1".to_owned(),
            clock: ClockReading { wall: now_ms, monotonic: 0, offset: Some(0) },
        };
        let mut random = [0; 10];
        self.chance.fill(&mut random);
        let id = EventId(uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid());
        let plaintext = draft.plaintext(setting).expect("JSON");
        let body = block_on(self.keys.seal(id, patient, plaintext)).expect("sealed");
        let key = self.keys.key_id();
        let stamp = Stamp { id, patient, device, recorded_at: Hlc::at_ms(now_ms), key };
        let header = header(&draft.event, &stamp, Clear::default(), &body).expect("short enough");
        let link = Link { device, sequence, previous: self.head };
        (self.mark, self.head) = (sequence, link.hash(patient, &event_hash(&header)));
        Record { header, body, link, receipt: None }
    }
}
