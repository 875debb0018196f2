//! A taper before it is prescribed: which of its days no step covers.

use std::ops::Range;

use chrono::NaiveDate;

use crate::{
    plan::{On, Rule},
    schedule::{
        Course, PlanError, ZoneTimeline,
        dates::{later, step_on},
    },
};

impl Course<'_> {
    /// The dates of a taper, from the plan's first day to its last (without one, to the last step's), that no step
    /// covers; only those in `dates` (half-open). They have no dose: they are to be shown, never filled.
    ///
    /// # Errors
    /// The plan breaks a rule, see [`Course::check`].
    pub fn uncovered(
        &self,
        timeline: &ZoneTimeline,
        dates: Range<NaiveDate>,
    ) -> Result<Vec<NaiveDate>, PlanError> {
        self.check()?;
        let home = self.schedule.home_zone()?.map(ZoneTimeline::fixed);
        let mut uncovered = Vec::new();
        for phase in self.phases(home.as_ref().unwrap_or(timeline))? {
            let Rule::Dates(rule) = phase.rule else { continue };
            let On::Steps(steps) = &rule.on else { continue };
            let ends = self.schedule.end.is_some() || rule.days.is_some();
            let last = steps.last().filter(|_| !ends).map_or(NaiveDate::MAX, |step| later(step.to, 1));
            let end = dates.end.min(phase.dates.end).min(last);
            let mut date = dates.start.max(phase.dates.start);
            while date < end {
                if step_on(steps, date).is_none() {
                    uncovered.push(date);
                }
                date = later(date, 1);
            }
        }
        Ok(uncovered)
    }
}
