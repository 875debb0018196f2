//! What is filled in, read as the plan that it is.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime};

use super::{
    Field, Often, StepWish, TimeWish, Wish, Wrong,
    typed::{date, given, minutes, number, time, value_of},
};
use crate::{
    amount::Amount,
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
        let strength = given(&self.strength, |text| some_of(Field::Strength, text, &self.strength_unit))?;
        Ok(Medicine { name: name.to_owned(), strength, form })
    }

    /// How much each time.
    ///
    /// # Errors
    /// It is no number, or nothing.
    pub fn dose(&self) -> Result<Amount, Wrong> {
        some_of(Field::Amount, &self.amount, &self.unit)
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
        let end = given(&self.end, |text| date(Field::End, text))?;
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
            days: how_long(&self.for_days)?,
            count: how_long(&self.for_doses)?,
        })
    }

    fn as_needed(&self) -> Result<AsNeeded, Wrong> {
        let gap = |text: &str| given(text, |hours| minutes(hours).ok_or(Wrong::NotANumber(Field::Gap)));
        Ok(AsNeeded {
            gap_minutes: gap(&self.gap_hours)?,
            gap_to_minutes: gap(&self.gap_to_hours)?,
            daily_doses: given(&self.daily, |text| number(Field::Daily, text))?,
            daily_amount: given(&self.daily_amount, |text| amount(Field::Daily, text, &self.unit))?,
        })
    }

    /// At times of some dates. What older builds can read is said as they read it.
    fn dates(&self, start: NaiveDate) -> Result<Rule, Wrong> {
        let slots = self.times.iter().map(|time| self.slot(time)).collect::<Result<Vec<DaySlot>, _>>()?;
        let same = |a: &DaySlot, b: &DaySlot| a.at == b.at && a.minutes == b.minutes;
        if (1..slots.len()).any(|n| slots[..n].iter().any(|before| same(before, &slots[n]))) {
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
            Often::InSteps => On::Steps(self.steps(slots.len())?),
            Often::EveryDay | Often::EveryFewHours | Often::WhenNeeded => On::Days(plain(1)),
        };
        let (days, count) = (how_long(&self.for_days)?, how_long(&self.for_doses)?);
        let on_clock: Option<Vec<Slot>> = slots
            .iter()
            .map(|slot| match slot.at {
                At::Clock(at) => Some(Slot { at, dose: slot.dose.clone() }),
                _ => None,
            })
            .collect();
        let weekly = match &on {
            _ if days.is_some() || count.is_some() => None,
            On::Days(of) if of.every == 1 => Some(None),
            On::Weeks(of) if of.every == 1 => Some(of.weekdays.clone()),
            _ => None,
        };
        if let Some((slots, weekdays)) = on_clock.zip(weekly) {
            return Ok(Rule::Times(Times { slots: slot_ids().zip(slots).collect(), weekdays }));
        }
        Ok(Rule::Dates(Box::new(Dates { on, slots: slot_ids().zip(slots).collect(), days, count })))
    }

    fn slot(&self, time: &TimeWish) -> Result<DaySlot, Wrong> {
        let at = time.at.read().ok_or(Wrong::NotATime(Field::Times))?;
        let has_minutes = matches!(at, At::Before(_) | At::After(_));
        let minutes =
            if has_minutes { given(&time.minutes, |text| number(Field::Times, text))? } else { None };
        // Of a taper the steps say how much.
        let amount = if self.often == Often::InSteps { "" } else { &time.amount };
        let dose = given(amount, |text| some_of(Field::Times, text, &self.unit))?;
        Ok(DaySlot { at, minutes: minutes.unwrap_or(0), dose })
    }

    fn steps(&self, slots: usize) -> Result<Vec<Step>, Wrong> {
        let step = |step: &StepWish| {
            let (from, to) = (date(Field::Steps, &step.from)?, date(Field::Steps, &step.to)?);
            let mut doses = SortedMap::new();
            for (slot, text) in slot_ids().zip(step.amounts.iter().take(slots)) {
                if let Some(dose) = given(text, |text| amount(Field::Steps, text, &self.unit))? {
                    doses.insert(slot, dose);
                }
            }
            if doses.is_empty() { Err(Wrong::NotANumber(Field::Steps)) } else { Ok(Step { from, to, doses }) }
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
}

fn amount(field: Field, text: &str, unit: &str) -> Result<Amount, Wrong> {
    let value = value_of(text).ok_or(Wrong::NotANumber(field))?;
    Ok(Amount { value, unit: unit.to_owned() })
}

/// An amount that is not nothing.
fn some_of(field: Field, text: &str, unit: &str) -> Result<Amount, Wrong> {
    let some = amount(field, text, unit)?;
    if some.value.is_zero() { Err(Wrong::Breaks(field, PlanRule::NothingAllowed)) } else { Ok(some) }
}

/// For how many days, or doses.
fn how_long(text: &str) -> Result<Option<i64>, Wrong> {
    given(text, |text| number(Field::HowLong, text))
}

/// The names of a plan's slots, in their order.
fn slot_ids() -> impl Iterator<Item = SlotId> {
    // Two digits, so that they sort as they count.
    (1..).map(|n: u32| SlotId(format!("{n:02}")))
}
