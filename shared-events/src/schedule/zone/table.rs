//! The packed table. Text first: the version of the database, then a name a line, then an empty line. After it the
//! number of each zone's clock (two bytes), then the clocks: their length in bytes (two bytes), the count of their
//! offsets, the offsets (seconds east, plus a day), and for each change the number of the new offset and the time since
//! the change before: twice the quarters of an hour, or twice the seconds and one. Numbers are written seven bits a
//! byte, the lowest first; lengths and numbers of two bytes begin with the lower one.

use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!("zones.bin");

/// More zones than the database has.
const ZONES_MAX: usize = 700;

/// From an instant on (seconds since 1970) the clocks are `offset` seconds ahead of UTC.
pub(super) struct Change {
    pub(super) from: i64,
    pub(super) offset: i32,
}

/// All changes of a zone, ascending; the first holds from the beginning of time. Unpacked when first asked for.
pub(super) fn changes(zone: u16) -> &'static [Change] {
    static UNPACKED: [OnceLock<Vec<Change>>; ZONES_MAX] = [const { OnceLock::new() }; ZONES_MAX];
    let unpacked = UNPACKED.get(usize::from(zone));
    unpacked.map_or(&[], |unpacked| unpacked.get_or_init(|| unpack(zone).unwrap_or_default()))
}

pub(super) fn version() -> &'static str {
    text().lines().next().unwrap_or_default()
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    text().lines().skip(1)
}

/// The text, and where it ends.
fn text() -> &'static str {
    static TEXT: OnceLock<&str> = OnceLock::new();
    TEXT.get_or_init(|| {
        let end = PACKED.windows(2).position(|two| two == b"\n\n").unwrap_or_default();
        PACKED.get(..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    })
}

/// `None` for a number that no zone has, or if the table is broken, which a test rules out.
fn unpack(zone: u16) -> Option<Vec<Change>> {
    let mut rest = PACKED.get(text().len() + 2..)?;
    let mut clocks = rest.get(names().count() * 2..)?;
    rest = rest.get(usize::from(zone) * 2..)?;
    for _ in 0..two_bytes(&mut rest)? {
        let length = two_bytes(&mut clocks)?;
        clocks = clocks.get(length.into()..)?;
    }
    let length = two_bytes(&mut clocks)?;
    let mut clock = clocks.get(..length.into())?;
    let mut offsets = Vec::new();
    for _ in 0..byte(&mut clock)? {
        offsets.push(i32::try_from(number(&mut clock)?).ok()? - 86_400);
    }
    let mut changes = vec![Change { from: i64::MIN, offset: *offsets.first()? }];
    let mut from = 0;
    while let Some(offset) = byte(&mut clock) {
        let step = number(&mut clock)?;
        from += if step % 2 == 0 { step / 2 * 900 } else { step / 2 };
        changes.push(Change { from, offset: *offsets.get(usize::from(offset))? });
    }
    Some(changes)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn two_bytes(rest: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes([byte(rest)?, byte(rest)?]))
}

fn number(rest: &mut &[u8]) -> Option<i64> {
    let (mut number, mut shift) = (0, 0_u32);
    loop {
        let byte = byte(rest)?;
        number |= i64::from(byte & 127).checked_shl(shift)?;
        shift += 7;
        if byte < 128 {
            return Some(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Offset as _, TimeZone as _};
    use chrono_tz::{IANA_TZDB_VERSION, TZ_VARIANTS, Tz};

    use super::*;
    use crate::schedule::zone::Zone;

    /// 1970 to 2099 in seconds.
    const YEARS: std::ops::Range<i64> = 0..4_102_444_800;

    fn expected(zone: Tz, at: i64) -> i32 {
        let at = DateTime::from_timestamp(at, 0).unwrap().naive_utc();
        zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
    }

    #[test]
    fn the_packed_table_is_that_of_chrono_tz() {
        assert_eq!(version(), IANA_TZDB_VERSION, "pack the table anew, see examples/pack_zones.rs");
        assert_eq!(names().count(), TZ_VARIANTS.len());
        assert!(names().count() <= ZONES_MAX);
        for theirs in TZ_VARIANTS {
            let ours: Zone = theirs.name().parse().unwrap();
            assert_eq!(ours.name(), theirs.name());
            let every_week = YEARS.step_by(7 * 86_400);
            let around = changes(ours.0).iter().skip(1).flat_map(|change| [change.from - 1, change.from]);
            for at in every_week.chain(around) {
                assert_eq!(ours.offset_seconds(at), expected(theirs, at), "{} at {at}", theirs.name());
            }
        }
    }

    #[test]
    fn what_no_zone_is_called_is_refused() {
        for name in ["", "Mars/Olympus", "europe/berlin", "\n", "2025b"] {
            assert!(name.parse::<Zone>().is_err(), "{name:?}");
        }
    }
}
