//! Why is it so? The events that a shown fact came from, in the order of folding, and what became of each: which holds,
//! which was overridden, and by what.
use serde::Serialize;

use crate::{
    content::{AppointmentId, Entity, OccurredAt, TaskId, TreatmentId},
    events::{Event, TreatmentChanged},
    ids::{EventId, Hlc},
    plan::DoseKey,
    state::{Entry, FoldKey, State},
    views::{
        facts::{FactView, Said, Who, doses_of, facts_of, groups, is_of, stands_for},
        history::{Counts, counts},
    },
};

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A planned dose: its plan and what was logged of it.
    Dose(TreatmentId, DoseKey),
    /// A dose that no plan stands for, by an entry of it.
    Extra(TreatmentId, EventId),
    /// The plan of a treatment.
    Treatment(TreatmentId),
    /// A task.
    Task(TaskId),
    /// An appointment.
    Appointment(AppointmentId),
    /// Which clock the plan follows.
    Zone,
}

/// One event that had a part in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Step {
    pub id: EventId,
    /// The type's name.
    pub kind: String,
    #[serde(skip)]
    pub place: FoldKey,
    pub who: Who,
    /// When it was true.
    pub occurred_at: OccurredAt,
    pub recorded_at: Hlc,
    /// When the server received it, milliseconds since 1970; `None`: not sent yet.
    pub received_ms: Option<u64>,
    pub part: Part,
    /// The event's cause, if it has one.
    pub caused_by: Option<EventId>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It holds, and what is shown rests on it.
    Holds,
    /// It holds and says what another one said before: one more witness.
    Witnesses(EventId),
    /// A later word counts instead.
    OverriddenBy(EventId),
    /// It, and another one that holds, cannot both be: a person has to settle it.
    Contradicts(EventId),
    /// Taken back by these, of which at least one holds.
    TakenBackBy(Vec<EventId>),
    /// Its author may not say this: shown, not applied.
    NotAllowed,
    /// This build does not know its type or version.
    NotUnderstood,
}

/// The events behind it, in the order of folding; retractions stand among them.
#[must_use]
pub fn why(state: &State, question: &Question) -> Vec<Step> {
    let mut steps = match question {
        Question::Dose(treatment, key) => {
            let mut steps = of_entity(state, &Entity::Treatment(*treatment));
            steps.extend(of_dose(state, *treatment, key));
            steps
        }
        Question::Extra(treatment, entry) => {
            let mut steps = of_entity(state, &Entity::Treatment(*treatment));
            steps.extend(of_extra(state, *treatment, *entry));
            steps
        }
        Question::Treatment(treatment) => of_entity(state, &Entity::Treatment(*treatment)),
        Question::Task(task) => of_entity(state, &Entity::Task(*task)),
        Question::Appointment(id) => of_entity(state, &Entity::Appointment(*id)),
        Question::Zone => of_entity(state, &Entity::Zone),
    };
    steps.sort_by_key(|step| step.place);
    steps.dedup_by_key(|step| step.id);
    steps
}

/// What of two that hold and say something of one thing counts: the higher number, then the later id, then fold order.
type Rank = (i64, Option<EventId>);

/// What an event says in its entity, each thing by a name. The same rules as in the views that show them.
fn words(entry: &Entry, event: &Event) -> Vec<(String, Rank)> {
    let said_s = entry.content.occurred_at.at.timestamp();
    let (name, number) = match event {
        // What is added does not change what is prescribed.
        Event::MedicineAdded(_) => ("prescribed".to_owned(), 0),
        Event::TreatmentPrescribed(_) => ("prescribed".to_owned(), 1),
        Event::TreatmentChanged(change) => return words_of(entry.id(), change),
        // Each of these is of its own instant.
        Event::TreatmentPaused(pause) => (format!("paused {}", pause.from.timestamp()), 0),
        Event::TreatmentResumed(resumed) => (format!("resumed {}", resumed.from.timestamp()), 0),
        // Of several stops the earliest holds.
        Event::TreatmentStopped(stop) => ("stopped".to_owned(), -stop.from.timestamp()),
        // Where and when it is: the last word.
        Event::AppointmentScheduled(_) | Event::AppointmentRescheduled(_) => ("when".to_owned(), 0),
        Event::AppointmentCancelled(_) => ("cancelled".to_owned(), 0),
        Event::TaskAssigned(_) => ("assigned".to_owned(), 0),
        Event::TaskCancelled(_) => ("cancelled".to_owned(), 0),
        Event::TaskCompleted(_) | Event::TaskReopened(_) => ("done".to_owned(), said_s),
        Event::ZoneChanged(change) => (format!("zone {}", change.from.timestamp()), 0),
        _ => return Vec::new(),
    };
    vec![(name, (number, None))]
}

/// A change writes each of its fields from its own instant on; a name put right is of all days.
fn words_of(id: EventId, change: &TreatmentChanged) -> Vec<(String, Rank)> {
    let from = change.from.timestamp();
    let mut words = Vec::new();
    let fields = [
        ("dose", change.dose.is_some()),
        ("instructions", change.instructions.is_some()),
        ("rule", change.rule.is_some()),
    ];
    for (field, _) in fields.iter().filter(|(_, is_written)| *is_written) {
        words.push((format!("{field} {from}"), (0, Some(id))));
    }
    if change.medicine.is_some() {
        words.push(("named".to_owned(), (0, None)));
    }
    words
}

fn of_entity(state: &State, entity: &Entity) -> Vec<Step> {
    let said = |(entry, event)| words(entry, event).into_iter().map(move |(name, rank)| (name, rank, entry));
    let holding: Vec<(String, Rank, &Entry)> = state.holding(entity).flat_map(said).collect();
    let counting = |name: &str| {
        let same = holding.iter().filter(|(other, ..)| other == name);
        same.max_by_key(|(_, rank, entry)| (*rank, entry.key())).map(|(.., entry)| *entry)
    };
    let part = |entry: &Entry| {
        let own = entry.event().map(|event| words(entry, event)).unwrap_or_default();
        let counting: Vec<&Entry> = own.iter().filter_map(|(name, _)| counting(name)).collect();
        // What counts of an event in one thing holds, whatever became of the others.
        match counting.iter().max_by_key(|other| other.key()) {
            Some(last) if counting.iter().all(|other| other.id() != entry.id()) => {
                Part::OverriddenBy(last.id())
            }
            _ => Part::Holds,
        }
    };
    state.events_of(entity).map(|entry| step(state, entity, entry, part)).collect()
}

/// The entries of one dose, wherever they are filed, their retractions, and what was recorded anew as a dose of its own.
fn of_dose(state: &State, treatment: TreatmentId, key: &DoseKey) -> Vec<Step> {
    let ids = entries_of(state, treatment, |entry| is_of(entry, treatment, key));
    // As-needed doses are each a dose of its own.
    let facts = if *key == DoseKey::AsNeeded { Vec::new() } else { facts_of(state, treatment, key) };
    let anew = |entry: &Entry| stands_for(state, treatment, entry).is_some_and(|of| ids.contains(&of));
    of_entries(state, treatment, &facts, |entry| {
        ids.contains(&entry.id()) || takes_back(entry, &ids) || anew(entry)
    })
}

/// All that was recorded of a dose that no plan stands for: the entry that it was first said in, too.
fn of_extra(state: &State, treatment: TreatmentId, id: EventId) -> Vec<Step> {
    let first_of = |entry: &Entry| stands_for(state, treatment, entry).unwrap_or(entry.id());
    let first = state.entry(id).map_or(id, |entry| first_of(entry));
    let extra = |entry: &Entry| is_of(entry, treatment, &DoseKey::AsNeeded) && first_of(entry) == first;
    let mut ids = entries_of(state, treatment, extra);
    let mut facts = facts_of(state, treatment, &DoseKey::AsNeeded);
    facts.retain(|fact| ids.contains(&fact.id));
    ids.push(first);
    of_entries(state, treatment, &facts, |entry| ids.contains(&entry.id()) || takes_back(entry, &ids))
}

fn entries_of(state: &State, treatment: TreatmentId, which: impl Fn(&Entry) -> bool) -> Vec<EventId> {
    let all = doses_of(state, treatment).flat_map(|(_, events)| events.values());
    all.filter(|entry| which(entry)).map(|entry| entry.id()).collect()
}

fn takes_back(entry: &Entry, ids: &[EventId]) -> bool {
    matches!(entry.event(), Some(Event::EventRetracted(e)) if ids.contains(&e.target))
}

/// What became of these entries, of which these facts hold.
fn of_entries(
    state: &State,
    treatment: TreatmentId,
    facts: &[FactView],
    which: impl Fn(&Entry) -> bool,
) -> Vec<Step> {
    let groups = groups(facts);
    let skipped = facts.iter().find(|fact| matches!(fact.said, Said::Skipped { .. })).map(|fact| fact.id);
    let first_of = |group: &Vec<FactView>| group.first().map(|fact| fact.id);
    let part = |entry: &Entry| {
        let own = groups.iter().find(|group| group.iter().any(|fact| fact.id == entry.id()));
        let first = own.and_then(first_of);
        let other = groups.iter().filter_map(first_of).find(|id| Some(*id) != first);
        match (first, entry.event()) {
            (Some(first), _) if first != entry.id() => Part::Witnesses(first),
            (Some(_), _) => other.or(skipped).map_or(Part::Holds, Part::Contradicts),
            (None, Some(Event::MedicineSkipped(_))) => {
                groups.iter().find_map(first_of).map_or(Part::Holds, Part::Contradicts)
            }
            (None, _) => Part::Holds,
        }
    };
    let mut steps = Vec::new();
    for (entity, events) in doses_of(state, treatment) {
        let behind = events.values().filter(|entry| which(entry));
        steps.extend(behind.map(|entry| step(state, entity, entry, part)));
    }
    steps
}

/// What became of one event: first whether it counts at all, then its part among those that do.
fn step(state: &State, entity: &Entity, entry: &Entry, part: impl Fn(&Entry) -> Part) -> Step {
    let part = match counts(state, entry) {
        Counts::Retracted => Part::TakenBackBy(retractions_of(state, entity, entry.id())),
        Counts::NotAllowed => Part::NotAllowed,
        Counts::NotUnderstood | Counts::Unopened => Part::NotUnderstood,
        Counts::Applied => part(entry),
    };
    Step {
        id: entry.id(),
        kind: entry.header.kind.clone(),
        place: entry.key(),
        who: Who::of(state, entry),
        occurred_at: entry.content.occurred_at,
        recorded_at: entry.header.recorded_at,
        received_ms: entry.receipt.map(|receipt| receipt.received_ms),
        part,
        caused_by: entry.content.caused_by,
    }
}

fn retractions_of(state: &State, entity: &Entity, target: EventId) -> Vec<EventId> {
    let of_target = |entry: &&std::sync::Arc<Entry>| matches!(entry.event(), Some(Event::EventRetracted(e)) if e.target == target);
    state.events_of(entity).filter(of_target).map(|entry| entry.id()).collect()
}
