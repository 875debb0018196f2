//! Pulling.
#![allow(missing_docs, reason = "the names say what must hold")]

use rivulet_sync::protocol::{Cursor, ProblemKind};
use shared_events::{
    ids::{Generation, Hash, LogId, Ordinal},
    record::{Class, Header},
};

use super::{Ledger, NOON_MS, World, device::Device, pull_all, refusal};

/// Alternating standing events and occurrences.
async fn history<L: Ledger>(world: &World<L>, phone: &mut Device, count: u64) {
    let mut records = Vec::new();
    for n in 0..count {
        let class = if n % 3 == 0 { Class::Standing } else { Class::Occurrence };
        let (header, body) = phone.event("MoodNoted", class, NOON_MS + n);
        records.push(phone.link(&header.write().unwrap(), body));
    }
    world.push(phone, &records).await;
}

pub async fn a_fresh_device_gets_standing_events_first_and_everything_once<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    history(&world, &mut phone, 20).await;
    let tail = world.tail(patient).await;
    for limit in [1, 3, 1000] {
        let (records, cursor) = pull_all(&world, &phone, limit).await;
        let ordinals: Vec<_> = records.iter().map(|r| r.receipt.unwrap().ordinal.get()).collect();
        let class = |r: &shared_events::record::Record| Header::parse(&r.header).unwrap().class;
        let standing = records.iter().take_while(|r| class(r) == Class::Standing).count();
        assert!(records[standing..].iter().all(|r| class(r) == Class::Occurrence));
        assert!(ordinals[..standing].is_sorted() && ordinals[standing..].is_sorted_by(|a, b| a > b));
        let mut all = ordinals.clone();
        all.sort_unstable();
        assert_eq!(all, (1..=tail).collect::<Vec<_>>());
        assert_eq!((cursor.base.get(), cursor.through.get(), cursor.low), (tail, tail, Ordinal::ZERO));
    }
}

pub async fn what_comes_while_pulling_is_not_missed<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    history(&world, &mut phone, 9).await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    for round in 0..60 {
        let page = world.service.pull(phone.id, cursor, 2).await.unwrap();
        // What is new comes before the past, so there must be an end to it.
        if round < 10 {
            history(&world, &mut phone, 1 + round % 3).await;
        }
        seen.extend(page.records.iter().map(|r| r.receipt.unwrap().ordinal.get()));
        cursor = Some(page.cursor);
        if page.cursor.is_whole() && page.cursor.through.get() == world.tail(patient).await {
            break;
        }
    }
    let (count, tail) = (seen.len(), world.tail(patient).await);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), count), (usize::try_from(tail).unwrap(), seen.len()));
}

pub async fn a_log_that_begins_a_later_life_refuses_cursors_of_the_one_before<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    history(&world, &mut phone, 5).await;
    let (records, before) = pull_all(&world, &phone, 1000).await;
    let identity = world.service.ledger.begin_later_life().await.unwrap();
    assert_eq!(identity, world.service.ledger.identity());
    assert_eq!((identity.log, identity.generation.get()), (before.log, before.generation.get() + 1));
    assert_eq!(refusal(world.service.pull(phone.id, Some(before), 10).await), ProblemKind::Diverged);
    let (again, now) = pull_all(&world, &phone, 1000).await;
    assert_eq!(again, records, "nothing else has changed");
    assert!(now.is_of_later_life(&before) && !before.is_of_later_life(&now));
}

pub async fn a_cursor_of_another_log_is_refused<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    history(&world, &mut phone, 5).await;
    let (_, good) = pull_all(&world, &phone, 1000).await;
    let ahead = Ordinal::new(good.through.get() + 1).unwrap();
    for cursor in [
        Cursor { stream: Hash::ZERO, ..good },
        Cursor { log: LogId(uuid::Uuid::nil()), ..good },
        Cursor { generation: Generation::new(99).unwrap(), ..good },
        Cursor { through: ahead, ..good },
    ] {
        assert_eq!(refusal(world.service.pull(phone.id, Some(cursor), 10).await), ProblemKind::Diverged);
    }
    let impossible = Cursor { low: ahead, ..good };
    assert_eq!(refusal(world.service.pull(phone.id, Some(impossible), 10).await), ProblemKind::Malformed);
    assert!(world.service.pull(phone.id, Some(good), 10).await.unwrap().records.is_empty());
}
