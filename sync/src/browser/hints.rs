//! Hints between tabs of one profile: "look at the store again". They carry nothing; the store is the truth.

use std::{cell::Cell, rc::Rc};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

/// Sends hints to the other tabs, and hears theirs as long as a clone of it lives.
#[derive(Clone)]
pub struct Hints(Option<Rc<Channel>>);

struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
    is_due: Cell<bool>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl Hints {
    /// Opens the channel of that name. A browser without channels gives no hints: tabs then notice when they look.
    #[must_use]
    pub fn open(name: &str, on_hint: impl Fn() + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        Self(channel.map(|channel| {
            let listener = EventListener::new(&channel, "message", move |_| on_hint());
            Rc::new(Channel { channel, _listener: listener, is_due: Cell::new(false) })
        }))
    }

    /// Tells all other tabs, soon: a message costs half of what a write does, so it goes out once whoever waits for the
    /// write has been told, and many in a row go out as one.
    pub fn send(&self) {
        let Some(channel) = self.0.as_ref().filter(|channel| !channel.is_due.replace(true)) else { return };
        let channel = Rc::clone(channel);
        Timeout::new(0, move || {
            channel.is_due.set(false);
            let _ = channel.channel.post_message(&JsValue::TRUE); // fails only once it is closed
        })
        .forget();
    }
}
