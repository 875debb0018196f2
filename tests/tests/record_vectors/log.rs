//! A log of one stream, with all that makes a chain hard: the server's own device, a phone whose clock is wrong, an
//! event linked anew, one that could not be read, and one of a later build.

use std::collections::BTreeMap;

use rivulet_tests::vectors::file::{Bytes, LogCase, LogHead, LogRecord};
use serde_json::{Map, Value, json};
use shared_events::ids::{Hash, Hlc, Ordinal, Position, Sequence};
use shared_events::record::{self, Link, Receipt, Record};

use crate::people::{
    OLD_PHONE, PATIENT, PHONE, SERVER, START_MS, counting, device, event, key, patient, sign, spki,
};

struct Writer {
    records: Vec<LogRecord>,
    heads: BTreeMap<&'static str, (Sequence, Hash)>,
    stream: Hash,
}

/// What differs from one record to the next.
struct Entry<'a> {
    signer: &'static str,
    header_device: &'a str,
    kind: &'a str,
    version: &'a str,
    class: &'a str,
    recorded: Hlc,
    more: Value,
    about: Vec<String>,
    data: Value,
}

impl Writer {
    fn next_link(&self, signer: &'static str) -> Link {
        let genesis = || (Sequence::ZERO, record::genesis(patient(PATIENT), device(signer), &spki(signer)));
        let (sequence, previous) = self.heads.get(signer).copied().unwrap_or_else(genesis);
        Link { device: device(signer), sequence: sequence.next(), previous }
    }

    fn write(&mut self, entry: &Entry) {
        let n = u8::try_from(self.records.len() + 1).unwrap();
        let plaintext = plaintext(entry, n);
        let text = plaintext.clone().into_bytes();
        let body = record::seal(&key(), counting(n * 12), event(n), patient(PATIENT), text).unwrap();
        let header = header(entry, n, &body);
        let link = self.next_link(entry.signer);
        let event = record::event_hash(&header);
        let hash = link.hash(patient(PATIENT), &event);
        let received_ms = START_MS + 250 * u64::from(n);
        let mut receipt = Receipt {
            ordinal: Ordinal::new(n.into()).unwrap(),
            position: Position::new(1000 + 3 * u64::from(n)).unwrap(),
            order: record::order(entry.recorded, received_ms),
            received_ms,
            stream: Hash::ZERO,
        };
        receipt.stream = record::stream_hash(patient(PATIENT), &self.stream, &hash, &receipt);
        self.stream = receipt.stream;
        self.heads.insert(entry.signer, (link.sequence, hash));
        let record = Record { header, body, link, receipt: Some(receipt) };
        self.records.push(LogRecord { record, event, link: hash, plaintext });
    }
}

fn plaintext(entry: &Entry, n: u8) -> String {
    let role = if entry.signer == SERVER { "server" } else { "patient" };
    let minute = format!("2026-11-21T09:{n:02}:00+01:00");
    json!({
        "occurred_at": {"at": minute, "precision": "minute"},
        "zone": "Europe/Vienna",
        "actor": {"role": role},
        "app": "vectors 1",
        "about": entry.about,
        "clock": {"wall": entry.recorded.ms(), "monotonic": 1000 * u64::from(n), "offset": -12},
        "data": entry.data,
    })
    .to_string()
}

fn header(entry: &Entry, n: u8, body: &[u8]) -> String {
    let mut header = Map::new();
    let mut put = |name: &str, value: Value| header.insert(name.into(), value);
    put("f", json!(record::FORMAT));
    put("id", json!(event(n)));
    put("patient", json!(PATIENT));
    put("device", json!(entry.header_device));
    put("type", json!(entry.kind));
    put("version", json!(entry.version));
    put("class", json!(entry.class));
    put("recorded_at", json!(entry.recorded));
    put("key", json!(record::key_id(&key())));
    put("body", json!(record::body_hash(body)));
    for (name, value) in entry.more.as_object().into_iter().flatten() {
        put(name, value.clone());
    }
    Value::Object(header).to_string()
}

fn server<'a>(kind: &'a str, more: Value, data: Value) -> Entry<'a> {
    let about = data.get("device").and_then(Value::as_str).map(|id| format!("device/{id}"));
    Entry {
        signer: SERVER,
        header_device: SERVER,
        kind,
        version: "2026-11-21",
        class: "standing",
        recorded: Hlc::at_ms(START_MS),
        more,
        about: about.into_iter().collect(),
        data,
    }
}

fn taken(recorded: Hlc) -> Entry<'static> {
    let treatment = "7b1e9c52-4d3f-4a86-b0c7-d2e1f0a9b8c7";
    Entry {
        signer: PHONE,
        header_device: PHONE,
        kind: "MedicineTaken",
        version: "2026-11-21",
        class: "occurrence",
        recorded,
        more: json!({}),
        about: vec![format!("doses/{treatment}/2026-11")],
        data: json!({
            "treatment": treatment,
            "dose": {"planned": {"date": "2026-11-21", "slot": "morning"}},
            "amount": {"value": "0.5", "unit": "{tablet}"},
        }),
    }
}

pub(crate) fn log() -> LogCase {
    let mut w = Writer { records: Vec::new(), heads: BTreeMap::new(), stream: Hash::ZERO };
    let enrols = |id: &str, role: &str, name: &str| {
        let clear = json!({"enrols": {"device": id, "spki": Bytes(spki(id))}});
        server("DeviceEnrolled", clear, json!({"device": id, "role": role, "name": name}))
    };
    w.write(&enrols(SERVER, "server", "Server"));
    w.write(&enrols(PHONE, "patient", "Marta's phone"));
    w.write(&taken(Hlc(START_MS << 16 | 1)));
    let year_2099 = Hlc::at_ms(4_070_908_800_000);
    w.write(&taken(year_2099));
    // Recorded on an earlier device of hers, and linked anew by this one.
    w.write(&Entry { header_device: OLD_PHONE, ..taken(Hlc::at_ms(915_148_800_000)) });
    // The phone's fourth could not be read: the log has only its link, in the event that fills its place.
    let unread = w.next_link(PHONE);
    let link = unread.hash(patient(PATIENT), &record::event_hash("what came was not this"));
    let fills = json!({"fills": {"device": PHONE, "sequence": unread.sequence, "link": link, "reason": "unreadable"}});
    w.write(&server("EventUnreadable", fills, json!({"device": PHONE})));
    w.heads.insert(PHONE, (unread.sequence, link));
    w.write(&Entry {
        kind: "MoodNoted",
        version: "2031-01-01",
        more: json!({"later": {"a": [1, null, "½"]}}),
        about: vec!["mood/2026-11".into()],
        data: json!({"mood": "♥", "from": "a later build"}),
        ..taken(Hlc(START_MS << 16 | 2))
    });
    w.write(&server("DeviceRevoked", json!({"revokes": {"device": PHONE}}), json!({"device": PHONE})));
    let heads = w.heads.iter().map(|(id, (sequence, link))| {
        let message = record::head_message(patient(PATIENT), device(id), *sequence, link);
        LogHead { device: device(id), sequence: *sequence, signature: Bytes(sign(id, &message).to_vec()) }
    });
    LogCase {
        name: "a stream".into(),
        patient: patient(PATIENT),
        key: Bytes(key().into()),
        heads: heads.collect(),
        records: w.records,
    }
}
