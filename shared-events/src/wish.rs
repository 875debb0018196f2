//! A medicine as a person fills it in, field by field, and the plan that this is. What was filled in stays as it was
//! typed until it can be read; whatever cannot be read, or breaks a rule of plans, names its field.

use chrono::NaiveDate;

use crate::{
    plan::{At, Day, Meal, hour_minute, parse_hour_minute},
    sorted::SortedSet,
};

mod fill;
mod read;
mod typed;
mod wrong;

pub use wrong::{Field, Wrong};

/// How often a dose comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Often {
    EveryDay,
    OnWeekdays,
    EveryFewDays,
    Monthly,
    Yearly,
    InCycles,
    EveryFewHours,
    InSteps,
    WhenNeeded,
}

impl Often {
    /// All, as they are offered.
    pub const ALL: [Self; 9] = [
        Self::EveryDay,
        Self::OnWeekdays,
        Self::WhenNeeded,
        Self::EveryFewDays,
        Self::EveryFewHours,
        Self::InCycles,
        Self::InSteps,
        Self::Monthly,
        Self::Yearly,
    ];

    /// Whether it has times of the day.
    #[must_use]
    pub fn has_times(self) -> bool {
        !matches!(self, Self::EveryFewHours | Self::WhenNeeded)
    }
}

/// A time of the day, and how much then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeWish {
    /// When.
    pub at: Time,
    /// How long before or after the meal, minutes; empty: no time.
    pub minutes: String,
    /// How much then; empty: as much as each time.
    pub amount: String,
}

/// By the clock, or by a meal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Time {
    /// As it was typed, `08:00`.
    Clock(String),
    Before(Meal),
    With(Meal),
    After(Meal),
}

impl TimeWish {
    /// As much as each time.
    #[must_use]
    pub fn at(at: Time) -> Self {
        Self { at, minutes: String::new(), amount: String::new() }
    }
}

impl Time {
    fn read(&self) -> Option<At> {
        Some(match self {
            Self::Clock(text) => At::Clock(parse_hour_minute(text)?),
            Self::Before(meal) => At::Before(*meal),
            Self::With(meal) => At::With(*meal),
            Self::After(meal) => At::After(*meal),
        })
    }

    fn of(at: &At) -> Self {
        match at {
            At::Clock(time) => Self::Clock(hour_minute(*time)),
            At::Before(meal) => Self::Before(*meal),
            At::With(meal) => Self::With(*meal),
            At::After(meal) => Self::After(*meal),
        }
    }
}

/// A step of a taper, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StepWish {
    pub from: String,
    pub to: String,
    /// How much at each of the times; empty: nothing then.
    pub amounts: Vec<String>,
}

/// All that is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The medicine's name.
    pub name: String,
    /// What one of it holds, if anyone says so.
    pub strength: String,
    /// UCUM, such as `mg`.
    pub strength_unit: String,
    /// How much each time.
    pub amount: String,
    /// UCUM, such as `{tablet}`.
    pub unit: String,
    /// What it is for.
    pub purpose: String,
    /// How often; of the fields below those count that belong to it.
    pub often: Often,
    /// When on such a day.
    pub times: Vec<TimeWish>,
    /// On which days of the week.
    pub weekdays: SortedSet<Day>,
    /// Every so many days, weeks, months, years or hours; the length of a cycle.
    pub every: String,
    /// Days of the month or of the cycle: `1-14, 20`.
    pub days: String,
    /// Hours count from the last dose that was taken, not from the one that was planned.
    pub follows_taken: bool,
    /// Of every so many hours: the first time.
    pub first_time: String,
    /// Of every so many hours: from when to when, if not all day.
    pub opens: String,
    /// See `opens`.
    pub closes: String,
    /// Of a taper.
    pub steps: Vec<StepWish>,
    /// As needed: at least so many hours between two.
    pub gap_hours: String,
    /// As needed: of "every 4 to 6 hours" the 6.
    pub gap_to_hours: String,
    /// As needed: at most so many a day.
    pub daily: String,
    /// As needed: at most so much a day, in the unit.
    pub daily_amount: String,
    /// The first day.
    pub start: String,
    /// The last day; empty: there is none.
    pub end: String,
    /// It ends after so many days; empty: it does not.
    pub for_days: String,
    /// It ends after so many doses; empty: it does not.
    pub for_doses: String,
}

impl Wish {
    /// An empty form, from a day on.
    #[must_use]
    pub fn new(today: NaiveDate) -> Self {
        Self {
            name: String::new(),
            strength: String::new(),
            strength_unit: "mg".to_owned(),
            amount: "1".to_owned(),
            unit: "{tablet}".to_owned(),
            purpose: String::new(),
            often: Often::EveryDay,
            times: vec![TimeWish::at(Time::Clock("08:00".to_owned()))],
            weekdays: SortedSet::default(),
            every: "2".to_owned(),
            days: "1".to_owned(),
            follows_taken: false,
            first_time: "08:00".to_owned(),
            opens: String::new(),
            closes: String::new(),
            steps: vec![StepWish { from: today.to_string(), ..StepWish::default() }],
            gap_hours: String::new(),
            gap_to_hours: String::new(),
            daily: String::new(),
            daily_amount: String::new(),
            start: today.to_string(),
            end: String::new(),
            for_days: String::new(),
            for_doses: String::new(),
        }
    }

    /// Takes a time of the day out, with what the steps say of it.
    pub fn remove_time(&mut self, n: usize) {
        if n < self.times.len() {
            self.times.remove(n);
        }
        for step in self.steps.iter_mut().filter(|step| n < step.amounts.len()) {
            step.amounts.remove(n);
        }
    }
}
