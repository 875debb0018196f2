//! Plans at random: every rule, with bounds, changes, pauses and a stop.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub, reason = "a test's own; each test uses a part")]

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use proptest::{prelude::*, sample::subsequence};
use shared_events::{
    amount::Amount,
    ids::EventId,
    plan::{
        After, AsNeeded, At, Dates, Day, DaySlot, Every, Hours, Meal, Meals, On, Rule, Schedule, Slot,
        SlotId, Step, Times, WallClock, Window,
    },
    schedule::{Change, Course, LastTaken, Pause},
};
use uuid::Uuid;

use crate::calendar::{any_time, entry, time, zone};

/// All that a course is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    pub schedule: Schedule,
    pub dose: Amount,
    pub changes: Vec<ChangeOf>,
    pub pauses: Vec<Pause>,
    pub stopped_from: Option<DateTime<Utc>>,
    pub last_taken: Option<LastTaken>,
}

/// A change and what it says.
#[derive(Clone, Debug)]
pub struct ChangeOf {
    pub entry: EventId,
    pub from: DateTime<Utc>,
    pub dose: Option<Amount>,
    pub rule: Option<Rule>,
}

impl ChangeOf {
    fn change(&self) -> Change<'_> {
        let Self { entry, from, dose, rule } = self;
        Change { entry: *entry, from: *from, dose: dose.as_ref(), rule: rule.as_ref() }
    }
}

impl Plan {
    pub fn course(&self) -> Course<'_> {
        Course {
            changes: self.changes.iter().map(ChangeOf::change).collect(),
            pauses: self.pauses.clone(),
            stopped_from: self.stopped_from,
            meals: Some(meals()),
            last_taken: self.last_taken,
            ..Course::new(&self.schedule, &self.dose, entry())
        }
    }
}

pub fn meals() -> Meals {
    Meals { breakfast: time("07:30"), lunch: time("12:00"), dinner: time("18:30"), bedtime: time("00:15") }
}

pub const ALL_DAYS: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

fn amount() -> impl Strategy<Value = Amount> {
    (0..9_u32, any::<bool>()).prop_map(|(n, half)| Amount {
        value: format!("{n}{}", if half { ".5" } else { "" }).parse().unwrap(),
        unit: "mg".into(),
    })
}
fn slot_id() -> impl Strategy<Value = SlotId> {
    prop::sample::select(&["a", "b", "c", "d"][..]).prop_map(|id| SlotId(id.into()))
}
fn slot() -> impl Strategy<Value = (SlotId, Slot)> {
    (slot_id(), any_time(), prop::option::of(amount())).prop_map(|(id, at, dose)| (id, Slot { at, dose }))
}
fn day_slot() -> impl Strategy<Value = (SlotId, DaySlot)> {
    let meal = prop::sample::select(&[Meal::Breakfast, Meal::Lunch, Meal::Dinner, Meal::Bedtime][..]);
    let at = (any_time(), meal, 0..8, 0..200_i64).prop_map(|(at, meal, kind, minutes)| match kind {
        0 => (At::Before(meal), minutes),
        1 => (At::With(meal), 0),
        2 => (At::After(meal), minutes),
        _ => (At::Clock(at), 0),
    });
    (slot_id(), at, prop::option::of(amount()))
        .prop_map(|(id, (at, minutes), dose)| (id, DaySlot { at, minutes, dose }))
}
fn every(every: i64, days: Vec<i64>) -> Every {
    Every { every, weekdays: None, month: None, days }
}
fn some_days(most: i64) -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(1..=most, 1..5)
}
fn interval() -> impl Strategy<Value = i64> {
    prop_oneof![1..4_i64, 1..40_i64, Just(365), Just(400)]
}

/// Which dates, of a plan that begins on `start`, and the slots that its steps name.
pub fn on(start: NaiveDate) -> BoxedStrategy<On> {
    let weeks = (interval(), subsequence(&ALL_DAYS[..], 1..7)).prop_map(|(n, days)| {
        On::Weeks(Every { weekdays: Some(days.into_iter().collect()), ..every(n, Vec::new()) })
    });
    let years = (1..4_i64, 1..13_i64).prop_flat_map(|(n, month)| {
        let days = some_days(if month == 2 { 29 } else { 30 });
        days.prop_map(move |days| On::Years(Every { month: Some(month), ..every(n, days) }))
    });
    let steps =
        prop::collection::vec((0..3_u64, 1..6_u64, amount(), slot_id()), 1..6).prop_map(move |list| {
            let mut next = start;
            let steps = list.into_iter().map(|(gap, length, dose, id)| {
                let from = next + Days::new(gap);
                next = from + Days::new(length);
                Step { from, to: next - Days::new(1), doses: [(id, dose)].into() }
            });
            On::Steps(steps.collect())
        });
    prop_oneof![
        interval().prop_map(|n| On::Days(every(n, Vec::new()))),
        weeks,
        (1..14_i64, some_days(31)).prop_map(|(n, days)| On::Months(every(n, days))),
        years,
        (1..30_i64).prop_flat_map(|n| some_days(n).prop_map(move |days| On::Cycle(every(n, days)))),
        steps,
    ]
    .boxed()
}

type Bounds = (Option<i64>, Option<i64>);

fn bounds() -> impl Strategy<Value = Bounds> {
    (prop::option::weighted(0.3, 1..60_i64), prop::option::weighted(0.3, 1..40_i64))
}
pub fn dates(start: NaiveDate) -> BoxedStrategy<Dates> {
    let slots = prop::collection::vec(day_slot(), 1..4);
    (on(start), slots, bounds())
        .prop_map(|(on, slots, (days, count))| {
            let mut dates = Dates { on, slots: slots.into_iter().collect(), days, count };
            if let On::Steps(steps) = &dates.on {
                let named = steps.iter().flat_map(|step| step.doses.keys().cloned());
                let slot = DaySlot { at: At::Clock(time("02:30")), minutes: 0, dose: None };
                let missing: Vec<_> = named.filter(|id| !dates.slots.contains_key(id)).collect();
                dates.slots.extend(missing.into_iter().map(|id| (id, slot.clone())));
            }
            dates
        })
        .boxed()
}
pub fn hours(start: NaiveDate, after: After) -> BoxedStrategy<Hours> {
    let window = (any_time(), any_time()).prop_map(|(opens, closes)| Window { opens, closes });
    let window = prop::option::of(window.prop_filter("a length", |w| w.opens != w.closes));
    let from = (0..200_i64).prop_map(move |quarters| {
        (start.and_time(time("00:00")).and_utc() + TimeDelta::minutes(15 * quarters)).fixed_offset()
    });
    let step = prop_oneof![1..24_i64, Just(36), Just(24 * 7)];
    (step, from, window, bounds())
        .prop_map(move |(hours, from, window, (days, count))| Hours {
            hours: if window.is_some() { hours.min(23) } else { hours },
            from,
            after,
            window,
            days,
            count: count.filter(|_| after == After::Planned),
        })
        .boxed()
}
pub fn rule(start: NaiveDate) -> BoxedStrategy<Rule> {
    let weekdays = prop::option::of(subsequence(&ALL_DAYS[..], 1..7));
    let times = (prop::collection::vec(slot(), 1..4), weekdays).prop_map(|(slots, days)| {
        let weekdays = days.map(|days| days.into_iter().collect());
        Rule::Times(Times { slots: slots.into_iter().collect(), weekdays })
    });
    prop_oneof![
        2 => times,
        6 => dates(start).prop_map(|dates| Rule::Dates(Box::new(dates))),
        3 => hours(start, After::Planned).prop_map(|hours| Rule::Hours(Box::new(hours))),
        1 => hours(start, After::Taken).prop_map(|hours| Rule::Hours(Box::new(hours))),
        1 => Just(Rule::AsNeeded(Box::<AsNeeded>::default())),
    ]
    .boxed()
}

/// Tapers are left whole: their steps must lie within the plan.
fn schedule_of(start: NaiveDate, rule: Rule, days: Option<u64>, home: Option<String>) -> Schedule {
    let is_taper = matches!(&rule, Rule::Dates(dates) if matches!(dates.on, On::Steps(_)));
    let end = days.filter(|_| !is_taper).map(|days| start + Days::new(days));
    Schedule { start, end, clock: home.map_or(WallClock::Floating, WallClock::Home), rule }
}
pub fn schedule(start: NaiveDate) -> BoxedStrategy<Schedule> {
    let home = prop::option::weighted(0.2, zone().prop_map(|zone| zone.name().to_owned()));
    (rule(start), prop::option::weighted(0.3, 0..60_u64), home)
        .prop_map(move |(rule, days, home)| schedule_of(start, rule, days, home))
        .boxed()
}

/// An instant within some weeks of a date, at whole quarters.
pub fn instant(around: NaiveDate) -> impl Strategy<Value = DateTime<Utc>> {
    let noon = around.and_time(time("12:00")).and_utc();
    (-2_000..2_000_i64).prop_map(move |quarters| noon + TimeDelta::minutes(15 * quarters))
}
pub fn pause(around: NaiveDate) -> impl Strategy<Value = Pause> {
    (instant(around), prop::option::weighted(0.9, 1..1_000_i64))
        .prop_map(|(from, quarters)| Pause { from, to: quarters.map(|q| from + TimeDelta::minutes(15 * q)) })
}
/// `n` tells changes apart.
pub fn change(start: NaiveDate, around: NaiveDate, n: u128) -> BoxedStrategy<ChangeOf> {
    let entry = EventId(Uuid::from_u128(0x100 + n));
    let rule = rule(start).prop_filter(
        "within any end",
        |rule| !matches!(rule, Rule::Dates(dates) if matches!(dates.on, On::Steps(_))),
    );
    (instant(around), prop::option::of(amount()), prop::option::of(rule))
        .prop_map(move |(from, dose, rule)| ChangeOf { entry, from, dose, rule })
        .boxed()
}

/// A plan that begins some weeks before a date, and what happens to it around that.
pub fn plan(around: NaiveDate) -> BoxedStrategy<Plan> {
    (0..40_u64)
        .prop_flat_map(move |before| {
            let start = around - Days::new(before);
            let changes =
                (change(start, around, 1), change(start, around, 2), 0..3_usize).prop_map(|(a, b, n)| {
                    let mut changes = vec![a, b];
                    changes.truncate(n);
                    changes
                });
            let taken = prop::option::of(instant(around));
            let stopped = prop::option::weighted(0.1, instant(around));
            let pauses = prop::collection::vec(pause(around), 0..3);
            (schedule(start), amount(), changes, pauses, stopped, taken).prop_map(
                |(schedule, dose, changes, pauses, stopped_from, taken)| Plan {
                    schedule,
                    dose,
                    changes,
                    pauses,
                    stopped_from,
                    last_taken: taken.map(|at| LastTaken { entry: EventId(Uuid::from_u128(0x77)), at }),
                },
            )
        })
        .boxed()
}

/// Whether a rule has a date, by counting up from the first day: slow, and nothing like the arithmetic.
pub fn has_date(on: &On, start: NaiveDate, date: NaiveDate) -> bool {
    let monday = |d: NaiveDate| d - Days::new(d.weekday().num_days_from_monday().into());
    let days_between = |a: NaiveDate, b: NaiveDate| a.iter_days().take_while(|d| *d < b).count();
    let is_last = |d: NaiveDate| (d + Days::new(1)).month() != d.month();
    let day_of = |days: &[i64], d: NaiveDate| {
        days.iter().any(|n| *n == i64::from(d.day()) || (*n > i64::from(d.day()) && is_last(d)))
    };
    let is_turn = |n: usize, every: i64| n.is_multiple_of(usize::try_from(every).unwrap());
    match on {
        On::Days(e) => is_turn(days_between(start, date), e.every),
        On::Weeks(e) => {
            let weeks = days_between(monday(start), monday(date)) / 7;
            is_turn(weeks, e.every) && e.weekdays.as_ref().unwrap().contains(&Day::from(date.weekday()))
        }
        On::Months(e) => {
            let firsts =
                start.iter_days().skip(1).take_while(|d| *d <= date).filter(|d| d.day() == 1).count();
            is_turn(firsts, e.every) && day_of(&e.days, date)
        }
        On::Years(e) => {
            let years = usize::try_from(date.year() - start.year()).unwrap();
            is_turn(years, e.every) && e.month == Some(date.month().into()) && day_of(&e.days, date)
        }
        On::Cycle(e) => {
            let day = days_between(start, date) % usize::try_from(e.every).unwrap() + 1;
            e.days.contains(&i64::try_from(day).unwrap())
        }
        On::Steps(steps) => steps.iter().any(|s| s.from <= date && date <= s.to),
    }
}
