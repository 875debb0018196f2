//! One event of the state: as it came, opened or not, and where it stands in the order of folding.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{
    content::Content,
    events::{Event, Meaning},
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

impl Opened {
    /// Which of two placements of one event holds, the greater one: the logged one, of two the later received; else the
    /// smaller link. Total, so that the order of arrival does not matter; of two events with one id, before their hashes.
    pub(crate) fn by_place(&self, other: &Self) -> Ordering {
        let received = |r: &Receipt| (r.received_ms, r.ordinal, r.position, r.order, r.stream);
        let link = |of: &Self| (of.link.device, of.link.sequence, of.link.previous);
        let by_receipt = self.receipt.as_ref().map(received).cmp(&other.receipt.as_ref().map(received));
        by_receipt.then_with(|| link(other).cmp(&link(self)))
    }

    /// What two arrivals of one event say together: the better place, and the content where either has it.
    pub(crate) fn merged(&self, new: &Self) -> Self {
        let placed = if new.by_place(self).is_gt() { new } else { self };
        let content = self.content.as_ref().max(new.content.as_ref()).cloned();
        Self { header: self.header.clone(), content, link: placed.link, receipt: placed.receipt }
    }
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

impl FoldKey {
    fn of(header: &Header, link: &Link, receipt: Option<&Receipt>) -> Self {
        let order = receipt.map_or(header.recorded_at, |r| r.order);
        Self { order, device: link.device, sequence: link.sequence, id: header.id }
    }
}

/// One event of the state.
#[derive(Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Entry {
    pub header: Header,
    pub content: Content,
    pub meaning: Meaning,
    pub link: Link,
    pub receipt: Option<Receipt>,
    pub(crate) source: Opened,
}

impl Entry {
    /// The event's id.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.header.id
    }
    /// Its hash, by which later events name it. Found when it is asked for: folding does without.
    #[must_use]
    pub fn event_hash(&self) -> Hash {
        event_hash(&self.source.header)
    }
    /// Where it stands in the order of folding.
    #[must_use]
    pub fn key(&self) -> FoldKey {
        FoldKey::of(&self.header, &self.link, self.receipt.as_ref())
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
    pub header: Header,
    pub(crate) source: Opened,
}

impl Unopened {
    /// Where it stands in the order of folding.
    #[must_use]
    pub fn key(&self) -> FoldKey {
        FoldKey::of(&self.header, &self.source.link, self.source.receipt.as_ref())
    }
    /// Its place in the chain of the device that signed it.
    #[must_use]
    pub fn link(&self) -> Link {
        self.source.link
    }
    /// What the server said of it.
    #[must_use]
    pub fn receipt(&self) -> Option<Receipt> {
        self.source.receipt
    }
}
