//! The state as bytes, in segments: one for each month of what is over with it, and one for all else, so that a change
//! writes one month anew and a cold start reads what it needs. Doses and tasks are what a history is long of, and all that
//! is known of one lies in one segment: tasks of a day are read from its own month and later ones, doses from the months
//! around it. A checkpoint is a cache: any other build's is discarded, and the events are folded again. The bytes are
//! plain; whoever stores them seals them first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use sha2::{Digest, Sha256};

use crate::{
    content::{Content, Entity, Month, NoMonth},
    events::{Event, known_types},
    ids::{EventId, Hash},
    state::{Opened, State},
};

mod bytes;

/// Raised whenever the same events would be folded to something else.
const FOLD: &str = "rivulet/fold/7";

/// A part of a checkpoint; as text `always` or `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// What any day may need: what stays in force or is still open, and what could not be opened.
    Always,
    /// What was logged of the doses of a month, and tasks that were done in it.
    Month(Month),
}

/// Why a checkpoint is not read. Discard it, and fold the events again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Written by a build that folds otherwise or knows other types.
    #[error("the checkpoint is of another build: discard it and fold the events again")]
    OtherBuild,
    /// Not the bytes of a segment.
    #[error("the checkpoint does not read: discard it and fold the events again")]
    Unreadable,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("always"),
            Self::Month(month) => month.fmt(f),
        }
    }
}

impl FromStr for Segment {
    type Err = NoMonth;

    fn from_str(name: &str) -> Result<Self, NoMonth> {
        if name == "always" { Ok(Self::Always) } else { name.parse().map(Self::Month) }
    }
}

impl Segment {
    /// Of what is no entry: by what it says alone.
    fn of(opened: &Opened) -> Self {
        match opened.content.as_deref().and_then(Content::parse).as_ref().map(|content| &*content.about) {
            Some([Entity::Doses(_, month)]) => Self::of_month(*month),
            _ => Self::Always,
        }
    }

    fn of_month(month: Month) -> Self {
        if month.is_of_four_digits() { Self::Month(month) } else { Self::Always }
    }
}

/// Names this build's way of folding: of the fold itself and of all types and versions that it knows.
#[must_use]
pub fn build() -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(FOLD);
    for name in known_types() {
        hasher.update(name);
        hasher.update([0]);
    }
    Hash(hasher.finalize().into())
}

impl State {
    /// Which segment an event is kept in, as far as its entity is known. What is about more than one is read with the
    /// rest. An event that is opened later moves, and all that is said of a task moves when it is done or open again: write
    /// [`Segment::Always`] anew as well. What stays behind in a month is known twice, and does no harm.
    #[must_use]
    pub fn segment_of(&self, id: EventId) -> Segment {
        match self.entry(id).map(|entry| &*entry.content.about) {
            Some([Entity::Doses(_, month)]) => Segment::of_month(*month),
            Some([task @ Entity::Task(_)]) => self.done_in(task).map_or(Segment::Always, Segment::of_month),
            _ => Segment::Always,
        }
    }

    /// The last month of which a day may show a task that is done. `None`: any day may. It is told by what is about it
    /// alone, whoever said it: else news of a device could move it with nobody noticing.
    fn done_in(&self, task: &Entity) -> Option<Month> {
        let (mut last, mut is_done) = (None, false);
        for entry in self.events_of(task) {
            let date = match entry.event().filter(|_| entry.content.about.len() == 1)? {
                Event::TaskAssigned(task) => task.date,
                Event::TaskCompleted(_) => {
                    is_done = true;
                    // On her calendar it may be the day after.
                    entry.content.occurred_at.at.to_utc().date_naive().succ_opt()
                }
                // Called off, taken back or open again: it may be done another day.
                _ => return None,
            };
            last = last.max(date);
        }
        last.filter(|_| is_done).map(Month::of)
    }

    /// All segments that hold anything.
    #[must_use]
    pub fn segments(&self) -> BTreeSet<Segment> {
        let opened = self.entries().map(|e| self.segment_of(e.id()));
        let others = self.checkpoint_of_others().map(Segment::of);
        opened.chain(others).collect()
    }

    /// The bytes of one segment; readable on its own, by this build only.
    #[must_use]
    pub fn write_segment(&self, segment: Segment) -> Vec<u8> {
        let mut bytes = build().0.to_vec();
        let entries = self.entries().filter(|e| self.segment_of(e.id()) == segment).map(|e| &e.source);
        let others = self.checkpoint_of_others().filter(|o| Segment::of(o) == segment);
        entries.chain(others).for_each(|event| bytes::write(&mut bytes, event));
        bytes
    }

    /// The bytes of the segments that are wanted, in one go.
    #[must_use]
    pub fn write_segments(&self, is_wanted: impl Fn(Segment) -> bool) -> BTreeMap<Segment, Vec<u8>> {
        let mut segments = BTreeMap::new();
        let start = build().0;
        let entries = self.entries().map(|e| (self.segment_of(e.id()), &e.source));
        let others = self.checkpoint_of_others().map(|o| (Segment::of(o), o));
        for (segment, event) in entries.chain(others).filter(|(segment, _)| is_wanted(*segment)) {
            bytes::write(segments.entry(segment).or_insert_with(|| start.to_vec()), event);
        }
        segments
    }

    /// Adds what a segment holds; in any order, beside anything that is known already.
    ///
    /// # Errors
    /// Of another build, or not a segment's bytes: nothing is added.
    pub fn read_segment(&mut self, mut bytes: &[u8]) -> Result<(), CheckpointError> {
        let of = bytes::take(&mut bytes).ok_or(CheckpointError::Unreadable)?;
        if Hash(of) != build() {
            return Err(CheckpointError::OtherBuild);
        }
        let mut events = Vec::new();
        while !bytes.is_empty() {
            events.push(bytes::read(&mut bytes).ok_or(CheckpointError::Unreadable)?);
        }
        for event in events {
            self.apply(event);
        }
        Ok(())
    }

    /// A state from segments.
    ///
    /// # Errors
    /// The first segment's that cannot be read.
    pub fn from_checkpoint<'a>(
        segments: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, CheckpointError> {
        let mut state = Self::default();
        segments.into_iter().try_for_each(|bytes| state.read_segment(bytes))?;
        Ok(state)
    }
}
