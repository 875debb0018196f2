//! A simulated phone: the real device over a store that outlives it, with crashes at any step of any write.

use std::{cell::Cell, cell::RefCell, rc::Rc};

use futures::future::{AbortHandle, Abortable, LocalBoxFuture};
use rivulet_sync::{
    device::Device,
    engine::{Leadership, Network as Belief},
    memory::{MemoryStore, SoftKeys},
    platform::{Clock, Now, Platform},
    protocol::Cursor,
    store::{
        Added, Identity, Moved, Offset, Outcome, Page, Progress, Store, StoreError, StoredCheckpoint, Summary,
    },
};
use shared_events::{
    draft::Draft,
    ids::{DeviceId, EventId, Sequence},
    record::Record,
};

use crate::{network::Wire, world::World};

/// The rows of a phone, with a pause before and after each access in which the phone may die.
pub struct SteppedStore {
    world: Rc<World>,
    rows: MemoryStore,
}

macro_rules! stepped {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)*) => {
        impl Store for SteppedStore {
            /// Sometimes it cannot be read now, and rarely it is gone.
            async fn checkpoint_part(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
                self.step().await;
                let part = self.rows.checkpoint_part(name).await;
                self.step().await;
                match self.world.chance.below(24) {
                    0..3 => Err(StoreError::Closed("the connection was lost".to_owned())),
                    3 => Ok(None),
                    _ => part,
                }
            }
            $(async fn $name(&self, $($arg: $type),*) -> Result<$out, StoreError> {
                self.step().await;
                let result = self.rows.$name($($arg),*).await;
                self.step().await;
                result
            })*
        }
    };
}

impl SteppedStore {
    fn step(&self) -> LocalBoxFuture<'static, ()> {
        self.world.sleep(self.world.chance.below(4))
    }
}

stepped! {
    summary(device: DeviceId) -> Summary;
    add(rows: Vec<Record>) -> Added;
    rows(device: DeviceId, after: Sequence, limit: usize) -> Vec<Record>;
    put_outcomes(device: DeviceId, outcomes: Vec<(Sequence, Outcome)>, from: Option<Progress>, to: Option<Progress>) -> Moved;
    outcomes(device: DeviceId, after: Sequence, limit: usize) -> Vec<(Sequence, Outcome)>;
    add_page(records: Vec<u8>, from: Option<Progress>, to: Progress) -> Moved;
    pages(after: u64, limit: usize) -> Vec<Page>;
    put_offset(offset: Offset) -> ();
    put_checkpoint(from: Option<Vec<u8>>, to: StoredCheckpoint) -> Moved;
    checkpoint(first: &str) -> Option<StoredCheckpoint>;
    wipe() -> ();
}

/// Clocks of one life of a phone.
pub struct PhoneClock {
    world: Rc<World>,
    skew_ms: i64,
    booted_ms: u64,
    tasks: RefCell<Vec<AbortHandle>>,
}

impl Clock for PhoneClock {
    fn now(&self) -> Now {
        let now_ms = self.world.now_ms();
        Now { wall_ms: now_ms.saturating_add_signed(self.skew_ms), monotonic_ms: now_ms - self.booted_ms }
    }
    fn zone(&self) -> String {
        "Europe/Amsterdam".to_owned()
    }
    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        self.world.sleep(ms)
    }
    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        let (handle, registration) = AbortHandle::new_pair();
        self.tasks.borrow_mut().push(handle);
        let task = Abortable::new(task, registration);
        self.world.spawn(async move {
            let _ = task.await;
        });
    }
}

pub struct Phone {
    store: SteppedStore,
    keys: SoftKeys,
    wire: Wire,
    clock: PhoneClock,
    tabs: Rc<RefCell<Vec<Rc<Tab>>>>,
    number: usize,
}

impl Platform for Phone {
    type Store = SteppedStore;
    type Keys = SoftKeys;
    type Transport = Wire;
    type Clock = PhoneClock;
    fn store(&self) -> &SteppedStore {
        &self.store
    }
    fn keys(&self) -> &SoftKeys {
        &self.keys
    }
    fn transport(&self) -> &Wire {
        &self.wire
    }
    fn clock(&self) -> &PhoneClock {
        &self.clock
    }
    fn app(&self) -> String {
        "simulation 1".to_owned()
    }
    fn checkpoint_every(&self) -> usize {
        3
    }
    fn tell_other_tabs(&self) {
        for tab in self.tabs.borrow().iter().filter(|tab| tab.number != self.number) {
            if let Some(device) = tab.device.borrow().as_ref() {
                device.look_again();
            }
        }
    }
}

/// One tab of a phone: opened, killed, opened again, over the same rows.
pub struct Tab {
    number: usize,
    pub device: RefCell<Option<Rc<Device<Phone>>>>,
    /// What this phone was told is saved, over all its lives.
    pub saved: Rc<RefCell<Vec<EventId>>>,
    leads: Cell<Leadership>,
    lives: Cell<u32>,
    phone: Rc<dyn Fn(usize) -> Phone>,
    identity: Identity,
    world: Rc<World>,
}

/// What stays of a phone when it is off.
pub struct Body {
    pub world: Rc<World>,
    pub wire: Wire,
    pub keys: SoftKeys,
    pub identity: Identity,
    pub skew_ms: i64,
    pub rows: MemoryStore,
}

impl Body {
    /// `count` tabs over one store; the first leads.
    pub fn tabs(self, count: usize) -> Vec<Rc<Tab>> {
        let tabs: Rc<RefCell<Vec<Rc<Tab>>>> = Rc::default();
        let saved: Rc<RefCell<Vec<EventId>>> = Rc::default();
        let (world, identity) = (Rc::clone(&self.world), self.identity.clone());
        let all = Rc::clone(&tabs);
        let phone: Rc<dyn Fn(usize) -> Phone> = Rc::new(move |number| Phone {
            store: SteppedStore { world: Rc::clone(&self.world), rows: self.rows.reopen() },
            keys: self.keys.clone(),
            wire: self.wire.clone(),
            clock: PhoneClock {
                world: Rc::clone(&self.world),
                skew_ms: self.skew_ms,
                booted_ms: self.world.now_ms(),
                tasks: RefCell::default(),
            },
            tabs: Rc::clone(&all),
            number,
        });
        for number in 0..count {
            tabs.borrow_mut().push(Rc::new(Tab {
                number,
                device: RefCell::new(None),
                saved: Rc::clone(&saved),
                leads: Cell::new(if number == 0 { Leadership::Leader } else { Leadership::Follower }),
                lives: Cell::new(0),
                phone: Rc::clone(&phone),
                identity: identity.clone(),
                world: Rc::clone(&world),
            }));
        }
        tabs.borrow().clone()
    }
}

impl Tab {
    pub fn open(self: &Rc<Self>) {
        let tab = Rc::clone(self);
        let phone = Rc::new((self.phone)(self.number));
        let life = self.lives.get();
        self.world.spawn(async move {
            let opened = Device::open(phone, tab.identity.clone()).await.expect("memory can be read");
            if tab.lives.get() != life {
                return opened.close();
            }
            opened.set_leadership(tab.leads.get());
            let reading = Rc::clone(&opened).read_on();
            opened.platform().clock.spawn(Box::pin(reading));
            *tab.device.borrow_mut() = Some(opened);
        });
    }

    /// The tab dies in the middle of whatever it does.
    pub fn kill(&self) {
        self.lives.set(self.lives.get() + 1);
        if let Some(device) = self.device.borrow_mut().take() {
            device.close();
            for task in device.platform().clock.tasks.borrow_mut().drain(..) {
                task.abort();
            }
        }
    }

    pub fn lead(&self, leads: Leadership) {
        self.leads.set(leads);
        if let Some(device) = self.device.borrow().as_ref() {
            device.set_leadership(leads);
        }
    }

    pub fn believe(&self, belief: Belief) {
        if let Some(device) = self.device.borrow().as_ref() {
            device.set_network(belief);
        }
    }

    /// A person records something; what is said to be saved is remembered.
    pub fn record(&self, drafts: Vec<Draft>) {
        let Some(device) = self.device.borrow().clone() else { return };
        let saved = Rc::clone(&self.saved);
        let asked = Rc::clone(&device);
        device.platform().clock.spawn(Box::pin(async move {
            if let Ok(ids) = asked.record(drafts).await {
                saved.borrow_mut().extend(ids);
            }
        }));
    }

    pub fn is_quiet(&self) -> bool {
        self.device.borrow().as_ref().is_some_and(|device| device.is_quiet())
    }

    pub fn cursor(&self) -> Option<Cursor> {
        let device = self.device.borrow();
        device.as_ref().and_then(|device| device.progress()).map(|p| p.cursor)
    }
}
