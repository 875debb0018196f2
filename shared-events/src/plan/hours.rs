//! Every so many hours: elapsed time, whatever clocks do.

use chrono::{DateTime, FixedOffset, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clock::as_text;
use crate::{json::reads, moment::instant};

/// A dose every so many hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hours {
    /// Elapsed hours from dose to dose.
    pub hours: i64,
    /// The first dose; no dose is before it. With a window the first is that of its doses which comes next.
    #[serde(deserialize_with = "instant")]
    pub from: DateTime<FixedOffset>,
    /// What the hours count from.
    #[serde(default)]
    pub after: After,
    /// The part of the day in which doses are; `None`: all of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub window: Option<Window>,
    /// Ends after so many dates of the calendar, the first day counted; `None`: it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<i64>,
    /// Ends after so many doses that were due since the start, taken or not; `None`: it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<i64>,
}

reads!(Hours { hours, from, after = After::Planned, window, days, count });

/// What the hours of a plan count from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// From the first dose; with a window, from its opening, each day anew.
    #[default]
    Planned,
    /// From the last dose that was taken; only the next one is known.
    Taken,
}

/// A part of the day on the plan's clock, such as 08:00 to 22:00. Both ends are in it. It lies over midnight where it
/// closes before it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Window {
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub opens: NaiveTime,
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub closes: NaiveTime,
}
