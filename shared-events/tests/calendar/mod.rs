//! Zones where clocks do what they can do, lives in them, and plans.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub, reason = "a test's own; each test uses a part")]

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use shared_events::{
    amount::Amount,
    ids::EventId,
    plan::{Rule, Schedule, Slot, SlotId, Times, WallClock},
    schedule::{Course, PlannedDose, Zone, ZoneTimeline},
};
use uuid::Uuid;

pub const ZONES: &[&str] = &[
    "Antarctica/Troll",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Moscow",
    "Europe/Istanbul",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Caracas",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "America/Mexico_City",
    "Pacific/Honolulu",
    "Pacific/Kwajalein",
    "Pacific/Fakaofo",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Pacific/Pago_Pago",
    "Pacific/Norfolk",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Pyongyang",
    "Asia/Gaza",
    "Asia/Beirut",
    "Asia/Amman",
    "Asia/Dhaka",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Juba",
    "Atlantic/Azores",
    "UTC",
];

/// The event that a plan stands in.
pub fn entry() -> EventId {
    EventId(Uuid::from_u128(0xe))
}
pub fn one() -> Amount {
    Amount { value: "1".parse().unwrap(), unit: "{tablet}".into() }
}
pub fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
pub fn daily(times: &[NaiveTime]) -> Schedule {
    let slot = |(i, at): (usize, &NaiveTime)| (SlotId(i.to_string()), Slot { at: *at, dose: None });
    let slots = times.iter().enumerate().map(slot).collect();
    let rule = Rule::Times(Times { slots, weekdays: None });
    Schedule { start: date("1980-01-01"), end: None, clock: WallClock::Floating, rule }
}
pub fn doses(
    schedule: &Schedule,
    timeline: &ZoneTimeline,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<PlannedDose> {
    Course::new(schedule, &one(), entry()).expand(timeline, from..to).unwrap()
}
pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
pub fn shown(dose: &PlannedDose) -> String {
    dose.local.format("%Y-%m-%d %H:%M").to_string()
}

/// The same zone of our own table; `chrono-tz` stays the measure.
pub fn own(zone: Tz) -> Zone {
    zone.name().parse().unwrap()
}
pub fn zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(ZONES).prop_map(|name| name.parse().unwrap())
}
pub fn any_time() -> impl Strategy<Value = NaiveTime> {
    // Half of them in the night, where clocks change.
    prop_oneof![0..240_u32, 0..1440_u32].prop_map(|m| NaiveTime::from_hms_opt(m / 60, m % 60, 0).unwrap())
}
pub fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0..21_915_u64).prop_map(|days| date("1990-01-01") + Days::new(days))
}
/// The next date from here on which the clocks change, if within a year: where mistakes are.
pub fn next_change(zone: Tz, from: NaiveDate) -> NaiveDate {
    let noon = |d: NaiveDate| zone.from_utc_datetime(&d.and_time(time("12:00"))).naive_local().time();
    from.iter_days().take(366).find(|d| noon(*d) != noon(*d - Days::new(1))).unwrap_or(from)
}
pub fn zone_and_date() -> impl Strategy<Value = (Tz, NaiveDate)> {
    (zone(), any_date(), any::<bool>(), 0..3_u64).prop_map(|(zone, date, near, off)| {
        let date = if near { next_change(zone, date) + Days::new(off) - Days::new(1) } else { date };
        (zone, date)
    })
}
pub fn is_lived(timeline: &ZoneTimeline, day: NaiveDate) -> bool {
    let start = day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(15);
    (0..54 * 4).any(|quarter| timeline.local(start + TimeDelta::minutes(15 * quarter)).date() == day)
}

/// Journeys within some weeks around a date, at quarters of an hour, which `is_lived` sees.
pub fn journeys(around: NaiveDate) -> impl Strategy<Value = Vec<(DateTime<Utc>, Zone)>> {
    let at =
        move |quarters: i64| around.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(15 * quarters);
    prop::collection::vec((-1000..1000_i64, zone()), 1..6)
        .prop_map(move |list| list.into_iter().map(|(quarters, zone)| (at(quarters), own(zone))).collect())
}
pub fn life() -> impl Strategy<Value = (NaiveDate, Vec<(DateTime<Utc>, Zone)>)> {
    zone_and_date().prop_flat_map(|(_, date)| (Just(date), journeys(date)))
}
