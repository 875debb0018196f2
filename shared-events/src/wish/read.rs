//! What is filled in, read as the plan that it is.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::{
    Field, Often, StepWish, Wish, Wrong,
    typed::{date, digits, number, parts, time},
};
use crate::{
    amount::{Amount, Decimal},
    plan::{
        After, AsNeeded, At, Dates, DaySlot, Every, Form, Hours, Medicine, On, Rule, Schedule, Slot, SlotId,
        Step, Times, WallClock, Window,
    },
    schedule::PlanRule,
    sorted::SortedMap,
};

impl Wish {
    /// The medicine; what it looks like goes by its unit.
    ///
    /// # Errors
    /// It has no name.
    pub fn medicine(&self) -> Result<Medicine, Wrong> {
        let form = match self.unit.as_str() {
            "{tablet}" => Form::Tablet,
            "{capsule}" => Form::Capsule,
            "{sachet}" => Form::Sachet,
            "{drop}" => Form::Drops,
            _ => Form::Other,
        };
        let name = self.name.trim();
        if name.is_empty() {
            return Err(Wrong::Breaks(Field::Name, PlanRule::Empty));
        }
        Ok(Medicine { name: name.to_owned(), strength: None, form })
    }

    /// How much each time.
    ///
    /// # Errors
    /// It is no number, or nothing.
    pub fn dose(&self) -> Result<Amount, Wrong> {
        let dose = self.amount_of(&self.amount).ok_or(Wrong::NotANumber(Field::Amount))?;
        if dose.value.is_zero() {
            return Err(Wrong::Breaks(Field::Amount, PlanRule::NothingAllowed));
        }
        Ok(dose)
    }

    /// When; `instant` says when the patient's clock shows something.
    ///
    /// # Errors
    /// The first field that cannot be read, or breaks a rule.
    pub fn schedule(
        &self,
        instant: &dyn Fn(NaiveDateTime) -> Option<DateTime<FixedOffset>>,
    ) -> Result<Schedule, Wrong> {
        let start = date(Field::Start, &self.start)?;
        let end = if self.end.trim().is_empty() { None } else { Some(date(Field::End, &self.end)?) };
        let rule = match self.often {
            Often::EveryFewHours => Rule::Hours(Box::new(self.hours(start, instant)?)),
            Often::WhenNeeded => Rule::AsNeeded(Box::new(self.as_needed()?)),
            _ => self.dates(start)?,
        };
        let schedule = Schedule { start, end, clock: WallClock::Floating, rule };
        schedule.check().map_err(|error| Wrong::of(&error))?;
        Ok(schedule)
    }

    fn hours(
        &self,
        start: NaiveDate,
        instant: &dyn Fn(NaiveDateTime) -> Option<DateTime<FixedOffset>>,
    ) -> Result<Hours, Wrong> {
        let at = time(Field::FirstTime, &self.first_time)?;
        let from = instant(start.and_time(at)).ok_or(Wrong::NotATime(Field::FirstTime))?;
        let is_all_day = self.opens.is_empty() && self.closes.is_empty();
        let window = || -> Result<Window, Wrong> {
            Ok(Window {
                opens: time(Field::Window, &self.opens)?,
                closes: time(Field::Window, &self.closes)?,
            })
        };
        Ok(Hours {
            hours: number(Field::Every, &self.every)?,
            from,
            after: if self.follows_taken { After::Taken } else { After::Planned },
            window: if is_all_day { None } else { Some(window()?) },
            days: None,
            count: None,
        })
    }

    fn as_needed(&self) -> Result<AsNeeded, Wrong> {
        let given = |field, text: &str| {
            if text.trim().is_empty() { Ok(None) } else { number(field, text).map(Some) }
        };
        let gap_hours = given(Field::Gap, &self.gap_hours)?;
        Ok(AsNeeded {
            gap_minutes: gap_hours.map(|hours| hours.saturating_mul(60)),
            daily_doses: given(Field::Daily, &self.daily)?,
            ..AsNeeded::default()
        })
    }

    /// At times of some dates. What older builds can read is said as they read it.
    fn dates(&self, start: NaiveDate) -> Result<Rule, Wrong> {
        let times: Vec<At> = self
            .times
            .iter()
            .map(|time| time.read().ok_or(Wrong::NotATime(Field::Times)))
            .collect::<Result<_, _>>()?;
        if (1..times.len()).any(|n| times[..n].contains(&times[n])) {
            return Err(Wrong::Twice(Field::Times));
        }
        let weekdays = || Some(self.weekdays.clone());
        let plain = |every| Every { every, weekdays: None, month: None, days: Vec::new() };
        let every = || number(Field::Every, &self.every);
        let on = match self.often {
            Often::OnWeekdays => On::Weeks(Every { weekdays: weekdays(), ..plain(every()?) }),
            Often::EveryFewDays => On::Days(plain(every()?)),
            Often::Monthly => On::Months(Every { days: self.days()?, ..plain(every()?) }),
            Often::Yearly => {
                let days = vec![i64::from(start.day())];
                On::Years(Every { month: Some(i64::from(start.month())), days, ..plain(every()?) })
            }
            Often::InCycles => On::Cycle(Every { days: self.days()?, ..plain(every()?) }),
            Often::InSteps => On::Steps(self.steps(times.len())?),
            Often::EveryDay | Often::EveryFewHours | Often::WhenNeeded => On::Days(plain(1)),
        };
        let on_clock: Option<Vec<NaiveTime>> =
            times.iter().map(|at| if let At::Clock(time) = at { Some(*time) } else { None }).collect();
        let weekly = match &on {
            On::Days(of) if of.every == 1 => Some(None),
            On::Weeks(of) if of.every == 1 => Some(of.weekdays.clone()),
            _ => None,
        };
        if let Some((times, weekdays)) = on_clock.zip(weekly) {
            let slots = times.into_iter().map(|at| Slot { at, dose: None });
            return Ok(Rule::Times(Times { slots: slot_ids().zip(slots).collect(), weekdays }));
        }
        let slots = times.into_iter().map(|at| DaySlot { at, minutes: 0, dose: None });
        Ok(Rule::Dates(Box::new(Dates {
            on,
            slots: slot_ids().zip(slots).collect(),
            days: None,
            count: None,
        })))
    }

    fn steps(&self, slots: usize) -> Result<Vec<Step>, Wrong> {
        let step = |step: &StepWish| {
            let dose = self.amount_of(&step.amount).ok_or(Wrong::NotANumber(Field::Steps))?;
            let (from, to) = (date(Field::Steps, &step.from)?, date(Field::Steps, &step.to)?);
            let doses: SortedMap<_, _> = slot_ids().take(slots).map(|slot| (slot, dose.clone())).collect();
            Ok(Step { from, to, doses })
        };
        self.steps.iter().map(step).collect()
    }

    /// `1-14, 20`
    fn days(&self) -> Result<Vec<i64>, Wrong> {
        let wrong = Wrong::NotANumber(Field::Days);
        let mut days = Vec::new();
        for part in self.days.split([',', ';', '،', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
            let (first, last) = (number(Field::Days, first)?, number(Field::Days, last)?);
            if first > last || last > 1000 {
                return Err(wrong);
            }
            days.extend(first..=last);
        }
        Ok(days)
    }

    fn amount_of(&self, text: &str) -> Option<Amount> {
        let text = parts(&digits(text));
        // In "1,000" nobody knows whether a thousand is meant or one.
        let (whole, places) = text.split_once(['.', ',', '٫', '٬']).unwrap_or((&text, ""));
        if places.len() == 3 && whole != "0" {
            return None;
        }
        let value: Decimal = text.replace([',', '٫'], ".").parse().ok()?;
        Some(Amount { value, unit: self.unit.clone() })
    }
}

/// The names of a plan's slots, in their order.
fn slot_ids() -> impl Iterator<Item = SlotId> {
    // Two digits, so that they sort as they count.
    (1..).map(|n: u32| SlotId(format!("{n:02}")))
}
