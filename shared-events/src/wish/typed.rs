//! Numbers, dates and times as people type them.

use chrono::{NaiveDate, NaiveTime};

use super::{Field, Wrong};
use crate::{amount::Decimal, moment::parse_date, plan::parse_hour_minute};

/// How much: `1`, `2,5`, `½`.
pub(super) fn value_of(text: &str) -> Option<Decimal> {
    let text = parts(&digits(text));
    // In "1,000" nobody knows whether a thousand is meant or one.
    let (whole, places) = text.split_once(['.', ',', '٫', '٬']).unwrap_or((&text, ""));
    if places.len() == 3 && whole != "0" {
        return None;
    }
    text.replace([',', '٫'], ".").parse().ok()
}

/// Whole minutes of so many hours: `4`, `1,5`, `1:20`.
pub(super) fn minutes(hours: &str) -> Option<i64> {
    let text = digits(hours);
    if let Some((hours, minutes)) = text.split_once(':') {
        let minutes: i64 = minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
        return Some(hours.parse::<i64>().ok()?.saturating_mul(60).saturating_add(minutes));
    }
    let value = value_of(&text)?;
    let (whole, part) = value.as_str().split_once('.').unwrap_or((value.as_str(), ""));
    let hundredths: i64 = match part.len() {
        0 => 0,
        1 => part.parse::<i64>().ok()? * 10,
        2 => part.parse().ok()?,
        _ => return None,
    };
    let is_whole = hundredths * 60 % 100 == 0;
    is_whole.then_some(whole.parse::<i64>().ok()?.saturating_mul(60).saturating_add(hundredths * 60 / 100))
}

/// Halves and quarters as they are typed, as decimals: `½`, `1½`, `1/2`.
fn parts(text: &str) -> String {
    const PARTS: [(&str, &str); 6] =
        [("½", "5"), ("1/2", "5"), ("¼", "25"), ("1/4", "25"), ("¾", "75"), ("3/4", "75")];
    for (part, decimals) in PARTS {
        if let Some(whole) = text.strip_suffix(part) {
            let whole = whole.trim();
            // What stands before a fraction of two digits is apart from it: "11/2" is no half.
            if whole.is_empty() || (part.chars().count() == 1 && whole.chars().all(|c| c.is_ascii_digit())) {
                return format!("{}.{decimals}", if whole.is_empty() { "0" } else { whole });
            }
        }
    }
    text.to_owned()
}

/// Digits as they are typed in Arabic, as those that numbers are kept in.
fn digits(text: &str) -> String {
    let latin = |c: char| match c {
        '٠'..='٩' => char::from_digit(u32::from(c) - u32::from('٠'), 10).unwrap_or(c),
        '۰'..='۹' => char::from_digit(u32::from(c) - u32::from('۰'), 10).unwrap_or(c),
        c => c,
    };
    text.trim().chars().map(latin).collect()
}

pub(super) fn number(field: Field, text: &str) -> Result<i64, Wrong> {
    digits(text).parse().map_err(|_| Wrong::NotANumber(field))
}

/// What may be left out, where it is not.
pub(super) fn given<T>(text: &str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Result<Option<T>, Wrong> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

pub(super) fn date(field: Field, text: &str) -> Result<NaiveDate, Wrong> {
    parse_date(text.trim()).ok_or(Wrong::NotADate(field))
}

pub(super) fn time(field: Field, text: &str) -> Result<NaiveTime, Wrong> {
    parse_hour_minute(text.trim()).ok_or(Wrong::NotATime(field))
}
