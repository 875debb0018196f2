//! Every entry with how it came about, the newest first: also what is retracted, not understood, or not opened.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use crate::{
    content::{Actor, Entity, OccurredAt},
    events::Meaning,
    ids::{DeviceId, EventId, Hlc, Ordinal},
    record::Link,
    state::{Entry, FoldKey, State, Unopened},
};

/// One entry of the history.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct HistoryLine {
    pub id: EventId,
    /// The type's name.
    pub kind: String,
    pub entities: Vec<Entity>,
    /// `None` where it could not be opened.
    pub occurred_at: Option<OccurredAt>,
    pub recorded_at: Hlc,
    /// When the server received it, milliseconds since 1970.
    pub received_ms: Option<u64>,
    /// The device that recorded it, and what people call it.
    pub device: DeviceId,
    pub device_name: Option<String>,
    pub actor: Option<Actor>,
    pub app: Option<String>,
    pub caused_by: Option<EventId>,
    pub counts: Counts,
    pub link: Link,
    pub ordinal: Option<Ordinal>,
    /// Where it stands; hand the last line's in to read on.
    pub place: FoldKey,
    /// All that it says, where it could be opened.
    pub entry: Option<Arc<Entry>>,
}

/// Whether an entry counts, and if not, why not. The first that holds is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// It counts.
    Applied,
    /// Another entry takes it back.
    Retracted,
    /// Its author may not say this.
    NotAllowed,
    /// This build does not know its type or version.
    NotUnderstood,
    /// Its body did not open.
    Unopened,
}

enum Source<'a> {
    Entry(&'a Arc<Entry>),
    Unopened(&'a Unopened),
}

/// At most `limit` entries, the last recorded first, from before `before` on. The order is that of folding, in which a
/// phone in the year 2099 does not stay on top.
#[must_use]
pub fn history(state: &State, before: Option<FoldKey>, limit: usize) -> Vec<HistoryLine> {
    let opened = state.entries().map(|e| (e.key(), e.id()));
    let unopened = state.unopened().map(|(id, u)| (u.key(), *id));
    // The newest `limit` without sorting all: the heap's top is the oldest that is kept.
    let mut newest = BinaryHeap::with_capacity(limit.saturating_add(1).min(4096));
    for place in opened.chain(unopened).filter(|(key, _)| before.is_none_or(|before| *key < before)) {
        newest.push(Reverse(place));
        if newest.len() > limit {
            newest.pop();
        }
    }
    let places = newest.into_sorted_vec().into_iter();
    places.filter_map(|Reverse((key, id))| Some(line(state, key, source(state, id)?))).collect()
}

fn source(state: &State, id: EventId) -> Option<Source<'_>> {
    state.entry(id).map(Source::Entry).or_else(|| state.unopened_entry(id).map(Source::Unopened))
}

fn line(state: &State, place: FoldKey, source: Source<'_>) -> HistoryLine {
    let (header, link, receipt, entry) = match source {
        Source::Entry(e) => (&e.header, e.link, e.receipt, Some(e)),
        Source::Unopened(u) => (&u.header, u.link(), u.receipt(), None),
    };
    let content = entry.map(|e| &e.content);
    HistoryLine {
        id: header.id,
        kind: header.kind.clone(),
        entities: content.map_or_else(Vec::new, |c| c.about.clone()),
        occurred_at: content.map(|c| c.occurred_at),
        recorded_at: header.recorded_at,
        received_ms: receipt.map(|r| r.received_ms),
        device: header.device,
        device_name: state.enrolment_of(header.device).map(|e| e.name.clone()),
        actor: content.map(|c| c.actor.clone()),
        app: content.map(|c| c.app.clone()),
        caused_by: content.and_then(|c| c.caused_by),
        counts: entry.map_or(Counts::Unopened, |e| counts(state, e)),
        link,
        ordinal: receipt.map(|r| r.ordinal),
        place,
        entry: entry.map(Arc::clone),
    }
}

pub(super) fn counts(state: &State, entry: &Entry) -> Counts {
    if !state.is_live(entry) {
        Counts::Retracted
    } else if entry.meaning == Meaning::Unknown {
        Counts::NotUnderstood
    } else if !state.is_allowed(entry) {
        Counts::NotAllowed
    } else {
        Counts::Applied
    }
}
