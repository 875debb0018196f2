//! Plans that end after a number of doses: those that were due, taken or not; pauses are not counted.
//!
//! Which dose is the last is found by walking from the first day, as changes, pauses and journeys all move it. The walk
//! is bounded: it stops a month after the last dose, leaps over dates without any and over pauses, and the number is
//! at most [`MOST`]. It costs the same for every window behind the last dose.

use chrono::NaiveDate;

use crate::{
    plan::Rule,
    schedule::{
        Course, ZoneTimeline,
        dates::{later, wait},
        hours::{self, date_at},
        phase::{Phase, Rank, Raw, sort},
        pieces::{DAY, midnight},
        zones::seconds_up,
    },
};

/// The highest count that a plan can have.
pub(super) const MOST: i64 = 10_000;
/// Dates that are read at once. More than clocks can be apart, so that none of the dates behind it has an earlier dose.
const CHUNK: i64 = 32;
/// Dates by which clocks can be apart, and one more.
const APART: i64 = 3;

impl Course<'_> {
    /// Drops what lies behind the last dose of a phase's count. All doses of the course count, from the first day on.
    pub(super) fn keep_counted<'a>(
        &self,
        phases: &[Phase<'a>],
        clock: &ZoneTimeline,
        until: NaiveDate,
        doses: &mut Vec<Raw<'a>>,
    ) {
        for phase in phases {
            let is_of = |dose: &Raw<'_>| phase.dates.contains(&dose.date);
            let Some(count) = phase.count().filter(|_| doses.iter().any(is_of)) else { continue };
            if let Some(last) = self.last_due(phases, clock, count, later(until, APART)) {
                doses.retain(|dose| !is_of(dose) || dose.rank() <= last);
            }
        }
    }

    /// The last dose of so many; `None` if fewer are due on dates before `until`.
    fn last_due<'a>(
        &self,
        phases: &[Phase<'a>],
        clock: &ZoneTimeline,
        count: usize,
        until: NaiveDate,
    ) -> Option<Rank<'a>> {
        let mut doses = Vec::new();
        let mut date = self.schedule.start;
        let mut found = false;
        while date < until && !found {
            let Some(ahead) = self.nothing_until(phases, date) else { break };
            if ahead > date {
                date = ahead;
                continue;
            }
            let next = later(date, CHUNK).min(until);
            // Once there are enough, one more chunk: it may have earlier ones.
            found = doses.len() >= count;
            doses.extend(self.due(phases, clock, &(date..next)));
            date = next;
        }
        sort(&mut doses, Raw::any_date);
        doses.get(count.checked_sub(1)?).map(Raw::rank)
    }

    /// The date up to which nothing is due from this one on; `None`: never again.
    fn nothing_until(&self, phases: &[Phase<'_>], date: NaiveDate) -> Option<NaiveDate> {
        let (lo, hi) = (midnight(date) - APART * DAY, midnight(date) + APART * DAY);
        if let Some(pause) = self.pauses.iter().find(|pause| pause.holds(lo) && pause.holds(hi)) {
            return Some(date_at(seconds_up(pause.to?) - APART * DAY).max(date));
        }
        let Some(phase) = phases.iter().find(|phase| phase.dates.contains(&date)) else { return Some(date) };
        let days = match phase.rule {
            Rule::Hours(hours) => hours::wait(hours, date),
            rule => wait(rule, phase.start, date),
        };
        Some(later(date, days).min(phase.dates.end))
    }
}
