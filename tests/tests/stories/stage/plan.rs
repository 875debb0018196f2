//! A plan of medicines, and what Marta does about it. She lives in UTC, so that her days are those of the story.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use shared_events::{
    amount::Amount,
    commands,
    content::{OccurredAt, Precision, TreatmentId},
    draft::Draft,
    events::{Event, TreatmentPrescribed},
    plan::{DoseKey, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
    sorted::SortedMap,
    views::{Coverage, DayView, DoseView, day},
};
use uuid::Uuid;

use super::{native::wall_ms, phone::Tab};

pub const APIXABAN: TreatmentId = TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0001));
pub const BISOPROLOL: TreatmentId = TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0002));

/// Now, by a right clock.
pub fn now() -> DateTime<FixedOffset> {
    let ms = i64::try_from(wall_ms()).expect("in range");
    DateTime::from_timestamp_millis(ms).expect("a time").fixed_offset()
}

pub fn today() -> NaiveDate {
    now().date_naive()
}

pub fn days_ago(days: u64) -> NaiveDate {
    today().checked_sub_days(Days::new(days)).expect("a date")
}

/// An hour and minute of a day.
pub fn at(date: NaiveDate, hour: u32, minute: u32) -> OccurredAt {
    let time = date.and_hms_opt(hour, minute, 0).expect("a time of the day");
    OccurredAt { at: time.and_utc().fixed_offset(), precision: Precision::Minute }
}

pub fn one_tablet() -> Amount {
    Amount { value: "1".parse().expect("a number"), unit: "{tablet}".to_owned() }
}

/// Morning and evening, every day.
pub fn prescription(treatment: TreatmentId, name: &str, start: NaiveDate) -> Event {
    let slot = |hour| Slot { at: NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour"), dose: None };
    let slots = SortedMap::from([(morning(), slot(8)), (evening(), slot(20))]);
    Event::TreatmentPrescribed(TreatmentPrescribed {
        treatment,
        medicine: Medicine { name: name.to_owned(), strength: None, form: Form::Tablet },
        dose: one_tablet(),
        instructions: None,
        schedule: Schedule {
            start,
            end: None,
            clock: WallClock::Floating,
            rule: Rule::Times(Times { slots, weekdays: None }),
        },
    })
}

pub fn morning() -> SlotId {
    SlotId("morning".to_owned())
}

pub fn evening() -> SlotId {
    SlotId("evening".to_owned())
}

pub fn dose(date: NaiveDate, slot: SlotId) -> DoseKey {
    DoseKey::Planned { date, slot, repeat: 0 }
}

/// The dose of a slot was taken, at a time of that day.
pub fn takes(treatment: TreatmentId, date: NaiveDate, slot: SlotId, when: OccurredAt) -> Draft {
    commands::take(treatment, dose(date, slot), one_tablet(), when)
}

/// This morning's dose.
pub fn takes_this_morning(treatment: TreatmentId) -> Draft {
    takes(treatment, today(), morning(), at(today(), 8, 0))
}

/// A day on a phone, as if it were the end of that day.
pub fn evening_of(tab: &Tab, date: NaiveDate) -> DayView {
    evening_with(tab, date, tab.coverage())
}

pub fn evening_with(tab: &Tab, date: NaiveDate, coverage: Coverage) -> DayView {
    let end = at(date, 0, 0).at.to_utc() + TimeDelta::hours(24) - TimeDelta::minutes(1);
    tab.with_state(|state| day(state, date, end, coverage))
}

/// A planned dose of a day.
pub fn find(day: &DayView, treatment: TreatmentId, slot: &SlotId) -> DoseView {
    let is_it = |dose: &&DoseView| {
        dose.treatment == treatment && matches!(&dose.key, DoseKey::Planned { slot: s, .. } if s == slot)
    };
    doses(day).find(is_it).unwrap_or_else(|| panic!("it is not planned: {day:?}")).clone()
}

pub fn doses(day: &DayView) -> impl Iterator<Item = &DoseView> {
    day.slots.iter().flat_map(|slot| &slot.doses)
}
