//! Which instants a plan means, for a range of dates.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::{
    amount::Amount,
    plan::{After, DoseKey, Rule},
    schedule::{
        Course, PlanError, Zone, ZoneTimeline,
        dates::planned,
        hours::{elapsed, next_after_taken},
        phase::{Phase, Raw, amount, sort},
    },
};

/// One dose of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDose {
    /// Its name, the same on every device.
    pub key: DoseKey,
    /// When it is to be taken.
    pub at: DateTime<Utc>,
    /// What the plan's clock shows then. Differs from the slot's time where that is jumped over.
    pub local: NaiveDateTime,
    /// The zone of that clock.
    pub zone: Zone,
    /// How much.
    pub dose: Amount,
}

impl Course<'_> {
    /// The planned doses of the dates in `dates` (half-open; dates of the plan's clock), by date, then instant, then
    /// slot. A time that is jumped over is at the jump; of one that comes twice the first counts; a date that is never
    /// lived has none.
    ///
    /// The cost is that of the window, wherever it lies; a plan with a count also costs up to that many doses and its
    /// pauses, see `count`.
    ///
    /// # Errors
    /// The plan breaks a rule, see [`Course::check`].
    pub fn expand(
        &self,
        timeline: &ZoneTimeline,
        dates: Range<NaiveDate>,
    ) -> Result<Vec<PlannedDose>, PlanError> {
        self.with_doses(timeline, dates, |phases, doses| {
            doses.iter().filter_map(|dose| written_out(phases, dose)).collect()
        })
    }

    /// The doses before they are written out, and the phases that they are of.
    pub(super) fn with_doses<T>(
        &self,
        timeline: &ZoneTimeline,
        dates: Range<NaiveDate>,
        read: impl FnOnce(&[Phase<'_>], &[Raw<'_>]) -> T,
    ) -> Result<T, PlanError> {
        self.check()?;
        let home = self.schedule.home_zone()?.map(ZoneTimeline::fixed);
        let clock = home.as_ref().unwrap_or(timeline);
        let phases = self.phases(clock)?;
        let mut doses = self.due(&phases, clock, &dates);
        self.keep_counted(&phases, clock, dates.end, &mut doses);
        sort(&mut doses, Raw::date);
        Ok(read(&phases, &doses))
    }

    /// What is due on these dates, counts aside.
    pub(super) fn due<'a>(
        &self,
        phases: &[Phase<'a>],
        clock: &ZoneTimeline,
        dates: &Range<NaiveDate>,
    ) -> Vec<Raw<'a>> {
        let mut doses = Vec::new();
        for phase in phases {
            let dates = dates.start.max(phase.dates.start)..dates.end.min(phase.dates.end);
            if dates.is_empty() {
                continue;
            }
            match phase.rule {
                Rule::Times(_) | Rule::Dates(_) => planned(phase, clock, dates, &mut doses),
                Rule::Hours(hours) if hours.after == After::Planned => {
                    elapsed(phase, hours, clock, &dates, &mut doses);
                }
                Rule::Hours(_) | Rule::AsNeeded(_) => {}
            }
        }
        let next = next_after_taken(self, phases, clock);
        doses.extend(next.filter(|dose| dates.contains(&dose.date)));
        doses.retain(|dose| self.is_due(dose.at));
        doses
    }
}

fn written_out(phases: &[Phase<'_>], dose: &Raw<'_>) -> Option<PlannedDose> {
    Some(PlannedDose {
        key: dose.key(),
        at: DateTime::from_timestamp(dose.at, 0)?,
        local: DateTime::from_timestamp(dose.at + dose.offset, 0)?.naive_utc(),
        zone: dose.zone,
        dose: amount(phases, dose)?.clone(),
    })
}
