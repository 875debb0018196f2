//! Packs the time zones of `chrono-tz` into the table that phone and server read:
//! `cargo run --release -p shared-events --example pack_zones shared-events/src/schedule/zone/zones.bin`.

use std::{collections::BTreeMap, env, error::Error, fs};

use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::{IANA_TZDB_VERSION, TZ_VARIANTS, Tz};

/// No zone changes its clock twice within this time (seconds).
const STEP: i64 = 6 * 3600;
/// 2100-01-01: where the source's table ends.
const END: i64 = 4_102_444_800;

fn main() -> Result<(), Box<dyn Error>> {
    let to = env::args().nth(1).ok_or("name the file to write")?;
    let mut names = Vec::new();
    let mut numbers = Vec::new();
    let mut tables: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut in_order = Vec::new();
    let mut zones: Vec<Tz> = TZ_VARIANTS.to_vec();
    zones.sort_by_key(|zone| zone.name());
    for zone in zones {
        names.push(zone.name());
        let table = pack(zone)?;
        let number = *tables.entry(table).or_insert_with_key(|table| {
            in_order.push(table.clone());
            in_order.len() - 1
        });
        numbers.push(u16::try_from(number)?);
    }
    let mut packed = format!("{IANA_TZDB_VERSION}\n{}\n\n", names.join("\n")).into_bytes();
    packed.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    for table in in_order {
        packed.extend(u16::try_from(table.len())?.to_le_bytes());
        packed.extend(table);
    }
    fs::write(to, packed)?;
    Ok(())
}

/// The first offset, then each change: how long after the one before, and the offset from then on.
fn pack(zone: Tz) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut offsets = vec![offset(zone, 0)];
    let (mut steps, mut last, mut at) = (Vec::new(), 0, 0);
    while at < END {
        let probe = at + STEP;
        let here = offset(zone, at);
        if offset(zone, probe) == here {
            at = probe;
            continue;
        }
        let (mut before, mut after) = (at, probe);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if offset(zone, middle) == here { before = middle } else { after = middle }
        }
        let new = offset(zone, after);
        let known = offsets.iter().position(|old| *old == new).unwrap_or_else(|| {
            offsets.push(new);
            offsets.len() - 1
        });
        steps.push((after - last, known));
        (last, at) = (after, after);
    }
    let mut packed = vec![u8::try_from(offsets.len())?];
    for offset in offsets {
        number(&mut packed, u64::try_from(offset + 86_400)?);
    }
    for (seconds, offset) in steps {
        let seconds = u64::try_from(seconds)?;
        packed.push(u8::try_from(offset)?);
        if seconds % 900 == 0 {
            number(&mut packed, seconds / 900 * 2)
        } else {
            number(&mut packed, seconds * 2 + 1)
        }
    }
    Ok(packed)
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn number(packed: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        packed.push(number as u8 & 127 | 128);
        number >>= 7;
    }
    packed.push(number as u8);
}

fn offset(zone: Tz, at: i64) -> i64 {
    let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into()
}
