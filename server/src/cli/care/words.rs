//! Warnings of a decision, in words.

use shared_events::{decide::Warning, schedule};

/// What to think of.
pub(super) fn words(warning: &Warning) -> String {
    match warning {
        Warning::AsNeeded(_, schedule::Warning::TooSoon { earliest }) => {
            format!("sooner after another dose than the plan allows; from {earliest} on it is not")
        }
        Warning::AsNeeded(_, schedule::Warning::TooMuchOnDate) => {
            "more than the plan allows on a day".to_owned()
        }
        Warning::AsNeeded(_, schedule::Warning::TooMuchIn24Hours) => {
            "more than the plan allows in 24 hours".to_owned()
        }
        Warning::AsNeeded(_, schedule::Warning::OtherUnit) => {
            "doses in another unit than the daily maximum: they cannot be added up".to_owned()
        }
        Warning::Early { planned_at, .. } => format!("planned for {planned_at}"),
        Warning::AlreadyLogged { entry, .. } => format!("this dose is logged already, by {entry}"),
        Warning::Paused(_) => "the treatment is paused then".to_owned(),
        Warning::Stopped(_) => "the treatment is stopped then".to_owned(),
        Warning::NotKnown(_) => "no prescription of this treatment is known".to_owned(),
        Warning::NotUnderstood(_) => "its plan is of a later version than this build knows".to_owned(),
    }
}
