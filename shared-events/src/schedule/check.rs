//! Which plans are refused, and why. A plan may be refused, a fact never.

use serde::Serialize;

use crate::{
    plan::{Schedule, WallClock},
    schedule::Zone,
};

/// A plan that cannot be: which field, and what it must be instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct PlanError {
    /// The field's path, such as `schedule.clock.home`.
    pub field: &'static str,
    /// What it breaks.
    pub rule: PlanRule,
}

/// What a field of a plan must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PlanRule {
    /// Nothing but white space.
    #[error("write something here")]
    Empty,
    /// The zone is not in this build's table.
    #[error("choose a time zone by its IANA name, such as Europe/Berlin")]
    UnknownZone,
    /// No weekday is chosen.
    #[error("choose at least one weekday, or every day")]
    NoWeekday,
    /// No time of the day is given.
    #[error("give at least one time of the day")]
    NoSlots,
    /// The last day lies before the first.
    #[error("the end must not lie before the start")]
    EndsBeforeStart,
    /// No date is given: a cycle without days, a month without days, a taper without steps.
    #[error("give at least one date")]
    NoDates,
    /// Zero, or less, or more than anyone means.
    #[error("give a whole number from 1 to 100000")]
    OutOfRange,
    /// A count that nobody can follow up.
    #[error("give a whole number from 1 to 10000")]
    TooMany,
    /// The 30th of February, or day 22 of a cycle of 21.
    #[error("there is no such day in it")]
    NoSuchDay,
    /// A field that this kind of rule does not have.
    #[error("leave this out: this kind of rule does not have it")]
    NotOfThisRule,
    /// A taper's steps overlap, or do not follow each other.
    #[error("each step must begin after the one before it ends")]
    StepsOutOfOrder,
    /// A taper's step is not wholly within the plan.
    #[error("it must lie between the first and the last day of the plan")]
    OutsidePlan,
    /// An amount for a slot that the rule does not have.
    #[error("name a slot of the rule")]
    UnknownSlot,
    /// A window of no length.
    #[error("the window must close at another time than it opens")]
    NoWindow,
    /// Within a window hours start anew each day.
    #[error("with a window, give fewer than 24 hours")]
    LongerThanADay,
    /// Of hours after the last dose taken only the next dose is known.
    #[error("leave this out: doses that follow the last one taken cannot be counted ahead")]
    CannotCount,
    /// Less than nothing.
    #[error("it must not be negative, nor greater than the upper end")]
    NotAGap,
    /// An offset from a meal.
    #[error("give whole minutes from 0 to 1440")]
    NotAnOffset,
    /// No amount at all.
    #[error("give more than nothing")]
    NothingAllowed,
    /// A second prescription of one treatment would rename its doses.
    #[error("there is a treatment with this id: change it, or prescribe another one")]
    Exists,
    /// No prescription of it holds.
    #[error(
        "name a treatment that was prescribed, a task that was assigned, or an appointment that was made"
    )]
    Unknown,
    /// The care team prescribed it.
    #[error("the care team prescribed it: only they can change it")]
    NotOwn,
    /// Under its name it is in the record of what was taken.
    #[error("a medicine that is prescribed keeps its name: stop it, and prescribe the other one")]
    PrescribedAnew,
    /// It was called off.
    #[error("it was called off: make another one")]
    CalledOff,
    /// It was stopped, so that nothing of it is planned any more.
    #[error("it was stopped: prescribe it anew")]
    Stopped,
    /// Nothing is paused then.
    #[error("it is not paused then")]
    NotPaused,
    /// A change of nothing.
    #[error("say what changes")]
    NothingChanges,
    /// An event that is not in this record.
    #[error("name an entry of this record")]
    NoEntry,
    /// Nothing is known of the patient's meals.
    #[error("say when the patient has breakfast, lunch, dinner and her bedtime")]
    NoMeals,
}

impl PlanError {
    pub(crate) fn new(field: &'static str, rule: PlanRule) -> Self {
        Self { field, rule }
    }
}

/// `Ok` for text that says something.
pub(crate) fn says_something(field: &'static str, text: &str) -> Result<(), PlanError> {
    if text.trim().is_empty() { Err(PlanError::new(field, PlanRule::Empty)) } else { Ok(()) }
}

/// A zone by its IANA name. One that is not known is refused: UTC in silence would be doses at wrong hours.
pub(crate) fn zone(field: &'static str, name: &str) -> Result<Zone, PlanError> {
    name.parse().map_err(|_| PlanError::new(field, PlanRule::UnknownZone))
}

impl Schedule {
    /// Whether this plan can be followed.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.end.is_some_and(|end| end < self.start) {
            return Err(PlanError::new("schedule.end", PlanRule::EndsBeforeStart));
        }
        self.home_zone()?;
        self.check_rule(&self.rule)
    }

    /// The zone whose wall clock the plan follows; `None`: the patient's.
    pub(crate) fn home_zone(&self) -> Result<Option<Zone>, PlanError> {
        match &self.clock {
            WallClock::Floating => Ok(None),
            WallClock::Home(name) => zone("schedule.clock.home", name).map(Some),
        }
    }
}
