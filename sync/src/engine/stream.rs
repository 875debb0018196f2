//! Checking that what is pulled is the stream it claims to be: event n is checked against stream(n) once n and n - 1
//! are held, in whatever order they come.

use shared_events::{
    ids::{Hash, Ordinal, PatientId},
    record::{Receipt, stream_hash},
    sorted::SortedMap,
};

/// The stream is not the one that was known, or an answer contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server's stream does not continue what this device holds, at event {0}")]
pub struct Broken(pub u64);

#[derive(Clone, Copy, Debug)]
struct Held {
    stream: Hash,
    event: Event,
    /// Whether the event above was checked against this one.
    above: bool,
}

/// What is known of the event at an ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// Its stream hash is known from a cursor; itself it is still to come.
    Awaited,
    /// It is held, and so far nothing below it: link(s) and receipt.
    Open(Hash, Receipt),
    /// It is held and was checked against the one below.
    Checked,
}

/// Whether the event at a cursor's end is in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Held,
    Awaited,
}

/// Holds the edges of what is known; everything between two checked neighbours is let go.
#[derive(Clone, Debug)]
pub(super) struct StreamCheck {
    patient: PatientId,
    held: SortedMap<u64, Held>,
}

impl StreamCheck {
    pub(super) const fn new(patient: PatientId) -> Self {
        Self { patient, held: SortedMap::new() }
    }

    /// stream(n) is known from a cursor, without the event. 0 stands for the start.
    pub(super) fn anchor(&mut self, ordinal: Ordinal, stream: Hash, end: End) -> Result<(), Broken> {
        let n = ordinal.get();
        if let Some(held) = self.held.get(&n) {
            return if held.stream == stream { Ok(()) } else { Err(Broken(n)) };
        }
        let event = if end == End::Held || n == 0 { Event::Checked } else { Event::Awaited };
        self.held.insert(n, Held { stream, event, above: false });
        self.check_above(n)
    }

    /// An event is held, with its link's hash and its receipt. Each is told once.
    pub(super) fn hold(&mut self, link: Hash, receipt: Receipt) -> Result<(), Broken> {
        let n = receipt.ordinal.get();
        if n == 0 {
            return Err(Broken(0));
        }
        if n == 1 {
            self.held.or_insert_with(0, || Held { stream: Hash::ZERO, event: Event::Checked, above: false });
        }
        let new = Held { stream: receipt.stream, event: Event::Open(link, receipt), above: false };
        let held = self.held.or_insert_with(n, || new);
        if held.stream != receipt.stream {
            return Err(Broken(n));
        }
        if held.event == Event::Awaited {
            held.event = new.event;
        }
        self.check_above(n - 1)?;
        self.check_above(n)
    }

    /// Checks n + 1 against n, where both are known.
    fn check_above(&mut self, n: u64) -> Result<(), Broken> {
        let Some(lower) = self.held.get(&n).copied() else { return Ok(()) };
        let Some(upper) = self.held.get_mut(&(n + 1)) else { return Ok(()) };
        let Event::Open(link, receipt) = upper.event else { return Ok(()) };
        if stream_hash(self.patient, &lower.stream, &link, &receipt) != upper.stream {
            return Err(Broken(n + 1));
        }
        upper.event = Event::Checked;
        if upper.above {
            self.held.remove(&(n + 1));
        }
        if lower.event == Event::Checked {
            self.held.remove(&n);
        } else if let Some(lower) = self.held.get_mut(&n) {
            lower.above = true;
        }
        Ok(())
    }

    /// Whether every event up to `through` was held and checked: nothing was left out.
    pub(super) fn is_whole(&self, through: Ordinal) -> bool {
        let n = through.get();
        self.held.first().is_none_or(|(first, _)| *first >= n)
            && self.held.get(&n).is_none_or(|h| h.event == Event::Checked)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared_events::{
        ids::{Hlc, Position},
        record::Receipt,
    };
    use uuid::Uuid;

    use super::*;

    const PATIENT: PatientId = PatientId(Uuid::nil());

    fn stream(length: u64) -> Vec<(Hash, Receipt)> {
        let mut before = Hash::ZERO;
        let event = |n: u64| {
            let link = Hash([u8::try_from(n % 251).unwrap(); 32]);
            let mut receipt = Receipt {
                ordinal: Ordinal::new(n).unwrap(),
                position: Position::new(n).unwrap(),
                order: Hlc(n),
                received_ms: n,
                stream: Hash::ZERO,
            };
            receipt.stream = stream_hash(PATIENT, &before, &link, &receipt);
            before = receipt.stream;
            (link, receipt)
        };
        (1..=length).map(event).collect()
    }

    proptest! {
        #[test]
        fn a_stream_is_whole_once_all_of_it_came_in_whatever_order(
            order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
            missing in 0..40_usize,
        ) {
            let events = stream(40);
            let mut check = StreamCheck::new(PATIENT);
            let through = events[39].1;
            check.anchor(through.ordinal, through.stream, End::Awaited).unwrap();
            for n in order.iter().filter(|n| **n != missing) {
                check.hold(events[*n].0, events[*n].1).unwrap();
            }
            prop_assert!(!check.is_whole(through.ordinal));
            check.hold(events[missing].0, events[missing].1).unwrap();
            prop_assert!(check.is_whole(through.ordinal));
            prop_assert!(check.held.len() <= 2, "the middle is let go");
        }

        #[test]
        fn the_end_of_the_first_answer_is_awaited_although_what_follows_it_came_first(
            order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
            base in 1..39_usize,
        ) {
            let events = stream(40);
            let mut check = StreamCheck::new(PATIENT);
            check.anchor(events[base].1.ordinal, events[base].1.stream, End::Awaited).unwrap();
            for n in order.iter().filter(|n| **n != base) {
                check.hold(events[*n].0, events[*n].1).unwrap();
            }
            prop_assert!(!check.is_whole(events[39].1.ordinal));
            check.hold(events[base].0, events[base].1).unwrap();
            prop_assert!(check.is_whole(events[39].1.ordinal));
        }

        #[test]
        fn a_changed_event_is_found_whatever_the_order(
            order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
            changed in 0..40_usize,
        ) {
            let mut events = stream(40);
            events[changed].0 = Hash([0xee; 32]);
            let mut check = StreamCheck::new(PATIENT);
            let found = order.iter().any(|n| check.hold(events[*n].0, events[*n].1).is_err());
            prop_assert!(found);
        }
    }
}
