//! What a device remembers beside the folded state: what is not saved yet and who waits for it, which own rows have
//! no receipt, and which the server could not log.

use std::{collections::VecDeque, rc::Rc};

use futures::channel::oneshot;
use serde::{Deserialize, Serialize};
use shared_events::{
    draft::Draft,
    ids::{EventId, Sequence},
    record::Link,
    sorted::{SortedMap, SortedSet},
    state::Opened,
};

use crate::{platform::RecordingError, store::StoreError};

/// An own event that the server could not log. It is on the device, byte for byte, and can be recorded anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct NeedsLook {
    pub id: EventId,
    pub sequence: Sequence,
    /// Why, in the server's words.
    pub reason: String,
    /// The content's JSON, where it opens.
    pub content: Option<String>,
    pub header: String,
}

/// An event that is not saved yet.
struct Held {
    id: EventId,
    /// Shared with whoever shows it: a copy would be code for every type of event.
    draft: Rc<Draft>,
    content: String,
}

struct Waiter {
    ids: Vec<EventId>,
    tell: oneshot::Sender<Result<(), RecordingError>>,
}

#[derive(Default)]
pub(super) struct Notes {
    /// In the order of recording, which is nearly always that of being saved: the first goes first.
    held: VecDeque<Held>,
    waiters: Vec<Waiter>,
    /// Own rows without an outcome.
    pub(super) open: SortedMap<Sequence, (EventId, Link)>,
    looks: SortedMap<EventId, NeedsLook>,
    /// Outcomes up to here are in the state.
    pub(super) judged: Sequence,
    /// Own rows up to here are in the state.
    pub(super) rows: Sequence,
    /// Pages up to here are in the state.
    pub(super) page: u64,
    /// Pages up to here do not count.
    pub(super) pages_after: u64,
    /// Events taken in since the last checkpoint.
    pub(super) since_checkpoint: usize,
    /// How often the state was begun anew, and which of these times it was made whole: until then the places above say
    /// what came in, not that all before it did.
    pub(super) life: u64,
    pub(super) whole_life: u64,
}

impl Notes {
    pub(super) fn hold(&mut self, id: EventId, draft: Rc<Draft>, content: String) {
        self.held.push_back(Held { id, draft, content });
    }

    pub(super) fn wait(&mut self, ids: Vec<EventId>) -> oneshot::Receiver<Result<(), RecordingError>> {
        let (tell, told) = oneshot::channel();
        self.waiters.push(Waiter { ids, tell });
        told
    }

    /// The content of an event that was held and is saved now.
    pub(super) fn release(&mut self, id: EventId) -> Option<String> {
        let place = self.held.iter().position(|held| held.id == id)?;
        self.held.remove(place).map(|held| held.content)
    }

    /// Tells everyone whose events are all saved.
    pub(super) fn tell_saved(&mut self) {
        let held: SortedSet<EventId> = self.held.iter().map(|held| held.id).collect();
        let is_saved = |waiter: &mut Waiter| !waiter.ids.iter().any(|id| held.contains(id));
        for waiter in self.waiters.extract_if(.., is_saved) {
            // Whoever asked may have gone; the event is saved all the same.
            let _ = waiter.tell.send(Ok(()));
        }
    }

    /// Tells everyone that it could not be saved yet; the events stay held.
    pub(super) fn tell_failed(&mut self, error: &StoreError) {
        for waiter in self.waiters.drain(..) {
            let _ = waiter.tell.send(Err(RecordingError::Held(error.clone())));
        }
    }

    /// Nobody is told any more: whoever waits hears that the device was closed.
    pub(super) fn forget_waiters(&mut self) {
        self.waiters.clear();
    }

    pub(super) fn is_held(&self, id: EventId) -> bool {
        self.held.iter().any(|held| held.id == id)
    }

    pub(super) fn held(&self) -> Vec<(EventId, Rc<Draft>)> {
        self.held.iter().map(|held| (held.id, Rc::clone(&held.draft))).collect()
    }

    pub(super) fn needs_look(&self, id: EventId) -> Option<&NeedsLook> {
        self.looks.get(&id)
    }

    pub(super) fn all_needing_look(&self) -> Vec<NeedsLook> {
        self.looks.values().cloned().collect()
    }

    pub(super) fn look_at(&mut self, look: NeedsLook) {
        self.looks.insert(look.id, look);
    }

    /// The state is empty again, and pages count from another one on. What is not saved is held on.
    pub(super) fn begin_anew(&mut self, pages_after: u64) {
        (self.open, self.looks) = (SortedMap::new(), SortedMap::new());
        (self.rows, self.judged) = (Sequence::ZERO, Sequence::ZERO);
        (self.page, self.pages_after) = (pages_after, pages_after);
        self.life += 1;
    }

    /// From where on the store has to be read: rows, outcomes, pages.
    pub(super) fn read_from(&self) -> (Sequence, Sequence, u64) {
        if self.whole_life == self.life {
            (self.rows.min(self.judged), self.judged, self.page)
        } else {
            (Sequence::ZERO, Sequence::ZERO, self.pages_after)
        }
    }

    /// A later answer says otherwise: it is logged.
    pub(super) fn settle(&mut self, id: EventId) {
        self.looks.remove(&id);
    }
}

/// What is needed to show an own row.
pub(super) fn opened(row: &shared_events::record::Record, content: Option<String>) -> Opened {
    Opened { header: row.header.clone(), content, link: row.link, receipt: row.receipt }
}
