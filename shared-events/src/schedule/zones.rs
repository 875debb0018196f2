//! Where the patient lives: a timeline of time zones, and what her clocks show.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::{
    content::Entity,
    events::Event,
    schedule::{
        Zone,
        pieces::{DAY, crossings, midnight, pieces_over, seconds_of},
    },
    state::State,
};

/// The zones that a patient lives in, one after the other. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneTimeline {
    /// Holds from the beginning of time.
    first: Zone,
    /// From when on which zone holds; ascending.
    changes: Vec<(DateTime<Utc>, Zone)>,
}

/// What the `zone` entity says.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneReading {
    /// `None` where no zone is known yet: nothing that follows the patient's clock can be planned.
    pub timeline: Option<ZoneTimeline>,
    /// Names that this build's table does not have. They are left out and must be shown, never taken for UTC.
    pub unknown: Vec<String>,
}

impl ZoneTimeline {
    /// A life in one zone.
    #[must_use]
    pub fn fixed(zone: Zone) -> Self {
        Self { first: zone, changes: Vec::new() }
    }

    /// A timeline of changes in fold order; they are sorted by `from`, of two at one instant the later one holds.
    /// `None` without any change.
    #[must_use]
    pub fn new(changes: impl IntoIterator<Item = (DateTime<Utc>, Zone)>) -> Option<Self> {
        let mut changes: Vec<_> = changes.into_iter().collect();
        changes.sort_by_key(|(from, _)| *from);
        let first = changes.first()?.1;
        changes.remove(0);
        Some(Self { first, changes })
    }

    /// Reads the timeline from the state.
    #[must_use]
    pub fn of(state: &State) -> ZoneReading {
        let mut unknown = Vec::new();
        let mut changes = Vec::new();
        for (_, event) in state.holding(&Entity::Zone) {
            let Event::ZoneChanged(change) = event else { continue };
            match change.zone.parse::<Zone>() {
                Ok(zone) => changes.push((change.from.to_utc(), zone)),
                Err(_) => unknown.push(change.zone.clone()),
            }
        }
        ZoneReading { timeline: Self::new(changes), unknown }
    }

    /// The zone at an instant.
    #[must_use]
    pub fn zone_at(&self, at: DateTime<Utc>) -> Zone {
        self.changes.iter().rev().find(|(from, _)| *from <= at).map_or(self.first, |(_, zone)| *zone)
    }

    /// What the patient's clock shows at an instant.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        self.zone_at(at).local(at)
    }

    /// The first instant at which the patient's clock shows this, or at which it jumps over it; `None` where it is in a
    /// date that she never lives.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let local = seconds_of(local);
        let pieces = pieces_over(self, local, local + 1);
        crossings(&pieces, local).next().and_then(|(at, _)| DateTime::from_timestamp(at, 0))
    }

    /// The first instant of a date; `None` for a date that the patient never lives.
    #[must_use]
    pub fn day_start(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let midnight = midnight(date);
        pieces_over(self, midnight, midnight + DAY).iter().find_map(|piece| {
            let at = piece.from.max(midnight - piece.offset);
            let lived = at < piece.to && at + piece.offset < midnight + DAY;
            lived.then(|| DateTime::from_timestamp(at, 0)).flatten()
        })
    }

    /// The zones between two instants (seconds since 1970), each with its half-open span.
    pub(super) fn spans(&self, from: i64, to: i64) -> Vec<(i64, i64, Zone)> {
        let starts = self.changes.iter().map(|(at, zone)| (seconds_up(*at), *zone));
        let all: Vec<_> = std::iter::once((i64::MIN, self.first)).chain(starts).collect();
        let ends = all.iter().skip(1).map(|(at, _)| *at).chain([i64::MAX]);
        let spans = all.iter().zip(ends).map(|(&(start, zone), end)| (start.max(from), end.min(to), zone));
        spans.filter(|(start, end, _)| start < end).collect()
    }

    /// The offset of the patient's clock at an instant, seconds east.
    #[must_use]
    pub fn offset_seconds(&self, at: DateTime<Utc>) -> i32 {
        self.zone_at(at).offset_seconds(at.timestamp())
    }
}

/// Whole seconds, rounded up, so that a change within a second holds from the next one.
pub(super) fn seconds_up(at: DateTime<Utc>) -> i64 {
    at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)
}
