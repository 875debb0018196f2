//! Vectors of what is counted and named: clock, order, key, shard, padding.

use rivulet_tests::vectors::file::{Bytes, HlcCase, KeyIdCase, OrderCase, PaddingCase, ShardCase};
use shared_events::ids::{Hlc, PatientId};
use shared_events::record;

use crate::people::{OTHER_PATIENT, PATIENT, START_MS, key, patient};

pub(crate) fn hlc() -> Vec<HlcCase> {
    let case = |name: &str, milliseconds: u64, counter: u16| {
        let hex = Hlc(milliseconds << 16 | u64::from(counter));
        HlcCase { name: name.into(), milliseconds, counter, hex, next: Hlc(hex.0 + 1) }
    };
    vec![
        case("1970", 0, 0),
        case("one millisecond", 1, 0),
        case("a morning in 2026", START_MS, 0),
        case("hex digits above nine are lower-case", 0xabc_def0, 0xfeed),
        case("a full counter carries into the milliseconds", START_MS, 0xffff),
        case("a phone in 2099", 4_070_908_800_000, 3),
        case("the last millisecond", (1 << 48) - 1, 0xfffe),
    ]
}

pub(crate) fn order() -> Vec<OrderCase> {
    let case = |name: &str, recorded: u64, received_at: Option<u64>| OrderCase {
        name: name.into(),
        recorded_at: Hlc(recorded),
        received_at,
        order: received_at.map_or(Hlc(recorded), |ms| record::order(Hlc(recorded), ms)),
    };
    let at = |ms: u64, counter: u64| ms << 16 | counter;
    vec![
        case("no receipt yet", at(START_MS, 5), None),
        case("no receipt yet, a phone in 2099", at(4_070_908_800_000, 0), None),
        case("received later", at(START_MS, 5), Some(START_MS + 60_000)),
        case("received in the same millisecond", at(START_MS, 5), Some(START_MS)),
        case("the same millisecond, a full counter", at(START_MS, 0xffff), Some(START_MS)),
        case("one millisecond ahead of the server", at(START_MS + 1, 0), Some(START_MS)),
        case("a phone in 2099", at(4_070_908_800_000, 3), Some(START_MS)),
        case("a phone in 1999", at(915_148_800_000, 3), Some(START_MS)),
    ]
}

pub(crate) fn key_id() -> Vec<KeyIdCase> {
    let case = |name: &str, key: [u8; 32]| KeyIdCase {
        name: name.into(),
        key: Bytes(key.into()),
        id: record::key_id(&key),
    };
    vec![case("counting up", key()), case("all zero", [0; 32]), case("all ones", [0xff; 32])]
}

pub(crate) fn shard() -> Vec<ShardCase> {
    let case = |name: &str, patient: PatientId| ShardCase {
        name: name.into(),
        patient,
        shard: record::shard(patient),
    };
    let mut cases = vec![case("a patient", patient(PATIENT)), case("another", patient(OTHER_PATIENT))];
    // Further ones until the lowest and the highest shard are among them.
    for n in 0_u16.. {
        let next = case("a patient", patient(&format!("00000000-0000-4000-8000-00000000{n:04x}")));
        let (shard, seen) = (next.shard, |s| cases.iter().any(|c: &ShardCase| c.shard == s));
        if (shard == 0 || shard == 63) && !seen(shard) {
            cases.push(ShardCase { name: format!("shard {shard}"), ..next });
        }
        if cases.iter().any(|c| c.shard == 0) && cases.iter().any(|c| c.shard == 63) {
            break;
        }
    }
    cases
}

pub(crate) fn padding() -> Vec<PaddingCase> {
    [(1, Some(128)), (127, Some(128)), (128, Some(128)), (129, Some(256)), (300, Some(384))]
        .into_iter()
        .chain([(65_408, Some(65_408)), (65_409, Some(65_536)), (65_536, Some(65_536)), (65_537, None)])
        .map(|(length, padded)| PaddingCase { name: format!("{length} bytes"), length, padded })
        .collect()
}
