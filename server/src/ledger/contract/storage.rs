//! Transactions.
#![allow(missing_docs, reason = "the names say what must hold")]

use super::{Ledger, NOON_MS, World, kinds, sequence};
use crate::{
    error::Error,
    ledger::tables::{QUARANTINE_LIMIT, Room, Span},
};

pub async fn a_job_that_fails_leaves_nothing<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let phone = world.device(patient, 1).await;
    let room = Room { records: 100, bytes: 1 << 20 };
    let all = move |t: &mut dyn crate::ledger::Tables| {
        let events = t.events(patient, Span::After(shared_events::ids::Ordinal::ZERO), room)?;
        Ok((t.patients()?, t.devices(patient)?, t.tail(patient)?, events))
    };
    let before = world.service.ledger.read(all).await.unwrap();
    let failed: Result<(), Error> = world
        .service
        .ledger
        .write(move |t| {
            t.erase(patient, 1)?;
            t.set_revoked(phone.id, 1)?;
            t.set_head(phone.id, sequence(7), &shared_events::ids::Hash::ZERO)?;
            t.set_tail(patient, &crate::ledger::rows::Tail::EMPTY)?;
            Err(Error::Invalid("changed my mind".into()))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(world.service.ledger.read(all).await.unwrap(), before);
    world.verifies().await;
}

pub async fn changes_are_told<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let mut changes = world.service.ledger.changes();
    let patient = world.patient("Marta").await;
    changes.changed().await.unwrap();
    assert!(world.tail(patient).await > 0);
}

pub async fn quarantine_is_bounded<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    for _ in 0..3 {
        let mut records: Vec<_> = (0..400).map(|n| phone.records(NOON_MS + n)).collect();
        records.iter_mut().for_each(|r| r.body[0] ^= 1);
        assert_eq!(kinds(&world.push(&phone, &records).await), ["quarantined"; 400]);
    }
    let kept = world.service.ledger.read(move |t| Ok(t.quarantined(patient)?)).await.unwrap();
    assert_eq!(kept.len(), QUARANTINE_LIMIT as usize);
    assert_eq!(kept.last().map(|q| q.record.link.sequence), Some(sequence(1200)));
}
