//! What a person's answer to a contradiction ([`mod@crate::views::contradictions`]) records. A decision that cannot be
//! refused: the person knows what happened.

use crate::{
    commands,
    content::{OccurredAt, TreatmentId},
    draft::Draft,
    events::Event,
    ids::EventId,
    plan::DoseKey,
    state::State,
    views::{
        FactView, Said,
        contradictions::{Answer, Contradiction},
        facts::groups,
    },
};

/// What an answer records; record all of it at once. Nothing, if the answer cannot be true. What is recorded anew comes
/// first: if only a part arrives, a dose is logged twice, and never not at all.
///
/// "Only this" takes back in favour of what is kept, so that an answer that is given elsewhere at the same time, and keeps
/// what this one takes back, makes none of the entries disappear ([`State::is_live`]): the question is there again.
#[must_use]
pub fn settle(state: &State, of: &Contradiction, answer: Answer, now: OccurredAt) -> Vec<Draft> {
    let Some(wrong) = of.taken_back_by(answer) else { return Vec::new() };
    let in_favour = match answer {
        Answer::Only(kept) => of.sides.get(kept).and_then(|side| side.first()).map(|fact| fact.id),
        Answer::All => None,
    };
    let mut drafts = Vec::new();
    if answer == Answer::All {
        drafts.extend(of.sides.iter().skip(1).flat_map(|side| extra(of.treatment, side)));
    }
    let entries = wrong.into_iter().filter_map(|(id, _)| state.entry(id));
    drafts.extend(entries.map(|entry| {
        let retraction = commands::retract(entry, None, now);
        let is_fact = !matches!(entry.event(), Some(Event::EventRetracted(_)));
        match in_favour.filter(|_| is_fact) {
            Some(kept) => retraction.caused_by(kept),
            None => retraction,
        }
    }));
    drafts
}

/// A dose of its own for what one side says. Its amounts, if there are several, go on contradicting each other there.
fn extra(treatment: TreatmentId, side: &[FactView]) -> Vec<Draft> {
    let Some(cause) = side.first().map(|fact| fact.id) else { return Vec::new() };
    let firsts = groups(side).into_iter().filter_map(|group| group.into_iter().next());
    firsts.filter_map(|fact| again(treatment, &fact, cause)).collect()
}

fn again(treatment: TreatmentId, fact: &FactView, cause: EventId) -> Option<Draft> {
    let Said::Taken { amount } = &fact.said else { return None };
    let mut draft = commands::take(treatment, DoseKey::AsNeeded, amount.clone(), fact.occurred_at);
    if let Event::MedicineTaken(taken) = &mut draft.event {
        taken.note.clone_from(&fact.note);
    }
    Some(draft.caused_by(cause))
}
