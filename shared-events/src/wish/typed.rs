//! Numbers, dates and times as people type them.

use chrono::{NaiveDate, NaiveTime};

use super::{Field, Wrong};
use crate::{moment::parse_date, plan::parse_hour_minute};

/// Halves and quarters as they are typed, as decimals: `½`, `1½`, `1/2`.
pub(super) fn parts(text: &str) -> String {
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
pub(super) fn digits(text: &str) -> String {
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

pub(super) fn date(field: Field, text: &str) -> Result<NaiveDate, Wrong> {
    parse_date(text.trim()).ok_or(Wrong::NotADate(field))
}

pub(super) fn time(field: Field, text: &str) -> Result<NaiveTime, Wrong> {
    parse_hour_minute(text.trim()).ok_or(Wrong::NotATime(field))
}
