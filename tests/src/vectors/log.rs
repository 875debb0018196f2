//! A whole log of one stream: all that `verify` does with it, and its bodies opened.

use std::collections::BTreeMap;

use shared_events::content::Content;
use shared_events::ids::{DeviceId, Hash, Sequence};
use shared_events::record::{self, Header, Record};

use super::file::{LogCase, LogRecord};
use super::tally::Tally;

const GROUP: &str = "log";

/// What is known of the devices after some records.
#[derive(Default)]
struct Chains {
    server: Option<DeviceId>,
    spki: BTreeMap<DeviceId, Vec<u8>>,
    heads: BTreeMap<DeviceId, (Sequence, Hash)>,
    stream: Option<Hash>,
}

pub(super) fn check(case: &LogCase, t: &mut Tally) {
    let mut chains = Chains::default();
    for entry in &case.records {
        let at = entry.record.receipt.map_or(0, |r| r.ordinal.get());
        match Header::parse(&entry.record.header) {
            Ok(header) => {
                check_event(case, entry, &header, at, t);
                check_place(case, entry, &header, &mut chains, t);
            }
            Err(error) => t.check(GROUP, format!("ordinal {at}: {error}"), false),
        }
    }
    for head in &case.heads {
        let (sequence, link) =
            chains.heads.get(&head.device).copied().unwrap_or((Sequence::ZERO, Hash::ZERO));
        let message = record::head_message(case.patient, head.device, sequence, &link);
        let spki = chains.spki.get(&head.device).map_or(&[][..], Vec::as_slice);
        let holds = record::signature_holds(spki, &message, &head.signature.0);
        t.check(GROUP, format!("signed head of {}", head.device), sequence == head.sequence && holds);
    }
}

fn check_event(case: &LogCase, entry: &LogRecord, header: &Header, at: u64, t: &mut Tally) {
    let mut check = |what: &str, holds| t.check(GROUP, format!("ordinal {at}: {what}"), holds);
    let key = case.key.0.first_chunk::<32>().copied().unwrap_or_default();
    let body = &entry.record.body;
    check("patient", header.patient == case.patient);
    check("the header names the body's hash", record::body_hash(body) == header.body);
    check("the header names the key", record::key_id(&key) == header.key);
    check("event hash", record::event_hash(&entry.record.header) == entry.event);
    let opened = record::open(&key, header.id, header.patient, body).unwrap_or_default();
    let padded = record::pad(entry.plaintext.clone().into_bytes()).ok();
    check("opens to the padded plaintext", padded.as_ref() == Some(&opened));
    check("the content reads", serde_json::from_slice::<Content>(&opened).is_ok());
    let wire = serde_json::to_string(&entry.record).unwrap_or_default();
    check(
        "the record reads as it was written",
        serde_json::from_str::<Record>(&wire).ok().as_ref() == Some(&entry.record),
    );
}

fn check_place(case: &LogCase, entry: &LogRecord, header: &Header, chains: &mut Chains, t: &mut Tally) {
    let (link, patient) = (&entry.record.link, case.patient);
    let Some(receipt) = entry.record.receipt else {
        return t.check(GROUP, "a record in a log has a receipt", false);
    };
    let mut check = |what: &str, holds| t.check(GROUP, format!("ordinal {}: {what}", receipt.ordinal), holds);
    let by_server = *chains.server.get_or_insert(link.device) == link.device;
    if let (Some(enrols), true) = (&header.enrols, by_server) {
        chains.spki.insert(enrols.device, enrols.spki.clone());
    }
    let spki = chains.spki.get(&link.device).map_or(&[][..], Vec::as_slice);
    let genesis = || (Sequence::ZERO, record::genesis(patient, link.device, spki));
    let (sequence, previous) = chains.heads.get(&link.device).copied().unwrap_or_else(genesis);
    check("sequence", link.sequence == sequence.next());
    check("previous", link.previous == previous);
    let hash = link.hash(patient, &entry.event);
    check("link", hash == entry.link);
    chains.heads.insert(link.device, (link.sequence, hash));
    if let (Some(fills), true) = (&header.fills, by_server) {
        let last = chains.heads.get(&fills.device).map_or(Sequence::ZERO, |head| head.0);
        check("fills the next place", fills.sequence == last.next());
        chains.heads.insert(fills.device, (fills.sequence, fills.link));
    }
    check("order", record::order(header.recorded_at, receipt.received_ms) == receipt.order);
    let before = chains.stream.unwrap_or(Hash::ZERO);
    let stream = record::stream_hash(patient, &before, &hash, &receipt);
    check("stream", stream == receipt.stream);
    chains.stream = Some(stream);
}
