//! A fresh phone with a long history: what it holds at any moment is what it says it holds.

use std::{cell::Cell, rc::Rc};

use rivulet_sync::engine::{Leadership, Network as Belief};
use shared_events::{
    commands,
    plan::{DoseKey, SlotId},
    views::coverage::Covered,
};

use crate::{
    network::{Network, Weather},
    server::Server,
    story::{Cast, enrol, treatment, when},
    world::World,
};

const EVENTS: usize = 300;
const PAGE: usize = 20;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

pub fn fetch_with_kills() {
    // However long the phone lives at a time, it comes to the same end.
    for growth_ms in [1, 3, 7, 20, 60] {
        fetch(growth_ms);
    }
}

fn fetch(life_ms: u64) {
    let world = World::new(life_ms);
    let server = Rc::new(Server::new(&world));
    let network = Rc::new(Network { world: Rc::clone(&world), server, weather: Cell::new(Weather::CALM) });
    let cast = Cast {
        world: Rc::clone(&world),
        network: Rc::clone(&network),
        phones: Vec::new(),
        wires: Vec::new(),
    };
    write_history(&cast);
    network.server.page.set(PAGE);
    let fresh = enrol(&cast, 0, 1).remove(0);
    let whole = network.server.state();
    let mut covered_before = false;
    for life in 0_u64.. {
        assert!(life < 5_000, "the pull never ends");
        fresh.lead(Leadership::Leader);
        // Each life is a little longer than the last, so that some end before anything was done, and one succeeds.
        world.run_until(life_ms * life + 20, || fresh.is_quiet());
        if let Some(device) = fresh.device.borrow().as_ref() {
            let coverage = device.coverage();
            for days_ago in 0..20 {
                let start = when(world.now_ms() - days_ago * DAY_MS).at.to_utc();
                let covered = coverage.covers_day(start) == Covered::Covered;
                covered_before |= covered && !device.is_quiet();
                device.with_state(|state| {
                    let since_ms = start.timestamp_millis() as u64 - DAY_MS;
                    let received = |ms: Option<u64>| ms.is_some_and(|ms| ms >= since_ms);
                    let missing = whole.entries().any(|entry| {
                        received(entry.receipt.map(|r| r.received_ms)) && state.entry(entry.id()).is_none()
                    });
                    assert!(!covered || !missing, "a day is called covered that is not");
                });
            }
        }
        if fresh.is_quiet() {
            break;
        }
        fresh.kill();
        fresh.open();
    }
    assert!(covered_before, "no day was covered before all were: the newest must come first");
    let device = fresh.device.borrow();
    assert_eq!(device.as_ref().expect("open").with_state(|s| s.hash()), network.server.state().hash());
}

/// Another phone logs a dose every few hours, and sends it.
fn write_history(cast: &Cast) {
    let author = enrol(cast, 0, 1).remove(0);
    author.lead(Leadership::Leader);
    for n in 0..EVENTS {
        let when = when(cast.world.now_ms());
        let slot = SlotId("morning".to_owned());
        let dose = DoseKey::Planned { date: when.at.date_naive(), slot, repeat: 0 };
        let amount = serde_json::from_str(r#"{"value":"1","unit":"{tablet}"}"#).expect("an amount");
        author.believe(Belief::Online);
        author.record(vec![commands::take(treatment(n as u64 % 3), dose, amount, when)]);
        let sent = || author.is_quiet();
        cast.world.run_until(1_000, || false);
        assert!(cast.world.run_until(DAY_MS / 24, sent), "the history is not written");
        author.believe(Belief::Offline);
        cast.world.run_until(DAY_MS / 12, || false);
        if n % 25 == 0 {
            cast.network.server.care_team_speaks(&cast.world);
        }
    }
    author.kill();
}
