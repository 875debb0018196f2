//! Doses every so many hours: elapsed time, across changes of clocks and zones.

use std::ops::Range;

use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use crate::{
    ids::EventId,
    plan::{After, Hours, Rule, Window},
    schedule::{
        Course, ZoneTimeline,
        dates::{apart, later, seconds},
        phase::{Phase, Raw, Which, sort},
        pieces::{DAY, Piece, crossings, midnight, pieces_over},
        zones::seconds_up,
    },
};

/// Within a window each date has numbers of its own: so many, and so many for each time that the date comes again.
const NUMBERS_OF_DATE: i64 = 1000;
const NUMBERS_OF_REPEAT: i64 = 100;
/// Dates to either side whose windows can reach into a date, wherever a journey goes.
const REACH: i64 = 5;

/// The doses of an interval on these dates.
pub(super) fn elapsed<'a>(
    phase: &Phase<'a>,
    hours: &Hours,
    clock: &ZoneTimeline,
    dates: &Range<NaiveDate>,
    doses: &mut Vec<Raw<'a>>,
) {
    let (first, step) = (hours.from.timestamp(), hours.hours.max(1) * 3600);
    if let Some(window) = &hours.window {
        return each_day(phase, window, (first, step), clock, dates, doses);
    }
    let (from, to) = (midnight(dates.start), midnight(dates.end));
    for piece in pieces_over(clock, from, to) {
        let (start, end) = (piece.from.max(from - piece.offset), piece.to.min(to - piece.offset));
        // The first at or after the start: division rounds down.
        let mut n = (start - first + step - 1).div_euclid(step).max(0);
        while first + n * step < end {
            let at = first + n * step;
            doses.push(raw(&piece, at, Which::Nth(phase.anchor, n.unsigned_abs())));
            n += 1;
        }
    }
}

/// The doses of a window that starts anew each day: from its opening on, while the clock is in it.
fn each_day<'a>(
    phase: &Phase<'a>,
    window: &Window,
    (first, step): (i64, i64),
    clock: &ZoneTimeline,
    dates: &Range<NaiveDate>,
    doses: &mut Vec<Raw<'a>>,
) {
    let (pieces, openings) = openings(window, clock, dates);
    // A window over midnight has doses on the first day that it opened on the day before.
    let origin = midnight(phase.start) - if window.opens > window.closes { DAY } else { 0 };
    for (i, opening) in openings.iter().enumerate() {
        let next = openings.get(i + 1).map_or(i64::MAX, |next| next.at);
        let Which::Nth(_, repeat) = opening.which else { continue };
        let date = (midnight(opening.date) - origin) / DAY;
        let number = date * NUMBERS_OF_DATE + repeat.cast_signed() * NUMBERS_OF_REPEAT;
        for k in 0..NUMBERS_OF_REPEAT {
            let at = opening.at + k * step;
            let Some(piece) = pieces.iter().find(|piece| (piece.from..piece.to).contains(&at)) else { break };
            if at >= next || (k > 0 && !window.holds(at + piece.offset)) {
                break;
            }
            let Ok(n) = u64::try_from(number + k) else { continue };
            let dose = raw(piece, at, Which::Nth(phase.anchor, n));
            if at >= first && dates.contains(&dose.date) {
                doses.push(dose);
            }
        }
    }
}

/// When a window opens around these dates, by instant; `n` is how often its date came before.
fn openings(
    window: &Window,
    clock: &ZoneTimeline,
    dates: &Range<NaiveDate>,
) -> (Vec<Piece>, Vec<Raw<'static>>) {
    let (from, to) = (midnight(dates.start) - REACH * DAY, midnight(dates.end) + REACH * DAY);
    let pieces = pieces_over(clock, from - DAY, to + DAY);
    let mut openings = Vec::new();
    let mut day = from;
    while day < to {
        let crossings = apart(crossings(&pieces, day + seconds(window.opens)));
        for (repeat, (at, piece)) in (0..).zip(crossings) {
            let opening = raw(piece, at, Which::Nth(EventId(Uuid::nil()), repeat));
            openings.push(Raw { date: date_at(day), ..opening });
        }
        day += DAY;
    }
    sort(&mut openings, Raw::any_date);
    (pieces, openings)
}

impl Window {
    /// Whether it is open when the clock shows this (seconds since 1970 on that clock).
    fn holds(&self, local: i64) -> bool {
        let time = local.rem_euclid(DAY);
        let (opens, closes) = (seconds(self.opens), seconds(self.closes));
        if opens < closes { opens <= time && time <= closes } else { opens <= time || time <= closes }
    }
}

/// The next dose after the last one taken, in the first phase that still has it.
pub(super) fn next_after_taken<'a>(
    course: &Course<'_>,
    phases: &[Phase<'a>],
    clock: &ZoneTimeline,
) -> Option<Raw<'a>> {
    phases.iter().find_map(|phase| {
        let Rule::Hours(hours) = phase.rule else { return None };
        if hours.after == After::Planned {
            return None;
        }
        let begins = (0..3).find_map(|days| clock.day_start(later(phase.dates.start, days)))?;
        let mut at = hours.from.timestamp().max(begins.timestamp());
        let mut anchor = phase.anchor;
        if let Some(last) = course.last_taken {
            at = at.max(seconds_up(last.at) + hours.hours * 3600);
            anchor = last.entry;
        }
        // Out of each pause once at most, and to an opening after each.
        for _ in 0..=course.pauses.len() {
            at = open_from(hours.window.as_ref(), clock, at)?;
            match course.pauses.iter().find(|pause| pause.holds(at)) {
                Some(pause) => at = seconds_up(pause.to?),
                None => break,
            }
        }
        let day = date_at(at);
        let pieces = pieces_over(clock, midnight(day), midnight(day) + DAY);
        let piece = pieces.iter().find(|piece| (piece.from..piece.to).contains(&at))?;
        Some(raw(piece, at, Which::Nth(anchor, 0))).filter(|dose| phase.dates.contains(&dose.date))
    })
}

/// The first instant from here on at which the window is open.
fn open_from(window: Option<&Window>, clock: &ZoneTimeline, at: i64) -> Option<i64> {
    let Some(window) = window else { return Some(at) };
    let day = date_at(at);
    let (pieces, openings) = openings(window, clock, &(day..later(day, 1)));
    let piece = pieces.iter().find(|piece| (piece.from..piece.to).contains(&at))?;
    if window.holds(at + piece.offset) {
        return Some(at);
    }
    openings.iter().map(|opening| opening.at).find(|opens| *opens >= at)
}

/// For how many dates from here on an interval has none, at least.
pub(super) fn wait(hours: &Hours, date: NaiveDate) -> i64 {
    let (first, step) = (hours.from.timestamp(), hours.hours.max(1) * 3600);
    let here = midnight(date) - 2 * DAY;
    let n = if hours.window.is_some() { 0 } else { (here - first + step - 1).div_euclid(step).max(0) };
    ((first + n * step - midnight(date)) / DAY - 2).max(0)
}

fn raw<'a>(piece: &Piece, at: i64, which: Which<'a>) -> Raw<'a> {
    Raw { at, offset: piece.offset, zone: piece.zone, date: date_at(at + piece.offset), which }
}

/// The date of so many seconds since 1970.
pub(super) fn date_at(seconds: i64) -> NaiveDate {
    DateTime::from_timestamp(seconds, 0).map_or(NaiveDate::MAX, |at| at.date_naive())
}
