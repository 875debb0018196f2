//! The sans-I/O core of a device: it is told what happened ([`Input`]) and says what is to be done ([`Output`]).
//! No clock, no randomness, no store, no network of its own; every wait is a [`Output::Wake`].
//!
//! Recording never waits for anything but the store. Only the leader among the tabs pushes and pulls.

mod backoff;
#[cfg(test)]
mod diverged;
#[cfg(test)]
mod measured;
mod pulling;
mod pushing;
mod recording;
mod status;
mod stream;

use std::collections::VecDeque;

use shared_events::{
    ids::{Hash, Hlc, Ordinal, PatientId, Sequence},
    record::{Receipt, Record},
};

pub use status::{Status, Trouble, Whereabouts};
pub use stream::Broken;

use crate::{
    enrol::start_of,
    hlc::HybridClock,
    platform::Now,
    protocol::{Cursor, LiveAnswer, Place, Problem, ProblemKind, PullAnswer, PushAnswer},
    store::{Head, Identity, Moved, Offset, Outcome, Progress, Sealed, StoreError, Summary},
};
use backoff::Backoff;
use stream::StreamCheck;

/// How long the offset to the server's clock is good for, milliseconds.
pub const OFFSET_GOOD_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// Names one request, so that an answer to an older one is told from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt(u64);

/// Whether the platform believes in a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Network {
    Online,
    Offline,
}

/// Whether this tab talks to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Leadership {
    Leader,
    Follower,
}

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No answer: whether it arrived is not known.
    NoAnswer,
    /// The server says why.
    Problem(Problem),
    /// An answer that does not read.
    Nonsense,
}

/// A reading of the clocks, and a random number for jitter.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Moment {
    pub now: Now,
    pub random: u64,
}

/// What happened on this device.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
#[allow(clippy::large_enum_variant, reason = "made seldom, and taken in at once")]
pub enum Input {
    /// A person recorded these, in this order.
    Record(Vec<Sealed>),
    /// The write under way is durable.
    Written,
    /// Its place was taken; these rows stand behind the head that was known.
    WriteTaken(Vec<Record>),
    /// It failed; nothing was stored.
    WriteFailed(StoreError),
    /// What is in the store, at opening and after other tabs were at it. While pulling is not whole, `held` is
    /// everything that the store holds of the stream, each once: link(s) and receipt.
    Seen {
        summary: Summary,
        held: Vec<(Hash, Receipt)>,
    },
    Network(Network),
    Leadership(Leadership),
    /// A person asked, or the app came to the front: do not wait any longer.
    SyncNow,
    /// Time has passed.
    Tick,
}

/// What came of what needs the server. Apart from [`Input`], so that a platform may fetch the code that hears it behind
/// its first screen.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Answer {
    /// The answer to a push of rows with these link hashes.
    Push {
        attempt: Attempt,
        links: Vec<Hash>,
        result: Result<PushAnswer, Refusal>,
    },
    OutcomesStored {
        attempt: Attempt,
        result: Result<Moved, StoreError>,
    },
    Pull {
        attempt: Attempt,
        result: Result<PullAnswer, Refusal>,
    },
    PageStored {
        attempt: Attempt,
        result: Result<Moved, StoreError>,
    },
    Live {
        attempt: Attempt,
        result: Result<LiveAnswer, Refusal>,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Output {
    /// Add these rows, strictly; answer with `Written`, `WriteTaken` or `WriteFailed`.
    Write(Vec<Record>),
    /// Send own rows after this sequence, as many as a batch holds but at most `limit`.
    Push { attempt: Attempt, after: Sequence, limit: usize },
    /// Put outcomes beside rows, and the progress they make.
    StoreOutcomes {
        attempt: Attempt,
        outcomes: Vec<(Sequence, Outcome)>,
        from: Option<Progress>,
        to: Option<Progress>,
    },
    /// Ask for the next page.
    Pull { attempt: Attempt, cursor: Option<Cursor> },
    /// Store a page and the progress it makes, then show its events.
    StorePage { attempt: Attempt, records: Vec<Record>, from: Option<Progress>, to: Progress },
    /// Wait at the server for more than this.
    Live { attempt: Attempt, through: Ordinal },
    /// Keep the clock's offset.
    StoreOffset(Offset),
    /// Other tabs were at the store: read it again and answer with `Seen`.
    LookAgain,
    /// Give a `Tick` at this time of the clock that only goes forward.
    Wake { at_ms: u64 },
    /// The record was erased: delete everything.
    Wipe,
}

/// The engine of one device.
#[derive(Debug)]
pub struct Engine {
    patient: PatientId,
    device: shared_events::ids::DeviceId,
    clock: HybridClock,
    offset: Option<Offset>,
    network: Network,
    leadership: Leadership,
    trouble: Option<Trouble>,
    attempts: u64,
    last_contact_ms: Option<u64>,
    unreachable_since_ms: Option<u64>,
    logged: Ordinal,
    tail: Ordinal,

    held: VecDeque<Sealed>,
    writing: Vec<Record>,
    write_error: Option<StoreError>,
    write_backoff: Backoff,
    head: Head,
    saved: Head,

    acked: Sequence,
    /// What is stored as acknowledged up to here, the server lacks and is sent again.
    resend: Sequence,
    push: pushing::Push,
    push_backoff: Backoff,
    probe: bool,

    progress: Option<Progress>,
    /// The number of the last page in the store, exactly so whenever pulling begins.
    last_page: u64,
    pull: pulling::Pull,
    pull_backoff: Backoff,
    stream: StreamCheck,
    outputs: Vec<Output>,
}

impl Engine {
    /// An engine that knows nothing yet of what is stored: the first input is [`Input::Seen`], and rows without an
    /// outcome are told by [`Engine::remember_unsent`].
    #[must_use]
    pub fn new(identity: &Identity) -> Self {
        let head = start_of(identity);
        Self {
            patient: identity.patient,
            device: identity.device,
            clock: HybridClock::default(),
            offset: None,
            network: Network::Online,
            leadership: Leadership::Follower,
            trouble: None,
            attempts: 0,
            last_contact_ms: None,
            unreachable_since_ms: None,
            logged: Ordinal::ZERO,
            tail: Ordinal::ZERO,
            held: VecDeque::new(),
            writing: Vec::new(),
            write_error: None,
            write_backoff: Backoff::default(),
            head,
            saved: head,
            acked: Sequence::ZERO,
            resend: Sequence::ZERO,
            push: pushing::Push::Idle,
            push_backoff: Backoff::default(),
            probe: false,
            progress: None,
            last_page: 0,
            pull: pulling::Pull::Idle,
            pull_backoff: Backoff::default(),
            stream: StreamCheck::new(identity.patient),
            outputs: Vec::new(),
        }
    }

    /// Takes one input in; what is to be done comes out, in order.
    pub fn handle(&mut self, input: Input, moment: Moment) -> Vec<Output> {
        match input {
            Input::Record(events) => self.held.extend(events),
            Input::Written => self.written(),
            Input::WriteTaken(rows) => self.write_taken(&rows, moment),
            Input::WriteFailed(error) => self.write_failed(error, moment),
            Input::Seen { summary, held } => self.seen(&summary, held),
            Input::Network(network) => self.network_changed(network),
            Input::Leadership(leadership) => self.leadership_changed(leadership),
            Input::SyncNow => self.hurry(),
            Input::Tick => {}
        }
        self.next(moment)
    }

    /// Takes an answer in.
    pub fn hear(&mut self, answer: Answer, moment: Moment) -> Vec<Output> {
        match answer {
            Answer::Push { attempt, links, result } => {
                self.push_answered(attempt, &links, result, moment);
            }
            Answer::OutcomesStored { attempt, result } => self.outcomes_stored(attempt, result, moment),
            Answer::Pull { attempt, result } => self.pull_answered(attempt, result, moment),
            Answer::PageStored { attempt, result } => self.page_stored(attempt, result, moment),
            Answer::Live { attempt, result } => self.live_answered(attempt, result, moment),
        }
        self.next(moment)
    }

    /// The server is there. What it says of its log is heard where it is checked.
    pub fn heard_from(&mut self, now: Now) {
        self.last_contact_ms = Some(self.corrected_ms(now));
        self.unreachable_since_ms = None;
    }

    /// Nothing could be asked: it is tried again later.
    pub fn not_asked(&mut self, moment: Moment) -> Vec<Output> {
        let since = self.corrected_ms(moment.now);
        self.unreachable_since_ms.get_or_insert(since);
        if matches!(self.push, pushing::Push::Asked { .. }) {
            self.push = pushing::Push::Idle;
            self.push_backoff.failed(moment.now.monotonic_ms, moment.random);
        }
        if matches!(self.pull, pulling::Pull::Asked { .. } | pulling::Pull::Waiting { .. }) {
            self.pull = pulling::Pull::Idle;
            self.pull_backoff.failed(moment.now.monotonic_ms, moment.random);
        }
        self.next(moment)
    }

    fn next(&mut self, moment: Moment) -> Vec<Output> {
        self.go_on(moment);
        std::mem::take(&mut self.outputs)
    }

    /// Starts whatever can be started, and says when to look again.
    fn go_on(&mut self, moment: Moment) {
        let now_ms = moment.now.monotonic_ms;
        self.start_write(now_ms);
        if self.leadership == Leadership::Leader && self.network == Network::Online {
            self.start_push(now_ms);
            self.start_pull(now_ms);
        }
        let waits = [self.write_backoff, self.push_backoff, self.pull_backoff];
        if let Some(at_ms) = waits.iter().map(Backoff::until_ms).filter(|at| *at > now_ms).min() {
            self.outputs.push(Output::Wake { at_ms });
        }
    }

    fn network_changed(&mut self, network: Network) {
        self.network = network;
        if network == Network::Online {
            self.hurry();
        }
    }

    fn leadership_changed(&mut self, leadership: Leadership) {
        if self.leadership != leadership {
            self.leadership = leadership;
            // Another tab may have gone on where this one stopped.
            self.outputs.push(Output::LookAgain);
        }
    }

    fn hurry(&mut self) {
        self.write_backoff.reset();
        self.push_backoff.reset();
        self.pull_backoff.reset();
        if matches!(self.trouble, Some(Trouble::UnknownDevice)) {
            self.trouble = None;
        }
    }

    fn next_attempt(&mut self) -> Attempt {
        self.attempts += 1;
        Attempt(self.attempts)
    }

    /// An answer came: the server is there, its clock is known, and how far the log is.
    fn contact(&mut self, place: &Place, now: Now) {
        self.measure(place.now_ms, now);
        self.last_contact_ms = Some(self.corrected_ms(now));
        self.unreachable_since_ms = None;
        self.logged = self.logged.max(place.logged);
        self.tail = self.tail.max(place.tail);
    }

    fn measure(&mut self, server_ms: u64, now: Now) {
        let offset_ms = i64::try_from(server_ms).unwrap_or(0) - i64::try_from(now.wall_ms).unwrap_or(0);
        let is_near = |o: &Offset| {
            o.offset_ms.abs_diff(offset_ms) <= 2_000
                && now.wall_ms.abs_diff(o.measured_wall_ms) <= OFFSET_GOOD_MS / 7
        };
        if let Some(known) = self.offset.as_mut().filter(|known| is_near(known)) {
            // Every answer was under way for a while, so each measure falls short: the largest is the nearest. With it
            // "now" is never before what this very answer brought, such as a pause that has just ended.
            known.offset_ms = known.offset_ms.max(offset_ms);
            return;
        }
        let offset = Offset { offset_ms, measured_wall_ms: now.wall_ms };
        self.offset = Some(offset);
        self.outputs.push(Output::StoreOffset(offset));
    }

    /// The wall clock with the server's offset, while that is good.
    #[must_use]
    pub fn corrected_ms(&self, now: Now) -> u64 {
        match self.offset {
            Some(o) if now.wall_ms.abs_diff(o.measured_wall_ms) <= OFFSET_GOOD_MS => {
                now.wall_ms.saturating_add_signed(o.offset_ms)
            }
            _ => now.wall_ms,
        }
    }

    /// The offset in use, milliseconds.
    #[must_use]
    pub fn offset_ms(&self) -> Option<i64> {
        self.offset.map(|o| o.offset_ms)
    }

    /// The reading for an event that is recorded now.
    pub fn stamp(&mut self, now: Now) -> Hlc {
        self.clock.tick(self.corrected_ms(now))
    }

    /// What a refusal means beyond "try again later".
    fn refused(&mut self, refusal: &Refusal, moment: Moment) {
        let Refusal::Problem(problem) = refusal else {
            let since = self.corrected_ms(moment.now);
            self.unreachable_since_ms.get_or_insert(since);
            return;
        };
        if let Some(server_ms) = problem.now_ms {
            self.measure(server_ms, moment.now);
        }
        match problem.kind {
            ProblemKind::Revoked => self.trouble = Some(Trouble::Revoked),
            ProblemKind::Fork => self.trouble = Some(Trouble::Forked),
            ProblemKind::UnknownDevice => {
                self.trouble = Some(Trouble::UnknownDevice);
                self.send_again_after(Sequence::ZERO);
            }
            ProblemKind::Diverged => self.diverge(),
            ProblemKind::Erased => {
                self.trouble = Some(Trouble::Erased);
                self.outputs.push(Output::Wipe);
            }
            _ => {}
        }
    }

    /// Another tab was told that the record was erased.
    pub fn erased(&mut self) {
        self.trouble = Some(Trouble::Erased);
    }

    /// The server is not where it was: stop pulling, delete nothing, and see what it lacks of this device.
    fn diverge(&mut self) {
        if self.trouble != Some(Trouble::Diverged) {
            self.trouble = Some(Trouble::Diverged);
            self.probe = self.acked > Sequence::ZERO;
        }
    }
}

/// The head of a chain that ends with this row.
#[must_use]
pub fn head_of(patient: PatientId, row: &Record) -> Head {
    let event = shared_events::record::event_hash(&row.header);
    Head { sequence: row.link.sequence, link: row.link.hash(patient, &event) }
}
