//! A medicine as a person fills it in, field by field, and the plan that this is. What was filled in stays as it was
//! typed until it can be read; whatever cannot be read, or breaks a rule of plans, names its field.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use crate::{
    amount::{Amount, Decimal},
    moment::parse_date,
    plan::{
        After, AsNeeded, At, Dates, Day, DaySlot, Every, Form, Hours, Meal, Medicine, On, Rule, Schedule,
        Slot, SlotId, Step, Times, WallClock, Window, hour_minute, parse_hour_minute,
    },
    schedule::{PlanError, PlanRule},
    sorted::{SortedMap, SortedSet},
};

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

/// A time of the day: by the clock, or by a meal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Time {
    /// As it was typed, `08:00`.
    Clock(String),
    Before(Meal),
    With(Meal),
    After(Meal),
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
    pub amount: String,
}

/// All that is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The medicine's name.
    pub name: String,
    /// How much each time.
    pub amount: String,
    /// UCUM, such as `{tablet}`.
    pub unit: String,
    /// What it is for.
    pub purpose: String,
    /// How often; of the fields below those count that belong to it.
    pub often: Often,
    /// When on such a day.
    pub times: Vec<Time>,
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
    /// As needed: at most so many a day.
    pub daily: String,
    /// The first day.
    pub start: String,
    /// The last day; empty: there is none.
    pub end: String,
}

/// A field of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Field {
    Name,
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
        let at = if field.starts_with("medicine") {
            Field::Name
        } else if field.ends_with("slots") || error.rule == PlanRule::NoMeals {
            Field::Times
        } else if field.ends_with("weekdays") {
            Field::Weekdays
        } else if field.contains("steps") {
            Field::Steps
        } else if field.ends_with("window") {
            Field::Window
        } else if field.ends_with("gap_minutes") {
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

impl Wish {
    /// An empty form, from a day on.
    #[must_use]
    pub fn new(today: NaiveDate) -> Self {
        Self {
            name: String::new(),
            amount: "1".to_owned(),
            unit: "{tablet}".to_owned(),
            purpose: String::new(),
            often: Often::EveryDay,
            times: vec![Time::Clock("08:00".to_owned())],
            weekdays: SortedSet::default(),
            every: "2".to_owned(),
            days: "1".to_owned(),
            follows_taken: false,
            first_time: "08:00".to_owned(),
            opens: String::new(),
            closes: String::new(),
            steps: vec![StepWish { from: today.to_string(), ..StepWish::default() }],
            gap_hours: String::new(),
            daily: String::new(),
            start: today.to_string(),
            end: String::new(),
        }
    }

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

fn utc() -> FixedOffset {
    chrono::Offset::fix(&chrono::Utc)
}

/// Halves and quarters as they are typed, as decimals: `½`, `1½`, `1/2`.
fn parts(text: &str) -> String {
    const PARTS: [(&str, &str); 6] =
        [("½", "5"), ("1/2", "5"), ("¼", "25"), ("1/4", "25"), ("¾", "75"), ("3/4", "75")];
    for (part, decimals) in PARTS {
        if let Some(whole) = text.strip_suffix(part) {
            let whole = whole.trim();
            // What stands before a fraction of two digits is apart from it: "11/2" is no half.
            if whole.is_empty() || (part.chars().count() == 1 && whole.chars().all(|c| c.is_ascii_digit())) {
                return format!("{}.{decimals}", if whole.is_empty() { "0" } else { whole });
            }
        }
    }
    text.to_owned()
}

/// Digits as they are typed in Arabic, as those that numbers are kept in.
fn digits(text: &str) -> String {
    let latin = |c: char| match c {
        '٠'..='٩' => char::from_digit(u32::from(c) - u32::from('٠'), 10).unwrap_or(c),
        '۰'..='۹' => char::from_digit(u32::from(c) - u32::from('۰'), 10).unwrap_or(c),
        c => c,
    };
    text.trim().chars().map(latin).collect()
}

fn number(field: Field, text: &str) -> Result<i64, Wrong> {
    digits(text).parse().map_err(|_| Wrong::NotANumber(field))
}

fn date(field: Field, text: &str) -> Result<NaiveDate, Wrong> {
    parse_date(text.trim()).ok_or(Wrong::NotADate(field))
}

fn time(field: Field, text: &str) -> Result<NaiveTime, Wrong> {
    parse_hour_minute(text.trim()).ok_or(Wrong::NotATime(field))
}
