//! Which plans are refused, and why. A plan may be refused, a fact never.

use serde::Serialize;

use crate::{
    plan::{Rule, Schedule, Times, WallClock},
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
    #[error("the last day must not lie before the first")]
    EndsBeforeStart,
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
        match &self.rule {
            Rule::Times(times) => check_times(times),
        }
    }

    /// The zone whose wall clock the plan follows; `None`: the patient's.
    pub(crate) fn home_zone(&self) -> Result<Option<Zone>, PlanError> {
        match &self.clock {
            WallClock::Floating => Ok(None),
            WallClock::Home(name) => zone("schedule.clock.home", name).map(Some),
        }
    }
}

fn check_times(times: &Times) -> Result<(), PlanError> {
    if times.slots.is_empty() {
        return Err(PlanError::new("schedule.rule.times.slots", PlanRule::NoSlots));
    }
    if times.weekdays.as_ref().is_some_and(crate::sorted::SortedSet::is_empty) {
        return Err(PlanError::new("schedule.rule.times.weekdays", PlanRule::NoWeekday));
    }
    times.slots.iter().try_for_each(|(id, slot)| {
        says_something("schedule.rule.times.slots", &id.0)?;
        let unit = slot.dose.as_ref().map_or("{unit}", |d| &d.unit);
        says_something("schedule.rule.times.slots.dose.unit", unit)
    })
}
