//! One world from its seed: people log, phones die, tabs multiply, the network storms; then it quiets.

use std::{cell::Cell, collections::BTreeMap, rc::Rc};

use chrono::{DateTime, Days, FixedOffset};
use rivulet_sync::{
    engine::{Leadership, Network as Belief},
    memory::MemoryStore,
};
use shared_events::{
    commands,
    content::{OccurredAt, Precision, TaskId, TreatmentId},
    draft::Draft,
    ids::{EventId, Hash},
    plan::{DoseKey, SlotId},
    record::Header,
};
use uuid::Uuid;

use crate::{
    device::{Body, Tab},
    network::{Network, Weather, Wire},
    server::Server,
    world::World,
};

const ACTIONS: u64 = 70;
const STORY_MS: u64 = 12 * 60 * 1_000;
const QUIET_LIMIT_MS: u64 = 6 * 60 * 60 * 1_000;
/// Wall clocks: right, in 2099, in 1999.
const SKEWS_MS: [i64; 3] = [0, 2_280_000_000_000, -840_000_000_000];

pub struct Cast {
    pub world: Rc<World>,
    pub network: Rc<Network>,
    pub phones: Vec<Vec<Rc<Tab>>>,
    pub wires: Vec<Wire>,
}

pub fn treatment(n: u64) -> TreatmentId {
    TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0000 + u128::from(n)))
}

pub fn task(n: u64) -> TaskId {
    TaskId(Uuid::from_u128(0x7100_0000_0000_4000_8000_0000_0000_0000 + u128::from(n)))
}

/// Tells the story of a seed; its end is a hash.
pub fn tell(seed: u64) -> Hash {
    let cast = set_the_stage(seed);
    let world = Rc::clone(&cast.world);
    for _ in 0..ACTIONS {
        let cast = cast.share();
        world.after(world.chance.below(STORY_MS), move || act(&cast));
    }
    world.run_until(STORY_MS, || false);
    calm(&cast);
    // Printed by a test that fails: what to replay.
    println!("seed {seed}");
    let quiet = world.run_until(QUIET_LIMIT_MS, || all_quiet(&cast));
    assert!(quiet, "seed {seed}: it does not become quiet: {}", describe(&cast));
    judge(seed, &cast)
}

impl Cast {
    fn share(&self) -> Self {
        Self {
            world: Rc::clone(&self.world),
            network: Rc::clone(&self.network),
            phones: self.phones.clone(),
            wires: self.wires.clone(),
        }
    }
}

fn set_the_stage(seed: u64) -> Cast {
    let world = World::new(seed);
    let server = Rc::new(Server::new(&world));
    let network = Rc::new(Network { world: Rc::clone(&world), server, weather: Cell::new(Weather::STORM) });
    let mut cast = Cast { world: Rc::clone(&world), network, phones: Vec::new(), wires: Vec::new() };
    for (number, skew_ms) in SKEWS_MS.into_iter().enumerate() {
        let tabs = if number == 0 { 2 } else { 1 };
        let phone = enrol(&cast, skew_ms, tabs);
        cast.phones.push(phone);
    }
    cast
}

/// A phone with some tabs, all open.
pub fn enrol(cast: &Cast, skew_ms: i64, tabs: usize) -> Vec<Rc<Tab>> {
    let world = &cast.world;
    let wire = Wire { network: Rc::clone(&cast.network), is_up: Rc::new(Cell::new(true)) };
    let (identity, keys) = cast.network.server.enrol(world);
    let body = Body {
        world: Rc::clone(world),
        wire: wire.clone(),
        keys,
        identity,
        skew_ms,
        rows: MemoryStore::default(),
    };
    let tabs = body.tabs(tabs);
    tabs.iter().for_each(Tab::open);
    tabs
}

fn act(cast: &Cast) {
    let chance = &cast.world.chance;
    let phone = &cast.phones[chance.below(cast.phones.len() as u64) as usize];
    let tab = &phone[chance.below(phone.len() as u64) as usize];
    match chance.below(100) {
        0..60 => {
            let drafts = (0..=chance.below(3)).map(|_| draft(cast, tab)).collect();
            tab.record(drafts);
        }
        60..75 => {
            tab.kill();
            let tab = Rc::clone(tab);
            cast.world.after(chance.below(60_000), move || {
                tab.kill();
                tab.open();
            });
        }
        75..85 => {
            let belief = if chance.happens(50) { Belief::Online } else { Belief::Offline };
            phone.iter().for_each(|tab| tab.believe(belief));
        }
        85..88 => cast.network.server.works(&cast.world),
        88..90 => elect(phone, chance.below(phone.len() as u64) as usize),
        90..95 => cast.network.server.care_team_speaks(&cast.world),
        _ => {
            let weather = if chance.happens(50) { Weather::STORM } else { Weather::CALM };
            cast.network.weather.set(weather);
        }
    }
}

/// Two tabs may believe that they lead for a while: the lock of the dead one is not seen at once.
fn elect(phone: &[Rc<Tab>], leader: usize) {
    for (number, tab) in phone.iter().enumerate() {
        tab.lead(if number == leader { Leadership::Leader } else { Leadership::Follower });
    }
}

fn draft(cast: &Cast, tab: &Tab) -> Draft {
    let chance = &cast.world.chance;
    let when = when(cast.world.now_ms());
    let known: Option<EventId> = {
        let device = tab.device.borrow();
        device.as_ref().and_then(|device| {
            device.with_state(|state| {
                let count = state.entries().count() as u64;
                state.entries().nth(chance.below(count) as usize).map(|entry| entry.id())
            })
        })
    };
    // Some are logged late, of months that opening does not read.
    let days_ago = [0, 0, 0, 0, 40, 75, 200][chance.below(7) as usize];
    let dose = DoseKey::Planned {
        date: when.at.date_naive() - Days::new(days_ago),
        slot: SlotId(["morning", "noon", "evening"][chance.below(3) as usize].to_owned()),
        repeat: 0,
    };
    let number = chance.below(3);
    match (chance.below(10), known) {
        (0..5, _) => {
            let amount = shared_events::amount::Amount {
                value: ["1", "2", "0.5"][chance.below(3) as usize].parse().expect("a decimal"),
                unit: "{tablet}".to_owned(),
            };
            commands::take(treatment(number), dose, amount, when)
        }
        (5, _) => commands::skip(treatment(number), dose, None, Some("felt sick".to_owned()), when),
        (6 | 7, _) => commands::complete_task(task(number), None, when),
        (8, _) => commands::reopen_task(task(number), when),
        (_, Some(id)) => {
            let device = tab.device.borrow();
            let device = device.as_ref().expect("it knew an event");
            device.with_state(|state| commands::retract(state.entry(id).expect("known"), None, when))
        }
        (_, None) => commands::complete_task(task(number), None, when),
    }
}

pub fn when(ms: u64) -> OccurredAt {
    let at = DateTime::from_timestamp_millis(ms as i64).expect("a time");
    let zone = FixedOffset::east_opt(3_600).expect("an offset");
    OccurredAt { at: at.with_timezone(&zone), precision: Precision::Minute }
}

fn calm(cast: &Cast) {
    cast.network.weather.set(Weather::CALM);
    for phone in &cast.phones {
        for tab in phone {
            if tab.device.borrow().is_none() {
                tab.kill();
                tab.open();
            }
        }
    }
    let phones = cast.phones.clone();
    cast.world.after(1_000, move || {
        for phone in &phones {
            elect(phone, 0);
            phone.iter().for_each(|tab| tab.believe(Belief::Online));
        }
    });
}

fn all_quiet(cast: &Cast) -> bool {
    let tail = cast.network.server.tail();
    let at_tail = |tab: &Rc<Tab>| tab.cursor().is_some_and(|cursor| cursor.through == tail);
    cast.phones.iter().flatten().all(|tab| tab.is_quiet() && at_tail(tab))
}

fn describe(cast: &Cast) -> String {
    let tabs = cast.phones.iter().flatten().map(|tab| {
        let status = tab.device.borrow().as_ref().map(|device| device.status());
        format!("{:?} {:?}", tab.cursor(), status)
    });
    format!("tail {}\n{}", cast.network.server.tail(), tabs.collect::<Vec<_>>().join("\n"))
}

fn judge(seed: u64, cast: &Cast) -> Hash {
    let server = &cast.network.server;
    server.verify();
    let mut times: BTreeMap<EventId, usize> = BTreeMap::new();
    for record in server.log() {
        *times.entry(Header::parse(&record.header).expect("logged").id).or_default() += 1;
    }
    assert!(times.values().all(|n| *n == 1), "seed {seed}: an event is in the log twice");
    for phone in &cast.phones {
        for id in phone[0].saved.borrow().iter() {
            assert!(times.contains_key(id), "seed {seed}: {id} was said to be saved and is not in the log");
        }
    }
    let whole = server.state().hash();
    for tab in cast.phones.iter().flatten() {
        let device = tab.device.borrow();
        let hash = device.as_ref().expect("open").with_state(|state| state.hash());
        assert_eq!(hash, whole, "seed {seed}: a phone sees another record");
    }
    server.verify_effects(&cast.world);
    whole
}
