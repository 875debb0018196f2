//! Vectors of what joins events: genesis, link, stream, signed head.

use rivulet_tests::vectors::file::{Bytes, GenesisCase, HeadCase, LinkCase, StreamCase};
use shared_events::ids::{Hash, Hlc, Ordinal, Position, Sequence};
use shared_events::record::{self, Link, Receipt};

use crate::people::{OTHER_PATIENT, PATIENT, PHONE, SERVER, counting, device, patient, sign, spki};

pub(crate) fn genesis() -> Vec<GenesisCase> {
    let case = |name: &str, p: &str, d: &str| GenesisCase {
        name: name.into(),
        patient: patient(p),
        device: device(d),
        spki: Bytes(spki(d)),
        genesis: record::genesis(patient(p), device(d), &spki(d)),
    };
    vec![
        case("the server's own device", PATIENT, SERVER),
        case("a phone", PATIENT, PHONE),
        case("the same phone for another patient", OTHER_PATIENT, PHONE),
    ]
}

pub(crate) fn link() -> Vec<LinkCase> {
    let case = |name: &str, sequence, previous, event| {
        let link = Link { device: device(PHONE), sequence: Sequence::new(sequence).unwrap(), previous };
        LinkCase {
            name: name.into(),
            patient: patient(PATIENT),
            device: link.device,
            sequence: link.sequence,
            previous,
            event,
            link: link.hash(patient(PATIENT), &event),
        }
    };
    let genesis = record::genesis(patient(PATIENT), device(PHONE), &spki(PHONE));
    let [event, previous] = [Hash(counting(0x20)), Hash(counting(0xc0))];
    vec![
        case("the first, on the genesis", 1, genesis, event),
        case("the same event one place on", 2, previous, event),
        case("a sequence that fills more than 32 bits", 0x1_0203_0405_0607, previous, event),
        case("the highest sequence", (1 << 53) - 1, previous, event),
    ]
}

pub(crate) fn stream() -> Vec<StreamCase> {
    let case = |name: &str, previous: Option<Hash>, ordinal, position, order, received_ms| {
        let (ordinal, position) = (Ordinal::new(ordinal).unwrap(), Position::new(position).unwrap());
        let mut receipt = Receipt { ordinal, position, order: Hlc(order), received_ms, stream: Hash::ZERO };
        let link = Hash(counting(0x60));
        let before = previous.unwrap_or(Hash::ZERO);
        receipt.stream = record::stream_hash(patient(PATIENT), &before, &link, &receipt);
        StreamCase {
            name: name.into(),
            patient: patient(PATIENT),
            previous,
            ordinal,
            link,
            position,
            order: receipt.order,
            received_at: received_ms,
            stream: receipt.stream,
        }
    };
    let ms = 1_795_262_400_000_u64;
    vec![
        case("the first, on 32 zeros", None, 1, 1, ms << 16, ms),
        case("the second", Some(Hash(counting(0xa0))), 2, 900, (ms << 16) + 7, ms + 1),
        case(
            "the highest numbers",
            Some(Hash(counting(0xa0))),
            (1 << 53) - 1,
            (1 << 53) - 1,
            u64::MAX,
            (1 << 48) - 1,
        ),
    ]
}

fn signed(name: &str, sequence: u64) -> HeadCase {
    let (sequence, link) = (Sequence::new(sequence).unwrap(), Hash(counting(0x30)));
    let message = record::head_message(patient(PATIENT), device(PHONE), sequence, &link);
    HeadCase {
        name: name.into(),
        spki: Bytes(spki(PHONE)),
        patient: patient(PATIENT),
        device: device(PHONE),
        sequence,
        link,
        signature: Bytes(sign(PHONE, &message).to_vec()),
    }
}

/// The same signature with n - s for s: as valid, and what WebCrypto gives half of the time.
fn mirrored(case: &HeadCase) -> Vec<u8> {
    let signature = p256::ecdsa::Signature::from_slice(&case.signature.0).unwrap();
    let (r, s) = signature.split_scalars();
    p256::ecdsa::Signature::from_scalars(*r, -*s).unwrap().to_vec()
}

pub(crate) fn head() -> Vec<HeadCase> {
    let first = signed("the first push", 1);
    let mut other = first.clone();
    other.name = "the same with n - s for s, which is as valid".into();
    other.signature = Bytes(mirrored(&first));
    vec![first, other, signed("a later push", 4711)]
}

pub(crate) fn head_refused() -> Vec<HeadCase> {
    let case = |name: &str, change: fn(&mut HeadCase)| {
        let mut case = signed(name, 4711);
        change(&mut case);
        case
    };
    vec![
        case("a bit of r changed", |c| c.signature.0[0] ^= 1),
        case("a bit of s changed", |c| c.signature.0[63] ^= 1),
        case("another sequence", |c| c.sequence = c.sequence.next()),
        case("another link", |c| c.link.0[0] ^= 0x80),
        case("another patient", |c| c.patient = patient(OTHER_PATIENT)),
        case("another device", |c| c.device = device(SERVER)),
        case("another key", |c| c.spki = Bytes(spki(SERVER))),
        case("signature in DER instead of r||s", |c| {
            let signature = p256::ecdsa::Signature::from_slice(&c.signature.0).unwrap();
            c.signature = Bytes(signature.to_der().as_bytes().to_vec());
        }),
        case("one byte short", |c| c.signature.0.truncate(63)),
        case("one byte more", |c| c.signature.0.push(0)),
        case("all zero", |c| c.signature = Bytes(vec![0; 64])),
        case("empty", |c| c.signature.0.clear()),
        case("a key without its last byte", |c| c.spki.0.truncate(90)),
    ]
}
