//! The folded state: for every entity its events in fold order. Being a set with one place for each event, it is the
//! same for any order of arrival, any duplication and any split (invariant 4); a late event touches its own entities
//! only. Views ([`crate::views`]) are read from it and hold nothing of their own.

use std::{
    collections::{BTreeMap, btree_map},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    content::{Content, Entity, Role},
    events::{DeviceEnrolled, Event, Meaning, may_say},
    ids::{DeviceId, EventId, Hash, Hlc, Sequence},
    record::{Class, Header, Link, Receipt, event_hash},
};

/// An event whose body was opened, or could not be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Opened {
    pub header: String,
    /// The content's JSON; `None` where the body did not open.
    pub content: Option<String>,
    /// The link under which the event is logged, else that of this device's own row.
    pub link: Link,
    pub receipt: Option<Receipt>,
}

/// Where an event stands in its entity: `(order, device, sequence)` of the logged link. The id only keeps apart what a
/// forked chain put in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub struct FoldKey {
    pub order: Hlc,
    pub device: DeviceId,
    pub sequence: Sequence,
    pub id: EventId,
}

/// One event of the state.
#[derive(Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Entry {
    pub header: Header,
    pub event_hash: Hash,
    pub content: Content,
    pub meaning: Meaning,
    pub link: Link,
    pub receipt: Option<Receipt>,
    source: Opened,
}

impl Entry {
    /// The event's id.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.header.id
    }
    /// Where it stands in the order of folding.
    #[must_use]
    pub fn key(&self) -> FoldKey {
        let order = self.receipt.map_or(self.header.recorded_at, |r| r.order);
        FoldKey { order, device: self.link.device, sequence: self.link.sequence, id: self.header.id }
    }
    /// The data, where this build knows the type and version.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        if let Meaning::Known(event) = &self.meaning { Some(event) } else { None }
    }
}

/// An event that could not be read: listed by its id, never dropped.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Unopened {
    pub class: Option<Class>,
    source: Opened,
}

/// The state of one patient's stream, as far as it is known here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    entries: BTreeMap<EventId, Arc<Entry>>,
    entities: BTreeMap<Entity, BTreeMap<FoldKey, Arc<Entry>>>,
    unopened: BTreeMap<EventId, Unopened>,
}

/// Which of two placements of one event holds: the logged one, of two the later received; else the smaller link.
/// Total, so that the order of arrival does not matter.
fn replaces(new: (&Link, Option<&Receipt>), old: (&Link, Option<&Receipt>)) -> bool {
    let rank = |(link, receipt): (&Link, Option<&Receipt>)| {
        let received = receipt.map(|r| (r.received_ms, r.ordinal));
        (received, std::cmp::Reverse((link.device, link.sequence)))
    };
    rank(new) > rank(old)
}

impl State {
    /// Takes an event in, or learns its receipt. An event that is known and placed already changes nothing.
    /// A header that does not read has no id to be listed by: `false`, and the caller shows its place instead.
    pub fn apply(&mut self, opened: Opened) -> bool {
        let Ok(header) = Header::parse(&opened.header) else { return false };
        let id = header.id;
        let known = self.entries.get(&id).map(|e| (e.link, e.receipt));
        if let Some((link, receipt)) = known {
            if !replaces((&opened.link, opened.receipt.as_ref()), (&link, receipt.as_ref())) {
                return true;
            }
            self.remove(id);
        }
        let read = opened.content.as_deref().and_then(|text| serde_json::from_str::<Content>(text).ok());
        let Some(content) = read else {
            self.list_unopened(id, header.class, opened);
            return true;
        };
        self.unopened.remove(&id);
        let meaning = Meaning::read(&header.kind, &header.version, &content.data);
        let (link, receipt) = (opened.link, opened.receipt);
        let event_hash = event_hash(&opened.header);
        let entry = Arc::new(Entry { header, event_hash, content, meaning, link, receipt, source: opened });
        for entity in &entry.content.about {
            self.entities.entry(entity.clone()).or_default().insert(entry.key(), Arc::clone(&entry));
        }
        self.entries.insert(id, entry);
        true
    }

    fn list_unopened(&mut self, id: EventId, class: Class, opened: Opened) {
        let new = Unopened { class: Some(class), source: opened };
        match self.unopened.entry(id) {
            btree_map::Entry::Vacant(place) => {
                place.insert(new);
            }
            btree_map::Entry::Occupied(mut place) => {
                let (n, o) = (&new.source, &place.get().source);
                if replaces((&n.link, n.receipt.as_ref()), (&o.link, o.receipt.as_ref())) {
                    place.insert(new);
                }
            }
        }
    }

    /// Learns the receipt of an event, and the link under which it is logged.
    pub fn place(&mut self, id: EventId, link: Link, receipt: Receipt) {
        let known = self.entries.get(&id).map(|e| &e.source);
        let known = known.or_else(|| self.unopened.get(&id).map(|u| &u.source));
        if let Some(source) = known {
            let opened = Opened { link, receipt: Some(receipt), ..source.clone() };
            self.apply(opened);
        }
    }

    /// Takes an event out: the server could not log it, and its place is filled by another.
    pub fn remove(&mut self, id: EventId) {
        self.unopened.remove(&id);
        let Some(entry) = self.entries.remove(&id) else { return };
        for entity in &entry.content.about {
            if let btree_map::Entry::Occupied(mut place) = self.entities.entry(entity.clone()) {
                place.get_mut().remove(&entry.key());
                if place.get().is_empty() {
                    place.remove();
                }
            }
        }
    }

    /// An event by its id.
    #[must_use]
    pub fn entry(&self, id: EventId) -> Option<&Arc<Entry>> {
        self.entries.get(&id)
    }
    /// All events, by id.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Arc<Entry>> {
        self.entries.values()
    }
    /// All entities that anything is known of, sorted.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.keys()
    }
    /// The entities from `from` on, with their events; for ranges such as the months of one treatment.
    pub fn entities_from(
        &self,
        from: &Entity,
    ) -> impl Iterator<Item = (&Entity, &BTreeMap<FoldKey, Arc<Entry>>)> {
        self.entities.range(from.clone()..)
    }
    /// An entity's events in fold order, live or not.
    pub fn events_of(&self, entity: &Entity) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entities.get(entity).into_iter().flat_map(BTreeMap::values)
    }
    /// Events that could not be opened, by id.
    pub fn unopened(&self) -> impl ExactSizeIterator<Item = (&EventId, &Unopened)> {
        self.unopened.iter()
    }
    /// Whether a plan may be missing something: an event that stays in force could not be opened.
    #[must_use]
    pub fn plan_is_incomplete(&self) -> bool {
        self.unopened.values().any(|u| u.class != Some(Class::Occurrence))
    }

    /// Whether this build may not show an entity's plan as due: an event about it must be understood, and is not.
    #[must_use]
    pub fn is_frozen(&self, entity: &Entity) -> bool {
        let unknown = |e: &&Arc<Entry>| e.content.must_understand && e.meaning == Meaning::Unknown;
        self.events_of(entity).any(|e| unknown(&e) && self.is_live(e))
    }

    /// Whose device it is. The server writes enrolments, no one else can.
    #[must_use]
    pub fn enrolment_of(&self, device: DeviceId) -> Option<&DeviceEnrolled> {
        self.events_of(&Entity::Device(device)).rev().find_map(|e| match e.event() {
            Some(Event::DeviceEnrolled(d)) if d.device == device && e.header.enrols.is_some() => Some(d),
            _ => None,
        })
    }

    /// Whether its signer may say this event: judged when read. What may not be said is shown, not applied.
    #[must_use]
    pub fn is_allowed(&self, entry: &Entry) -> bool {
        // Before its first contact a device does not know its own enrolment; what it records itself is shown at once.
        let enrolment = self.enrolment_of(entry.link.device);
        enrolment.map_or(entry.receipt.is_none(), |e| may_say(e.role, &entry.header.kind))
    }

    /// An event is live iff no live event retracts it. Authors retract their own, the care team anything.
    #[must_use]
    pub fn is_live(&self, entry: &Entry) -> bool {
        self.is_live_beside(entry, &mut Vec::new())
    }

    /// `path` holds the retractions that are being judged, so that two that retract each other end the search.
    fn is_live_beside(&self, entry: &Entry, path: &mut Vec<EventId>) -> bool {
        let Some(entity) = entry.content.about.first() else { return true };
        path.push(entry.id());
        let retracted = self.events_of(entity).any(|r| {
            matches!(r.event(), Some(Event::EventRetracted(e)) if e.target == entry.id())
                && !path.contains(&r.id())
                && self.may_retract(r, entry)
                && self.is_live_beside(r, path)
        });
        path.pop();
        !retracted
    }

    fn may_retract(&self, retraction: &Entry, target: &Entry) -> bool {
        let person = |e: &Entry| self.enrolment_of(e.link.device).map(|d| (d.role, d.person.as_deref()));
        match person(retraction) {
            Some((Role::CareTeam | Role::Server, _)) => true,
            by => retraction.link.device == target.link.device || (by.is_some() && by == person(target)),
        }
    }

    /// An entity's events that hold: live, understood and said by someone who may; in fold order.
    pub fn holding<'a>(
        &'a self,
        entity: &'a Entity,
    ) -> impl DoubleEndedIterator<Item = (&'a Entry, &'a Event)> {
        let holds = |e: &&Arc<Entry>| self.is_allowed(e) && self.is_live(e);
        self.events_of(entity).filter(holds).filter_map(|e| Some((&**e, e.event()?)))
    }

    /// One hash that is equal for equal states: of every event, its place, and whether it could be read.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"rivulet/state/1\0");
        for entry in self.entries.values() {
            hash_place(&mut hasher, entry.header.id, &entry.event_hash, &entry.link, entry.receipt.as_ref());
        }
        hasher.update(b"unopened");
        for (id, u) in &self.unopened {
            hash_place(
                &mut hasher,
                *id,
                &event_hash(&u.source.header),
                &u.source.link,
                u.source.receipt.as_ref(),
            );
        }
        Hash(hasher.finalize().into())
    }

    /// All that a checkpoint keeps, to be applied to an empty state again.
    pub fn checkpoint(&self) -> impl Iterator<Item = &Opened> {
        self.entries.values().map(|e| &e.source).chain(self.unopened.values().map(|u| &u.source))
    }
}

fn hash_place(hasher: &mut Sha256, id: EventId, event: &Hash, link: &Link, receipt: Option<&Receipt>) {
    hasher.update(id.as_bytes());
    hasher.update(event.0);
    hasher.update(link.device.as_bytes());
    hasher.update(link.sequence.get().to_be_bytes());
    hasher.update(link.previous.0);
    match receipt {
        None => hasher.update([0]),
        Some(receipt) => {
            hasher.update([1]);
            hasher.update(receipt.stream.0);
        }
    }
}
