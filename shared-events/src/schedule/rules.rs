//! Which rules of a schedule are refused, and why.

use super::{
    check::{PlanError, PlanRule, says_something},
    count::MOST,
    dates::days_of_month,
};
use crate::{
    plan::{After, AsNeeded, At, Dates, Every, Hours, On, Rule, Schedule, SlotId, Step, Times},
    sorted::SortedSet,
};

type Checked = Result<(), PlanError>;

/// More days, weeks or hours than anyone plans; sums stay far from the end of the calendar.
const LARGEST: i64 = 100_000;
const DAY_MINUTES: i64 = 24 * 60;

/// `Ok` where a rule is kept.
fn keeps(kept: bool, field: &'static str, rule: PlanRule) -> Checked {
    if kept { Ok(()) } else { Err(PlanError::new(field, rule)) }
}

fn in_range(field: &'static str, number: Option<i64>, most: i64, rule: PlanRule) -> Checked {
    keeps(number.is_none_or(|number| (1..=most).contains(&number)), field, rule)
}

impl Schedule {
    /// Whether a rule can be followed from this schedule's first day to its last.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn check_rule(&self, rule: &Rule) -> Result<(), PlanError> {
        match rule {
            Rule::Times(times) => check_times(times),
            Rule::Dates(dates) => {
                check_slots(dates)?;
                in_range("schedule.rule.dates.days", dates.days, LARGEST, PlanRule::OutOfRange)?;
                in_range("schedule.rule.dates.count", dates.count, MOST, PlanRule::TooMany)?;
                match &dates.on {
                    On::Days(every) => check_every("schedule.rule.dates.on.days", every, Fields::default()),
                    On::Weeks(every) => {
                        let none = every.weekdays.as_ref().is_none_or(SortedSet::is_empty);
                        keeps(!none, "schedule.rule.dates.on.weeks.weekdays", PlanRule::NoWeekday)?;
                        let fields = Fields { weekdays: true, ..Fields::default() };
                        check_every("schedule.rule.dates.on.weeks", every, fields)
                    }
                    On::Months(every) => {
                        let fields = Fields { days: Some(31), ..Fields::default() };
                        check_every("schedule.rule.dates.on.months", every, fields)
                    }
                    On::Years(every) => {
                        let month = every.month.and_then(|month| u32::try_from(month).ok());
                        let month = month.filter(|month| (1..=12).contains(month));
                        keeps(month.is_some(), "schedule.rule.dates.on.years.month", PlanRule::NoSuchDay)?;
                        let days = month.map(|month| days_of_month(month, true));
                        let fields = Fields { month: true, days, ..Fields::default() };
                        check_every("schedule.rule.dates.on.years", every, fields)
                    }
                    On::Cycle(every) => {
                        let fields = Fields { days: Some(every.every), ..Fields::default() };
                        check_every("schedule.rule.dates.on.cycle", every, fields)
                    }
                    On::Steps(steps) => self.check_steps(dates, steps),
                }
            }
            Rule::Hours(hours) => check_hours(hours),
            Rule::AsNeeded(as_needed) => check_as_needed(as_needed),
        }
    }

    fn check_steps(&self, dates: &Dates, steps: &[Step]) -> Checked {
        const STEPS: &str = "schedule.rule.dates.on.steps";
        const DOSES: &str = "schedule.rule.dates.on.steps.doses";
        keeps(!steps.is_empty(), STEPS, PlanRule::NoDates)?;
        let mut before = None;
        for step in steps {
            keeps(step.from <= step.to, "schedule.rule.dates.on.steps.to", PlanRule::EndsBeforeStart)?;
            let follows = before.is_none_or(|before| before < step.from);
            keeps(follows, "schedule.rule.dates.on.steps.from", PlanRule::StepsOutOfOrder)?;
            let inside = self.start <= step.from && self.end.is_none_or(|end| step.to <= end);
            keeps(inside, STEPS, PlanRule::OutsidePlan)?;
            keeps(!step.doses.is_empty(), DOSES, PlanRule::NoSlots)?;
            for (slot, dose) in step.doses.iter() {
                keeps(dates.slots.contains_key(slot), DOSES, PlanRule::UnknownSlot)?;
                says_something("schedule.rule.dates.on.steps.doses.unit", &dose.unit)?;
            }
            before = Some(step.to);
        }
        Ok(())
    }
}

fn check_times(times: &Times) -> Checked {
    const SLOTS: &str = "schedule.rule.times.slots";
    keeps(!times.slots.is_empty(), SLOTS, PlanRule::NoSlots)?;
    let no_day = times.weekdays.as_ref().is_some_and(SortedSet::is_empty);
    keeps(!no_day, "schedule.rule.times.weekdays", PlanRule::NoWeekday)?;
    times.slots.iter().try_for_each(|(SlotId(id), slot)| {
        says_something(SLOTS, id)?;
        let unit = slot.dose.as_ref().map_or("{unit}", |d| &d.unit);
        says_something("schedule.rule.times.slots.dose.unit", unit)
    })
}

fn check_slots(dates: &Dates) -> Checked {
    const SLOTS: &str = "schedule.rule.dates.slots";
    keeps(!dates.slots.is_empty(), SLOTS, PlanRule::NoSlots)?;
    dates.slots.iter().try_for_each(|(SlotId(id), slot)| {
        says_something(SLOTS, id)?;
        let unit = slot.dose.as_ref().map_or("{unit}", |d| &d.unit);
        says_something("schedule.rule.dates.slots.dose.unit", unit)?;
        let most = if let At::Clock(_) = slot.at { 0 } else { DAY_MINUTES };
        let fits = (0..=most).contains(&slot.minutes);
        let rule = if most == 0 { PlanRule::NotOfThisRule } else { PlanRule::NotAnOffset };
        keeps(fits, "schedule.rule.dates.slots.minutes", rule)
    })
}

/// What a kind of rule knows besides `every`.
#[derive(Default)]
struct Fields {
    weekdays: bool,
    month: bool,
    /// The last of its days.
    days: Option<i64>,
}

/// What a kind of rule does not know must not stand there: it would be a dose on a day that nobody meant.
fn check_every(field: &'static str, every: &Every, fields: Fields) -> Checked {
    in_range(field, Some(every.every), LARGEST, PlanRule::OutOfRange)?;
    let foreign = (every.weekdays.is_some() && !fields.weekdays)
        || (every.month.is_some() && !fields.month)
        || (!every.days.is_empty() && fields.days.is_none());
    keeps(!foreign, field, PlanRule::NotOfThisRule)?;
    let Some(last) = fields.days else { return Ok(()) };
    keeps(!every.days.is_empty(), field, PlanRule::NoDates)?;
    keeps(every.days.iter().all(|day| (1..=last).contains(day)), field, PlanRule::NoSuchDay)
}

fn check_hours(hours: &Hours) -> Checked {
    in_range("schedule.rule.hours.hours", Some(hours.hours), LARGEST, PlanRule::OutOfRange)?;
    in_range("schedule.rule.hours.days", hours.days, LARGEST, PlanRule::OutOfRange)?;
    in_range("schedule.rule.hours.count", hours.count, MOST, PlanRule::TooMany)?;
    let can_count = hours.count.is_none() || hours.after == After::Planned;
    keeps(can_count, "schedule.rule.hours.count", PlanRule::CannotCount)?;
    let Some(window) = &hours.window else { return Ok(()) };
    keeps(window.opens != window.closes, "schedule.rule.hours.window", PlanRule::NoWindow)?;
    let fits = hours.hours < 24 || hours.after == After::Taken;
    keeps(fits, "schedule.rule.hours.hours", PlanRule::LongerThanADay)
}

fn check_as_needed(as_needed: &AsNeeded) -> Checked {
    let from = as_needed.gap_minutes.unwrap_or(0);
    keeps((0..=LARGEST).contains(&from), "schedule.rule.as_needed.gap_minutes", PlanRule::NotAGap)?;
    let ascends = as_needed.gap_to_minutes.is_none_or(|to| (from..=LARGEST).contains(&to));
    keeps(ascends, "schedule.rule.as_needed.gap_to_minutes", PlanRule::NotAGap)?;
    let doses = as_needed.daily_doses;
    in_range("schedule.rule.as_needed.daily_doses", doses, LARGEST, PlanRule::OutOfRange)?;
    let Some(most) = &as_needed.daily_amount else { return Ok(()) };
    says_something("schedule.rule.as_needed.daily_amount.unit", &most.unit)?;
    keeps(!most.value.is_zero(), "schedule.rule.as_needed.daily_amount", PlanRule::NothingAllowed)
}
