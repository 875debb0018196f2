//! How long a dose is open. All of it is chosen here, once:
//! from 60 minutes before its time it is due; until 60 minutes after it is on time; until half the gap to the next
//! dose, at most 4 hours, it can be taken as it is; the last dose of an evening (from 18:00) stays open until 01:30,
//! so that what is taken after midnight closes the evening and not the morning.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike as _, Utc};

use crate::schedule::PlannedDose;

const DUE_BEFORE: TimeDelta = TimeDelta::minutes(60);
const ON_TIME_AFTER: TimeDelta = TimeDelta::minutes(60);
const OPEN_AFTER: TimeDelta = TimeDelta::hours(4);
/// How far a log may be from the only dose of a plan to be meant for it.
const ALONE: TimeDelta = TimeDelta::hours(12);
const EVENING_FROM_HOUR: u32 = 18;
/// After midnight.
const EVENING_OPEN_UNTIL: TimeDelta = TimeDelta::minutes(90);

/// When a dose is due, on time and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) opens: DateTime<Utc>,
    pub(crate) on_time_until: DateTime<Utc>,
    pub(crate) closes: DateTime<Utc>,
}

/// The windows of one treatment's doses, which are sorted by instant.
pub(super) fn windows(doses: &[PlannedDose]) -> Vec<Window> {
    let mut closed = DateTime::<Utc>::MIN_UTC;
    let nexts = doses.iter().skip(1).map(Some).chain([None]);
    let windows = doses.iter().zip(nexts).map(|(dose, next)| {
        let closes = closes(dose, next, OPEN_AFTER);
        let opens = (dose.at - DUE_BEFORE).max(closed).min(dose.at);
        closed = closes;
        Window { opens, on_time_until: (dose.at + ON_TIME_AFTER).min(closes), closes }
    });
    windows.collect()
}

/// Which dose a log at this instant closes that names none: the nearest within half the gap to its neighbours; until
/// 01:30 the evening's. At the ends of a plan the gap is the one to the other side.
pub(super) fn nearest(doses: &[PlannedDose], at: DateTime<Utc>) -> Option<&PlannedDose> {
    let gap = |a: Option<&PlannedDose>, b: Option<&PlannedDose>| a.zip(b).map(|(a, b)| b.at - a.at);
    for (i, dose) in doses.iter().enumerate() {
        let (before, next) = (i.checked_sub(1).and_then(|i| doses.get(i)), doses.get(i + 1));
        let (to_before, to_next) = (gap(before, Some(dose)), gap(Some(dose), next));
        let alone = to_before.or(to_next).map_or(ALONE, |gap| gap / 2);
        if at < closes(dose, next, to_next.map_or(alone, |gap| gap / 2)) {
            return (before.is_some() || at >= dose.at - alone).then_some(dose);
        }
    }
    None
}

/// Half the gap to the next dose, at most `cap`.
fn closes(dose: &PlannedDose, next: Option<&PlannedDose>, cap: TimeDelta) -> DateTime<Utc> {
    let half = next.map_or(cap, |next| (next.at - dose.at) / 2);
    let closes = dose.at.checked_add_signed(half.min(cap)).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let last_of_day = next.is_none_or(|next| next.local.date() > dose.local.date());
    if !last_of_day || dose.local.hour() < EVENING_FROM_HOUR {
        return closes;
    }
    let midnight = TimeDelta::days(1) - (dose.local.time() - NaiveTime::MIN);
    let evening = dose.at + midnight + EVENING_OPEN_UNTIL;
    // Never into the time in which the next dose is due.
    closes.max(next.map_or(evening, |next| evening.min(next.at - DUE_BEFORE)))
}
