//! What the power loss left, compared with what the server had acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use futures::executor::block_on;
use rivulet_server::{
    ledger::{
        Ledger as _,
        rows::Logged,
        tables::{Room, Span},
    },
    service::Service,
};
use rivulet_sync::protocol::Verdict;
use rusqlite::{Connection, OpenFlags};
use shared_events::{
    ids::{DeviceId, EventId, Ordinal, PatientId, Sequence},
    record::{Receipt, open},
};

use crate::{messages::Answer, phone::Phone, process::copy, serve::opened};

/// All that the server ever said it had.
#[derive(Default)]
pub struct Acknowledged {
    patients: BTreeMap<String, PatientId>,
    devices: BTreeSet<DeviceId>,
    events: BTreeMap<(DeviceId, Sequence), Receipt>,
}

impl Acknowledged {
    pub fn add(&mut self, phone: &Phone, answer: &Answer) {
        match answer {
            Answer::Patient(patient) => {
                let before = self.patients.insert(phone.external(), *patient);
                assert!(before.is_none_or(|b| b == *patient), "one identifier, two patients");
            }
            Answer::Enrolled(enrolled) => {
                self.devices.insert(enrolled.device);
            }
            Answer::Pushed(pushed) => {
                let records = &phone.pushed.as_ref().expect("it was pushed").records;
                assert_eq!(records.len(), pushed.verdicts.len(), "a verdict for every record");
                for (record, verdict) in records.iter().zip(&pushed.verdicts) {
                    let (Verdict::Accepted { receipt } | Verdict::Duplicate { receipt, logged: None }) =
                        verdict
                    else {
                        panic!("a good record got {verdict:?}");
                    };
                    let place = (record.link.device, record.link.sequence);
                    let before = self.events.insert(place, *receipt);
                    assert_eq!(before, None, "acknowledged twice in one life of a phone");
                }
            }
            Answer::Failed(_) => {}
        }
    }
}

/// What was found.
pub struct Audit {
    /// Events, of all rounds.
    pub acknowledged: usize,
    /// Acknowledged, and not there as it was said.
    pub lost: Vec<String>,
    /// What no log may be, whatever was acknowledged.
    pub broken: Vec<String>,
}

/// Starts a server on a copy of the image, as after the power came back, and looks.
pub fn audit(image: &Path, scratch: &Path, acknowledged: &Acknowledged) -> Audit {
    copy(image, scratch);
    let mut found = Audit { acknowledged: acknowledged.events.len(), lost: Vec::new(), broken: Vec::new() };
    let service = opened(scratch).expect("the image opens");
    let verified = block_on(service.verify(None)).expect("the log reads");
    found.broken.extend(verified.faults);
    found.broken.extend(verified.patients.into_iter().flat_map(|report| report.faults));
    let mut logged = Vec::new();
    let patients = block_on(service.ledger.read(|tables| Ok(tables.patients()?))).expect("the log reads");
    for patient in patients {
        logged.extend(stream(&service, patient.id));
    }
    compare(&logged, acknowledged, &mut found);
    readable(&service, &logged, &mut found);
    drop(service);
    for file in ["log.sqlite", "keys.sqlite"] {
        found.broken.extend(check(&scratch.join(file)));
    }
    found
}

fn stream<L: rivulet_server::ledger::Ledger>(service: &Service<L>, patient: PatientId) -> Vec<Logged> {
    const ALL: Room = Room { records: usize::MAX, bytes: usize::MAX };
    let events =
        service.ledger.read(move |tables| Ok(tables.events(patient, Span::After(Ordinal::ZERO), ALL)?));
    block_on(events).expect("the log reads")
}

fn compare(logged: &[Logged], acknowledged: &Acknowledged, found: &mut Audit) {
    let mut places: BTreeMap<(DeviceId, Sequence), Receipt> = BTreeMap::new();
    let mut ids: BTreeSet<EventId> = BTreeSet::new();
    for event in logged {
        let place = (event.link.device, event.link.sequence);
        if places.insert(place, event.receipt).is_some() || !ids.insert(event.id) {
            found.broken.push(format!("event {} is there twice", event.id));
        }
    }
    for ((device, sequence), receipt) in &acknowledged.events {
        match places.get(&(*device, *sequence)) {
            None => found.lost.push(format!("event {sequence} of {device}, ordinal {}", receipt.ordinal)),
            Some(there) if there != receipt => {
                found.lost.push(format!("event {sequence} of {device}: said {receipt:?}, is {there:?}"));
            }
            Some(_) => {}
        }
    }
    let patients: BTreeSet<_> = logged.iter().map(|event| event.patient).collect();
    let missing = acknowledged.patients.values().filter(|patient| !patients.contains(patient));
    found.lost.extend(missing.map(|patient| format!("patient {patient}")));
    let enrolled: BTreeSet<_> = logged
        .iter()
        .filter_map(|event| shared_events::record::Header::parse(&event.header).ok()?.enrols)
        .map(|enrols| enrols.device)
        .collect();
    let missing = acknowledged.devices.difference(&enrolled);
    found.lost.extend(missing.map(|device| format!("device {device}")));
}

/// The keys lie in another database: an event without its key is lost too.
fn readable<L>(service: &Service<L>, logged: &[Logged], found: &mut Audit) {
    for event in logged {
        let keys = service.keys.keys(event.patient);
        let body = event.body.as_deref().unwrap_or_default();
        let opens = keys.is_ok_and(|keys| open(keys.sealing(), event.id, event.patient, body).is_ok());
        if !opens {
            found.lost.push(format!("the key of event {}", event.id));
        }
    }
}

/// SQLite's own opinion.
fn check(file: &Path) -> Vec<String> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("it opens");
    let integrity: String =
        database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it can be checked");
    let mut faults: Vec<String> = Vec::new();
    if integrity != "ok" {
        faults.push(integrity);
    }
    let mut orphans = database.prepare("PRAGMA foreign_key_check").expect("it can be checked");
    if orphans.exists([]).expect("it can be checked") {
        faults.push(format!("{} has rows whose parents are missing", file.display()));
    }
    faults
}
