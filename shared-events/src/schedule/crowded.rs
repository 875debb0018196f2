//! Doses that a jump of the clock or a journey brings near each other: none is left out for it, but it is warned about.

use std::ops::Range;

use chrono::NaiveDate;

use crate::{
    plan::DoseKey,
    schedule::{
        Course, PlanError, ZoneTimeline,
        phase::{Phase, Raw, Which, sort},
        pieces::midnight,
    },
};

impl Course<'_> {
    /// The doses of slots after which the next one comes in less than half the time that the plan's clock has between
    /// them, each with that next one. Both lie on the dates asked for (half-open).
    ///
    /// # Errors
    /// The plan breaks a rule, see [`Course::check`].
    pub fn crowded(
        &self,
        timeline: &ZoneTimeline,
        dates: Range<NaiveDate>,
    ) -> Result<Vec<(DoseKey, DoseKey)>, PlanError> {
        self.with_doses(timeline, dates, |phases, doses| {
            let mut by_instant = doses.to_vec();
            sort(&mut by_instant, Raw::any_date);
            let pairs = by_instant.iter().zip(by_instant.iter().skip(1));
            let near = pairs.filter(|(dose, next)| {
                let times = written(phases, dose).zip(written(phases, next));
                times.is_some_and(|(time, next_time)| (next.at - dose.at) * 2 < next_time - time)
            });
            near.map(|(dose, next)| (dose.key(), next.key())).collect()
        })
    }
}

/// The time that the plan says, in seconds since 1970 on its clock.
fn written(phases: &[Phase<'_>], dose: &Raw<'_>) -> Option<i64> {
    let Which::Slot(id, _) = dose.which else { return None };
    let phase = phases.iter().find(|phase| phase.dates.contains(&dose.date))?;
    let (_, seconds) = phase.slots.iter().find(|(slot, _)| *slot == id)?;
    Some(midnight(dose.date) + seconds)
}
