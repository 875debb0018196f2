//! The browser's clocks and timers.

use std::cell::RefCell;

use futures::{FutureExt as _, future::LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::Performance;

use crate::platform::{Clock, Now};

/// The browser takes longer to name the zone than to seal an event. A phone that has travelled has another offset; two
/// zones of one offset are told apart after this many milliseconds.
const ZONE_GOOD_MS: f64 = 60_000.0;

/// setTimeout counts in 31 bits: anything longer would end at once.
const LONGEST_TIMER_MS: u32 = i32::MAX as u32;

/// The browser's clocks.
#[derive(Clone)]
pub struct BrowserClock {
    performance: Option<Performance>,
    zone: RefCell<Option<Zone>>,
}

/// A zone as the browser named it.
#[derive(Clone)]
struct Zone {
    name: String,
    /// Then, in minutes.
    offset: f64,
    read_ms: f64,
}

impl BrowserClock {
    /// The clocks of this page.
    #[must_use]
    pub fn new() -> Self {
        let performance = web_sys::window().and_then(|window| window.performance());
        Self { performance, zone: RefCell::default() }
    }
}

impl Default for BrowserClock {
    fn default() -> Self {
        Self::new()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn whole_ms(ms: f64) -> u64 {
    ms as u64
}

fn zone_name() -> String {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|zone| zone.as_string());
    zone.unwrap_or_else(|| "UTC".to_owned())
}

impl Clock for BrowserClock {
    fn now(&self) -> Now {
        let monotonic = self.performance.as_ref().map_or(0.0, Performance::now);
        Now { wall_ms: whole_ms(Date::now()), monotonic_ms: whole_ms(monotonic) }
    }

    fn zone(&self) -> String {
        let now = Date::new_0();
        let (offset, now_ms) = (now.get_timezone_offset(), now.get_time());
        let mut known = self.zone.borrow_mut();
        let is_good = |zone: &&mut Zone| {
            zone.offset.total_cmp(&offset).is_eq() && (now_ms - zone.read_ms).abs() < ZONE_GOOD_MS
        };
        if let Some(zone) = known.as_mut().filter(is_good) {
            return zone.name.clone();
        }
        let name = zone_name();
        *known = Some(Zone { name: name.clone(), offset, read_ms: now_ms });
        name
    }

    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        let mut rest = ms;
        async move {
            while rest > u64::from(LONGEST_TIMER_MS) {
                TimeoutFuture::new(LONGEST_TIMER_MS).await;
                rest -= u64::from(LONGEST_TIMER_MS);
            }
            TimeoutFuture::new(u32::try_from(rest).unwrap_or(LONGEST_TIMER_MS)).await;
        }
        .boxed_local()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }
}
