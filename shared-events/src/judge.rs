//! What of the state holds: who may say what, what is taken back, what this build may not show as due. Judged when
//! read, never stored, so that what arrives late is judged like what came first.

use crate::{
    content::{Entity, Role},
    events::{DeviceEnrolled, Event, Meaning, all_may_say, may_say},
    ids::{DeviceId, EventId},
    record::Class,
    sorted::{SortedMap, SortedSet},
    state::{Entry, State},
};

impl State {
    /// Whether a plan may be missing something: an event that stays in force could not be opened.
    #[must_use]
    pub fn plan_is_incomplete(&self) -> bool {
        self.unopened_standing().next().is_some()
    }

    /// The events that stay in force and could not be opened.
    pub fn unopened_standing(&self) -> impl Iterator<Item = EventId> {
        self.unopened().filter(|(_, u)| u.class != Some(Class::Occurrence)).map(|(id, _)| *id)
    }

    /// Whether this build may not show an entity's plan as due: an event about it must be understood, and is not.
    #[must_use]
    pub fn is_frozen(&self, entity: &Entity) -> bool {
        let unknown = |e: &Entry| e.content.must_understand && e.meaning == Meaning::Unknown;
        self.events_of(entity).any(|e| unknown(e) && self.is_live(e))
    }

    /// Whose device it is. The server writes enrolments, no one else can.
    #[must_use]
    pub fn enrolment_of(&self, device: DeviceId) -> Option<&DeviceEnrolled> {
        self.events_of(&Entity::Device(device)).rev().find_map(|e| match (e.event(), &e.header.enrols) {
            (Some(Event::DeviceEnrolled(d)), Some(clear)) if d.device == device && clear.device == device => {
                Some(d)
            }
            _ => None,
        })
    }

    /// Whether its signer may say this event. What may not be said is shown, not applied.
    #[must_use]
    pub fn is_allowed(&self, entry: &Entry) -> bool {
        let kind = &entry.header.kind;
        // Before it has its own enrolment a device's entries hold, sent or not: what all may say needs no enrolment,
        // else a dose would be due again between the receipt and the enrolment.
        all_may_say(kind)
            || match self.enrolment_of(entry.link.device) {
                Some(enrolment) => may_say(enrolment.role, kind),
                None => entry.receipt.is_none(),
            }
    }

    /// An event is live iff no live event retracts it. Authors retract their own, the care team anything.
    #[must_use]
    pub fn is_live(&self, entry: &Entry) -> bool {
        let entity = entry.content.about.first();
        entity.is_none_or(|entity| !self.taken_back(entity).contains(&entry.id()))
    }

    /// An entity's events that hold: live, understood and said by someone who may; in fold order.
    pub fn holding<'a>(
        &'a self,
        entity: &Entity,
    ) -> impl DoubleEndedIterator<Item = (&'a Entry, &'a Event)> + use<'a> {
        let (taken_back, here) = (self.taken_back(entity), entity.clone());
        let holds = move |e: &Entry| {
            let judged_here = e.content.about.first() == Some(&here);
            let live = if judged_here { !taken_back.contains(&e.id()) } else { self.is_live(e) };
            live && self.is_allowed(e)
        };
        self.events_of(entity).map(|e| &**e).filter(move |e| holds(e)).filter_map(|e| Some((e, e.event()?)))
    }

    /// The events of an entity (its first, for those of several) that are not live. Retractions that go round in a
    /// circle take nothing back, and do not hold themselves: a quarrel must not make a fact disappear.
    fn taken_back(&self, entity: &Entity) -> SortedSet<EventId> {
        let mut against: SortedMap<EventId, Vec<EventId>> = SortedMap::new();
        let mut undecided = SortedSet::default();
        for entry in self.events_of(entity) {
            let Some(Event::EventRetracted(e)) = entry.event() else { continue };
            let repeats = |e: &Entry| e.content.about.first() == Some(entity);
            let applies = |target: &Entry| {
                target.id() != entry.id()
                    && repeats(entry)
                    && repeats(target)
                    && self.may_retract(entry, target)
            };
            if self.entry(e.target).is_some_and(|target| applies(target)) {
                against.or_default(e.target).push(entry.id());
                undecided.insert(entry.id());
            }
        }
        let mut live: SortedSet<EventId> = SortedSet::default();
        let mut dead: SortedSet<EventId> = SortedSet::default();
        loop {
            let before = undecided.len();
            undecided.retain(|id| {
                let by = against.get(id).map_or(&[][..], Vec::as_slice);
                if by.iter().any(|r| live.contains(r)) {
                    dead.insert(*id);
                } else if by.iter().all(|r| dead.contains(r)) {
                    live.insert(*id);
                } else {
                    return true;
                }
                false
            });
            if undecided.len() == before {
                break;
            }
        }
        let retracted = against.into_iter().filter(|(_, by)| by.iter().any(|r| live.contains(r)));
        undecided.extend(retracted.map(|(target, _)| target));
        undecided
    }

    fn may_retract(&self, retraction: &Entry, target: &Entry) -> bool {
        if retraction.link.device == target.link.device {
            return true;
        }
        let by = |e: &Entry| self.enrolment_of(e.link.device);
        match (by(retraction), by(target)) {
            (Some(DeviceEnrolled { role: Role::CareTeam | Role::Server, .. }), _) => true,
            (Some(a), Some(b)) if a.role == b.role => {
                // There is one patient; two carers without a name are not the same person.
                a.role == Role::Patient || (a.person.is_some() && a.person == b.person)
            }
            _ => false,
        }
    }
}
