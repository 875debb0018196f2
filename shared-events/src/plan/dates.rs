//! Dates that come again by a rule: every so many days, weeks, months or years, in cycles, or in steps of a taper.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{At, Day, SlotId};
use crate::{
    amount::Amount,
    json::{Fields, Read, reads},
    moment::date,
    sorted::{SortedMap, SortedSet},
};

/// Slots on dates that come again by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dates {
    /// Which dates.
    pub on: On,
    /// The slots of such a date by their ids, which survive edits of the plan.
    pub slots: SortedMap<SlotId, DaySlot>,
    /// Ends after so many dates of the calendar, the first day counted; `None`: it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<i64>,
    /// Ends after so many doses that were due since the start, taken or not; `None`: it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<i64>,
}

reads!(Dates { on, slots, days, count });

/// One slot of a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DaySlot {
    /// When.
    pub at: At,
    /// How far before or after the meal, minutes.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub minutes: i64,
    /// How much, where it differs from the treatment's dose.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dose: Option<Amount>,
}

reads!(DaySlot { at, minutes = 0, dose });

/// Which dates; all count from the schedule's first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// `{"every": 2}`: every other day.
    Days(Every),
    /// `{"every": 2, "weekdays": ["mon"]}`: ISO weeks; the first day's week is the first.
    Weeks(Every),
    /// `{"days": [15, 31]}`: the first day's month is the first. In a short month its last day stands for the 29th to
    /// 31st.
    Months(Every),
    /// `{"month": 2, "days": [29]}`: the first day's year is the first.
    Years(Every),
    /// `{"every": 21, "days": [1, 8, 15]}`: a cycle of 21 dates; its day 1 is the schedule's first day.
    Cycle(Every),
    /// A taper: steps of dates, in their order. What no step covers is shown, never filled.
    Steps(Vec<Step>),
}

impl Read for On {
    fn read(text: &str) -> Option<Self> {
        let fields = Fields::of(text)?;
        Some(match fields.only()? {
            ("days", of) => Self::Days(Read::read(of)?),
            ("weeks", of) => Self::Weeks(Read::read(of)?),
            ("months", of) => Self::Months(Read::read(of)?),
            ("years", of) => Self::Years(Read::read(of)?),
            ("cycle", of) => Self::Cycle(Read::read(of)?),
            ("steps", of) => Self::Steps(Read::read(of)?),
            _ => return None,
        })
    }
}

/// How often dates come again. Each kind of [`On`] has its fields; what it does not know is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Every {
    /// In days, weeks, months or years; for a cycle its length.
    #[serde(skip_serializing_if = "is_one", default = "one")]
    pub every: i64,
    /// Of weeks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub weekdays: Option<SortedSet<Day>>,
    /// Of years, 1 to 12.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub month: Option<i64>,
    /// Of months and years from 1 to 31, of cycles from 1 to their length.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub days: Vec<i64>,
}

reads!(Every { every = 1, weekdays, month, days = Vec::new() });

/// One step of a taper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// First day.
    #[serde(deserialize_with = "date")]
    pub from: NaiveDate,
    /// Last day.
    #[serde(deserialize_with = "date")]
    pub to: NaiveDate,
    /// How much at which of the rule's slots; the others have no dose in this step.
    pub doses: SortedMap<SlotId, Amount>,
}

reads!(Step { from, to, doses });

fn one() -> i64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_one(n: &i64) -> bool {
    *n == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}
