//! Days side by side: how much of what a day planned is logged.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    content::TreatmentId,
    state::State,
    views::{
        coverage::Coverage,
        day::{DayView, DoseStatus, DoseView, days},
        statistics::Tally,
    },
};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarDay {
    /// On the patient's calendar.
    pub date: NaiveDate,
    /// Doses that are planned, without those from before their plan was written.
    pub planned: u32,
    /// Of these, the ones of which something is logged: taken or left out.
    pub logged: u32,
    /// What that comes to.
    pub flow: Flow,
    /// The same doses, as statistics have them.
    pub tally: Tally,
}

/// How full a day runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Nothing is planned.
    Nothing,
    /// It is still to come: nothing of it is logged, and nothing could have been missed.
    Ahead,
    /// Entries of it may still be on their way here.
    Loading,
    /// Nothing is logged, and a dose was missed.
    None,
    /// Something is logged, not all.
    Some,
    /// All is logged.
    All,
}

impl CalendarDay {
    /// What a day comes to, of all medicines or of one.
    #[must_use]
    pub fn of(view: &DayView, treatment: Option<TreatmentId>) -> Self {
        let doses = view.slots.iter().flat_map(|slot| &slot.doses);
        let counts = |dose: &&DoseView| {
            treatment.is_none_or(|of| dose.treatment == of) && dose.status != DoseStatus::BeforePlan
        };
        let doses: Vec<&DoseView> = doses.filter(counts).collect();
        let many = |holds: fn(&DoseView) -> bool| {
            u32::try_from(doses.iter().filter(|dose| holds(dose)).count()).unwrap_or(u32::MAX)
        };
        let (planned, logged) = (many(|_| true), many(|dose| !dose.facts.is_empty()));
        let flow = if planned == 0 {
            Flow::Nothing
        } else if many(|dose| dose.status == DoseStatus::StillLoading) > 0 {
            Flow::Loading
        } else if logged == planned {
            Flow::All
        } else if logged > 0 {
            Flow::Some
        } else if many(|dose| dose.status == DoseStatus::Missed) == 0 {
            Flow::Ahead
        } else {
            Flow::None
        };
        let mut tally = Tally::default();
        doses.iter().for_each(|dose| tally.add(dose));
        Self { date: view.date, planned, logged, flow, tally }
    }
}

/// These days of the patient's calendar, of all medicines or of one. Costs what its days cost.
#[must_use]
pub fn calendar(
    state: &State,
    dates: RangeInclusive<NaiveDate>,
    of: Option<TreatmentId>,
    now: DateTime<Utc>,
    coverage: Coverage,
) -> Vec<CalendarDay> {
    days(state, &dates, now, coverage).iter().map(|day| CalendarDay::of(day, of)).collect()
}
