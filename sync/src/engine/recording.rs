//! Recording: held, linked, written. One write is under way at a time; what is recorded meanwhile goes with the next.

use shared_events::{
    ids::{EventId, Hash},
    record::{Header, Link, Receipt, Record, event_hash},
};

use super::{Engine, Moment, Output, Trouble, head_of};
use crate::{
    enrol::CLOSED,
    store::{Sealed, StoreError, Summary},
};

/// Rows of one write at most, so that a transaction stays short.
const WRITE_ROWS: usize = 1_000;

impl Engine {
    pub(super) fn start_write(&mut self, now_ms: u64) {
        let may_write = self.writing.is_empty() && self.trouble != Some(Trouble::Moved);
        if self.held.is_empty() || !may_write || !self.write_backoff.is_over(now_ms) {
            return;
        }
        let count = self.held.len().min(WRITE_ROWS);
        let events: Vec<Sealed> = self.held.iter().take(count).cloned().collect();
        self.head = self.saved;
        self.writing = events.into_iter().map(|event| self.link(event)).collect();
        self.outputs.push(Output::Write(self.writing.clone()));
    }

    fn link(&mut self, event: Sealed) -> Record {
        let sequence = self.head.sequence.next();
        let link = Link { device: self.device, sequence, previous: self.head.link };
        self.head.sequence = sequence;
        self.head.link = link.hash(self.patient, &event_hash(&event.header));
        Record { header: event.header, body: event.body, link, receipt: None }
    }

    pub(super) fn written(&mut self) {
        let count = self.writing.len().min(self.held.len());
        self.held.drain(..count);
        self.writing.clear();
        self.saved = self.head;
        self.write_error = None;
        self.write_backoff.reset();
        self.push_backoff.reset();
    }

    /// Another tab won the place, or an earlier try of our own did arrive: what stands there is saved, whoever wrote
    /// it; the rest is linked anew behind it, the same bytes.
    pub(super) fn write_taken(&mut self, rows: &[Record], moment: Moment) {
        let Some(last) = rows.last() else {
            return self.write_failed(StoreError::Failed("a place is taken by nothing".into()), moment);
        };
        self.writing.clear();
        if rows.iter().any(|row| row.header == CLOSED) {
            // This browser was enrolled anew: what is held here is to be recorded by the new device.
            self.trouble = Some(Trouble::Moved);
            return;
        }
        self.saved = head_of(self.patient, last);
        let there: Vec<EventId> =
            rows.iter().filter_map(|row| Header::parse(&row.header).ok()).map(|h| h.id).collect();
        self.held.retain(|event| !there.contains(&event.id));
    }

    pub(super) fn write_failed(&mut self, error: StoreError, moment: Moment) {
        self.writing.clear();
        self.write_error = Some(error);
        self.write_backoff.failed(moment.now.monotonic_ms, moment.random);
    }

    /// Other tabs have written: their rows are saved, their progress is ours.
    pub(super) fn seen(&mut self, summary: &Summary, held: Vec<(Hash, Receipt)>) {
        if let Some(last) = &summary.last
            && last.header == CLOSED
        {
            self.trouble = Some(Trouble::Moved);
        } else if let Some(last) = &summary.last
            && last.link.sequence > self.saved.sequence
            && self.writing.is_empty()
        {
            self.saved = head_of(self.patient, last);
        }
        self.offset = self.offset.or(summary.offset);
        self.last_page = summary.last_page;
        self.seen_outcomes(summary.judged);
        self.seen_progress(summary.progress, held);
    }

    /// An own event without a receipt stands in the store: its reading binds the clock.
    pub fn remember_unsent(&mut self, header: &Header) {
        self.clock.remember(header.recorded_at);
    }

    /// A receipt's order was seen.
    pub fn merge_order(&mut self, order: shared_events::ids::Hlc) {
        self.clock.merge(order);
    }
}
