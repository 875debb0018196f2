//! What was taken and what was left out: facts, the groups in which they witness one dose, and possible double doses.

use std::{ops::RangeInclusive, sync::Arc};

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

use crate::{
    amount::Amount,
    content::{Entity, Month, OccurredAt, Role, TreatmentId},
    events::{Event, MedicineSkipped, MedicineTaken},
    ids::{DeviceId, EventId},
    plan::DoseKey,
    sorted::SortedMap,
    state::{Entry, FoldKey, State},
    views::{around, coverage::FILED_WITHIN_DAYS, medicines::treatments},
};

/// Days to either side of a dose's date in which entries about it may be filed.
pub(super) const FILED_WITHIN: u64 = FILED_WITHIN_DAYS.unsigned_abs();
/// Two entries of one dose within this time, with the same amount, are one dose seen twice.
pub(super) const WITNESS_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// An entry about a dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct FactView {
    /// The entry; retract it to undo.
    pub id: EventId,
    pub said: Said,
    pub note: Option<String>,
    /// When it was taken or left out.
    pub occurred_at: OccurredAt,
    pub who: Who,
}

/// What an entry says of a dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Said {
    Taken { amount: Amount },
    Skipped { reason: Option<String> },
}

/// Who says it, and on which device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Who {
    /// As the device was enrolled; as the entry says where its enrolment is not known here.
    pub role: Role,
    pub name: Option<String>,
    /// The device that recorded it.
    pub device: DeviceId,
    pub device_name: Option<String>,
}

/// One dose that may have been taken more than once, at two times or in two amounts; which, and how it is settled, says
/// [`mod@super::contradictions`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DoubleDose {
    pub treatment: TreatmentId,
    pub key: DoseKey,
    /// Each group is one dose with its witnesses; at least two groups.
    pub groups: Vec<Vec<FactView>>,
}

/// A dose as facts name it: an as-needed entry is its own key, or that of the entry which it stands for.
pub(crate) type FactKey = (DoseKey, Option<EventId>);
/// The facts of each dose, sorted by (`occurred_at`, id).
pub(crate) type Facts = SortedMap<FactKey, Vec<FactView>>;

impl Who {
    /// Of an entry's author.
    #[must_use]
    pub fn of(state: &State, entry: &Entry) -> Self {
        let enrolment = state.enrolment_of(entry.link.device);
        let actor = &entry.content.actor;
        Self {
            role: enrolment.map_or(actor.role, |e| e.role),
            name: enrolment.and_then(|e| e.person.clone()).or_else(|| actor.name.clone()),
            device: entry.header.device,
            device_name: state.enrolment_of(entry.header.device).map(|e| e.name.clone()),
        }
    }
}

fn fact(state: &State, treatment: TreatmentId, entry: &Entry, event: &Event) -> Option<(FactKey, FactView)> {
    let (of, key, said, note) = match event {
        Event::MedicineTaken(e) => {
            (e.treatment, &e.dose, Said::Taken { amount: e.amount.clone() }, e.note.clone())
        }
        Event::MedicineSkipped(e) => {
            (e.treatment, &e.dose, Said::Skipped { reason: e.reason.clone() }, e.note.clone())
        }
        _ => return None,
    };
    let id = entry.id();
    let itself = (*key == DoseKey::AsNeeded).then(|| stands_for(state, treatment, entry).unwrap_or(id));
    let occurred_at = entry.content.occurred_at;
    let view = FactView { id, said, note, occurred_at, who: Who::of(state, entry) };
    (of == treatment).then(|| ((key.clone(), itself), view))
}

/// The entry of a dose of the same treatment that this one was recorded anew for: said on two devices of one entry, it is
/// one dose.
pub(super) fn stands_for(state: &State, treatment: TreatmentId, entry: &Entry) -> Option<EventId> {
    let cause = entry.content.caused_by?;
    let of = |event: &Event| matches!(event, Event::MedicineTaken(e) if e.treatment == treatment);
    state.entry(cause)?.event().is_some_and(of).then_some(cause)
}

/// All months of a treatment's doses, with what is filed in them.
pub(crate) fn doses_of(
    state: &State,
    treatment: TreatmentId,
) -> impl Iterator<Item = (&Entity, &SortedMap<FoldKey, Arc<Entry>>)> {
    let first = Entity::Doses(treatment, Month::of(NaiveDate::MIN));
    let of = move |entity: &Entity| matches!(entity, Entity::Doses(of, _) if *of == treatment);
    state.entities_from(&first).take_while(move |(entity, _)| of(entity))
}

/// Whether an entry speaks of this dose; for "as needed" of any such dose of the treatment.
pub(crate) fn is_of(entry: &Entry, treatment: TreatmentId, key: &DoseKey) -> bool {
    let (Some(Event::MedicineTaken(MedicineTaken { treatment: of, dose, .. }))
    | Some(Event::MedicineSkipped(MedicineSkipped { treatment: of, dose, .. }))) = entry.event()
    else {
        return false;
    };
    *of == treatment && dose == key
}

/// The facts of one dose that hold, wherever they are filed, by (`occurred_at`, id).
pub(crate) fn facts_of(state: &State, treatment: TreatmentId, key: &DoseKey) -> Vec<FactView> {
    // Which dose it is comes first: a long course has thousands of others.
    let entries = doses_of(state, treatment).flat_map(|(_, filed)| filed.values());
    let of_dose = entries.filter(|entry| is_of(entry, treatment, key));
    let holding = of_dose.filter(|entry| state.is_live(entry) && state.is_allowed(entry));
    let facts = holding.filter_map(|entry| fact(state, treatment, entry, entry.event()?));
    let mut found: Vec<FactView> = facts.map(|(_, view)| view).collect();
    found.sort_by_key(|f| (f.occurred_at.at, f.id));
    found.dedup_by_key(|f| f.id);
    found
}

/// Planned doses have their date in the key; of others it is only known when they are read.
fn is_near(event: &Event, dates: &RangeInclusive<NaiveDate>) -> bool {
    let (Event::MedicineTaken(MedicineTaken { dose, .. })
    | Event::MedicineSkipped(MedicineSkipped { dose, .. })) = event
    else {
        return false;
    };
    dose.date().is_none_or(|date| dates.contains(&date))
}

/// The facts of a treatment that hold, of planned doses of these dates and of all others filed near them.
pub(crate) fn facts(state: &State, treatment: TreatmentId, dates: &RangeInclusive<NaiveDate>) -> Facts {
    let filed = |date| Entity::Doses(treatment, Month::of(date));
    let first = filed(*around(*dates.start(), FILED_WITHIN).start());
    let last = filed(*around(*dates.end(), FILED_WITHIN).end());
    let mut facts = Facts::new();
    for (entity, _) in state.entities_from(&first).take_while(|(entity, _)| **entity <= last) {
        for (entry, event) in state.holding(entity).filter(|(_, event)| is_near(event, dates)) {
            if let Some((key, view)) = fact(state, treatment, entry, event) {
                let of_key = facts.or_default(key);
                // An entry that names two months is one entry.
                if of_key.iter().all(|known| known.id != view.id) {
                    of_key.push(view);
                }
            }
        }
    }
    for of_key in facts.values_mut() {
        of_key.sort_by_key(|f| (f.occurred_at.at, f.id));
    }
    facts
}

/// The doses that facts of one key speak of: an entry joins the first group whose first entry has its amount and is at
/// most 10 minutes before.
pub(crate) fn groups(facts: &[FactView]) -> Vec<Vec<FactView>> {
    let mut groups: Vec<Vec<FactView>> = Vec::new();
    for fact in facts.iter().filter(|f| matches!(f.said, Said::Taken { .. })) {
        let witnessed = groups.iter_mut().find(|group| {
            group.first().is_some_and(|first| {
                first.said == fact.said && fact.occurred_at.at - first.occurred_at.at <= WITNESS_WITHIN
            })
        });
        match witnessed {
            Some(group) => group.push(fact.clone()),
            None => groups.push(vec![fact.clone()]),
        }
    }
    groups
}

pub(crate) fn double(treatment: TreatmentId, key: &DoseKey, facts: &[FactView]) -> Option<DoubleDose> {
    let groups = groups(facts);
    (groups.len() > 1).then(|| DoubleDose { treatment, key: key.clone(), groups })
}

/// All possible double doses of which an entry was true on or after `since` (its local date), by treatment, then key.
/// Found across months, also where the two entries name different ones.
#[must_use]
pub fn double_doses(state: &State, since: NaiveDate) -> Vec<DoubleDose> {
    let mut found = Vec::new();
    for treatment in treatments(state) {
        for ((key, _), of_key) in recent_facts(state, treatment, since).iter() {
            found.extend(double(treatment, key, of_key));
        }
    }
    found
}

/// The facts of each dose of which one was true on or after `since` (its local date).
pub(super) fn recent_facts(state: &State, treatment: TreatmentId, since: NaiveDate) -> Facts {
    // An entry can be of a dose that was planned before it.
    let dates = *around(since, FILED_WITHIN).start()..=NaiveDate::MAX;
    let mut facts = facts(state, treatment, &dates);
    facts.retain(|_, of_key| of_key.iter().any(|f| f.occurred_at.at.date_naive() >= since));
    facts
}
