//! As needed: nothing is planned, but there can be too soon and too much.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{amount::Amount, json::reads};

/// What to warn about before a dose as needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AsNeeded {
    /// At least so many minutes between two doses. Of "every 4 to 6 hours" these are the 4, which warn.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gap_minutes: Option<i64>,
    /// Of "every 4 to 6 hours" the 6; shown only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gap_to_minutes: Option<i64>,
    /// At most so many doses on one date, and in any 24 hours.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub daily_doses: Option<i64>,
    /// At most so much on one date, and in any 24 hours.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub daily_amount: Option<Amount>,
}

reads!(AsNeeded { gap_minutes, gap_to_minutes, daily_doses, daily_amount });
