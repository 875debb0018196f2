//! Vectors of bodies: what is sealed, and what must not open.

use rivulet_tests::vectors::file::{Bytes, NotOpeningCase, SealCase};
use shared_events::record;

use crate::people::{OTHER_PATIENT, PATIENT, counting, event, key, patient};

fn sealed(name: &str, nonce: [u8; 12], plaintext: String) -> SealCase {
    let (id, patient) = (event(1), patient(PATIENT));
    let body = record::seal(&key(), nonce, id, patient, plaintext.clone().into_bytes()).unwrap();
    SealCase {
        name: name.into(),
        key: Bytes(key().into()),
        nonce: Bytes(nonce.into()),
        id,
        patient,
        plaintext,
        body_hash: record::body_hash(&body),
        body: Bytes(body),
    }
}

pub(crate) fn seal() -> Vec<SealCase> {
    let filled = |length: usize| format!("{{\"note\":\"{}\"}}", "x".repeat(length - 11));
    vec![
        sealed("short", counting(0x10), "{\"data\":{}}".into()),
        sealed("one byte below a block", counting(0x11), filled(127)),
        sealed("a full block is not padded", counting(0x12), filled(128)),
        sealed("one byte above a block", counting(0x13), filled(129)),
        sealed(
            "letters of more than one byte",
            counting(0x14),
            "{\"note\":\"½ Tablette, später – 服薬 💊\"}".into(),
        ),
        sealed(
            "escapes stay as they are",
            counting(0x15),
            "{\"note\":\"\\u00bd \\/ \\ud83d\\udc8a\"}".into(),
        ),
        sealed("a nonce of zeros", [0; 12], "{}".into()),
    ]
}

pub(crate) fn not_opening() -> Vec<NotOpeningCase> {
    let case = |name: &str, change: fn(&mut NotOpeningCase)| {
        let good = sealed(name, counting(0x10), "{\"data\":{}}".into());
        let mut case = NotOpeningCase {
            name: good.name,
            key: good.key,
            id: good.id,
            patient: good.patient,
            body: good.body,
        };
        change(&mut case);
        case
    };
    vec![
        case("a bit of the nonce changed", |c| c.body.0[0] ^= 1),
        case("a bit of the text changed", |c| c.body.0[20] ^= 0x80),
        case("a bit of the padding changed", |c| c.body.0[12 + 127] ^= 1),
        case("a bit of the tag changed", |c| *c.body.0.last_mut().unwrap() ^= 1),
        case("the id of another event", |c| c.id = event(2)),
        case("another patient", |c| c.patient = patient(OTHER_PATIENT)),
        case("another key", |c| c.key.0[31] ^= 1),
        case("one byte short", |c| c.body.0.truncate(12 + 128 + 15)),
        case("one byte more", |c| c.body.0.push(0)),
        case("a nonce and nothing more", |c| c.body.0.truncate(12)),
        case("shorter than a nonce", |c| c.body.0.truncate(11)),
        case("empty", |c| c.body.0.clear()),
    ]
}
