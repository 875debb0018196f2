//! A data folder over its life: first start, restart, several processes, erasure and restore.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use futures::future::join_all;
use rivulet_server::{
    clock::ManualClock,
    demo,
    ledger::{Ledger as _, contract::NOON_MS, rows::Purpose},
    service::{
        open::{Data, Opened, open},
        patients::NewPatient,
    },
};
use rivulet_sync::protocol::CareTeam;

async fn opened(folder: &Path) -> Opened {
    let unit = CareTeam { name: "the day unit".into(), phone: None };
    open(&Data::at(folder), Arc::new(ManualClock::at_ms(NOON_MS)), unit).await.unwrap()
}

fn marta() -> NewPatient {
    NewPatient {
        name: "Marta".into(),
        zone: "Europe/Amsterdam".into(),
        external: Some("MRN 17".into()),
        purpose: Purpose::Care,
    }
}

#[tokio::test]
async fn the_operators_key_is_made_once_for_its_owner_only_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let made = opened(folder.path()).await.made.unwrap();
    assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(opened(folder.path()).await.made.is_none());
    fs::remove_file(&made).unwrap();
    let unit = CareTeam { name: String::new(), phone: None };
    let clock = Arc::new(ManualClock::at_ms(NOON_MS));
    let Err(error) = open(&Data::at(folder.path()), clock, unit).await else { panic!("it opened") };
    assert!(error.to_string().contains("restore it"), "{error}");
    assert!(!made.exists());
}

#[tokio::test]
async fn several_processes_that_create_one_patient_at_once_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (opened(folder.path()).await, opened(folder.path()).await);
    let all = [&one, &two, &one, &two, &one, &two].map(|o| o.service.create_patient(marta()));
    let mut ids: Vec<_> = join_all(all).await.into_iter().map(|c| c.unwrap().patient()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(two.service.patients().await.unwrap().len(), 1);
    assert!(one.service.verify(None).await.unwrap().holds);
}

#[tokio::test]
async fn the_demo_patient_is_kept_by_the_second_start() {
    let folder = tempfile::tempdir().unwrap();
    let first = {
        let opened = opened(folder.path()).await;
        let patient = demo::patient(&opened.service, "Europe/Amsterdam").await.unwrap();
        let tail = opened.service.ledger.read(move |t| Ok(t.tail(patient)?)).await.unwrap();
        (patient, tail)
    };
    let opened = opened(folder.path()).await;
    let patient = demo::patient(&opened.service, "America/New_York").await.unwrap();
    assert!(opened.service.verify(None).await.unwrap().holds, "what her older phone logged, too");
    let tail = opened.service.ledger.read(move |t| Ok(t.tail(patient)?)).await.unwrap();
    assert_eq!((patient, tail), first);
}

#[tokio::test]
async fn an_erasure_holds_after_a_restore_of_log_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let data = Data::at(folder.path());
    let backup = folder.path().join("backup.sqlite");
    let (keys, patient) = {
        let opened = opened(folder.path()).await;
        let patient = opened.service.create_patient(marta()).await.unwrap().patient();
        rusqlite::Connection::open(data.log())
            .unwrap()
            .execute("VACUUM INTO ?1", [backup.to_str().unwrap()])
            .unwrap();
        let keys = fs::read(data.keys()).unwrap();
        opened.service.erase(patient, &opened.erasures).await.unwrap();
        (keys, patient)
    };
    // No page of the keys' file holds the wrapped key any more.
    let wrapped: Vec<u8> = {
        let before = folder.path().join("keys-before.sqlite");
        fs::write(&before, &keys).unwrap();
        let before = rusqlite::Connection::open(before).unwrap();
        before.query_row("SELECT wrapped FROM keys", [], |row| row.get(0)).unwrap()
    };
    let now = fs::read(data.keys()).unwrap();
    assert!(!now.windows(wrapped.len()).any(|w| w == wrapped));
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", data.log().display()));
    }
    fs::copy(&backup, data.log()).unwrap();
    fs::write(data.keys(), &keys).unwrap();
    let opened = opened(folder.path()).await;
    assert!(opened.service.keys.keys(patient).is_err());
    assert!(opened.service.patient(patient).await.is_err());
    let event = opened
        .service
        .ledger
        .read(move |t| Ok(t.event_at(patient, shared_events::ids::Ordinal::ZERO.next())?));
    assert_eq!(event.await.unwrap().unwrap().body, None);
    assert!(opened.service.verify(None).await.unwrap().holds);
}
