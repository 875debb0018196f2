//! A plan in plain words.

use chrono::NaiveDate;
use shared_events::{
    amount::Amount,
    plan::{After, AsNeeded, At, Dates, Day, DaySlot, Every, Hours, Meal, On, Rule, Times},
    views::PresentView,
    wish::Time,
};

use crate::{
    calendar::{monday, moved},
    platform::intl,
    text::{self, Texts, counted, say, td},
};

/// "1 tablet at 08:00 and 20:00, on Monday and Thursday".
pub(crate) fn words(texts: Texts, rule: &Rule, dose: &Amount) -> String {
    match rule {
        Rule::Times(times) => self::times(texts, times, dose),
        Rule::Dates(dates) => self::dates(texts, dates, dose),
        Rule::Hours(hours) => self::hours(texts, hours, dose),
        Rule::AsNeeded(rule) => as_needed(texts, rule, dose),
    }
}

fn times(texts: Texts, times: &Times, dose: &Amount) -> String {
    let slots = times.slots.values().map(|slot| (intl::time(slot.at), slot.dose.as_ref().unwrap_or(dose)));
    let mut at: Vec<(String, &Amount)> = slots.collect();
    at.sort_by(|a, b| a.0.cmp(&b.0));
    let at = amounts(texts, &at);
    match &times.weekdays {
        Some(days) => say!(texts, plan.on, what = at, days = weekdays(texts, days.iter().copied())),
        None => at,
    }
}

/// "1 tablet at 08:00 and 2 tablets at 20:00"; the amount once, where it is the same.
fn amounts(texts: Texts, slots: &[(String, &Amount)]) -> String {
    let at = |amount: &Amount, times: String| {
        say!(texts, plan.at, dose = text::amount(texts, amount), times = times)
    };
    match slots {
        [(_, first), rest @ ..] if rest.iter().all(|(_, amount)| amount == first) => {
            at(first, list(texts, slots.iter().map(|(time, _)| time.clone()).collect()))
        }
        _ => list(texts, slots.iter().map(|(time, amount)| at(amount, time.clone())).collect()),
    }
}

fn dates(texts: Texts, dates: &Dates, dose: &Amount) -> String {
    let slots: Vec<_> = dates
        .slots
        .values()
        .map(|slot| (slot_time(texts, slot), slot.dose.as_ref().unwrap_or(dose)))
        .collect();
    let what = amounts(texts, &slots);
    let every = match &dates.on {
        On::Steps(steps) => return counted!(texts, steps.len(), plan.steps),
        On::Days(Every { every: 1, .. }) => return bounded(texts, what, dates.days, dates.count),
        On::Days(every) => counted!(texts, count(every.every), plan.days),
        On::Weeks(every) => {
            let weeks = counted!(texts, count(every.every), plan.weeks);
            match &every.weekdays {
                Some(days) => {
                    say!(texts, plan.on, what = weeks, days = weekdays(texts, days.iter().copied()))
                }
                None => weeks,
            }
        }
        On::Months(every) => {
            let months = counted!(texts, count(every.every), plan.months);
            let days = every.days.iter().map(|day| intl::number(&day.to_string()));
            let days = list(texts, days.collect());
            if days.is_empty() { months } else { say!(texts, plan.on_day, what = months, days = days) }
        }
        On::Years(every) => {
            let years = counted!(texts, count(every.every), plan.years);
            let month = every.month.and_then(|month| u32::try_from(month).ok());
            // A leap year has every date.
            let date = |day: &i64| NaiveDate::from_ymd_opt(2024, month?, u32::try_from(*day).ok()?);
            let days = list(texts, every.days.iter().filter_map(date).map(intl::day_month).collect());
            if days.is_empty() { years } else { say!(texts, plan.on, what = years, days = days) }
        }
        On::Cycle(every) => say!(
            texts,
            plan.cycle,
            days = list(texts, every.days.iter().map(|day| intl::number(&day.to_string())).collect()),
            length = intl::number(&every.every.to_string()),
        ),
    };
    let words = say!(texts, plan.joined, what = what, when = every);
    bounded(texts, words, dates.days, dates.count)
}

/// With how long it goes on.
fn bounded(texts: Texts, plan: String, days: Option<i64>, doses: Option<i64>) -> String {
    let days = days.map(|days| counted!(texts, count(days), plan.for_days));
    let doses = doses.map(|doses| counted!(texts, count(doses), plan.for_doses));
    [Some(plan), days, doses].into_iter().flatten().collect::<Vec<_>>().join(td!(texts, comma))
}

fn count(of: i64) -> usize {
    usize::try_from(of).unwrap_or(1)
}

fn slot_time(texts: Texts, slot: &DaySlot) -> String {
    let minutes = || counted!(texts, count(slot.minutes), appointment.minutes);
    match (&slot.at, slot.minutes) {
        (At::Clock(time), _) => intl::time(*time),
        (At::With(of), _) => by_meal(texts, &Time::With(*of)),
        (At::Before(of), 0) => by_meal(texts, &Time::Before(*of)),
        (At::After(of), 0) => by_meal(texts, &Time::After(*of)),
        (At::Before(of), _) => say!(texts, plan.before_by, time = minutes(), meal = meal(texts, *of)),
        (At::After(of), _) => say!(texts, plan.after_by, time = minutes(), meal = meal(texts, *of)),
    }
}

/// A time of the day as it is filled in: `08:00`, "before breakfast".
pub(crate) fn by_meal(texts: Texts, time: &Time) -> String {
    match time {
        Time::Clock(text) => text.clone(),
        Time::Before(of) => say!(texts, plan.before, meal = meal(texts, *of)),
        Time::With(of) => say!(texts, plan.with, meal = meal(texts, *of)),
        Time::After(of) => say!(texts, plan.after, meal = meal(texts, *of)),
    }
}

fn meal(texts: Texts, meal: Meal) -> &'static str {
    match meal {
        Meal::Breakfast => td!(texts, plan.breakfast),
        Meal::Lunch => td!(texts, plan.lunch),
        Meal::Dinner => td!(texts, plan.dinner),
        Meal::Bedtime => td!(texts, plan.bedtime),
    }
}

fn hours(texts: Texts, hours: &Hours, dose: &Amount) -> String {
    let dose = text::amount(texts, dose);
    let n = counted!(texts, count(hours.hours), plan.hours);
    let every = match hours.after {
        After::Planned => say!(texts, plan.every_hours, dose = dose, hours = n),
        After::Taken => say!(texts, plan.hours_after, dose = dose, hours = n),
    };
    let words = match &hours.window {
        Some(window) => say!(
            texts,
            plan.between,
            what = every,
            opens = intl::time(window.opens),
            closes = intl::time(window.closes),
        ),
        None => every,
    };
    bounded(texts, words, hours.days, hours.count)
}

fn as_needed(texts: Texts, rule: &AsNeeded, dose: &Amount) -> String {
    let many = rule.daily_doses.map(|n| say!(texts, plan.at_most, n = intl::number(&n.to_string())));
    let much =
        rule.daily_amount.as_ref().map(|most| say!(texts, plan.at_most, n = text::amount(texts, most)));
    let gap = match (rule.gap_minutes, rule.gap_to_minutes) {
        (Some(from), Some(to)) => {
            Some(say!(texts, plan.apart_to, from = span(texts, from), to = span(texts, to)))
        }
        (from, to) => from.or(to).map(|minutes| say!(texts, plan.apart, time = span(texts, minutes))),
    };
    let parts = [Some(text::amount(texts, dose)), many, much, gap];
    parts.into_iter().flatten().collect::<Vec<_>>().join(td!(texts, comma))
}

/// "6 hours", "90 minutes".
fn span(texts: Texts, minutes: i64) -> String {
    if minutes % 60 == 0 {
        counted!(texts, count(minutes / 60), plan.hours)
    } else {
        counted!(texts, count(minutes), appointment.minutes)
    }
}

fn weekdays(texts: Texts, days: impl Iterator<Item = Day>) -> String {
    let monday = monday(NaiveDate::default());
    let name = |day: Day| intl::weekday(moved(monday, day as i64));
    list(texts, days.map(name).collect())
}

/// "a, b and c".
fn list(texts: Texts, mut parts: Vec<String>) -> String {
    match (parts.pop(), parts.is_empty()) {
        (Some(last), false) => say!(texts, plan.and, first = parts.join(td!(texts, comma)), last = last),
        (last, _) => last.unwrap_or_default(),
    }
}

/// The steps of a taper: from when to when, and how much at which times.
pub(crate) fn steps(texts: Texts, plan: &PresentView) -> Vec<Step> {
    let Rule::Dates(dates) = &plan.rule else { return Vec::new() };
    let On::Steps(steps) = &dates.on else { return Vec::new() };
    let step = |step: &shared_events::plan::Step| {
        let at = |(slot, amount)| Some((slot_time(texts, dates.slots.get(slot)?), amount));
        let slots: Vec<(String, &Amount)> = step.doses.iter().filter_map(at).collect();
        Step { from: step.from, to: step.to, doses: amounts(texts, &slots) }
    };
    steps.iter().map(step).collect()
}

/// One step of a taper in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) doses: String,
}

/// Whether doses come every day of the week.
pub(crate) fn is_daily(rule: &Rule) -> bool {
    match rule {
        Rule::Times(times) => times.weekdays.is_none(),
        Rule::Hours(_) => true,
        Rule::Dates(dates) => matches!(&dates.on, On::Days(every) if every.every == 1),
        Rule::AsNeeded(_) => false,
    }
}
