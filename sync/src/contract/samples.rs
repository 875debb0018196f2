//! Rows to store. No cryptography: a store does not look into what it holds.

use shared_events::{
    ids::{DeviceId, Generation, Hash, Hlc, LogId, Ordinal, Position, Sequence},
    record::{Link, Receipt, Record},
};
use uuid::Uuid;

use crate::{
    protocol::Cursor,
    store::{Outcome, Progress, StoredCheckpoint},
};

pub(super) const DEVICE: DeviceId = DeviceId(Uuid::from_u128(0x018f_3f5e_8f6a_4c62_9a4b_5a3f_0c1d_2e3f));
/// Sorts right behind [`DEVICE`].
pub(super) const NEIGHBOUR: DeviceId = DeviceId(Uuid::from_u128(0x018f_3f5e_8f6a_4c62_9a4b_5a3f_0c1d_2e40));

#[allow(clippy::expect_used, reason = "samples are small numbers")]
pub(super) fn sequence(number: u64) -> Sequence {
    Sequence::new(number).expect("a small number")
}

#[allow(clippy::expect_used, reason = "samples are small numbers")]
pub(super) fn receipt(number: u64) -> Receipt {
    Receipt {
        ordinal: Ordinal::new(number).expect("a small number"),
        position: Position::new(number * 3).expect("a small number"),
        order: Hlc::at_ms(1_700_000_000_000 + number),
        received_ms: 1_700_000_000_000 + number,
        stream: hash(number),
    }
}

pub(super) fn hash(number: u64) -> Hash {
    let mut bytes = [0xa5; 32];
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Hash(bytes)
}

/// Row `number` of a device; `salt` makes another row of the same place.
pub(super) fn row_with(device: DeviceId, number: u64, salt: u8) -> Record {
    let body = (0..=255).chain([salt, 0, 255]).collect();
    Record {
        // The header's bytes are what is hashed: spaces, escapes and other scripts must survive.
        header: format!("{{ \"f\":1, \"salt\":{salt},\t\"text\":\"\\u00e9 é 薬 🩺\", \"n\":{number} }}"),
        body,
        link: Link { device, sequence: sequence(number), previous: hash(number - 1) },
        receipt: None,
    }
}

pub(super) fn row(number: u64) -> Record {
    row_with(DEVICE, number, 0)
}

pub(super) fn rows(numbers: std::ops::RangeInclusive<u64>) -> Vec<Record> {
    numbers.map(row).collect()
}

pub(super) fn logged(number: u64) -> (Sequence, Outcome) {
    (sequence(number), Outcome::Logged { receipt: receipt(number), elsewhere: None })
}

pub(super) fn quarantined(number: u64) -> (Sequence, Outcome) {
    (sequence(number), Outcome::Quarantined { reason: "it does not \"parse\" – é".to_owned() })
}

/// Progress with all events up to `through` held.
#[allow(clippy::expect_used, reason = "samples are small numbers")]
pub(super) fn progress(through: u64) -> Progress {
    let ordinal = |number| Ordinal::new(number).expect("a small number");
    Progress {
        pages_after: through / 2,
        cursor: Cursor {
            log: LogId(Uuid::from_u128(9)),
            generation: Generation::new(1).expect("a small number"),
            base: ordinal(1),
            standing: ordinal(1),
            low: Ordinal::ZERO,
            through: ordinal(through),
            stream: hash(through),
        },
        low_received_ms: 1_700_000_000_000,
    }
}

pub(super) fn checkpoint(frame: &[u8], parts: &[(&str, u8)]) -> StoredCheckpoint {
    let part = |(name, byte): &(&str, u8)| ((*name).to_owned(), vec![*byte]);
    StoredCheckpoint { frame: frame.to_vec(), parts: parts.iter().map(part).collect() }
}
