//! Patients, invitations, revocation, erasure.
#![allow(missing_docs, reason = "the names say what must hold")]

use futures::future::join_all;
use rivulet_sync::protocol::ProblemKind;

use super::{Ledger, NOON_MS, World, device::Device, refusal};
use crate::{
    keys::erasures::Erasures,
    ledger::rows::Purpose,
    service::{enrol::ATTEMPT_LIMIT, patients::NewPatient},
};

pub async fn one_external_identifier_is_one_patient<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let new = NewPatient {
        name: "Marta".into(),
        zone: "Europe/Amsterdam".into(),
        external: Some("MRN 17".into()),
        purpose: Purpose::Care,
    };
    let all = join_all((0..8).map(|_| world.service.create_patient(new.clone()))).await;
    let mut ids: Vec<_> = all.into_iter().map(|created| created.unwrap().patient()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let other = NewPatient { name: "Jan".into(), ..new.clone() };
    assert_eq!(refusal(world.service.create_patient(other).await), ProblemKind::Conflict);
    let elsewhere = NewPatient { external: Some("MRN 18".into()), ..new };
    assert_ne!(world.service.create_patient(elsewhere).await.unwrap().patient(), ids[0]);
    assert_eq!(world.service.patients().await.unwrap().len(), 2);
    world.verifies().await;
}

pub async fn a_code_is_bound_to_the_first_key<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let (code, phone, thief) = (world.code(patient).await, Device::new(1), Device::new(2));
    let first = world.service.enrol(phone.asks(&code)).await.unwrap();
    let tail = world.tail(patient).await;
    assert_eq!(refusal(world.service.enrol(thief.asks(&code)).await), ProblemKind::CodeUsed);
    // The answer was cut off: the same key gets it again, and nothing more is logged.
    let again = world.service.enrol(phone.asks(&code)).await.unwrap();
    assert_eq!((again.key, again.device, again.patient), (first.key, first.device, first.patient));
    assert_eq!(world.tail(patient).await, tail);
    // The device's id is taken: another code does not move it.
    let other = world.code(patient).await;
    assert_eq!(refusal(world.service.enrol(phone.asks(&other)).await), ProblemKind::Conflict);
    world.verifies().await;
}

pub async fn a_code_expires_and_is_unknown_after_too_many_attempts<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let (phone, thief) = (Device::new(1), Device::new(2));
    let code = world.code(patient).await;
    world.service.enrol(phone.asks(&code)).await.unwrap();
    for _ in 0..ATTEMPT_LIMIT {
        assert_eq!(refusal(world.service.enrol(thief.asks(&code)).await), ProblemKind::CodeUsed);
    }
    assert_eq!(refusal(world.service.enrol(thief.asks(&code)).await), ProblemKind::CodeUnknown);
    for unknown in ["", "AAAAAAAAAAAAAAAAAAAAAA", "no code"] {
        assert_eq!(refusal(world.service.enrol(thief.asks(unknown)).await), ProblemKind::CodeUnknown);
    }
    let late = world.code(patient).await;
    world.clock.advance_ms(3_600_000);
    assert_eq!(refusal(world.service.enrol(thief.asks(&late)).await), ProblemKind::CodeExpired);
    assert_eq!(refusal(world.service.enrol(phone.asks(&code)).await), ProblemKind::CodeExpired);
}

pub async fn a_revoked_device_is_refused_and_the_log_says_so<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let record = phone.records(NOON_MS);
    world.service.revoke(phone.id, Some("lost".into())).await.unwrap();
    let tail = world.tail(patient).await;
    world.service.revoke(phone.id, None).await.unwrap();
    assert_eq!(world.tail(patient).await, tail);
    assert_eq!(refusal(world.service.push(phone.id, phone.pushes(&[record])).await), ProblemKind::Revoked);
    assert_eq!(refusal(world.service.pull(phone.id, None, 10).await), ProblemKind::Revoked);
    assert_eq!(refusal(world.service.place_of(phone.id).await), ProblemKind::Revoked);
    assert_eq!(world.tail(patient).await, tail);
    world.verifies().await;
}

pub async fn an_erased_patient_is_gone_and_the_log_still_verifies<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let (patient, other) = (world.patient("Marta").await, world.patient("Jan").await);
    let (mut phone, mut tablet) = (world.device(patient, 1).await, world.device(other, 2).await);
    let records: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    let mut sent = records.clone();
    sent[1].body[20] ^= 1;
    world.push(&phone, &sent).await;
    let code = world.code(patient).await;
    let folder = tempdir();
    let registry = Erasures::at(folder.join("erasures.jsonl"));
    world.service.erase(patient, &registry).await.unwrap();
    let (next, theirs) = (phone.records(NOON_MS + 9), tablet.records(NOON_MS + 9));
    assert_eq!(refusal(world.service.push(phone.id, phone.pushes(&[next])).await), ProblemKind::Erased);
    assert_eq!(refusal(world.service.pull(phone.id, None, 10).await), ProblemKind::Erased);
    assert_eq!(refusal(world.service.enrol(Device::new(3).asks(&code)).await), ProblemKind::CodeUnknown);
    assert!(world.service.keys.keys(patient).is_err());
    let (event, kept) = world
        .service
        .ledger
        .read(move |t| Ok((t.event_of(phone.id, super::sequence(1))?, t.quarantined(patient)?)))
        .await
        .unwrap();
    assert_eq!((event.unwrap().body, kept.len()), (None, 0));
    world.verifies().await;
    world.push(&tablet, &[theirs]).await;
    // Applied again, as at every start.
    world.service.apply_erasures(&registry).await.unwrap();
    assert_eq!(registry.all().unwrap().len(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}

/// A folder of this test alone.
fn tempdir() -> std::path::PathBuf {
    let unique = crate::entropy::uuid_v4(&crate::entropy::SystemEntropy).unwrap();
    let folder = std::env::temp_dir().join(format!("rivulet-contract-{unique}"));
    std::fs::create_dir(&folder).unwrap();
    folder
}
