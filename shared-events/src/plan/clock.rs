//! Times of the day as they are written. By hand, as phones would load all of chrono's formats for this one.

use chrono::{NaiveTime, Timelike as _};

/// A time of the day as it is written: `08:05`.
#[must_use]
pub fn hour_minute(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Reads `08:05`; `None` for anything else.
#[must_use]
pub fn parse_hour_minute(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str| {
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if is_number { digits.parse().ok() } else { None }
    };
    NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)
}

/// For a field that is a time of the day.
pub(crate) mod as_text {
    use chrono::NaiveTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(time: &NaiveTime, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&super::hour_minute(*time))
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(d)?;
        let parsed = super::parse_hour_minute(&text);
        parsed.ok_or_else(|| D::Error::custom("a time is written 00:00 to 23:59"))
    }
}
