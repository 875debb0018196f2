//! One event, opened, for people and programs.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;
use shared_events::{
    content::{Actor, Content, Entity},
    events::{Event, Meaning},
    ids::{DeviceId, EventId, Hlc, Ordinal, PatientId, Position, Sequence},
    record::{Class, Header},
};

use super::print;
use crate::{
    keys::{KeyStore, PatientKeys},
    ledger::rows::Logged,
    scribe::utc,
};

/// One event of the log. What stands in the sealed body is `null` where it does not open.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    patient: PatientId,
    ordinal: Ordinal,
    position: Position,
    received_at: u64,
    order: Hlc,
    id: EventId,
    device: DeviceId,
    sequence: Sequence,
    #[serde(rename = "type")]
    kind: Option<String>,
    version: Option<String>,
    class: Class,
    recorded_at: Option<Hlc>,
    opened: bool,
    /// The device and its person, as enrolled.
    by: Option<String>,
    occurred_at: Option<String>,
    actor: Option<Actor>,
    about: Option<Vec<Entity>>,
    must_understand: bool,
    data: Option<Box<RawValue>>,
}

/// Opens events with the patients' keys, and remembers whose devices they are.
pub(super) struct Reader<'k> {
    keys: &'k dyn KeyStore,
    opened: HashMap<PatientId, Option<PatientKeys>>,
    names: HashMap<DeviceId, String>,
}

impl<'k> Reader<'k> {
    pub(super) fn new(keys: &'k dyn KeyStore) -> Self {
        Self { keys, opened: HashMap::new(), names: HashMap::new() }
    }

    /// The content's JSON, where the body opens.
    pub(super) fn open(&mut self, event: &Logged) -> Option<String> {
        let keys = self.opened.entry(event.patient).or_insert_with(|| self.keys.keys(event.patient).ok());
        event.content(keys.as_ref()?.sealing())
    }

    pub(super) fn read(&mut self, event: Logged) -> Entry {
        let content = self.open(&event).and_then(|text| serde_json::from_str::<Content>(&text).ok());
        let header = Header::parse(&event.header).ok();
        if let (Some(content), Some(header)) = (&content, &header)
            && let Meaning::Known(Event::DeviceEnrolled(enrolled)) =
                Meaning::read(&header.kind, &header.version, &content.data)
        {
            let name = match enrolled.person {
                Some(person) => format!("{person} on {}", enrolled.name),
                None => enrolled.name,
            };
            self.names.insert(enrolled.device, name);
        }
        let (kind, version) = header.as_ref().map(|h| (h.kind.clone(), h.version.clone())).unzip();
        let opened = content.is_some();
        let (occurred_at, content) = content.map(|c| (c.occurred_at.at.to_rfc3339(), c)).unzip();
        Entry {
            patient: event.patient,
            ordinal: event.receipt.ordinal,
            position: event.receipt.position,
            received_at: event.receipt.received_ms,
            order: event.receipt.order,
            id: event.id,
            device: event.link.device,
            sequence: event.link.sequence,
            kind,
            version,
            class: event.class,
            recorded_at: header.map(|h| h.recorded_at),
            opened,
            by: self.names.get(&event.link.device).cloned(),
            occurred_at,
            must_understand: content.as_ref().is_some_and(|c| c.must_understand),
            actor: content.as_ref().map(|c| c.actor.clone()),
            about: content.as_ref().map(|c| c.about.clone()),
            data: content.map(|c| c.data),
        }
    }
}

impl Entry {
    /// Which number, received when, by whom, what, true when.
    pub(super) fn line(&self) -> String {
        let received = utc(self.received_at).format("%Y-%m-%d %H:%M:%S");
        let by = self.by.clone().unwrap_or_else(|| self.device.to_string());
        let kind = self.kind.as_deref().unwrap_or("?");
        let occurred = self.occurred_at.as_deref().unwrap_or("(sealed)");
        let data = self.data.as_ref().map_or("", |d| d.get());
        print::plain(&format!("{:>6}  {received}Z  {by}  {occurred}  {kind} {data}", self.ordinal.get()))
    }
}
