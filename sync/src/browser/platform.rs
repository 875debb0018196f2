//! The browser as a platform.

use super::{
    clock::BrowserClock, hints::Hints, keys::WebKeys, transport::FetchTransport, volatile::BrowserStore,
};
use crate::platform::Platform;

/// What an enrolled device in a browser is made of.
#[derive(Clone)]
pub struct BrowserPlatform {
    store: BrowserStore,
    keys: WebKeys,
    transport: FetchTransport,
    clock: BrowserClock,
    hints: Hints,
    app: String,
}

impl BrowserPlatform {
    /// Of a store and keys that belong together; `app` is the program's name and version.
    #[must_use]
    pub fn new(store: BrowserStore, keys: WebKeys, hints: Hints, app: &str) -> Self {
        let (transport, clock) = (FetchTransport::new(), BrowserClock::new());
        Self { store, keys, transport, clock, hints, app: app.to_owned() }
    }
}

impl Platform for BrowserPlatform {
    type Store = BrowserStore;
    type Keys = WebKeys;
    type Transport = FetchTransport;
    type Clock = BrowserClock;

    fn store(&self) -> &BrowserStore {
        &self.store
    }
    fn keys(&self) -> &WebKeys {
        &self.keys
    }
    fn transport(&self) -> &FetchTransport {
        &self.transport
    }
    fn clock(&self) -> &BrowserClock {
        &self.clock
    }
    fn app(&self) -> String {
        self.app.clone()
    }
    fn tell_other_tabs(&self) {
        self.hints.send();
    }
}
