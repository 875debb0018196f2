//! Pulling: standing events first, then what is new, then the past, newest first. A page counts only when it is
//! stored together with the cursor.

use shared_events::{
    ids::{Hash, Ordinal, Sequence},
    record::{Class, Header, Receipt, Record, body_hash, event_hash},
};

use super::{
    Attempt, Broken, Engine, Moment, Network, Output, Refusal, Trouble,
    pushing::Push,
    stream::{End, StreamCheck},
};
use crate::{
    protocol::{Cursor, LiveAnswer, Place, PullAnswer},
    store::{Moved, Progress, StoreError},
};

/// Where pulling stands.
#[derive(Debug)]
pub(super) enum Pull {
    Idle,
    Asked { attempt: Attempt, from: Option<Progress>, acked: Sequence },
    Storing { attempt: Attempt, to: Progress, stream: StreamCheck },
    Waiting { attempt: Attempt, through: Ordinal, acked: Sequence },
}

impl Engine {
    pub(super) fn pull_is_moving(&self) -> bool {
        matches!(self.pull, Pull::Storing { .. })
    }

    pub(super) fn start_pull(&mut self, now_ms: u64) {
        // Of a server that was put back it is asked, once it has what it lacked, whether its log has begun a new life.
        let has_all = self.acked >= self.saved.sequence && !self.probe && matches!(self.push, Push::Idle);
        let may_ask = self.trouble.is_none() || (self.trouble == Some(Trouble::Diverged) && has_all);
        let ready = may_ask && self.pull_backoff.is_over(now_ms);
        let cursor = self.progress.map(|p| p.cursor);
        let behind = self.trouble.is_some() || cursor.is_none_or(|c| !c.is_whole() || c.through < self.tail);
        // What is being pushed comes back as receipts: whoever holds the rest waits for those, and does not fetch its
        // own events again.
        if !matches!(self.push, Push::Idle) && cursor.is_some_and(|c| c.is_whole()) {
            return;
        }
        match self.pull {
            Pull::Idle if ready && behind => {
                let attempt = self.next_attempt();
                self.pull = Pull::Asked { attempt, from: self.progress, acked: self.acked };
                self.outputs.push(Output::Pull { attempt, cursor });
            }
            Pull::Idle if ready => {
                let attempt = self.next_attempt();
                let through = cursor.map_or(Ordinal::ZERO, |c| c.through);
                self.pull = Pull::Waiting { attempt, through, acked: self.acked };
                self.outputs.push(Output::Live { attempt, through });
            }
            // The push's answer says that there is more: no need to wait for the server to say so.
            Pull::Waiting { .. } if ready && behind => {
                self.pull = Pull::Idle;
                self.start_pull(now_ms);
            }
            _ => {}
        }
    }

    pub(super) fn pull_answered(
        &mut self,
        attempt: Attempt,
        result: Result<PullAnswer, Refusal>,
        moment: Moment,
    ) {
        let (from, acked) = match self.pull {
            Pull::Asked { attempt: asked, from, acked } if asked == attempt => (from, acked),
            _ => return,
        };
        self.pull = Pull::Idle;
        let answer = match result {
            Ok(answer) => answer,
            Err(refusal) => return self.pull_failed(&refusal, moment),
        };
        let anew = from.is_some_and(|p| answer.cursor.is_of_later_life(&p.cursor));
        if anew {
            self.forget_ordinals();
        }
        self.contact(&answer.place, moment.now);
        if anew || self.trouble.is_none() {
            self.pull_backoff.reset();
        }
        self.check_mark(acked, answer.place.mark);
        if from != self.progress {
            return; // Own receipts have moved the cursor meanwhile: ask again from there.
        }
        if anew && (self.trouble.is_none() || answer.place.mark < acked) {
            return self.diverge(); // What the log lacks of this device comes first.
        }
        let before = from.filter(|_| !anew);
        let checked = self.check(before.map(|p| p.cursor), &answer);
        // Events that continue what is held, by their hashes, are of the same stream, whatever another copy said before.
        let goes_on = anew || self.trouble.is_none() || !answer.records.is_empty();
        let (true, Ok(stream)) = (goes_on, checked) else {
            self.pull_backoff.failed(moment.now.monotonic_ms, moment.random);
            return self.diverge();
        };
        let to = Progress {
            cursor: answer.cursor,
            low_received_ms: answer.low_received_ms,
            pages_after: before.map_or(self.last_page, |p| p.pages_after),
        };
        if answer.records.is_empty() && from == Some(to) {
            // Nothing new although the tail said so: another server behind the same name, or a lagging one.
            self.pull_backoff.failed(moment.now.monotonic_ms, moment.random);
            return;
        }
        self.pull = Pull::Storing { attempt, to, stream };
        self.outputs.push(Output::StorePage { attempt, records: answer.records, from, to });
    }

    /// Whether a page is what it says: it continues the cursor, every event is whole, and the stream's hashes hold.
    /// The check goes on from a copy, which counts once the page is stored.
    fn check(&self, from: Option<Cursor>, answer: &PullAnswer) -> Result<StreamCheck, Broken> {
        let mut stream = if from.is_some() { self.stream.clone() } else { StreamCheck::new(self.patient) };
        let to = &answer.cursor;
        let at = Broken(to.through.get());
        let start = Cursor { standing: Ordinal::ZERO, low: to.base, through: to.base, ..*to };
        let before = from.unwrap_or(start);
        let same_log = (before.log, before.generation, before.base) == (to.log, to.generation, to.base);
        let forward = before.standing <= to.standing && before.low >= to.low && before.through <= to.through;
        if !same_log || !forward || to.standing > to.base || to.low > to.base || to.through < to.base {
            return Err(at);
        }
        if from.is_none() {
            stream.anchor(before.through, before.stream, End::Awaited)?;
        }
        let mut later = before.through;
        for record in &answer.records {
            let (class, link, receipt) = self.whole(record).ok_or_else(|| at.clone())?;
            let n = receipt.ordinal;
            let in_past = n <= before.low && n > to.low && class == Class::Occurrence;
            let in_standing = n > before.standing && n <= to.standing && class == Class::Standing;
            if n == later.next() && n <= to.through {
                later = n;
            } else if !in_past && !in_standing {
                return Err(Broken(n.get()));
            }
            stream.hold(link, receipt)?;
        }
        if later != to.through {
            return Err(at);
        }
        stream.anchor(to.through, to.stream, End::Held)?;
        if to.is_whole() && !stream.is_whole(to.through) { Err(Broken(to.low.get())) } else { Ok(stream) }
    }

    /// Class, link hash and receipt of a pulled record that belongs to this stream and hashes to what it says.
    fn whole(&self, record: &Record) -> Option<(Class, Hash, Receipt)> {
        let header = Header::parse(&record.header).ok()?;
        let holds = header.patient == self.patient && header.body == body_hash(&record.body);
        let link = record.link.hash(self.patient, &event_hash(&record.header));
        holds.then_some((header.class, link, record.receipt?))
    }

    fn pull_failed(&mut self, refusal: &Refusal, moment: Moment) {
        self.refused(refusal, moment);
        if self.network == Network::Online && self.may_talk() {
            self.pull_backoff.failed(moment.now.monotonic_ms, moment.random);
        }
    }

    pub(super) fn page_stored(
        &mut self,
        attempt: Attempt,
        result: Result<Moved, StoreError>,
        moment: Moment,
    ) {
        if !matches!(self.pull, Pull::Storing { attempt: asked, .. } if asked == attempt) {
            return;
        }
        let Pull::Storing { to, stream, .. } = std::mem::replace(&mut self.pull, Pull::Idle) else { return };
        match result {
            Ok(Moved::Stored) => {
                (self.progress, self.stream) = (Some(to), stream);
                self.converge();
            }
            Ok(Moved::Stale) => self.outputs.push(Output::LookAgain),
            Err(_) => {
                self.pull_backoff.failed(moment.now.monotonic_ms, moment.random);
            }
        }
    }

    pub(super) fn live_answered(
        &mut self,
        attempt: Attempt,
        result: Result<LiveAnswer, Refusal>,
        moment: Moment,
    ) {
        let (through, acked) = match self.pull {
            Pull::Waiting { attempt: asked, through, acked } if asked == attempt => (through, acked),
            _ => return,
        };
        self.pull = Pull::Idle;
        match result {
            Ok(answer) => {
                self.contact(&answer.place, moment.now);
                self.pull_backoff.reset();
                self.check_mark(acked, answer.place.mark);
                // It lacks what it had given, or says so itself: it was put back to an older copy.
                if answer.place.tail < through || self.is_of_other_life(&answer.place) {
                    self.diverge();
                } else if answer.place.tail == through {
                    self.pull_backoff.pause(moment.now.monotonic_ms);
                }
            }
            Err(refusal) => self.pull_failed(&refusal, moment),
        }
    }

    /// Whether what is held is of another log, or another of its lives.
    pub(super) fn is_of_other_life(&self, place: &Place) -> bool {
        let held = |p: Progress| (p.cursor.log, p.cursor.generation);
        self.progress.is_some_and(|p| held(p) != (place.log, place.generation))
    }

    /// The log is in a later life: its ordinals start again.
    fn forget_ordinals(&mut self) {
        (self.logged, self.tail) = (Ordinal::ZERO, Ordinal::ZERO);
    }

    /// What is held is of the log as it is now.
    fn converge(&mut self) {
        if self.trouble == Some(Trouble::Diverged) {
            self.trouble = None;
        }
    }

    /// The store is further than this tab knew: it goes on from there.
    pub(super) fn seen_progress(&mut self, progress: Option<Progress>, held: Vec<(Hash, Receipt)>) {
        let Some(seen) = progress else { return };
        if self.progress == Some(seen) || self.pull_is_moving() {
            return;
        }
        let cursor = seen.cursor;
        if self.progress.is_some_and(|p| cursor.is_of_later_life(&p.cursor)) {
            self.forget_ordinals();
            self.converge();
        }
        self.progress = Some(seen);
        self.logged = self.logged.max(cursor.through);
        self.tail = self.tail.max(cursor.through);
        self.stream = StreamCheck::new(self.patient);
        let end = if cursor.is_whole() { End::Held } else { End::Awaited };
        let mut held = held.into_iter();
        let holds = self.stream.anchor(cursor.through, cursor.stream, end).is_ok()
            && held.all(|(link, receipt)| self.stream.hold(link, receipt).is_ok());
        if !holds {
            self.diverge();
        }
    }
}
