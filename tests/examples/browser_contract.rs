//! What a real browser is needed to check, as functions that `tests/browser/specs/contract.spec.mjs` calls.
//!
//! Only a browser can run it; elsewhere there is nothing to build.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test: what fails shows in the page's console")]

use std::{cell::Cell, rc::Rc};

use js_sys::Uint8Array;
use rivulet_sync::{
    browser::{
        connection::{Connection, Notice, OnNotice},
        enrolment::{EnrolmentError, PendingEnrolment},
        hints::Hints,
        keys::{PatientKey, SigningKey, WebKeys},
        profile::{Profile, Storage},
        store::IndexedDbStore,
        tabs::{Election, Leadership},
        transport::FetchTransport,
    },
    contract::every_store_must,
    memory::SoftKeys,
    platform::{Keys, Request, Transport as _},
    protocol::{CareTeam, Cursor},
    signature::{Params, Target, Unsigned},
    store::{Added, Identity, Progress, Store as _, StoreError},
};
use shared_events::{
    content::Role,
    ids::{DeviceId, EventId, Generation, Hash, LogId, Ordinal, PatientId, Sequence},
    record::{self, Link, Record},
};
use uuid::Uuid;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const PATIENT: PatientId = PatientId(Uuid::from_u128(2));
const EVENT: EventId = EventId(Uuid::from_u128(3));
const PATIENT_KEY: [u8; 32] = [7; 32];

type Answer<T> = Result<T, JsValue>;

fn text(error: impl std::fmt::Display) -> JsValue {
    JsValue::from_str(&error.to_string())
}

fn quiet() -> OnNotice {
    Rc::new(|_| {})
}

fn row(number: u64) -> Record {
    let link = Link { device: DEVICE, sequence: Sequence::new(number).unwrap(), previous: Hash::ZERO };
    Record { header: "x".repeat(420), body: vec![0x5a; 540], link, receipt: None }
}

/// Tries every rule of the store's contract on databases whose names begin so; the names of the rules kept.
#[wasm_bindgen]
pub async fn store_rules(prefix: String) -> Answer<Vec<String>> {
    let open = async |rule: &str| {
        IndexedDbStore::open(&format!("{prefix}-{rule}"), quiet()).await.expect("the database opens")
    };
    let kept = every_store_must(open).await.map_err(text)?;
    Ok(kept.into_iter().map(str::to_owned).collect())
}

/// The durability that the browser gave to adding a row and to storing a page.
#[wasm_bindgen]
pub async fn durabilities(name: String) -> Answer<Vec<String>> {
    let store = IndexedDbStore::open(&name, quiet()).await.map_err(text)?;
    let given = || store.connection().last_durability().unwrap_or_default();
    store.add(vec![row(1)]).await.map_err(text)?;
    let of_rows = given();
    let ordinal = Ordinal::new(1).unwrap();
    let cursor = Cursor {
        log: LogId(Uuid::from_u128(4)),
        generation: Generation::new(1).unwrap(),
        base: ordinal,
        standing: ordinal,
        low: Ordinal::ZERO,
        through: ordinal,
        stream: Hash::ZERO,
    };
    store
        .add_page(vec![1], None, Progress { cursor, low_received_ms: 0, pages_after: 0 })
        .await
        .map_err(text)?;
    let of_pages = given();
    store.wipe().await.map_err(text)?;
    Ok(vec![of_rows, of_pages, given()])
}

/// Adds a row, loses the connection, adds the next: how many rows there are.
#[wasm_bindgen]
pub async fn rows_after_a_lost_connection(name: String) -> Answer<usize> {
    let store = IndexedDbStore::open(&name, quiet()).await.map_err(text)?;
    store.add(vec![row(1)]).await.map_err(text)?;
    store.connection().lose();
    assert_eq!(store.add(vec![row(2)]).await, Ok(Added::Saved));
    store.connection().lose();
    Ok(store.rows(DEVICE, Sequence::ZERO, 10).await.map_err(text)?.len())
}

/// A store that is open while something else happens to its database.
#[wasm_bindgen]
pub struct OpenStore {
    store: IndexedDbStore,
    notice: Rc<Cell<Option<Notice>>>,
}

#[wasm_bindgen]
impl OpenStore {
    /// Opens it.
    pub async fn open(name: String) -> Answer<Self> {
        let notice = Rc::new(Cell::new(None));
        let heard = Rc::clone(&notice);
        let connection = Connection::open(&name, Rc::new(move |n| heard.set(Some(n)))).await.map_err(text)?;
        Ok(Self { store: IndexedDbStore::on(connection), notice })
    }

    /// What a person was told.
    pub fn notice(&self) -> Option<String> {
        self.notice.get().map(|notice| format!("{notice:?}"))
    }

    /// Tries to add a row: what came of it, in a word.
    pub async fn add(&self, number: u32) -> String {
        match self.store.add(vec![row(u64::from(number))]).await {
            Ok(added) => format!("{added:?}"),
            Err(StoreError::Full) => "Full".to_owned(),
            Err(StoreError::Closed(_)) => "Closed".to_owned(),
            Err(other) => other.to_string(),
        }
    }

    /// Adds `count` rows from `first` on, each of `bytes` bytes, one transaction a row; milliseconds of each.
    pub async fn add_each(&self, first: u32, count: u32) -> Answer<Vec<f64>> {
        let clock = web_sys::window().and_then(|w| w.performance()).ok_or("no clock")?;
        let mut times = Vec::new();
        for number in first..first + count {
            let row = row(u64::from(number));
            let before = clock.now();
            self.store.add(vec![row]).await.map_err(text)?;
            times.push(clock.now() - before);
        }
        Ok(times)
    }

    /// Adds `count` rows from `first` on in one transaction; milliseconds.
    pub async fn add_all(&self, first: u32, count: u32) -> Answer<f64> {
        let clock = web_sys::window().and_then(|w| w.performance()).ok_or("no clock")?;
        let rows = (first..first + count).map(|number| row(u64::from(number))).collect();
        let before = clock.now();
        self.store.add(rows).await.map_err(text)?;
        Ok(clock.now() - before)
    }
}

/// Checks the record's published vectors in this build: how many held.
#[wasm_bindgen]
pub fn record_vectors(json: &str) -> Answer<usize> {
    rivulet_tests::vectors::check_hashes(json).map_err(text)
}

fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |bytes| {
        bytes.fill_with(|| {
            next = next.wrapping_add(1);
            next
        })
    }
}

/// `WebCrypto` and the native cryptography understand each other.
#[wasm_bindgen]
pub async fn keys_agree() -> Answer<()> {
    let (signing, spki) = SigningKey::generate().await.map_err(text)?;
    let web = WebKeys::new(signing, PatientKey::import(&PATIENT_KEY).await.map_err(text)?);
    let soft = SoftKeys::generate(PATIENT_KEY, counting()).map_err(text)?;
    for length in [0, 1, 127, 128, 500, 65_536] {
        let plaintext = vec![b'x'; length];
        let padded = record::pad(plaintext.clone()).map_err(text)?;
        let by_web = web.seal(EVENT, PATIENT, plaintext.clone()).await.map_err(text)?;
        let by_soft = soft.seal(EVENT, PATIENT, plaintext).await.map_err(text)?;
        assert_eq!(by_web.len(), padded.len() + record::SEAL_OVERHEAD);
        assert_eq!(soft.open(EVENT, PATIENT, &by_web).await.map_err(text)?, Some(padded.clone()));
        assert_eq!(web.open(EVENT, PATIENT, &by_soft).await.map_err(text)?, Some(padded));
        let elsewhere = EventId(Uuid::from_u128(99));
        assert_eq!(web.open(elsewhere, PATIENT, &by_soft).await.map_err(text)?, None);
        assert_ne!(web.seal(EVENT, PATIENT, vec![]).await, web.seal(EVENT, PATIENT, vec![]).await);
    }
    assert_eq!(web.open(EVENT, PATIENT, &[1; 5]).await.map_err(text)?, None);
    assert!(web.seal(EVENT, PATIENT, vec![0; 65_537]).await.is_err());
    let signature = web.sign(b"message").await.map_err(text)?;
    assert!(record::signature_holds(&spki, b"message", &signature));
    assert!(!record::signature_holds(&spki, b"massage", &signature));
    let signature = soft.sign(b"message").await.map_err(text)?;
    assert!(record::signature_holds(&soft.spki(), b"message", &signature));
    Ok(())
}

/// Begins an enrolment, or finds the one begun with this code: the public key. A second begin gives the same.
#[wasm_bindgen]
pub async fn begin_enrolment(name: String, code: String) -> Answer<Uint8Array> {
    let profile = Profile::open_named(&name, quiet()).await.map_err(text)?;
    assert_eq!(profile.storage(), Storage::Durable);
    let pending = profile.begin_enrolment(&code).await.map_err(text)?;
    assert_eq!(profile.begin_enrolment(&code).await.as_ref(), Ok(&pending));
    assert_eq!(profile.pending_enrolment().as_ref(), Some(&pending));
    let signature = profile.sign_pending(b"hello").await.map_err(text)?;
    assert!(record::signature_holds(&pending.spki, b"hello", &signature));
    Ok(Uint8Array::from(pending.spki.as_slice()))
}

fn identity(pending: PendingEnrolment) -> Identity {
    Identity {
        patient: PATIENT,
        device: pending.device,
        role: Role::Patient,
        person: "Rosa".to_owned(),
        spki: pending.spki,
        key: record::key_id(&PATIENT_KEY),
        log: LogId(Uuid::from_u128(4)),
        generation: Generation::new(1).unwrap(),
        care_team: CareTeam { name: "the day unit".to_owned(), phone: None },
    }
}

/// Finishes the enrolment that is pending; a late answer is the same one, or changes nothing.
#[wasm_bindgen]
pub async fn finish_enrolment(name: String) -> Answer<()> {
    let open = async || Profile::open_named(&name, quiet()).await.map_err(text);
    let (profile, same, other) = (open().await?, open().await?, open().await?);
    for each in [&profile, &same, &other] {
        each.look_for_pending().await.map_err(text)?;
    }
    let identity = identity(profile.pending_enrolment().ok_or("nothing is pending")?);
    profile.finish_enrolment(identity.clone(), &PATIENT_KEY).await.map_err(text)?;
    assert_eq!(same.finish_enrolment(identity.clone(), &PATIENT_KEY).await, Ok(()));
    let another = Identity { person: "Eve".to_owned(), ..identity };
    assert_eq!(other.finish_enrolment(another, &[8; 32]).await, Err(EnrolmentError::Overtaken));
    Ok(())
}

/// A browser that was enrolled goes on as another device: its rows move in the same step, or nothing does.
#[wasm_bindgen]
pub async fn enrol_again(name: String) -> Answer<()> {
    let profile = Profile::open_named(&name, quiet()).await.map_err(text)?;
    let old = profile.identity().ok_or("not enrolled")?;
    let of = |device, number| {
        let row = row(number);
        Record { link: Link { device, ..row.link }, ..row }
    };
    profile.store().add(vec![of(old.device, 1)]).await.map_err(text)?;
    let new = identity(profile.begin_enrolment("another code").await.map_err(text)?);
    let stranger = Identity { patient: PatientId(Uuid::from_u128(66)), ..new.clone() };
    assert_eq!(profile.finish_enrolment(stranger, &PATIENT_KEY).await, Err(EnrolmentError::OtherPatient));
    // A tab that still records as the old device was faster.
    let rows = |closing| vec![of(new.device, 1), of(new.device, 2), of(old.device, closing)];
    let late = profile.move_to(new.clone(), &PATIENT_KEY, rows(1)).await;
    assert_eq!((late, profile.identity()), (Err(EnrolmentError::Overtaken), Some(old.clone())));
    let count = async |device| profile.store().rows(device, Sequence::ZERO, 9).await.map(|rows| rows.len());
    assert_eq!(count(new.device).await, Ok(0));
    profile.move_to(new.clone(), &PATIENT_KEY, rows(2)).await.map_err(text)?;
    assert_eq!((count(new.device).await, count(old.device).await), (Ok(2), Ok(2)));
    assert_eq!(profile.identity(), Some(new));
    Ok(())
}

/// What an enrolled browser can do after it was opened again: open what others sealed, and sign as itself.
#[wasm_bindgen]
pub async fn enrolled(name: String) -> Answer<Uint8Array> {
    let profile = Profile::open_named(&name, quiet()).await.map_err(text)?;
    profile.look_for_pending().await.map_err(text)?;
    assert_eq!(profile.pending_enrolment(), None);
    let (identity, keys) = profile.identity().zip(profile.keys()).ok_or("not enrolled")?;
    let soft = SoftKeys::generate(PATIENT_KEY, counting()).map_err(text)?;
    let body = soft.seal(EVENT, PATIENT, b"{}".to_vec()).await.map_err(text)?;
    assert!(keys.open(EVENT, PATIENT, &body).await.map_err(text)?.is_some());
    let signature = keys.sign(b"hello").await.map_err(text)?;
    assert!(record::signature_holds(&identity.spki, b"hello", &signature));
    Ok(Uint8Array::from(identity.spki.as_slice()))
}

/// How a browser without databases opens: "Volatile" or "Durable".
#[wasm_bindgen]
pub async fn storage(name: String) -> Answer<String> {
    let profile = Profile::open_named(&name, quiet()).await.map_err(text)?;
    profile.store().add(vec![row(1)]).await.map_err(text)?;
    profile.begin_enrolment("code").await.map_err(text)?;
    Ok(format!("{:?}", profile.storage()))
}

/// Sends a signed request: the answer's status and body, or why there was none.
#[wasm_bindgen]
pub async fn send(body: String, timeout_ms: u32) -> Answer<String> {
    let transport = FetchTransport::new();
    let authority = transport.authority();
    let target = Target { method: "POST", authority: &authority, path: "/v1/push", query: "" };
    let body = body.into_bytes();
    let unsigned = Unsigned::new(target, &body, &Params::new(1_700_000_000, [7; 16], DEVICE));
    let soft = SoftKeys::generate(PATIENT_KEY, counting()).map_err(text)?;
    let signature = soft.sign(&unsigned.base).await.map_err(text)?;
    let (query, timeout_ms) = (String::new(), u64::from(timeout_ms));
    let headers = unsigned.with(&signature);
    let request = Request { method: "POST", path: "/v1/push", query, body, headers, timeout_ms };
    match transport.send(request).await {
        Ok(response) => Ok(format!("{} {}", response.status, String::from_utf8_lossy(&response.body))),
        Err(error) => Ok(error.to_string()),
    }
}

/// A tab among others.
#[wasm_bindgen]
pub struct Tab {
    election: Election,
    hints: Hints,
    heard: Rc<Cell<u32>>,
}

#[wasm_bindgen]
impl Tab {
    /// Joins the others.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str) -> Answer<Tab> {
        let heard = Rc::new(Cell::new(0));
        let count = Rc::clone(&heard);
        let hints = Hints::open(name, move || count.set(count.get() + 1));
        Ok(Self { election: Election::stand(name, |_| {}).ok_or("no window")?, hints, heard })
    }

    /// Whether it syncs for all.
    pub fn leads(&self) -> bool {
        self.election.leadership() == Leadership::Leads
    }

    /// Hints heard so far.
    pub fn heard(&self) -> u32 {
        self.heard.get()
    }

    /// Tells the others.
    pub fn hint(&self) {
        self.hints.send();
    }
}
