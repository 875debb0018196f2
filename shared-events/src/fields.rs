//! Shared records, field by field. A change says for each field which events last wrote it, as its author saw it. Two
//! writes of which neither saw the other are a conflict: both values are shown with their authors, until a person
//! writes the field anew, having seen both. Which writes saw which is in the events themselves, so that every device
//! finds the same, in any order of arrival.

use serde::Serialize;

use crate::{
    content::{Entity, OccurredAt},
    draft::Draft,
    events::{Event, FieldChange, ModelChanged, TreatmentChanged},
    ids::{EventId, Hash},
    json,
    plan::MedicineName,
    scalar::Scalar,
    sorted::{SortedMap, SortedSet},
    state::{Entry, State},
    views::Who,
};

/// One field that people disagree about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Conflict {
    pub entity: Entity,
    pub field: String,
    /// What is said, in fold order, the last of which is shown meanwhile; at least two different values.
    pub choices: Vec<Choice>,
}

impl Conflict {
    /// Whether a person settles it by keeping one value: of a model's field, and of what a medicine of her own is called.
    /// A plan is changed anew by whoever answers for it.
    #[must_use]
    pub fn is_kept(&self, state: &State) -> bool {
        match &self.entity {
            Entity::Model(_) => true,
            Entity::Treatment(_) => self.field == "medicine" && state.is_added(&self.entity),
            _ => false,
        }
    }

    /// What a person records who has seen all of it and keeps one value; `None`: it is not hers to settle so.
    #[must_use]
    pub fn keep(&self, state: &State, kept: &Choice, when: OccurredAt) -> Option<Draft> {
        let seen = self.choices.iter().filter_map(|choice| Some(state.entry(choice.event)?.event_hash()));
        let after = seen.collect();
        match &self.entity {
            Entity::Model(model) => {
                let change = FieldChange { to: json::from_str(&kept.value).ok()?, after };
                let fields = SortedMap::from([(self.field.clone(), change)]);
                Some(Draft::of(ModelChanged { model: model.clone(), fields }, when))
            }
            Entity::Treatment(treatment) if self.is_kept(state) => {
                let change = TreatmentChanged {
                    treatment: *treatment,
                    from: when.at,
                    dose: None,
                    instructions: None,
                    rule: None,
                    medicine: Some(MedicineName { name: json::from_str(&kept.value).ok()? }),
                    reason: None,
                    after: SortedMap::from([(self.field.clone(), after)]),
                };
                Some(Draft::of(change, when))
            }
            _ => None,
        }
    }
}

/// One value of a field, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Choice {
    /// As JSON.
    pub value: String,
    pub event: EventId,
    pub who: Who,
    pub occurred_at: OccurredAt,
}

/// Something that an event wrote into a field.
#[derive(Clone, Debug)]
pub(crate) struct Write<'a, T> {
    pub(crate) entry: &'a Entry,
    pub(crate) hash: Hash,
    pub(crate) value: T,
    after: &'a [Hash],
    holds: bool,
}

/// The writes of every field of one entity, in fold order; also those that do not hold, which others may have seen.
pub(crate) struct Writes<'a, T>(SortedMap<&'a str, Vec<Write<'a, T>>>);

impl<'a, T> Writes<'a, T> {
    /// `fields` says what an event writes.
    pub(crate) fn of<F>(state: &'a State, entity: &Entity, fields: impl Fn(&'a Event) -> F) -> Self
    where
        F: IntoIterator<Item = (&'a str, T, &'a [Hash])>,
    {
        let mut writes = SortedMap::new();
        let holding: SortedSet<EventId> = state.holding(entity).map(|(entry, _)| entry.id()).collect();
        for entry in state.events_of(entity) {
            let holds = holding.contains(&entry.id());
            let written: Vec<_> = entry.event().into_iter().flat_map(&fields).collect();
            if written.is_empty() {
                continue;
            }
            let hash = entry.event_hash();
            for (field, value, after) in written {
                let of_field: &mut Vec<_> = writes.or_default(field);
                of_field.push(Write { entry, hash, value, after, holds });
            }
        }
        Self(writes)
    }

    /// Each field with those of its writes that hold and that no other one that holds saw: one, or a conflict.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (&'a str, Vec<&Write<'a, T>>)> {
        self.0.iter().map(|(field, writes)| (*field, heads(writes))).filter(|(_, heads)| !heads.is_empty())
    }
}

fn heads<'w, 'a, T>(writes: &'w [Write<'a, T>]) -> Vec<&'w Write<'a, T>> {
    let mut seen: SortedSet<Hash> = SortedSet::default();
    let holding = writes.iter().filter(|write| write.holds);
    let mut to_see: Vec<Hash> = holding.clone().flat_map(|write| write.after).copied().collect();
    while let Some(hash) = to_see.pop() {
        if seen.insert(hash) {
            // Whoever saw a write saw what it saw, also where it does not hold any more.
            let of_hash = writes.iter().find(|write| write.hash == hash);
            to_see.extend(of_hash.into_iter().flat_map(|write| write.after));
        }
    }
    holding.filter(|write| !seen.contains(&write.hash)).collect()
}

/// The fields of a plan that changes write, with their values as JSON.
fn of_change(change: &TreatmentChanged) -> Vec<(&'static str, String, &[Hash])> {
    let after = |field: &str| change.after.get(field).map_or(&[][..], Vec::as_slice);
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let dose = change.dose.as_ref().map(|dose| ("dose", json(serde_json::to_string(dose))));
    let rule = change.rule.as_ref().map(|rule| ("rule", json(serde_json::to_string(rule))));
    let instructions =
        change.instructions.as_ref().map(|text| ("instructions", json(serde_json::to_string(text))));
    let medicine =
        change.medicine.as_ref().map(|medicine| ("medicine", json(serde_json::to_string(&medicine.name))));
    let written = [dose, instructions, rule, medicine].into_iter().flatten();
    written.map(|(field, value)| (field, value, after(field))).collect()
}

/// What a model's events write.
pub(crate) fn of_model(event: &Event) -> impl Iterator<Item = (&str, &Scalar, &[Hash])> {
    let fields = if let Event::ModelChanged(change) = event { Some(&change.fields) } else { None };
    let written = fields.into_iter().flat_map(SortedMap::iter);
    written.map(|(field, change)| (field.as_str(), &change.to, change.after.as_slice()))
}

/// What people disagree about, by entity, then field.
#[must_use]
pub fn conflicts(state: &State) -> Vec<Conflict> {
    state.entities().flat_map(|entity| conflicts_of(state, entity)).collect()
}

/// What people disagree about of one entity.
pub(crate) fn conflicts_of(state: &State, entity: &Entity) -> Vec<Conflict> {
    match entity {
        Entity::Treatment(_) => {
            let writes = Writes::of(state, entity, |event| match event {
                Event::TreatmentChanged(change) => of_change(change),
                _ => Vec::new(),
            });
            let heads = writes.heads();
            heads.filter_map(|(field, heads)| conflict(state, entity, field, &heads, String::clone)).collect()
        }
        Entity::Model(_) => {
            let json = |value: &&Scalar| value.as_json().to_owned();
            let writes = Writes::of(state, entity, of_model);
            let heads = writes.heads();
            heads.filter_map(|(field, heads)| conflict(state, entity, field, &heads, json)).collect()
        }
        _ => Vec::new(),
    }
}

fn conflict<T>(
    state: &State,
    entity: &Entity,
    field: &str,
    heads: &[&Write<'_, T>],
    json: impl Fn(&T) -> String,
) -> Option<Conflict> {
    let choices = heads.iter().map(|write| Choice {
        value: json(&write.value),
        event: write.entry.id(),
        who: Who::of(state, write.entry),
        occurred_at: write.entry.content.occurred_at,
    });
    let choices: Vec<_> = choices.collect();
    let differ =
        choices.iter().any(|choice| Some(&choice.value) != choices.first().map(|first| &first.value));
    differ.then(|| Conflict { entity: entity.clone(), field: field.to_owned(), choices })
}

/// Which events last wrote the fields of a plan: what a change of them has seen.
#[must_use]
pub fn last_changes(state: &State, treatment: &Entity) -> SortedMap<String, Vec<Hash>> {
    let writes = Writes::of(state, treatment, |event| match event {
        Event::TreatmentPrescribed(_) | Event::MedicineAdded(_) => {
            ["dose", "instructions", "rule", "medicine"].map(|field| (field, String::new(), &[][..])).into()
        }
        Event::TreatmentChanged(change) => of_change(change),
        _ => Vec::new(),
    });
    let hashes = |heads: Vec<&Write<'_, String>>| heads.iter().map(|write| write.hash).collect();
    writes.heads().map(|(field, heads)| (field.to_owned(), hashes(heads))).collect()
}
