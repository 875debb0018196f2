//! What of the state holds: who may say what, what is taken back, what this build may not show as due. Judged when
//! read, never stored, so that what arrives late is judged like what came first.

use std::sync::Arc;

use crate::{
    content::{Entity, Role},
    events::{DeviceEnrolled, Event, Meaning, all_may_say, all_may_say_of_own, may_say},
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
            // Of one treatment alone: what is filed under another as well would reach what is prescribed there.
            || (all_may_say_of_own(kind) && matches!(&*entry.content.about, [only] if self.is_added(only)))
    }

    /// Whether a treatment is a medicine that was added: nobody has prescribed it.
    #[must_use]
    pub fn is_added(&self, treatment: &Entity) -> bool {
        let mut added = false;
        for entry in self.events_of(treatment).filter(|entry| self.is_live(entry)) {
            match entry.event() {
                Some(Event::MedicineAdded(e)) => added |= Entity::Treatment(e.treatment) == *treatment,
                Some(Event::TreatmentPrescribed(_)) if self.is_allowed(entry) => return false,
                _ => {}
            }
        }
        added
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

    /// What is taken back, and among it the retractions that
    /// go round in a circle. These take nothing back, and do not hold themselves: a quarrel must not make a fact
    /// disappear. A retraction in favour of a fact (`caused_by`) holds while that fact does: two people who each keep
    /// what the other takes back go round in a circle, too, and both entries are there again.
    fn judged(&self, entity: &Entity) -> (SortedSet<EventId>, SortedSet<EventId>) {
        let mut against: SortedMap<EventId, Vec<EventId>> = SortedMap::new();
        let mut in_favour: SortedMap<EventId, Vec<EventId>> = SortedMap::new();
        let (mut retractions, mut undecided) = (SortedSet::default(), SortedSet::default());
        let is_here = |e: &Entry| e.content.about.first() == Some(entity);
        for entry in self.events_of(entity) {
            let Some(Event::EventRetracted(e)) = entry.event() else { continue };
            let applies = |target: &Entry| {
                target.id() != entry.id()
                    && is_here(entry)
                    && is_here(target)
                    && self.may_retract(entry, target)
            };
            if !self.entry(e.target).is_some_and(|target| applies(target)) {
                continue;
            }
            against.or_default(e.target).push(entry.id());
            retractions.insert(entry.id());
            undecided.extend([entry.id(), e.target]);
            let is_fact = |e: &Entry| is_here(e) && !matches!(e.event(), Some(Event::EventRetracted(_)));
            if let Some(kept) = entry.content.caused_by.filter(|kept| *kept != e.target)
                && self.entry(kept).is_some_and(|kept| is_fact(kept))
            {
                in_favour.or_default(entry.id()).push(kept);
                undecided.insert(kept);
            }
        }
        let mut live: SortedSet<EventId> = SortedSet::default();
        let mut dead: SortedSet<EventId> = SortedSet::default();
        loop {
            let before = undecided.len();
            undecided.retain(|id| {
                let (by, of) = (listed(&against, *id), listed(&in_favour, *id));
                if by.iter().any(|r| live.contains(r)) || of.iter().any(|kept| dead.contains(kept)) {
                    dead.insert(*id);
                } else if by.iter().all(|r| dead.contains(r)) && of.iter().all(|kept| live.contains(kept)) {
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
        undecided.retain(|id| retractions.contains(id));
        dead.extend(undecided.iter().copied());
        (dead, undecided)
    }

    /// The events of an entity (its first, for those of several) that are not live.
    fn taken_back(&self, entity: &Entity) -> SortedSet<EventId> {
        self.judged(entity).0
    }

    /// The retractions about an entity's events that go round in a circle, so that they take nothing back.
    pub fn circling(&self, entity: &Entity) -> impl Iterator<Item = (&Entry, EventId)> {
        let (_, circling) = self.judged(entity);
        let read = move |e: &'_ Arc<Entry>| circling.contains(&e.id());
        self.events_of(entity).filter(move |e| read(e)).filter_map(|e| match e.event()? {
            Event::EventRetracted(retracted) => Some((&**e, retracted.target)),
            _ => None,
        })
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

fn listed(of: &SortedMap<EventId, Vec<EventId>>, id: EventId) -> &[EventId] {
    of.get(&id).map_or(&[], Vec::as_slice)
}
