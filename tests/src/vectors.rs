//! The record's published vectors, compared with what this build makes of them. Takes the file's text, so that the
//! same checks run natively, in a browser and anywhere else.

pub mod file;
mod log;
mod tally;

use serde::de::DeserializeOwned;
use serde_json::Value;
use shared_events::ids::{EventId, Hash, Hlc, Sequence, from_base64url};
use shared_events::record::{self, Header, Link, Receipt, RecordError};

use file::{Encoding, HeadCase, SealCase, Vectors};
use tally::Tally;

/// Checks every vector of `record.json`, given as text; answers how many checks held.
///
/// # Errors
/// The text is not such a file, or what did not hold, one line for each.
pub fn check_hashes(json: &str) -> Result<usize, String> {
    let file: Vectors = serde_json::from_str(json).map_err(|e| format!("not a file of vectors: {e}"))?;
    let mut tally = Tally::default();
    check_numbers(&file, &mut tally);
    check_seals(&file, &mut tally);
    check_headers(&file, &mut tally);
    check_chains(&file, &mut tally);
    check_signatures(&file, &mut tally);
    tally.not_empty("log", &file.log);
    file.log.iter().for_each(|case| log::check(case, &mut tally));
    tally.finish()
}

fn check_numbers(file: &Vectors, t: &mut Tally) {
    t.not_empty("hlc", &file.hlc);
    for c in &file.hlc {
        t.check("hlc", &c.name, Hlc(c.milliseconds << 16 | u64::from(c.counter)) == c.hex);
        t.check("hlc, milliseconds", &c.name, c.hex.ms() == c.milliseconds);
        t.check("hlc, carrying", &c.name, Hlc(c.hex.0 + 1) == c.next);
    }
    t.not_empty("order", &file.order);
    for c in &file.order {
        let order = c.received_at.map_or(c.recorded_at, |ms| record::order(c.recorded_at, ms));
        t.check("order", &c.name, order == c.order);
    }
    t.not_empty("key id", &file.key_id);
    for c in &file.key_id {
        t.check("key id", &c.name, c.key.0.first_chunk().is_some_and(|key| record::key_id(key) == c.id));
    }
    t.not_empty("shard", &file.shard);
    for c in &file.shard {
        t.check("shard", &c.name, record::shard(c.patient) == c.shard && c.shard < record::SHARDS);
    }
    t.not_empty("padding", &file.padding);
    for c in &file.padding {
        let padded = record::pad(vec![b'x'; c.length]);
        let too_long = padded == Err(RecordError::PlaintextTooLong(c.length));
        t.check(
            "padding",
            &c.name,
            padded.map(|p| p.len()).ok() == c.padded && too_long == c.padded.is_none(),
        );
    }
}

fn check_seals(file: &Vectors, t: &mut Tally) {
    t.not_empty("seal", &file.seal);
    for c in &file.seal {
        t.check("body hash", &c.name, record::body_hash(&c.body.0) == c.body_hash);
        t.check("seal", &c.name, sealed_again(c).as_ref() == Some(&c.body.0));
        let opened = c.key.0.first_chunk().and_then(|key| record::open(key, c.id, c.patient, &c.body.0).ok());
        let padded = record::pad(c.plaintext.clone().into_bytes()).ok();
        t.check("open", &c.name, opened.is_some() && opened == padded);
    }
    t.not_empty("not opening", &file.not_opening);
    for c in &file.not_opening {
        let opened = c.key.0.first_chunk().map(|key| record::open(key, c.id, c.patient, &c.body.0));
        t.check("not opening", &c.name, opened == Some(Err(RecordError::Sealed)));
    }
}

fn sealed_again(c: &SealCase) -> Option<Vec<u8>> {
    let nonce = <[u8; 12]>::try_from(c.nonce.0.as_slice()).ok()?;
    record::seal(c.key.0.first_chunk()?, nonce, c.id, c.patient, c.plaintext.clone().into_bytes()).ok()
}

fn check_headers(file: &Vectors, t: &mut Tally) {
    t.not_empty("header", &file.header);
    for c in &file.header {
        t.check("header, length", &c.name, c.header.len() == c.length);
        t.check("header, event hash", &c.name, record::event_hash(&c.header) == c.event);
        let read =
            Header::parse(&c.header).ok().and_then(|h| serde_json::to_value(h).ok()).unwrap_or_default();
        for (field, value) in &c.fields {
            t.check("header", format!("{}, {field}", c.name), read.get(field) == Some(value));
        }
    }
    t.not_empty("header refused", &file.header_refused);
    for c in &file.header_refused {
        t.check("header refused", &c.name, Header::parse(&c.header).is_err());
    }
    t.not_empty("encoding refused", &file.encoding_refused);
    for c in &file.encoding_refused {
        let refused = match c.kind {
            Encoding::Base64url => c.value.as_str().is_some_and(|text| from_base64url(text).is_err()),
            Encoding::Hash => refuses::<Hash>(&c.value),
            Encoding::Uuid => refuses::<EventId>(&c.value),
            Encoding::Hex64 => refuses::<Hlc>(&c.value),
            Encoding::Counter => refuses::<Sequence>(&c.value),
        };
        t.check("encoding refused", &c.name, refused);
    }
}

fn refuses<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_err()
}

fn check_chains(file: &Vectors, t: &mut Tally) {
    t.not_empty("genesis", &file.genesis);
    for c in &file.genesis {
        t.check("genesis", &c.name, record::genesis(c.patient, c.device, &c.spki.0) == c.genesis);
    }
    t.not_empty("link", &file.link);
    for c in &file.link {
        let link = Link { device: c.device, sequence: c.sequence, previous: c.previous };
        t.check("link", &c.name, link.hash(c.patient, &c.event) == c.link);
    }
    t.not_empty("stream", &file.stream);
    for c in &file.stream {
        let receipt = Receipt {
            ordinal: c.ordinal,
            position: c.position,
            order: c.order,
            received_ms: c.received_at,
            stream: c.stream,
        };
        let before = c.previous.unwrap_or(Hash::ZERO);
        t.check("stream", &c.name, record::stream_hash(c.patient, &before, &c.link, &receipt) == c.stream);
    }
}

fn check_signatures(file: &Vectors, t: &mut Tally) {
    let holds = |c: &HeadCase| {
        let message = record::head_message(c.patient, c.device, c.sequence, &c.link);
        record::signature_holds(&c.spki.0, &message, &c.signature.0)
    };
    t.not_empty("head", &file.head);
    for c in &file.head {
        t.check("head", &c.name, holds(c));
    }
    t.not_empty("head refused", &file.head_refused);
    for c in &file.head_refused {
        t.check("head refused", &c.name, !holds(c));
    }
}
