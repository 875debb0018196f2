//! What must hold for every record, whatever is in it.

#![allow(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use shared_events::ids::{DeviceId, EventId, Hash, Hlc, Ordinal, PatientId, Position, Sequence};
use shared_events::record::{
    Class, FORMAT, HEADER_LIMIT, Header, Link, PLAINTEXT_LIMIT, Receipt, Record, RecordError, SEAL_OVERHEAD,
    open, order, pad, seal, stream_hash,
};

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash)
}
fn uuid() -> impl Strategy<Value = uuid::Uuid> {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}
fn place() -> impl Strategy<Value = u64> {
    1..(1_u64 << 53)
}
fn link() -> impl Strategy<Value = Link> {
    (uuid(), place(), hash()).prop_map(|(device, sequence, previous)| Link {
        device: DeviceId(device),
        sequence: Sequence::new(sequence).unwrap(),
        previous,
    })
}
fn receipt() -> impl Strategy<Value = Receipt> {
    (place(), place(), any::<u64>(), 0..(1_u64 << 48), hash()).prop_map(
        |(ordinal, position, order, received_ms, stream)| Receipt {
            ordinal: Ordinal::new(ordinal).unwrap(),
            position: Position::new(position).unwrap(),
            order: Hlc(order),
            received_ms,
            stream,
        },
    )
}
fn header() -> impl Strategy<Value = Header> {
    let ids = (uuid(), uuid(), uuid());
    (ids, "\\PC{1,40}", any::<bool>(), any::<u64>(), hash(), hash()).prop_map(
        |((id, patient, device), kind, standing, recorded_at, key, body)| Header {
            f: FORMAT,
            id: EventId(id),
            patient: PatientId(patient),
            device: DeviceId(device),
            kind,
            version: "2026-11-21".into(),
            class: if standing { Class::Standing } else { Class::Occurrence },
            recorded_at: Hlc(recorded_at),
            key,
            body,
            enrols: None,
            revokes: None,
            fills: None,
        },
    )
}
/// Texts with quotes, backslashes, escapes that are no escapes, controls and letters of every width.
fn odd_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\\u0041",
            "\\/",
            "\\ud83d\\udc8a",
            "\"",
            "\\",
            "\u{2028}",
            "\0",
            "\r\n",
            "💊",
            "\\ud800"
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}
fn flipped(bytes: &[u8], bit: prop::sample::Index) -> Vec<u8> {
    let (mut bytes, bit) = (bytes.to_vec(), bit.index(bytes.len() * 8));
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}
fn flipped_uuid(id: uuid::Uuid, bit: prop::sample::Index) -> uuid::Uuid {
    uuid::Uuid::from_slice(&flipped(id.as_bytes(), bit)).unwrap()
}

proptest! {
    #[test]
    fn what_was_sealed_opens_to_itself_and_spaces(
        key: [u8; 32], nonce: [u8; 12], id in uuid(), patient in uuid(),
        plaintext in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let (id, patient) = (EventId(id), PatientId(patient));
        let body = seal(&key, nonce, id, patient, plaintext.clone()).unwrap();
        let opened = open(&key, id, patient, &body).unwrap();
        prop_assert_eq!(body.len(), opened.len() + SEAL_OVERHEAD);
        prop_assert_eq!(opened.len() % 128, 0);
        prop_assert!(opened.len() < plaintext.len() + 128);
        let (text, padding) = opened.split_at(plaintext.len());
        prop_assert_eq!(text, &plaintext[..]);
        prop_assert!(padding.iter().all(|b| *b == b' '));
    }

    #[test]
    fn one_changed_bit_of_body_id_patient_or_key_and_it_does_not_open(
        key: [u8; 32], nonce: [u8; 12], id in uuid(), patient in uuid(),
        plaintext in prop::collection::vec(any::<u8>(), 1..300), bit: prop::sample::Index,
    ) {
        let (event, of) = (EventId(id), PatientId(patient));
        let body = seal(&key, nonce, event, of, plaintext).unwrap();
        let closed = Err(RecordError::Sealed);
        prop_assert_eq!(open(&key, event, of, &flipped(&body, bit)), closed.clone());
        prop_assert_eq!(open(&key, EventId(flipped_uuid(id, bit)), of, &body), closed.clone());
        prop_assert_eq!(open(&key, event, PatientId(flipped_uuid(patient, bit)), &body), closed.clone());
        let other: [u8; 32] = flipped(&key, bit).try_into().unwrap();
        prop_assert_eq!(open(&other, event, of, &body), closed.clone());
        prop_assert_eq!(open(&key, event, of, &body[..bit.index(body.len())]), closed);
    }

    #[test]
    fn a_header_reads_as_it_was_written(header in header()) {
        prop_assert_eq!(Header::parse(&header.write().unwrap()).unwrap(), header);
    }

    #[test]
    fn fields_of_a_later_build_are_let_through(header in header(), name in "x[a-z]{1,8}", value in odd_text()) {
        let text = header.write().unwrap();
        let later = serde_json::json!({ "list": [1, null, value], "n": 1e300 });
        let text = format!("{},\"{name}\":{later}}}", &text[..text.len() - 1]);
        prop_assume!(text.len() <= HEADER_LIMIT);
        prop_assert_eq!(Header::parse(&text).unwrap(), header);
    }

    #[test]
    fn a_header_is_refused_above_its_limit_and_read_up_to_it(header in header(), over in 0_usize..3) {
        let text = header.write().unwrap();
        let filled = text.clone() + &" ".repeat(HEADER_LIMIT + over - text.len());
        let expected = if over == 0 { Ok(header) } else { Err(RecordError::HeaderTooLong(filled.len())) };
        prop_assert_eq!(Header::parse(&filled), expected);
    }

    #[test]
    fn a_link_depends_on_every_field(link in link(), patient in uuid(), event in hash(), bit: prop::sample::Index) {
        let place = PatientId(patient);
        let own = link.hash(place, &event);
        let flip = |h: Hash| Hash(flipped(&h.0, bit).try_into().unwrap());
        prop_assert_eq!(link.hash(place, &event), own);
        prop_assert_ne!(link.hash(PatientId(flipped_uuid(patient, bit)), &event), own);
        prop_assert_ne!(link.hash(place, &flip(event)), own);
        prop_assert_ne!(Link { previous: flip(link.previous), ..link }.hash(place, &event), own);
        prop_assert_ne!(Link { sequence: link.sequence.before(), ..link }.hash(place, &event), own);
        let device = DeviceId(flipped_uuid(link.device.0, bit));
        prop_assert_ne!(Link { device, ..link }.hash(place, &event), own);
    }

    #[test]
    fn a_stream_hash_depends_on_every_field(
        receipt in receipt(), patient in uuid(), before in hash(), link in hash(), bit: prop::sample::Index,
    ) {
        let of = PatientId(patient);
        let own = stream_hash(of, &before, &link, &receipt);
        let flip = |h: Hash| Hash(flipped(&h.0, bit).try_into().unwrap());
        let order = Hlc(receipt.order.0 ^ (1 << bit.index(64)));
        let changed = [
            Receipt { ordinal: receipt.ordinal.before(), ..receipt },
            Receipt { position: receipt.position.before(), ..receipt },
            Receipt { order, ..receipt },
            Receipt { received_ms: receipt.received_ms + 1, ..receipt },
        ];
        for receipt in changed {
            prop_assert_ne!(stream_hash(of, &before, &link, &receipt), own);
        }
        prop_assert_ne!(stream_hash(PatientId(flipped_uuid(patient, bit)), &before, &link, &receipt), own);
        prop_assert_ne!(stream_hash(of, &flip(before), &link, &receipt), own);
        prop_assert_ne!(stream_hash(of, &before, &flip(link), &receipt), own);
    }

    #[test]
    fn the_order_is_when_it_was_recorded_but_never_after_it_was_received(
        recorded: u64, received in 0..(1_u64 << 48), later in 0_u64..1000,
    ) {
        let last = Hlc(received << 16 | 0xffff);
        let found = order(Hlc(recorded), received);
        prop_assert!(found <= last && found.ms() <= received);
        prop_assert!(found == Hlc(recorded) || (found == last && recorded > last.0));
        prop_assert!(order(Hlc(recorded), (received + later).min((1 << 48) - 1)) >= found);
        prop_assert!(order(Hlc(recorded.saturating_add(later)), received) >= found);
    }

    #[test]
    fn a_record_travels_byte_for_byte(
        header in odd_text(), body in prop::collection::vec(any::<u8>(), 0..300), link in link(),
        receipt in prop::option::of(receipt()),
    ) {
        let record = Record { header, body, link, receipt };
        let wire = serde_json::to_string(&record).unwrap();
        let back: Record = serde_json::from_str(&wire).unwrap();
        prop_assert_eq!(back.header.as_bytes(), record.header.as_bytes());
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), wire);
        prop_assert_eq!(back, record);
    }
}

#[test]
fn a_plaintext_fills_64_kib_and_no_more() {
    assert_eq!(pad(vec![b'x'; PLAINTEXT_LIMIT]).unwrap().len(), PLAINTEXT_LIMIT);
    assert_eq!(pad(vec![b'x'; PLAINTEXT_LIMIT + 1]), Err(RecordError::PlaintextTooLong(PLAINTEXT_LIMIT + 1)));
}
