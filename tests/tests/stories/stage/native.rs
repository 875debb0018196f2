//! This machine as the platform of a device.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    time::{Duration, Instant},
};

use futures::future::LocalBoxFuture;
use rivulet_sync::{
    device::Device,
    memory::SoftKeys,
    platform::{Clock, Now, Platform},
};
use tokio::task::AbortHandle;

use super::{rows::Rows, wire::Wire};

/// The open tabs of one phone.
pub type Tabs = Rc<RefCell<Vec<Weak<Device<Native>>>>>;

/// One tab's platform.
pub struct Native {
    pub rows: Rows,
    pub keys: SoftKeys,
    pub wire: Wire,
    pub clock: PhoneClock,
    pub tabs: Tabs,
}

/// The machine's clocks; the wall clock may be set wrong.
pub struct PhoneClock {
    skew_ms: i64,
    started: Instant,
    tasks: RefCell<Vec<AbortHandle>>,
}

/// The machine's wall clock, milliseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the one place of the stories that reads the machine's clock")]
pub fn wall_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.expect("after 1970").as_millis()).expect("in range")
}

/// Random bytes of the machine.
pub fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the machine has random bytes");
}

impl PhoneClock {
    pub fn set_wrong_by(skew_ms: i64) -> Self {
        Self { skew_ms, started: Instant::now(), tasks: RefCell::default() }
    }

    /// Ends everything that is under way, wherever it is.
    pub fn abort_all(&self) {
        self.tasks.borrow_mut().drain(..).for_each(|task| task.abort());
    }
}

impl Clock for PhoneClock {
    fn now(&self) -> Now {
        let monotonic_ms = u64::try_from(self.started.elapsed().as_millis()).expect("in range");
        Now { wall_ms: wall_ms().saturating_add_signed(self.skew_ms), monotonic_ms }
    }
    fn zone(&self) -> String {
        "UTC".to_owned()
    }
    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        let mut tasks = self.tasks.borrow_mut();
        tasks.retain(|task| !task.is_finished());
        tasks.push(tokio::task::spawn_local(task).abort_handle());
    }
}

impl Platform for Native {
    type Store = Rows;
    type Keys = SoftKeys;
    type Transport = Wire;
    type Clock = PhoneClock;
    fn store(&self) -> &Rows {
        &self.rows
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
        "rivulet-stories 0.1.0".to_owned()
    }
    fn tell_other_tabs(&self) {
        let tabs: Vec<_> = self.tabs.borrow().iter().filter_map(Weak::upgrade).collect();
        for tab in tabs.iter().filter(|tab| !std::ptr::eq(Rc::as_ptr(tab.platform()), self)) {
            tab.look_again();
        }
    }
}
