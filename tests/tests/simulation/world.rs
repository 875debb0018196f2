//! One thread, one clock, one queue of what is to come. Time jumps from event to event; nothing waits in earnest.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures::{
    channel::oneshot,
    executor::{LocalPool, LocalSpawner},
    future::LocalBoxFuture,
    task::LocalSpawnExt as _,
};

use crate::chance::Chance;

/// The world's clock starts here, milliseconds since 1970.
pub const START_MS: u64 = 1_795_000_000_000;
/// A world that needs more steps than this never becomes quiet: a loop somewhere.
const STEP_LIMIT: u64 = 2_000_000;

type Happening = Box<dyn FnOnce()>;

pub struct World {
    pub chance: Chance,
    now_ms: Cell<u64>,
    queue: RefCell<BTreeMap<(u64, u64), Happening>>,
    queued: Cell<u64>,
    spawner: LocalSpawner,
    pool: RefCell<LocalPool>,
}

impl World {
    pub fn new(seed: u64) -> Rc<Self> {
        let pool = LocalPool::new();
        Rc::new(Self {
            chance: Chance::new(seed),
            now_ms: Cell::new(START_MS),
            queue: RefCell::default(),
            queued: Cell::new(0),
            spawner: pool.spawner(),
            pool: RefCell::new(pool),
        })
    }

    pub fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    /// Lets something happen after a while.
    pub fn after(&self, ms: u64, happening: impl FnOnce() + 'static) {
        self.queued.set(self.queued.get() + 1);
        let at = (self.now_ms() + ms, self.queued.get());
        self.queue.borrow_mut().insert(at, Box::new(happening));
    }

    /// A future that ends after a while.
    pub fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        let (tell, told) = oneshot::channel();
        self.after(ms, move || {
            let _ = tell.send(());
        });
        Box::pin(async move {
            let _ = told.await;
        })
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.spawner.spawn_local(task).expect("the pool lives as long as the world");
    }

    /// Runs until `done`, at most for `limit_ms` of the world's time; false if that passed.
    pub fn run_until(&self, limit_ms: u64, done: impl Fn() -> bool) -> bool {
        let end = self.now_ms() + limit_ms;
        for _ in 0..STEP_LIMIT {
            self.pool.borrow_mut().run_until_stalled();
            if done() {
                return true;
            }
            let next = self.queue.borrow_mut().pop_first();
            let Some(((at_ms, _), happening)) = next else {
                self.now_ms.set(end);
                return false;
            };
            if at_ms > end {
                self.queue.borrow_mut().insert((at_ms, u64::MAX), happening);
                self.now_ms.set(end);
                return false;
            }
            self.now_ms.set(at_ms);
            happening();
        }
        panic!("{STEP_LIMIT} steps and no rest: something goes round in circles");
    }
}
