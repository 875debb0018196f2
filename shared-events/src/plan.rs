//! What a care team plans: a medicine, how much of it, and when. The model of schedules is our own and small; FHIR
//! Timing and iCalendar are for the edges.

use chrono::{NaiveDate, NaiveTime, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    amount::Amount,
    ids::EventId,
    json::{Fields, Read, reads},
    moment::{date, optional_date},
    sorted::{SortedMap, SortedSet},
};

mod as_needed;
pub(crate) mod clock;
mod dates;
mod hours;
mod meals;

pub use as_needed::AsNeeded;
pub use clock::{hour_minute, parse_hour_minute};
pub use dates::{Dates, DaySlot, Every, On, Step};
pub use hours::{After, Hours, Window};
pub use meals::{At, Meal, Meals};

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

reads!(Medicine { name, strength, form = Form::Other });

/// What a medicine is called, put right. Strength and form are not read: a pack of another strength is another medicine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct MedicineName {
    pub name: String,
}

reads!(MedicineName { name });

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

reads!(Schedule { start, end, clock = WallClock::Floating, rule });

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

/// The rule of a schedule. All that came after [`Rule::Times`] stands within variants of its own, with its own bounds:
/// a build that does not know one cannot read the plan at all, and shows it as "update before taking".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// At times of the clock, every day or on chosen weekdays.
    Times(Times),
    /// At times of the clock or of meals, on dates that come again by a rule.
    Dates(Box<Dates>),
    /// Every so many hours.
    Hours(Box<Hours>),
    /// When it is needed; nothing is planned.
    AsNeeded(Box<AsNeeded>),
}

impl Read for Rule {
    fn read(text: &str) -> Option<Self> {
        let fields = Fields::of(text)?;
        Some(match fields.only()? {
            ("times", of) => Self::Times(Read::read(of)?),
            ("dates", of) => Self::Dates(Read::read(of)?),
            ("hours", of) => Self::Hours(Read::read(of)?),
            ("as_needed", of) => Self::AsNeeded(Read::read(of)?),
            _ => return None,
        })
    }
}

impl Rule {
    /// The ids of its slots; an interval and what is as needed have none.
    #[must_use]
    pub fn slots(&self) -> Vec<&SlotId> {
        match self {
            Self::Times(times) => times.slots.keys().collect(),
            Self::Dates(dates) => dates.slots.keys().collect(),
            Self::Hours(_) | Self::AsNeeded(_) => Vec::new(),
        }
    }

    /// After how many dates, and after how many doses, it ends.
    pub(crate) fn bounds(&self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Dates(dates) => (dates.days, dates.count),
            Self::Hours(hours) => (hours.days, hours.count),
            Self::Times(_) | Self::AsNeeded(_) => (None, None),
        }
    }
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

reads!(Times { slots, weekdays });

/// Name of a slot within a treatment, such as `morning`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SlotId(pub String);

/// One slot of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// Wall-clock time, `08:00`.
    #[serde(with = "clock::as_text")]
    #[schemars(with = "String")]
    pub at: NaiveTime,
    /// How much, where it differs from the treatment's dose.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dose: Option<Amount>,
}

reads!(Slot { at, dose });

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

impl DoseKey {
    /// The date that its name has: that of a planned slot.
    #[must_use]
    pub const fn date(&self) -> Option<NaiveDate> {
        if let Self::Planned { date, .. } = self { Some(*date) } else { None }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u8) -> bool {
    *n == 0
}
