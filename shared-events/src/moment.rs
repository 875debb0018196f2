//! Instants and dates as they stand in JSON: RFC 3339, read strictly. By hand, as phones would load all of chrono's
//! formats for these two; written they are by chrono itself.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::{Deserialize as _, Deserializer};

/// For a field that is an instant.
pub(crate) fn instant<'de, D: Deserializer<'de>>(d: D) -> Result<DateTime<FixedOffset>, D::Error> {
    read_instant(&String::deserialize(d)?)
}

/// For a field that may be an instant; with `default`, it may be absent, too.
pub(crate) fn optional_instant<'de, D: Deserializer<'de>>(
    d: D,
) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    Option::<String>::deserialize(d)?.map(|text| read_instant(&text)).transpose()
}

fn read_instant<E: serde::de::Error>(text: &str) -> Result<DateTime<FixedOffset>, E> {
    parse_instant(text).ok_or_else(|| E::custom("write an instant as RFC 3339: 2026-11-21T08:00:00+01:00"))
}

/// For a field that is a date.
pub(crate) fn date<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
    read_date(&String::deserialize(d)?)
}

/// For a field that may be a date; with `default`, it may be absent, too.
pub(crate) fn optional_date<'de, D: Deserializer<'de>>(d: D) -> Result<Option<NaiveDate>, D::Error> {
    Option::<String>::deserialize(d)?.map(|text| read_date(&text)).transpose()
}

fn read_date<E: serde::de::Error>(text: &str) -> Result<NaiveDate, E> {
    parse_date(text).ok_or_else(|| E::custom("write a date as 2026-11-21"))
}

/// `2026-11-21`; `None` for anything else, and for a date that no calendar has.
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    if text.len() == 10 { date_of(text) } else { None }
}

fn date_of(text: &str) -> Option<NaiveDate> {
    let year = i32::try_from(number(text, 0, 4)?).ok()?;
    let dashes = byte(text, 4)? == b'-' && byte(text, 7)? == b'-';
    if dashes { NaiveDate::from_ymd_opt(year, number(text, 5, 2)?, number(text, 8, 2)?) } else { None }
}

/// `2026-11-21T08:00:00.25+01:00`, or with `Z`. A leap second is a second 60, as chrono has it.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<FixedOffset>> {
    let date = date_of(text)?;
    if !matches!(byte(text, 10)?, b'T' | b't') || byte(text, 13)? != b':' || byte(text, 16)? != b':' {
        return None;
    }
    let (hour, minute, second) = (number(text, 11, 2)?, number(text, 14, 2)?, number(text, 17, 2)?);
    let rest = text.get(19..)?;
    let (nanos, zone) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let kept = digits.min(9);
            let scale = 10_u32.pow(9 - u32::try_from(kept).ok()?);
            (number(rest, 0, kept)? * scale, rest.get(digits..)?)
        }
    };
    let leap = u32::from(second == 60);
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second - leap, nanos + leap * 1_000_000_000)?;
    let offset = FixedOffset::east_opt(offset_s(zone)?)?;
    // Not by a duration: that is elapsed time, which a leap second is part of.
    let utc = date.and_time(time).checked_sub_offset(offset)?;
    Some(DateTime::from_naive_utc_and_offset(utc, offset))
}

/// Seconds east of UTC.
fn offset_s(zone: &str) -> Option<i32> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match byte(zone, 0)? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (number(zone, 1, 2)?, number(zone, 4, 2)?);
    let fits = zone.len() == 6 && byte(zone, 3)? == b':' && hours < 24 && minutes < 60;
    fits.then(|| i32::try_from(hours * 3600 + minutes * 60).ok()).flatten().map(|s| sign * s)
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// A number of exactly so many digits; at least one.
fn number(text: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + digits).filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0_u32, |n, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T08:00",
            "2026-11-21 08:00:00Z",
            "2026-11-21T08:00:00",
            "2026-11-21T08:00:00.Z",
            "2026-11-21T08:00:00+0100",
            "2026-11-21T08:00:00+01:00x",
            "2026-11-21T24:00:00Z",
            "2026-11-21T08:61:00Z",
            "2026-02-30T08:00:00Z",
            "2026-11-21T08:00:00+24:00",
            "2026-11-21T08:00:00é",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
        for text in ["", "2026-11", "2026-11-31", "2026/11/21", "26-11-21", "2026-11-21 ", "+2026-11-21"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_leap_second_reads_as_chrono_reads_it() {
        for text in ["2016-12-31T23:59:60.5Z", "2017-01-01T00:59:60+01:00", "2016-12-31T23:58:60-00:01"] {
            let read = parse_instant(text);
            assert_eq!(read, DateTime::parse_from_rfc3339(text).ok());
            assert!(read.is_some_and(|at| at.timestamp_subsec_nanos() >= 1_000_000_000), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_instant_reads_as_chrono_writes_it(
            seconds in -62_135_596_800_i64..253_402_300_800,
            nanos in prop_oneof![Just(0_u32), 0..1_000_000_000_u32],
            east_min in -1_439..1_440_i32,
        ) {
            let utc = DateTime::from_timestamp(seconds, nanos).unwrap();
            let at = utc.with_timezone(&FixedOffset::east_opt(east_min * 60).unwrap());
            prop_assume!((0..=9999).contains(&chrono::Datelike::year(&at)));
            prop_assert_eq!(parse_instant(&at.to_rfc3339()), Some(at));
            let json = serde_json::to_string(&at).unwrap();
            prop_assert_eq!(parse_instant(json.trim_matches('"')), Some(at));
        }

        #[test]
        fn a_date_reads_as_chrono_writes_it(days in -719_162_i64..2_932_897) {
            let date = DateTime::from_timestamp(days * 86_400, 0).unwrap().date_naive();
            prop_assert_eq!(parse_date(&date.to_string()), Some(date));
        }

        #[test]
        fn what_it_reads_chrono_reads_the_same(text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,12})?(Z|[+-][0-2][0-9]:[0-5][0-9])") {
            if let Some(read) = parse_instant(&text) {
                prop_assert_eq!(Some(read), DateTime::parse_from_rfc3339(&text).ok());
            }
        }
    }
}
