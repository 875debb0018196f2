//! How a dose is named: TREATMENT/DATE/SLOT, or TREATMENT/EVENT/NUMBER where its plan is an interval.

use std::{fmt, ops::RangeInclusive};

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared_events::{
    content::{Entity, TreatmentId},
    ids::EventId,
    moment::parse_date,
    plan::DoseKey,
    state::State,
    views::{Coverage, days},
};
use uuid::Uuid;

use crate::error::Error;

/// How far ahead doses of an interval are looked for.
const AHEAD: Days = Days::new(31);
/// Doses that an error lists.
const LISTED: usize = 24;

/// A dose, as `log day --ids` prints it and `log why --dose` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dose {
    pub(super) treatment: TreatmentId,
    pub(super) key: DoseKey,
}

impl fmt::Display for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let treatment = self.treatment.0;
        match &self.key {
            DoseKey::Planned { date, slot, repeat: 0 } => write!(f, "{treatment}/{date}/{}", slot.0),
            // The date line made this date come twice.
            DoseKey::Planned { date, slot, repeat } => write!(f, "{treatment}/{date}/{}/{repeat}", slot.0),
            DoseKey::Interval { anchor, n } => write!(f, "{treatment}/{anchor}/{n}"),
            // No dose of a plan: `--treatment` takes it.
            DoseKey::AsNeeded => write!(f, "{treatment}"),
        }
    }
}

impl Dose {
    /// The dose of this name.
    ///
    /// # Errors
    /// It is no name of a dose, or nothing is planned or logged by this name; the message lists what is beside it.
    pub(super) fn find(state: &State, name: &str, now: DateTime<Utc>) -> Result<Self, Error> {
        let wrong = || {
            Error::Invalid(format!(
                "write a dose as TREATMENT/DATE/SLOT, as `log day --ids` prints it, instead of {name:?}"
            ))
        };
        let mut parts = name.splitn(3, '/');
        let mut part = || parts.next().ok_or_else(wrong);
        let (treatment, which, _) = (part()?, part()?, part()?);
        let id = TreatmentId(treatment.parse().map_err(|_| wrong())?);
        if state.events_of(&Entity::Treatment(id)).next().is_none() {
            return Err(Error::Invalid(format!(
                "there is no treatment {treatment}: `log day --ids` prints those of a day"
            )));
        }
        let doses = doses(state, id, &dates(state, which, now).ok_or_else(wrong)?, now);
        if let Some(dose) = doses.iter().find(|dose| dose.to_string() == name) {
            return Ok(dose.clone());
        }
        let beside = doses.iter().map(Self::to_string);
        let beside: Vec<_> =
            beside.filter(|other| other.split('/').nth(1) == Some(which)).take(LISTED).collect();
        Err(Error::Invalid(if beside.is_empty() {
            format!("{treatment} has no dose on {which}: `log why --treatment {treatment}` prints its plan")
        } else {
            format!("there is no dose {name}, but {}", beside.join(", "))
        }))
    }
}

/// Where a dose is looked for, by the second part of its name. A plan that follows another zone's clock may show it on
/// the day beside it.
fn dates(state: &State, which: &str, now: DateTime<Utc>) -> Option<RangeInclusive<NaiveDate>> {
    let day = Days::new(1);
    if let Some(date) = parse_date(which) {
        return Some(date.checked_sub_days(day)?..=date.checked_add_days(day)?);
    }
    let anchor = EventId(which.parse::<Uuid>().ok()?);
    let from = state.entry(anchor)?.content.occurred_at.at.date_naive();
    Some(from.checked_sub_days(day)?..=now.date_naive().checked_add_days(AHEAD)?.max(from))
}

/// What is planned of a treatment, and what is logged of it that is no longer planned.
fn doses(
    state: &State,
    treatment: TreatmentId,
    dates: &RangeInclusive<NaiveDate>,
    now: DateTime<Utc>,
) -> Vec<Dose> {
    let mut doses = Vec::new();
    for day in days(state, dates, now, Coverage::ALL) {
        let planned =
            day.slots.into_iter().flat_map(|slot| slot.doses).map(|dose| (dose.treatment, dose.key));
        let all = planned.chain(day.unplanned.into_iter().map(|extra| (extra.treatment, extra.key)));
        doses.extend(all.filter(|(of, _)| *of == treatment).map(|(treatment, key)| Dose { treatment, key }));
    }
    doses
}
