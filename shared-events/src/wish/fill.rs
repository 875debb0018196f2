//! A plan that is there, filled in: for a form that changes it.

use chrono::FixedOffset;

use super::{Often, StepWish, Time, Wish};
use crate::{
    amount::Amount,
    plan::{After, Every, On, Rule, Schedule, Step, Window, hour_minute},
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
        match rule {
            Rule::Times(times) => {
                self.times = times.slots.values().map(|slot| Time::Clock(hour_minute(slot.at))).collect();
                self.every = text(1);
                if let Some(weekdays) = &times.weekdays {
                    (self.often, self.weekdays) = (Often::OnWeekdays, weekdays.clone());
                }
            }
            Rule::Dates(dates) => {
                self.times = dates.slots.values().map(|slot| Time::of(&slot.at)).collect();
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
                        let amount = |step: &Step| {
                            step.doses.values().next().map(|dose| dose.value.as_str().to_owned())
                        };
                        let wish = |step: &Step| StepWish {
                            from: step.from.to_string(),
                            to: step.to.to_string(),
                            amount: amount(step).unwrap_or_default(),
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
                if let Some(Window { opens, closes }) = &hours.window {
                    (self.opens, self.closes) = (hour_minute(*opens), hour_minute(*closes));
                }
            }
            Rule::AsNeeded(rule) => {
                self.often = Often::WhenNeeded;
                self.gap_hours = rule.gap_minutes.map(|minutes| text(minutes / 60)).unwrap_or_default();
                self.daily = rule.daily_doses.map(text).unwrap_or_default();
            }
        }
    }
}

fn utc() -> FixedOffset {
    chrono::Offset::fix(&chrono::Utc)
}
