//! Hints between tabs of one profile: "look at the store again". They carry nothing; the store is the truth.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

/// Sends hints to the other tabs, and hears theirs as long as a clone of it lives.
#[derive(Clone)]
pub struct Hints(Option<Rc<Channel>>);

struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
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
            Rc::new(Channel { channel, _listener: listener })
        }))
    }

    /// Tells all other tabs.
    pub fn send(&self) {
        if let Some(channel) = &self.0 {
            let _ = channel.channel.post_message(&JsValue::TRUE); // fails only once it is closed
        }
    }
}
