//! The real server over its ledger in memory, without sockets: the same service, signatures checked the same way.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use futures::executor::block_on;
use rivulet_server::{
    clock::ManualClock,
    entropy::SeededEntropy,
    error::Error,
    keys::{KeyStore, memory::MemoryKeys},
    ledger::{Identity as LogIdentity, effects::Fate, memory::MemoryLedger, rows::Purpose},
    service::{Service, carry::Carrier, enrol::Invitee, patients::NewPatient, react::Reactor},
};
use rivulet_sync::{
    enrol::identity,
    memory::SoftKeys,
    platform::{Request, Response},
    protocol::{BATCH_RECORDS, CareTeam, Cursor, EnrolRequest, LiveAnswer, Problem, ProblemKind, path},
    signature::{Target, read},
    store::Identity,
};
use serde::Serialize;
use serde_json::json;
use shared_events::{
    amount::Amount,
    content::Role,
    effects::Kind,
    events::{Event, TaskAssigned, TreatmentChanged, TreatmentStopped},
    ids::{DeviceId, Generation, Hash, LogId, Ordinal, PatientId, Sequence},
    record::{self, Header, Record, event_hash, genesis, signature_holds, stream_hash},
    replay::{Rules, replay},
    sorted::SortedMap,
    state::{Opened, State},
};
use uuid::Uuid;

use crate::{
    story::{task, treatment, when},
    world::{START_MS, World},
};

pub const AUTHORITY: &str = "rivulet.test";

type SendBack = Box<dyn FnOnce(Response)>;

pub struct Server {
    service: Service<MemoryLedger>,
    clock: Arc<ManualClock>,
    keys: Arc<MemoryKeys>,
    pub patient: PatientId,
    auditor: DeviceId,
    nonces: RefCell<BTreeSet<(DeviceId, String)>>,
    waiting: RefCell<Vec<(DeviceId, Ordinal, SendBack)>>,
    reactor: RefCell<Reactor>,
    /// Records of a page at most; small pages make more places to die in.
    pub page: std::cell::Cell<usize>,
}

impl Server {
    pub fn new(world: &Rc<World>) -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.set_ms(START_MS);
        let keys = Arc::new(MemoryKeys::default());
        let identity =
            LogIdentity { log: LogId(Uuid::from_u128(1)), generation: Generation::new(1).expect("small") };
        let service = Service {
            ledger: MemoryLedger::new(identity),
            keys: Arc::clone(&keys) as Arc<dyn KeyStore>,
            clock: Arc::clone(&clock) as Arc<_>,
            entropy: Arc::new(SeededEntropy::new(world.chance.number())),
            care_team: CareTeam { name: "the day unit".into(), phone: None },
        };
        let new = NewPatient {
            name: "Marta".into(),
            zone: "Europe/Amsterdam".into(),
            external: None,
            purpose: Purpose::Care,
        };
        let patient = block_on(service.create_patient(new)).expect("a new patient").patient();
        let mut server = Self {
            service,
            clock,
            keys,
            patient,
            auditor: DeviceId(Uuid::nil()),
            nonces: RefCell::default(),
            waiting: RefCell::default(),
            reactor: RefCell::default(),
            page: std::cell::Cell::new(BATCH_RECORDS),
        };
        server.auditor = server.enrol(world).0.device;
        server.say(&[0, 1, 2].map(prescription));
        server
    }

    /// Enrols one more phone of the patient.
    pub fn enrol(&self, world: &Rc<World>) -> (Identity, SoftKeys) {
        let chance = world.chance.clone();
        let keys = SoftKeys::generate([0; 32], move |bytes| chance.fill(bytes)).expect("a key");
        let device = DeviceId(Uuid::from_u128(u128::from(world.chance.number()) << 64 | 4 << 76 | 2 << 62));
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 60_000 };
        let code = block_on(self.service.invite(self.patient, invitee)).expect("an invitation");
        let request = EnrolRequest { code, device, spki: keys.spki(), name: "a phone".into(), before: None };
        let answer = block_on(self.service.enrol(request)).expect("enrolled");
        let (identity, key) = identity(answer, device, keys.spki()).expect("a whole answer");
        (identity, keys.with_patient_key(key))
    }

    pub fn handle(self: &Rc<Self>, world: &Rc<World>, request: Request, send_back: SendBack) {
        self.clock.set_ms(world.now_ms());
        match self.authenticate(&request) {
            Err(error) => send_back(refusal(error)),
            Ok(device) if request.path == path::LIVE => self.wait(world, device, &request.query, send_back),
            Ok(device) => {
                send_back(self.answer(device, &request));
                self.wake();
            }
        }
    }

    fn authenticate(&self, request: &Request) -> Result<DeviceId, Error> {
        let Request { method, path, query, body, headers, .. } = request;
        let target = Target { method, authority: AUTHORITY, path, query };
        let claimed =
            read(target, body, headers).map_err(|e| Error::refused(ProblemKind::Signature, e.to_string()))?;
        let device = claimed.params.device;
        let known = block_on(self.service.known(device))?;
        if !signature_holds(&known.device.spki, &claimed.base, &claimed.signature) {
            return Err(Error::refused(ProblemKind::Signature, "sign again"));
        }
        if !self.nonces.borrow_mut().insert((device, claimed.params.nonce)) {
            return Err(Error::refused(ProblemKind::Replayed, "sign anew"));
        }
        Ok(device)
    }

    fn answer(&self, device: DeviceId, request: &Request) -> Response {
        match request.path {
            path::PUSH => match serde_json::from_slice(&request.body) {
                Ok(push) => respond(block_on(self.service.push(device, push))),
                Err(e) => refusal(Error::refused(ProblemKind::Malformed, e.to_string())),
            },
            _ => {
                let cursor = cursor(&request.query);
                respond(block_on(self.service.pull(device, cursor, self.page.get())))
            }
        }
    }

    fn wait(self: &Rc<Self>, world: &Rc<World>, device: DeviceId, query: &str, send_back: SendBack) {
        let through = value(query, "through").and_then(|n| n.parse().ok()).and_then(Ordinal::new);
        let wait_s: u64 = value(query, "wait").and_then(|n| n.parse().ok()).unwrap_or(0);
        let through = through.unwrap_or_default();
        if self.tail() > through {
            return send_back(self.live(device));
        }
        self.waiting.borrow_mut().push((device, through, send_back));
        let server = Rc::clone(self);
        world.after(wait_s * 1_000, move || {
            let waiting: Vec<_> = {
                let mut waiting = server.waiting.borrow_mut();
                waiting.extract_if(.., |(d, t, _)| *d == device && *t == through).collect()
            };
            for (device, _, send_back) in waiting {
                send_back(server.live(device));
            }
        });
    }

    fn wake(&self) {
        let tail = self.tail();
        let woken: Vec<_> = self.waiting.borrow_mut().extract_if(.., |(_, t, _)| tail > *t).collect();
        for (device, _, send_back) in woken {
            send_back(self.live(device));
        }
    }

    fn live(&self, device: DeviceId) -> Response {
        respond(block_on(self.service.place_of(device)).map(|place| LiveAnswer { place }))
    }

    pub fn say(&self, events: &[Event]) {
        block_on(self.service.say_events(self.patient, events)).expect("the care team may speak");
    }

    /// The care team changes something.
    pub fn care_team_speaks(self: &Rc<Self>, world: &Rc<World>) {
        self.clock.set_ms(world.now_ms());
        let number = world.chance.below(3);
        let from = when(world.now_ms()).at;
        let event = if world.chance.happens(30) {
            let amount = Amount { value: "3".parse().expect("a decimal"), unit: "{tablet}".to_owned() };
            Event::TreatmentChanged(TreatmentChanged {
                treatment: treatment(number),
                from,
                dose: Some(amount),
                instructions: None,
                rule: None,
                medicine: None,
                reason: None,
                after: SortedMap::default(),
            })
        } else if world.chance.happens(50) {
            let title = "Weigh yourself".to_owned();
            Event::TaskAssigned(TaskAssigned {
                task: task(number),
                title,
                hint: None,
                date: None,
                icon: None,
            })
        } else {
            Event::TreatmentStopped(TreatmentStopped { treatment: treatment(number), from, reason: None })
        };
        self.say(&[event]);
        self.wake();
    }

    /// Reacts to what came into the log, and carries it out; now and then by a process that has just begun.
    pub fn works(&self, world: &Rc<World>) {
        self.clock.set_ms(world.now_ms());
        if world.chance.happens(30) {
            self.reactor.take();
        }
        let mut reactor = self.reactor.borrow_mut();
        block_on(reactor.pass(&self.service)).expect("the log is read");
        if world.chance.happens(70) {
            block_on(Carrier::default().pass(&self.service)).expect("tasks are assigned");
        }
        self.wake();
    }

    /// Every effect that the log asks for is kept, once and no other; each task is assigned once.
    pub fn verify_effects(&self, world: &Rc<World>) {
        self.works(world);
        let kept = block_on(self.service.effects(self.patient)).expect("effects");
        let told = replay(self.opened(), None, Rules::OfTheirDay).effects;
        let asked: BTreeMap<_, _> = told.iter().map(|effect| (effect.id, effect.caused_by)).collect();
        let found: BTreeMap<_, _> = kept.iter().map(|effect| (effect.effect, effect.event)).collect();
        assert_eq!(found, asked, "what is kept is not what the log leads to");
        let state = self.state();
        let caused = |id| state.entries().filter(|entry| entry.content.caused_by == Some(id)).count();
        for task in kept.iter().filter(|effect| effect.kind == Kind::AssignTask) {
            let expected = usize::from(task.fate == Fate::Done);
            assert_eq!(caused(task.event), expected, "a task is assigned once, when it is said to be");
        }
    }

    pub fn tail(&self) -> Ordinal {
        block_on(self.service.place_of(self.auditor)).expect("the auditor may ask").tail
    }

    /// The whole stream, in its order.
    pub fn log(&self) -> Vec<Record> {
        let mut cursor: Option<Cursor> = None;
        let mut records = BTreeMap::new();
        loop {
            let page = block_on(self.service.pull(self.auditor, cursor, BATCH_RECORDS)).expect("a page");
            let add = |r: Record| (r.receipt.expect("logged").ordinal, r);
            records.extend(page.records.into_iter().map(add));
            if page.cursor.is_whole() && page.cursor.through == page.place.tail {
                return records.into_values().collect();
            }
            cursor = Some(page.cursor);
        }
    }

    /// The state as folded from the log alone.
    pub fn state(&self) -> State {
        let mut state = State::default();
        for opened in self.opened() {
            state.apply(opened);
        }
        state
    }

    fn opened(&self) -> Vec<Opened> {
        let keys = self.keys.keys(self.patient).expect("a key");
        let bytes = keys.to_bytes();
        let key: &[u8; 32] = bytes[..32].try_into().expect("the patient's key comes first");
        let open = |record: Record| {
            let header = Header::parse(&record.header).expect("logged");
            let content = record::open(key, header.id, self.patient, &record.body).ok();
            let content = content.and_then(|bytes| String::from_utf8(bytes).ok());
            let Record { header, link, receipt, .. } = record;
            Opened { header, content, link, receipt }
        };
        self.log().into_iter().map(open).collect()
    }

    /// Ordinals without a gap, every stream hash, every device's chain from its genesis.
    pub fn verify(&self) {
        let mut stream = Hash::ZERO;
        let mut heads: BTreeMap<DeviceId, (Sequence, Hash)> = BTreeMap::new();
        for (n, record) in (1_u64..).zip(self.log()) {
            let receipt = record.receipt.expect("logged");
            let header = Header::parse(&record.header).expect("logged");
            assert_eq!(receipt.ordinal.get(), n, "a gap in the stream");
            if let Some(enrols) = &header.enrols {
                let start = genesis(self.patient, enrols.device, &enrols.spki);
                heads.entry(enrols.device).or_insert((Sequence::ZERO, start));
            }
            let (last, previous) = heads[&record.link.device];
            assert_eq!(
                (record.link.sequence, record.link.previous),
                (last.next(), previous),
                "a chain is broken"
            );
            let link = record.link.hash(self.patient, &event_hash(&record.header));
            heads.insert(record.link.device, (last.next(), link));
            if let Some(fills) = header.fills {
                heads.insert(fills.device, (fills.sequence, fills.link));
            }
            stream = stream_hash(self.patient, &stream, &link, &receipt);
            assert_eq!(stream, receipt.stream, "a stream hash is wrong");
        }
    }
}

fn prescription(number: u64) -> Event {
    let plan = json!({
        "treatment": treatment(number), "medicine": { "name": "Apixaban", "form": "tablet" },
        "dose": { "value": "1", "unit": "{tablet}" },
        "schedule": { "start": "2026-11-01", "clock": "floating", "rule": { "times": { "slots": {
            "morning": { "at": "08:00" }, "noon": { "at": "12:00" }, "evening": { "at": "20:00" },
        } } } },
    });
    Event::TreatmentPrescribed(serde_json::from_value(plan).expect("a plan"))
}

fn respond<T: Serialize>(result: Result<T, Error>) -> Response {
    match result {
        Ok(answer) => Response { status: 200, body: serde_json::to_vec(&answer).expect("JSON") },
        Err(error) => refusal(error),
    }
}

fn refusal(error: Error) -> Response {
    let problem: Problem = error.into_problem();
    Response { status: problem.status, body: serde_json::to_vec(&problem).expect("JSON") }
}

fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn cursor(query: &str) -> Option<Cursor> {
    let pairs: serde_json::Map<String, serde_json::Value> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            let number = value.parse::<u64>().map(Into::into);
            (name.to_owned(), number.unwrap_or_else(|_| value.into()))
        })
        .collect();
    serde_json::from_value(pairs.into()).ok()
}
