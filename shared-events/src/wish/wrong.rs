//! What of a form is wrong, and where a person wrote it.

use crate::schedule::{PlanError, PlanRule};

/// A field of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Field {
    Name,
    Strength,
    Amount,
    Times,
    Weekdays,
    Every,
    Days,
    FirstTime,
    Window,
    Steps,
    Gap,
    Daily,
    Start,
    End,
    HowLong,
}

/// What of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wrong {
    /// It is no number.
    NotANumber(Field),
    /// It is no date.
    NotADate(Field),
    /// It is no time of the day.
    NotATime(Field),
    /// The same stands there twice.
    Twice(Field),
    /// It breaks a rule of plans.
    Breaks(Field, PlanRule),
}

impl Wrong {
    /// Where it is.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            Self::NotANumber(field)
            | Self::NotADate(field)
            | Self::NotATime(field)
            | Self::Twice(field)
            | Self::Breaks(field, _) => field,
        }
    }

    /// What a plan breaks, at the field where a person wrote it.
    #[must_use]
    pub fn of(error: &PlanError) -> Self {
        let field = error.field;
        let at = if field.starts_with("medicine.strength") {
            Field::Strength
        } else if field.starts_with("medicine") {
            Field::Name
        } else if field.ends_with(".count")
            || matches!(field, "schedule.rule.dates.days" | "schedule.rule.hours.days")
        {
            Field::HowLong
        } else if field.contains(".slots") || error.rule == PlanRule::NoMeals {
            Field::Times
        } else if field.ends_with("weekdays") {
            Field::Weekdays
        } else if field.contains("steps") {
            Field::Steps
        } else if field.ends_with("window") {
            Field::Window
        } else if field.contains(".gap_") {
            Field::Gap
        } else if field.contains("daily") {
            Field::Daily
        } else if field == "schedule.end" {
            Field::End
        } else if matches!(error.rule, PlanRule::NoDates | PlanRule::NoSuchDay) {
            Field::Days
        } else if field.starts_with("schedule.rule") {
            Field::Every
        } else {
            Field::Amount
        };
        Self::Breaks(at, error.rule)
    }
}
