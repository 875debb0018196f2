//! The folded state: for every entity its events in fold order. Being a set with one place for each event, it is the
//! same for any order of arrival, any duplication and any split (invariant 4); a late event touches its own entities
//! only. `judge` says what of it holds. Views ([`crate::views`]) are read from it and hold nothing of
//! their own.

use std::sync::Arc;

use crate::{
    content::{Content, Entity},
    events::Meaning,
    ids::{EventId, Hash},
    record::{Header, event_hash},
    sorted::SortedMap,
};

pub use crate::entry::{Entry, FoldKey, Opened, Unopened};

/// The state of one patient's stream, as far as it is known here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    entries: SortedMap<EventId, Arc<Entry>>,
    entities: SortedMap<Entity, SortedMap<FoldKey, Arc<Entry>>>,
    unopened: SortedMap<EventId, Unopened>,
    /// Other events that claim an id that is taken: kept, so that whichever the log has is the one that counts, in
    /// whatever order they come.
    twins: SortedMap<(EventId, Hash), Opened>,
    /// Versions after this date are not understood; `None`: all that this build knows are.
    knows_until: Option<Box<str>>,
}

impl State {
    /// An empty state that understands what was known on this date, `2026-11-21`.
    #[must_use]
    pub fn knowing_until(date: &str) -> Self {
        Self { knows_until: Some(date.into()), ..Self::default() }
    }

    /// Takes an event in, or learns its receipt or its content. An event that is known and placed already changes
    /// nothing. A header that does not read has no id to be listed by: `false`, and the caller shows its place instead.
    pub fn apply(&mut self, mut opened: Opened) -> bool {
        let Ok(header) = Header::parse(&opened.header) else { return false };
        if let Some(content) = &mut opened.content {
            // Content comes with its padding or without; it is the same content.
            content.truncate(content.trim_end_matches(' ').len());
        }
        let id = header.id;
        match self.source(id) {
            None => self.place(header, opened),
            Some(known) if known.header == opened.header => {
                let merged = known.merged(&opened);
                if merged != *known {
                    self.place_anew(header, merged);
                }
            }
            Some(_) => self.place_twin(id, opened),
        }
        true
    }

    /// What is known of an event, as it came.
    #[must_use]
    pub fn source(&self, id: EventId) -> Option<&Opened> {
        let unopened = || self.unopened.get(&id).map(|u| &u.source);
        self.entries.get(&id).map(|e| &e.source).or_else(unopened)
    }

    /// Puts an event where none of its id is.
    fn place(&mut self, header: Header, opened: Opened) {
        let read = opened.content.as_deref().and_then(Content::parse);
        let Some(content) = read else {
            let unopened = Unopened { class: Some(header.class), header, source: opened };
            self.unopened.insert(unopened.header.id, unopened);
            return;
        };
        let is_later = self.knows_until.as_deref().is_some_and(|until| *header.version > *until);
        let read = || Meaning::read(&header.kind, &header.version, &content.data);
        let meaning = if is_later { Meaning::Unknown } else { read() };
        let (link, receipt) = (opened.link, opened.receipt);
        self.insert(Entry { header, content, meaning, link, receipt, source: opened });
    }

    fn insert(&mut self, entry: Entry) {
        let entry = Arc::new(entry);
        for entity in &entry.content.about {
            self.entities.or_default(entity.clone()).insert(entry.key(), Arc::clone(&entry));
        }
        self.entries.insert(entry.id(), entry);
    }

    /// Puts a known event where more is known of it. A receipt alone does not read the content again: there are as
    /// many receipts as events.
    fn place_anew(&mut self, header: Header, opened: Opened) {
        let lifted = self.lift(header.id).and_then(|entry| Arc::try_unwrap(entry).ok());
        match lifted.filter(|entry| entry.source.content == opened.content) {
            Some(entry) => {
                let (link, receipt) = (opened.link, opened.receipt);
                self.insert(Entry { link, receipt, source: opened, ..entry });
            }
            None => {
                self.unopened.remove(&header.id);
                self.place(header, opened);
            }
        }
    }

    /// Another event claims a known event's id: the better placed one counts.
    fn place_twin(&mut self, id: EventId, opened: Opened) {
        let hash = event_hash(&opened.header);
        let new =
            self.twins.remove(&(id, hash)).map_or_else(|| opened.clone(), |known| known.merged(&opened));
        let Some(known) = self.take_out(id) else { return };
        let known_hash = event_hash(&known.header);
        let is_better = new.by_place(&known).then(hash.cmp(&known_hash)).is_gt();
        let (counts, other, of_other) = if is_better { (new, known, known_hash) } else { (known, new, hash) };
        self.twins.insert((id, of_other), other);
        if let Ok(header) = Header::parse(&counts.header) {
            self.place(header, counts);
        }
    }

    fn take_out(&mut self, id: EventId) -> Option<Opened> {
        if let Some(unopened) = self.unopened.remove(&id) {
            return Some(unopened.source);
        }
        self.lift(id).map(|entry| entry.source.clone())
    }

    fn lift(&mut self, id: EventId) -> Option<Arc<Entry>> {
        let entry = self.entries.remove(&id)?;
        for entity in &entry.content.about {
            let Some(events) = self.entities.get_mut(entity) else { continue };
            events.remove(&entry.key());
            if events.is_empty() {
                self.entities.remove(entity);
            }
        }
        Some(entry)
    }

    /// Takes an event out: the server could not log it, and its place is filled by another. Not for one whose place
    /// was filled because it is in the log under another link: that one counts.
    pub fn remove(&mut self, id: EventId) {
        self.take_out(id);
        self.twins.retain(|(twin, _), _| *twin != id);
    }

    /// An event by its id.
    #[must_use]
    pub fn entry(&self, id: EventId) -> Option<&Arc<Entry>> {
        self.entries.get(&id)
    }
    /// All events, by id.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }
    /// All entities that anything is known of, sorted.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.keys()
    }
    /// The entities from `from` on, with their events; for ranges such as the months of one treatment.
    pub fn entities_from<'a>(
        &'a self,
        from: &Entity,
    ) -> impl Iterator<Item = (&'a Entity, &'a SortedMap<FoldKey, Arc<Entry>>)> + use<'a> {
        self.entities.range_from(from)
    }
    /// An entity's events in fold order, live or not.
    pub fn events_of<'a>(
        &'a self,
        entity: &Entity,
    ) -> impl DoubleEndedIterator<Item = &'a Arc<Entry>> + use<'a> {
        self.entities.get(entity).into_iter().flat_map(SortedMap::values)
    }
    /// Events that could not be opened, by id.
    pub fn unopened(&self) -> impl Iterator<Item = (&EventId, &Unopened)> {
        self.unopened.iter()
    }
    /// An event that could not be opened, by its id.
    #[must_use]
    pub fn unopened_entry(&self, id: EventId) -> Option<&Unopened> {
        self.unopened.get(&id)
    }

    /// All that a checkpoint keeps, to be applied to an empty state again.
    pub fn checkpoint(&self) -> impl Iterator<Item = &Opened> {
        self.entries.values().map(|e| &e.source).chain(self.checkpoint_of_others())
    }

    /// Of these, what is not an entry: unopened, or a twin.
    pub(crate) fn checkpoint_of_others(&self) -> impl Iterator<Item = &Opened> {
        self.unopened.values().map(|u| &u.source).chain(self.twins.values())
    }
}
