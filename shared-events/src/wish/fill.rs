//! A plan that is there, filled in: for a form that changes it.

use chrono::FixedOffset;

use super::{Often, StepWish, Time, TimeWish, Wish};
use crate::{
    amount::Amount,
    plan::{After, DaySlot, Every, On, Rule, Schedule, Slot, Step, Window, hour_minute},
};

impl Wish {
    /// A plan that is there, filled in: `None` where this form cannot say all of it.
    #[must_use]
    pub fn of(name: &str, dose: &Amount, schedule: &Schedule) -> Option<Self> {
        let mut wish = Self {
            name: name.to_owned(),
            amount: dose.value.as_str().to_owned(),
            unit: dose.unit.clone(),
            end: schedule.end.map(|end| end.to_string()).unwrap_or_default(),
            ..Self::new(schedule.start)
        };
        wish.fill_in(&schedule.rule);
        let offset = if let Rule::Hours(hours) = &schedule.rule { *hours.from.offset() } else { utc() };
        let says = wish.schedule(&|local| local.and_local_timezone(offset).earliest()).ok()?;
        let same = Schedule { rule: says.rule, ..schedule.clone() };
        (same == *schedule).then_some(wish)
    }

    fn fill_in(&mut self, rule: &Rule) {
        let text = |number: i64| number.to_string();
        let given = |number: Option<i64>| number.map(text).unwrap_or_default();
        match rule {
            Rule::Times(times) => {
                let time = |slot: &Slot| TimeWish {
                    amount: typed_amount(slot.dose.as_ref()),
                    ..TimeWish::at(Time::Clock(hour_minute(slot.at)))
                };
                self.times = times.slots.values().map(time).collect();
                self.every = text(1);
                if let Some(weekdays) = &times.weekdays {
                    (self.often, self.weekdays) = (Often::OnWeekdays, weekdays.clone());
                }
            }
            Rule::Dates(dates) => {
                let time = |slot: &DaySlot| TimeWish {
                    at: Time::of(&slot.at),
                    minutes: if slot.minutes == 0 { String::new() } else { text(slot.minutes) },
                    amount: typed_amount(slot.dose.as_ref()),
                };
                self.times = dates.slots.values().map(time).collect();
                (self.for_days, self.for_doses) = (given(dates.days), given(dates.count));
                let mut every = |often, every: &Every| {
                    self.often = often;
                    self.every = text(every.every);
                    self.days = every.days.iter().map(|day| text(*day)).collect::<Vec<_>>().join(", ");
                };
                match &dates.on {
                    On::Days(of) if of.every == 1 => every(Often::EveryDay, of),
                    On::Days(of) => every(Often::EveryFewDays, of),
                    On::Weeks(of) => {
                        every(Often::OnWeekdays, of);
                        self.weekdays = of.weekdays.clone().unwrap_or_default();
                    }
                    On::Months(of) => every(Often::Monthly, of),
                    On::Years(of) => every(Often::Yearly, of),
                    On::Cycle(of) => every(Often::InCycles, of),
                    On::Steps(steps) => {
                        self.often = Often::InSteps;
                        let amount = |step: &Step, slot| typed_amount(step.doses.get(slot));
                        let wish = |step: &Step| StepWish {
                            from: step.from.to_string(),
                            to: step.to.to_string(),
                            amounts: dates.slots.keys().map(|slot| amount(step, slot)).collect(),
                        };
                        self.steps = steps.iter().map(wish).collect();
                    }
                }
            }
            Rule::Hours(hours) => {
                self.often = Often::EveryFewHours;
                self.every = text(hours.hours);
                self.follows_taken = hours.after == After::Taken;
                self.first_time = hour_minute(hours.from.time());
                (self.for_days, self.for_doses) = (given(hours.days), given(hours.count));
                if let Some(Window { opens, closes }) = &hours.window {
                    (self.opens, self.closes) = (hour_minute(*opens), hour_minute(*closes));
                }
            }
            Rule::AsNeeded(rule) => {
                self.often = Often::WhenNeeded;
                let hours = |minutes: Option<i64>| minutes.map(hours_of).unwrap_or_default();
                (self.gap_hours, self.gap_to_hours) = (hours(rule.gap_minutes), hours(rule.gap_to_minutes));
                self.daily = given(rule.daily_doses);
                self.daily_amount = typed_amount(rule.daily_amount.as_ref());
            }
        }
    }
}

/// An amount as it is typed; that it is of another unit is found out when the form is read again.
fn typed_amount(amount: Option<&Amount>) -> String {
    amount.map(|amount| amount.value.as_str().to_owned()).unwrap_or_default()
}

/// Minutes as hours: `4`, `1:20`.
fn hours_of(minutes: i64) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    if minutes == 0 { hours.to_string() } else { format!("{hours}:{minutes:02}") }
}

fn utc() -> FixedOffset {
    chrono::Offset::fix(&chrono::Utc)
}
