//! How a dose is named: TREATMENT/DATE/SLOT, or TREATMENT/EVENT/NUMBER where its plan is an interval.

use std::fmt;

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
        let (of, which, last) = (part()?, part()?, part()?);
        let treatment = TreatmentId(of.parse().map_err(|_| wrong())?);
        if state.events_of(&Entity::Treatment(treatment)).next().is_none() {
            let what = format!("there is no treatment {of}: `log day --ids` prints those of a day");
            return Err(Error::Invalid(what));
        }
        if let Some(date) = parse_date(which) {
            return Self::of_slot(state, treatment, date, last, now);
        }
        let anchor = EventId(which.parse::<Uuid>().map_err(|_| wrong())?);
        let n = last.parse().map_err(|_| wrong())?;
        if state
            .entry(anchor)
            .is_some_and(|entry| entry.content.about.iter().any(|about| is_of(about, treatment)))
        {
            return Ok(Self { treatment, key: DoseKey::Interval { anchor, n } });
        }
        Err(Error::Invalid(format!(
            "no dose of {of} counts from {which}: `log day --ids` prints those of a day"
        )))
    }

    /// What is planned in this slot of a date, or logged in it and no longer planned.
    fn of_slot(
        state: &State,
        treatment: TreatmentId,
        date: NaiveDate,
        slot: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let start = format!("{}/{date}/", treatment.0);
        let mut slots = Vec::new();
        for dose in around(state, treatment, date, now) {
            let name = dose.to_string();
            let Some(own) = name.strip_prefix(&start) else { continue };
            if own == slot {
                return Ok(dose);
            }
            slots.push(own.to_owned());
        }
        Err(Error::Invalid(if slots.is_empty() {
            let treatment = treatment.0;
            format!("{treatment} has no dose on {date}: `log why --treatment {treatment}` prints its plan")
        } else {
            format!("its plan has no slot {slot} on {date}, but {}", slots.join(", "))
        }))
    }
}

fn is_of(about: &Entity, treatment: TreatmentId) -> bool {
    matches!(about, Entity::Treatment(of) | Entity::Doses(of, _) if *of == treatment)
}

/// A treatment's doses of a date and of those beside it, as a plan in another zone may show one there.
fn around(state: &State, treatment: TreatmentId, date: NaiveDate, now: DateTime<Utc>) -> Vec<Dose> {
    let day = Days::new(1);
    let from = date.checked_sub_days(day).unwrap_or(date);
    let to = date.checked_add_days(day).unwrap_or(date);
    let mut doses = Vec::new();
    for day in days(state, &(from..=to), now, Coverage::ALL) {
        let planned =
            day.slots.into_iter().flat_map(|slot| slot.doses).map(|dose| (dose.treatment, dose.key));
        let all = planned.chain(day.unplanned.into_iter().map(|extra| (extra.treatment, extra.key)));
        doses.extend(all.filter(|(of, _)| *of == treatment).map(|(treatment, key)| Dose { treatment, key }));
    }
    doses
}
