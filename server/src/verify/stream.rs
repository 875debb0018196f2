//! One stream, event by event, as a reader without keys sees it.

use shared_events::{
    events::is_server_only,
    ids::{Hash, Ordinal, Position},
    record::{Header, body_hash, event_hash, order, shard, stream_hash},
};

use super::{FAULTS, Report, chains::Chains};
use crate::{
    error::Error,
    ledger::{
        Tables,
        rows::{Logged, Patient, Tail},
    },
};

/// The stream so far.
pub(super) struct Stream {
    pub(super) patient: Patient,
    /// The last ordinal that was read, whatever was wrong.
    pub(super) read: Ordinal,
    expected: Ordinal,
    position: Position,
    received_ms: u64,
    stream: Hash,
    chains: Chains,
    faults: Vec<String>,
}

impl Stream {
    pub(super) fn begin(tables: &mut dyn Tables, patient: Patient) -> Result<Self, Error> {
        let chains = Chains::begin(tables, &patient)?;
        Ok(Self {
            patient,
            read: Ordinal::ZERO,
            expected: Ordinal::ZERO,
            position: Position::ZERO,
            received_ms: 0,
            stream: Hash::ZERO,
            chains,
            faults: Vec::new(),
        })
    }

    fn fault(&mut self, event: &Logged, what: &str) {
        if self.faults.len() < FAULTS {
            self.faults.push(format!("ordinal {}: {what}", event.receipt.ordinal));
        }
    }

    fn check(&mut self, event: &Logged, holds: bool, what: &str) {
        if !holds {
            self.fault(event, what);
        }
    }

    pub(super) fn event(&mut self, tables: &mut dyn Tables, event: &Logged) -> Result<(), Error> {
        self.receipt(event);
        let Ok(header) = Header::parse(&event.header) else {
            self.fault(event, "the header does not read");
            return Ok(());
        };
        self.content(event, &header);
        for what in self.chains.event(tables, event, &header)? {
            self.fault(event, &what);
        }
        Ok(())
    }

    fn receipt(&mut self, event: &Logged) {
        let receipt = event.receipt;
        self.read = receipt.ordinal;
        self.expected = self.expected.next();
        self.check(event, receipt.ordinal == self.expected, "an ordinal is missing before it");
        self.expected = receipt.ordinal;
        self.check(event, receipt.position > self.position, "its position falls");
        self.check(event, receipt.received_ms >= self.received_ms, "its time of receipt falls");
        self.check(event, event.shard == shard(self.patient.id), "it lies in another shard");
        let stream = stream_hash(self.patient.id, &self.stream, &event.link_hash, &receipt);
        self.check(event, stream == receipt.stream, "the stream hash does not hold");
        (self.position, self.received_ms, self.stream) =
            (receipt.position, receipt.received_ms, receipt.stream);
    }

    fn content(&mut self, event: &Logged, header: &Header) {
        let receipt = event.receipt;
        self.check(event, header.patient == self.patient.id, "it is about another patient");
        self.check(event, header.id == event.id, "its id is not the header's");
        self.check(event, header.class == event.class, "its class is not the header's");
        self.check(event, event_hash(&event.header) == event.event_hash, "the event's hash does not hold");
        let link = event.link.hash(self.patient.id, &event_hash(&event.header));
        self.check(event, link == event.link_hash, "the link does not hold");
        let ordered = order(header.recorded_at, receipt.received_ms);
        self.check(event, ordered == receipt.order, "the order is not that of its times");
        match &event.body {
            Some(body) => self.check(event, body_hash(body) == header.body, "the body is not the header's"),
            None => self.check(event, self.patient.erased_ms.is_some(), "the body is missing"),
        }
        let says_more = header.enrols.is_some() || header.revokes.is_some() || header.fills.is_some();
        let by_server = event.link.device == self.patient.server_device;
        let may = by_server || !(says_more || is_server_only(&header.kind));
        self.check(event, may, "only the server's device may say this");
    }

    pub(super) fn finish(mut self, tables: &mut dyn Tables) -> Result<Report, Error> {
        let tail = tables.tail(self.patient.id)?;
        let found = Tail { ordinal: self.read, stream: self.stream, received_ms: self.received_ms };
        if tail != found {
            self.faults.push(format!("the stream ends at {}, its counter says {}", self.read, tail.ordinal));
        }
        self.faults.extend(self.chains.finish(tables, &self.patient)?);
        self.faults.truncate(FAULTS);
        let Self { patient, read, chains, faults, .. } = self;
        Ok(Report { patient: patient.id, events: read, devices: chains.count(), faults })
    }
}
