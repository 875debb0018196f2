//! A device at work: the engine's outputs carried out on a platform, and the folded state beside it. Writes are tasks
//! of the device, not of whoever asked: a closed page loses nothing that was said to be saved.

mod checkpoint;
mod folded;
mod notes;
mod open;
mod pages;
mod perform;
mod record;
mod talk;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use chrono::{DateTime, Utc};
use shared_events::{
    draft::Draft,
    ids::EventId,
    state::State,
    views::coverage::{Coverage, Standing},
};

use crate::{
    engine::{Engine, Input, Leadership, Moment, Network, Output, Status, Whereabouts},
    platform::{Clock as _, Keys as _, Platform},
    store::{Identity, Progress},
};
use checkpoint::Kept;
use folded::Folded;
pub use notes::NeedsLook;
use notes::Notes;

/// One enrolled device of one patient, in one tab.
pub struct Device<P: Platform> {
    platform: Rc<P>,
    identity: Identity,
    engine: RefCell<Engine>,
    state: RefCell<Folded>,
    kept: RefCell<Kept>,
    /// A checkpoint is being written.
    keeping: Cell<bool>,
    notes: RefCell<Notes>,
    /// Pulling as far as its events are in the state, not only in the store.
    applied: Cell<Option<Progress>>,
    /// A page that is on its way while the one in front of it is being stored.
    ahead: RefCell<Option<talk::Ahead>>,
    wake_at_ms: Cell<Option<u64>>,
    closed: Cell<bool>,
    listeners: RefCell<Vec<Rc<dyn Fn()>>>,
}

impl<P: Platform> Device<P> {
    /// Who this is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The platform it runs on.
    pub fn platform(&self) -> &Rc<P> {
        &self.platform
    }

    /// The wall clock, corrected by the server's while that is known.
    pub fn now(&self) -> DateTime<Utc> {
        let ms = self.engine.borrow().corrected_ms(self.platform.clock().now());
        DateTime::from_timestamp_millis(i64::try_from(ms).unwrap_or(i64::MAX)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Reads the folded state.
    pub fn with_state<R>(&self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.state.borrow())
    }

    /// Which days may be judged.
    pub fn coverage(&self) -> Coverage {
        let Some(Progress { cursor, low_received_ms, .. }) = self.applied.get() else {
            return Coverage::default();
        };
        let standing = if cursor.standing >= cursor.base { Standing::Complete } else { Standing::Loading };
        let doses_from_ms = self.kept.borrow().doses_from_ms();
        Coverage { standing, since_ms: Some(low_received_ms), doses_from_ms }
    }

    /// Counts and times for the line of freshness.
    pub fn status(&self) -> Status {
        self.engine.borrow().status()
    }

    /// Where an event is; `None`: not known here.
    pub fn whereabouts(&self, id: EventId) -> Option<Whereabouts> {
        let notes = self.notes.borrow();
        if notes.is_held(id) {
            return Some(Whereabouts::Held);
        }
        if let Some(found) = notes.needs_look(id) {
            return Some(Whereabouts::NeedsLook { reason: found.reason.clone() });
        }
        let state = self.state.borrow();
        let entry = state.source(id)?;
        let engine = self.engine.borrow();
        let (receipt, logged) = (entry.receipt, engine.logged());
        if entry.link.device == self.identity.device && entry.link.sequence > engine.acked() {
            return Some(Whereabouts::Saved); // a server that was put back lacks it, whatever it said before
        }
        Some(match receipt {
            None => Whereabouts::Saved,
            Some(receipt) if receipt.ordinal <= logged => Whereabouts::InRecord,
            Some(_) => Whereabouts::Sent,
        })
    }

    /// What is not saved yet, in the order of recording.
    pub fn held(&self) -> Vec<(EventId, Rc<Draft>)> {
        self.notes.borrow().held()
    }

    /// Own events that the server could not log.
    pub fn needs_look(&self) -> Vec<NeedsLook> {
        self.notes.borrow().all_needing_look()
    }

    /// Whether everything is saved, sent, pulled, read and shown.
    pub fn is_quiet(&self) -> bool {
        let engine = self.engine.borrow();
        engine.is_quiet() && engine.progress() == self.applied.get() && self.kept.borrow().is_read()
    }

    /// How far pulling has come, as far as it is shown.
    pub fn progress(&self) -> Option<Progress> {
        self.applied.get()
    }

    /// Calls `listener` whenever the state or the status may have changed.
    pub fn on_change(&self, listener: impl Fn() + 'static) {
        self.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// The platform's belief in a network changed.
    pub fn set_network(self: &Rc<Self>, network: Network) {
        self.input(Input::Network(network));
    }

    /// This tab was elected to talk to the server, or no longer.
    pub fn set_leadership(self: &Rc<Self>, leadership: Leadership) {
        self.input(Input::Leadership(leadership));
    }

    /// Another tab says that the store has changed.
    pub fn look_again(self: &Rc<Self>) {
        let device = Rc::clone(self);
        self.spawn(async move { device.perform(Output::LookAgain).await });
    }

    /// Do not wait any longer: a person asked, or the app came to the front.
    pub fn sync_now(self: &Rc<Self>) {
        self.input(Input::SyncNow);
    }

    /// Nothing could be asked, as when the code that asks is not there: it is tried again later.
    pub fn could_not_talk(self: &Rc<Self>) {
        self.turn(Engine::not_asked);
    }

    /// Nothing is started any more; what is under way at the store completes.
    pub fn close(&self) {
        self.closed.set(true);
        self.notes.borrow_mut().forget_waiters();
        self.listeners.borrow_mut().clear();
    }

    fn moment(&self) -> Moment {
        let mut random = [0; 8];
        self.platform.keys().random(&mut random);
        Moment { now: self.platform.clock().now(), random: u64::from_le_bytes(random) }
    }

    fn input(self: &Rc<Self>, input: Input) {
        self.turn(|engine, moment| engine.handle(input, moment));
    }

    /// A turn of the engine, and all that it says is to be done.
    fn turn(self: &Rc<Self>, turn: impl FnOnce(&mut Engine, Moment) -> Vec<Output>) {
        if self.closed.get() {
            return;
        }
        let moment = self.moment();
        let outputs = turn(&mut self.engine.borrow_mut(), moment);
        self.carry_out(outputs);
    }

    fn carry_out(self: &Rc<Self>, outputs: Vec<Output>) {
        for output in outputs {
            let device = Rc::clone(self);
            self.spawn(async move { device.perform(output).await });
        }
        self.changed();
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.platform.clock().spawn(Box::pin(task));
    }

    fn changed(&self) {
        let listeners: Vec<_> = self.listeners.borrow().clone();
        for listener in listeners {
            listener();
        }
    }
}
