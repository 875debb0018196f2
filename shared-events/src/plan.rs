//! What a care team plans: a medicine, how much of it, and when. The model of schedules is our own and small; FHIR
//! Timing and iCalendar are for the edges.

use chrono::{NaiveDate, NaiveTime, Timelike as _, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    amount::Amount,
    ids::EventId,
    moment::{date, optional_date},
    sorted::{SortedMap, SortedSet},
};

/// A medicine as a person knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Medicine {
    /// "Dexamethasone"
    pub name: String,
    /// What one unit of it holds: 2 mg.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strength: Option<Amount>,
    /// What it looks like; chooses the picture.
    #[serde(default)]
    pub form: Form,
}

/// What a medicine looks like. What a build does not know is shown as [`Form::Other`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Form {
    Tablet,
    Capsule,
    Sachet,
    Drops,
    Lotion,
    #[default]
    #[serde(other)]
    Other,
}

/// When doses are planned. Dates are inclusive on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// First day; all its slots are planned.
    #[serde(deserialize_with = "date")]
    pub start: NaiveDate,
    /// Last day; `None`: until it is stopped.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "optional_date")]
    pub end: Option<NaiveDate>,
    /// Whose wall clock.
    #[serde(default)]
    pub clock: WallClock,
    /// Which times.
    pub rule: Rule,
}

/// Whose wall clock a plan follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WallClock {
    /// The patient's, wherever she is.
    #[default]
    Floating,
    /// That of one zone (IANA name), wherever she is.
    Home(String),
}

/// The rule of a schedule. Further rules (every N hours, cycles, tapers, as needed) come as further variants, in a
/// version of their own that must be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// At times of the clock, every day or on chosen weekdays.
    Times(Times),
}

/// Times of the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// The day's slots by their ids, which survive edits of the plan.
    pub slots: SortedMap<SlotId, Slot>,
    /// The weekdays; `None`: every day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub weekdays: Option<SortedSet<Day>>,
}

/// Name of a slot within a treatment, such as `morning`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SlotId(pub String);

/// One slot of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// Wall-clock time, `08:00`.
    #[serde(with = "hour_minute")]
    #[schemars(with = "String")]
    pub at: NaiveTime,
    /// How much, where it differs from the treatment's dose.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dose: Option<Amount>,
}

/// A day of the week, in JSON `mon` … `sun`; ordered from Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

/// Which dose of a treatment is meant. Two entries with one key speak of one dose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoseKey {
    /// A planned slot of a local date.
    Planned {
        /// The date that the patient's calendar showed (the plan's zone for a home-zone plan).
        #[serde(deserialize_with = "date")]
        date: NaiveDate,
        /// Which slot.
        slot: SlotId,
        /// 1 where the date line made the date come twice, else 0.
        #[serde(skip_serializing_if = "is_zero", default)]
        repeat: u8,
    },
    /// The n-th of an interval, counted from its anchor.
    Interval {
        /// The event that the interval counts from.
        anchor: EventId,
        /// From 0.
        n: u64,
    },
    /// No planned dose: the entry itself is the key.
    AsNeeded,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u8) -> bool {
    *n == 0
}

/// A time of the day as it is written: `08:05`. By hand, as phones would load all of chrono's formats for this one.
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

mod hour_minute {
    use chrono::NaiveTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&super::hour_minute(*time))
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(d)?;
        let parsed = super::parse_hour_minute(&text);
        parsed.ok_or_else(|| D::Error::custom("a time is written 00:00 to 23:59"))
    }
}
