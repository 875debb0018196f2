//! The folded state, and which segments of its checkpoint are to be written anew.

use std::ops::Deref;

use shared_events::{
    checkpoint::Segment,
    content::Entity,
    ids::EventId,
    record::{Link, Receipt},
    state::{Opened, State},
};

/// A state that remembers what of it has changed. All changes go through here; it reads as the state itself.
#[derive(Default)]
pub(super) struct Folded {
    state: State,
    touched: Vec<Segment>,
    /// Events whose segment hangs on what is known besides them: it is asked for when it is written.
    movable: Vec<EventId>,
    /// It may be any segment.
    is_all: bool,
}

impl Deref for Folded {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl Folded {
    /// Learns the receipt of a known event, and the link under which it is logged.
    pub(super) fn learn_place(&mut self, id: EventId, link: Link, receipt: Receipt) {
        if let Some(known) = self.state.source(id) {
            let opened = Opened { link, receipt: Some(receipt), ..known.clone() };
            self.apply(id, opened);
        }
    }

    /// As [`State::apply`], of the event with this id.
    pub(super) fn apply(&mut self, id: EventId, opened: Opened) {
        if let Some(known) = self.state.source(id) {
            // Of two events with one id the one that counts may be in another segment than the other.
            self.is_all |= known.header != opened.header;
            self.touch(self.state.segment_of(id));
        }
        self.state.apply(opened);
        self.touch(self.state.segment_of(id));
        let about = self.state.entry(id).and_then(|entry| entry.content.about.first());
        if matches!(about, Some(Entity::Task(_))) {
            self.movable.push(id);
            // What is done now was open before: that it was must not be read without that it is done.
            self.touch(Segment::Always);
        }
    }

    fn touch(&mut self, segment: Segment) {
        if !self.touched.contains(&segment) {
            self.touched.push(segment);
        }
    }

    /// As [`State::remove`].
    pub(super) fn remove(&mut self, id: EventId) {
        self.is_all = true;
        self.state.remove(id);
    }

    /// Takes in what a checkpoint holds; that is not to be written anew.
    pub(super) fn read_segment(&mut self, bytes: &[u8]) -> Option<()> {
        self.state.read_segment(bytes).ok()
    }

    /// What has changed since this was asked last; `None`: all may have.
    pub(super) fn take_touched(&mut self) -> Option<Vec<Segment>> {
        for id in std::mem::take(&mut self.movable) {
            self.touch(self.state.segment_of(id));
        }
        let touched = std::mem::take(&mut self.touched);
        let is_all = std::mem::take(&mut self.is_all);
        (!is_all).then_some(touched)
    }
}
