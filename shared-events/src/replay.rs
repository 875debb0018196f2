//! A log told again, as of a date: with the types and versions that were known then, and the effects that its rules ask
//! for. Pure: nothing in the world changes by it. What two dates make of one log can be compared.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    content::Entity,
    effects::{Behaviour, Effect, EffectId, react},
    events::Meaning,
    ids::EventId,
    record::Header,
    state::{Opened, State},
};

/// What a date makes of a log.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Replayed {
    pub state: State,
    /// By the order in which they were found, each once.
    pub effects: Vec<Effect>,
}

/// Which rules hold in a replay.
#[derive(Clone, Copy, Debug)]
pub enum Rules {
    /// For every event those that held for it ([`Behaviour::of`]).
    OfTheirDay,
    /// For all events those of one date.
    Of(Behaviour),
}

/// What two replays of one log do not have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Difference {
    /// Events that only one of the two understands, and what of the state hangs on them.
    pub states: Vec<Understood>,
    pub only_before: Vec<Effect>,
    pub only_after: Vec<Effect>,
}

/// An event that one side understands and the other does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Understood {
    pub event: EventId,
    #[serde(rename = "type")]
    pub kind: String,
    pub version: String,
    pub about: Vec<Entity>,
    /// Entities whose plan is frozen on the side that does not understand it.
    pub frozen: Vec<Entity>,
    pub by: Side,
}

/// One of two replays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Side {
    Before,
    After,
}

/// Tells a log again: events in the order of their ordinals. `known_until` is the last date of which types and versions
/// are known; `None`: all that this build knows.
#[must_use]
pub fn replay(events: impl IntoIterator<Item = Opened>, known_until: Option<&str>, rules: Rules) -> Replayed {
    let mut state = known_until.map_or_else(State::default, State::knowing_until);
    let mut effects: Vec<Effect> = Vec::new();
    let mut found: BTreeSet<EffectId> = BTreeSet::new();
    for event in events {
        let Ok(header) = Header::parse(&event.header) else { continue };
        state.apply(event);
        let Some(entry) = state.entry(header.id) else { continue };
        let behaviour = if let Rules::Of(behaviour) = rules { behaviour } else { Behaviour::of(entry) };
        let new = react(&state, header.id, behaviour);
        effects.extend(new.into_iter().filter(|effect| found.insert(effect.id)));
    }
    Replayed { state, effects }
}

/// Compares two replays of one log.
#[must_use]
pub fn compare(before: &Replayed, after: &Replayed) -> Difference {
    let only = |a: &Replayed, b: &Replayed| {
        let others: BTreeSet<_> = b.effects.iter().map(|effect| effect.id).collect();
        a.effects.iter().filter(|effect| !others.contains(&effect.id)).cloned().collect::<Vec<_>>()
    };
    let mut states = understood(before, after, Side::After);
    states.extend(understood(after, before, Side::Before));
    Difference { states, only_before: only(before, after), only_after: only(after, before) }
}

/// What `b`, which is `by`, understands and `a` does not.
fn understood(a: &Replayed, b: &Replayed, by: Side) -> Vec<Understood> {
    let entries = b.state.entries().filter(|entry| entry.meaning != Meaning::Unknown);
    let only_here = entries
        .filter(|entry| a.state.entry(entry.id()).is_some_and(|other| other.meaning == Meaning::Unknown));
    let mut found: Vec<_> = only_here.collect();
    found.sort_by_key(|entry| entry.key());
    let told = found.into_iter().map(|entry| Understood {
        event: entry.id(),
        kind: entry.header.kind.clone(),
        version: entry.header.version.clone(),
        about: entry.content.about.clone(),
        frozen: entry.content.about.iter().filter(|e| a.state.is_frozen(e)).cloned().collect(),
        by,
    });
    told.collect()
}
