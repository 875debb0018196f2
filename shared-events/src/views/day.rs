//! A day, or days in a row: what is planned, what of it is due, taken, left out or not logged, and what else was taken.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

use crate::{
    amount::Amount,
    content::{Entity, OccurredAt, TreatmentId},
    events::Event,
    ids::EventId,
    plan::DoseKey,
    schedule::{PlanError, PlannedDose, ZoneTimeline},
    state::State,
    views::{
        around,
        coverage::Coverage,
        facts::{DoubleDose, FactView, facts_of},
        medicines::{MedicineView, Plan, treatments},
        windows::Window,
    },
};

mod read;
mod status;

use read::Reader;

/// A day as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DayView {
    pub date: NaiveDate,
    /// The day's planned doses by instant.
    pub slots: Vec<SlotView>,
    /// Slots of the day before that are still open: at 00:10 the evening's.
    pub open_from_yesterday: Vec<SlotView>,
    /// Doses of the day before whose time is over and of which nothing is logged.
    pub not_logged_yesterday: Vec<DoseView>,
    /// What was logged of this day that no planned dose stands for.
    pub unplanned: Vec<UnplannedView>,
    /// Why the plan may not be whole. Empty: it is.
    pub gaps: Vec<PlanGap>,
}

/// Doses of one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct SlotView {
    /// What the patient's clock shows then.
    pub at: NaiveTime,
    pub instant: DateTime<Utc>,
    pub doses: Vec<DoseView>,
}

/// A planned dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DoseView {
    pub treatment: TreatmentId,
    pub medicine: MedicineView,
    /// How much to take.
    pub dose: Amount,
    pub instructions: Option<String>,
    pub key: DoseKey,
    pub planned_at: DateTime<Utc>,
    pub status: DoseStatus,
    /// What is logged of it, by (`occurred_at`, id).
    pub facts: Vec<FactView>,
    pub possible_double: Option<DoubleDose>,
}

/// How a dose stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DoseStatus {
    /// Later.
    Planned,
    /// To be taken now.
    Due,
    /// The first time that it was taken, on time or before.
    Taken {
        at: OccurredAt,
    },
    /// The first time that it was taken, more than an hour after its time.
    TakenLate {
        at: OccurredAt,
    },
    Skipped {
        reason: Option<String>,
    },
    /// Its time is over and nothing is logged.
    Missed,
    /// Its time was over before the plan was written: never missed.
    BeforePlan,
    /// Entries of this day may still be on their way here.
    StillLoading,
    /// "This changed; update before taking." Logging stays possible.
    Frozen,
    /// Taken and left out, both hold: show both.
    Contradicted,
}

/// Logged, but no planned dose of any day stands for it: an extra one, or the plan is stopped or not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct UnplannedView {
    pub treatment: TreatmentId,
    /// `None` where the prescription is not known here.
    pub medicine: Option<MedicineView>,
    pub key: DoseKey,
    pub facts: Vec<FactView>,
    pub possible_double: Option<DoubleDose>,
}

/// Why a plan may not be whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanGap {
    /// An entry that stays in force could not be opened.
    Unopened(EventId),
    /// No time zone is known, so that no dose that follows the patient's clock is planned.
    NoZone,
    /// The patient moved to a zone that this build does not know; her clock is shown as before it.
    UnknownZone(String),
    /// A treatment, task or appointment that this build cannot show at all: what is planned there came from a later version.
    NotUnderstood(Entity),
    /// A treatment whose plan breaks a rule.
    Refused(TreatmentId, PlanError),
    /// A treatment whose doses count from the last one that was taken, which is not known yet.
    Loading(TreatmentId),
}

impl DayView {
    /// Whether to say that the plan could not be read whole.
    #[must_use]
    pub fn plan_is_incomplete(&self) -> bool {
        self.gaps.iter().any(|gap| !matches!(gap, PlanGap::Loading(_)))
    }

    /// Whether to say that some of the plan is still loading.
    #[must_use]
    pub fn plan_is_loading(&self) -> bool {
        self.gaps.iter().any(|gap| matches!(gap, PlanGap::Loading(_)))
    }
}

/// The date that the patient's calendar shows; `None` while no zone is known.
#[must_use]
pub fn today(state: &State, now: DateTime<Utc>) -> Option<NaiveDate> {
    Some(ZoneTimeline::of(state).timeline?.local(now).date())
}

/// A day of the patient's calendar.
#[must_use]
pub fn day(state: &State, date: NaiveDate, now: DateTime<Utc>, coverage: Coverage) -> DayView {
    days(state, &(date..=date), now, coverage).swap_remove(0)
}

/// Days of the patient's calendar, one for each date. Plans and what was logged are read once for all of them.
#[must_use]
pub fn days(
    state: &State,
    dates: &RangeInclusive<NaiveDate>,
    now: DateTime<Utc>,
    coverage: Coverage,
) -> Vec<DayView> {
    let zones = ZoneTimeline::of(state);
    let mut gaps: Vec<_> = state.unopened_standing().map(PlanGap::Unopened).collect();
    gaps.extend(zones.unknown.into_iter().map(PlanGap::UnknownZone));
    if zones.timeline.is_none() {
        gaps.push(PlanGap::NoZone);
    }
    gaps.extend(not_understood(state).map(PlanGap::NotUnderstood));
    // And the day before them, for what is left of it.
    let before = dates.start().pred_opt();
    let read = before.unwrap_or(*dates.start())..=*dates.end();
    let mut reader = Reader::new(state, zones.timeline, &read, now, coverage, &gaps);
    for treatment in treatments(state) {
        reader.read(treatment, Plan::of(state, treatment).as_ref());
    }
    reader.finish().into_iter().skip(usize::from(before.is_some())).collect()
}

/// Plans and tasks of which nothing is known but that they must be understood.
fn not_understood(state: &State) -> impl Iterator<Item = Entity> {
    let unknown = |entity: &&Entity| {
        let begins = |event: &Event| {
            matches!(
                event,
                Event::TreatmentPrescribed(_)
                    | Event::MedicineAdded(_)
                    | Event::TaskAssigned(_)
                    | Event::AppointmentScheduled(_)
            )
        };
        matches!(entity, Entity::Treatment(_) | Entity::Task(_) | Entity::Appointment(_))
            && state.is_frozen(entity)
            && !state.holding(entity).any(|(_, event)| begins(event))
    };
    state.entities().filter(unknown).cloned()
}

/// When a planned dose is to be taken, and when it is open; `None`: it is not planned.
pub(crate) fn window_of(
    state: &State,
    treatment: TreatmentId,
    key: &DoseKey,
    at: DateTime<Utc>,
) -> Option<(PlannedDose, Window)> {
    let timeline = ZoneTimeline::of(state).timeline?;
    let plan = Plan::of(state, treatment)?;
    let date = key.date().unwrap_or_else(|| timeline.local(at).date());
    let doses = status::planned(&plan, &timeline, &around(date, 3)).ok()?;
    let windows = super::windows::windows(&doses);
    doses.into_iter().zip(windows).find(|(dose, _)| dose.key == *key)
}

/// When the next dose after an instant is planned of which nothing is logged; within a year and a month.
pub(crate) fn next_planned(
    state: &State,
    plan: &Plan<'_>,
    timeline: &ZoneTimeline,
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let date = timeline.local(after).date();
    let is_next =
        |dose: &PlannedDose| dose.at > after && facts_of(state, plan.treatment, &dose.key).is_empty();
    // Most are found near.
    [7, 400].into_iter().find_map(|days| {
        let doses = status::planned(plan, timeline, &around(date, days)).ok()?;
        doses.into_iter().find(is_next).map(|dose| dose.at)
    })
}

/// The doses that are planned up to this one, by instant, of about a month; for one that is not planned, up to when it
/// was.
pub(crate) fn planned_before(
    plan: &Plan<'_>,
    timeline: &ZoneTimeline,
    key: &DoseKey,
    at: DateTime<Utc>,
) -> Vec<PlannedDose> {
    let date = key.date().unwrap_or_else(|| timeline.local(at).date());
    let mut doses = status::planned(plan, timeline, &around(date, 31)).unwrap_or_default();
    let until = doses.iter().position(|dose| dose.key == *key);
    let until = until.map_or_else(|| doses.partition_point(|dose| dose.at <= at), |index| index + 1);
    doses.truncate(until);
    doses
}

/// Which planned dose a log at this instant closes that names none: the nearest, until 01:30 the evening's. Without
/// any the entry is its own key.
#[must_use]
pub fn key_for(state: &State, treatment: TreatmentId, at: DateTime<Utc>) -> DoseKey {
    let timeline = ZoneTimeline::of(state).timeline;
    let key = timeline.zip(Plan::of(state, treatment)).and_then(|(timeline, plan)| {
        let dates = around(timeline.local(at).date(), 8);
        let doses = status::planned(&plan, &timeline, &dates).ok()?;
        super::windows::nearest(&doses, at).map(|dose| dose.key.clone())
    });
    key.unwrap_or(DoseKey::AsNeeded)
}
