//! How a wall clock runs: pieces of time in which it goes evenly, with jumps between them. A jump is a change of
//! summer time, of law, or of the patient's zone; all three are one thing here.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::schedule::{Zone, ZoneTimeline};

pub(super) const DAY: i64 = 86_400;
/// No clock has ever been further from UTC than this.
const FURTHEST: i64 = 18 * 3600;
/// No zone changes its clock twice within this time.
const STEP: i64 = 6 * 3600;

/// A span in which the wall clock goes evenly. Seconds since 1970, half-open; the offset in seconds east.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) offset: i64,
    pub(super) zone: Zone,
}

/// A wall-clock time as seconds since 1970 on that clock.
pub(super) fn seconds_of(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp()
}

/// The first second of a date, on its clock.
pub(super) fn midnight(date: NaiveDate) -> i64 {
    seconds_of(date.and_time(NaiveTime::MIN))
}

pub(super) fn offset(zone: Zone, at: i64) -> i64 {
    #[cfg(test)]
    super::work::done();
    zone.offset_seconds(at).into()
}

/// All pieces in which the clock may show something from `from` to before `to`. The cost is that of the window,
/// wherever it lies.
pub(super) fn pieces_over(timeline: &ZoneTimeline, from: i64, to: i64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (start, end, zone) in timeline.spans(from - FURTHEST, to + FURTHEST) {
        add_pieces(&mut pieces, zone, start, end);
    }
    pieces
}

fn add_pieces(pieces: &mut Vec<Piece>, zone: Zone, start: i64, end: i64) {
    let (mut from, mut here) = (start, offset(zone, start));
    let mut at = start;
    while at < end - 1 {
        let probe = (at + STEP).min(end - 1);
        if offset(zone, probe) == here {
            at = probe;
            continue;
        }
        let change = first_change(zone, here, at, probe);
        pieces.push(Piece { from, to: change, offset: here, zone });
        (from, here, at) = (change, offset(zone, change), change);
    }
    pieces.push(Piece { from, to: end, offset: here, zone });
}

/// The first second after `before` at which the offset is no longer `here`, as it is not at `after`.
fn first_change(zone: Zone, here: i64, mut before: i64, mut after: i64) -> i64 {
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if offset(zone, middle) == here { before = middle } else { after = middle }
    }
    after
}

/// When a wall clock comes to, or jumps over, a time of its own; ascending. A jump counts for a date that was lived
/// before it, and for the one that it lands on; a date between them is never lived.
pub(super) fn crossings(pieces: &[Piece], local: i64) -> impl Iterator<Item = (i64, &Piece)> {
    pieces.iter().enumerate().filter_map(move |(i, piece)| {
        let shown = local - piece.offset;
        if (piece.from..piece.to).contains(&shown) {
            return Some((shown, piece));
        }
        let left = piece.from + pieces.get(i.checked_sub(1)?)?.offset;
        let landed = piece.from + piece.offset;
        let midnight = local.div_euclid(DAY) * DAY;
        let shows = |p: &Piece| p.from + p.offset < midnight + DAY && p.to + p.offset > midnight;
        let lived = landed < midnight + DAY || pieces.get(..i)?.iter().any(shows);
        (left <= local && local < landed && lived).then_some((piece.from, piece))
    })
}
