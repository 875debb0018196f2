//! The browser's platform, with the code that talks to the server in a part of its own: the plan is shown and a dose is
//! saved without it.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use rivulet_sync::{browser::platform::BrowserPlatform, device::Device, engine::Output, platform::Platform};

use crate::parts;

/// What the device of this app is made of.
pub(crate) struct AppPlatform(pub(crate) BrowserPlatform);

impl Platform for AppPlatform {
    type Store = <BrowserPlatform as Platform>::Store;
    type Keys = <BrowserPlatform as Platform>::Keys;
    type Transport = <BrowserPlatform as Platform>::Transport;
    type Clock = <BrowserPlatform as Platform>::Clock;

    fn store(&self) -> &Self::Store {
        self.0.store()
    }
    fn keys(&self) -> &Self::Keys {
        self.0.keys()
    }
    fn transport(&self) -> &Self::Transport {
        self.0.transport()
    }
    fn clock(&self) -> &Self::Clock {
        self.0.clock()
    }
    fn app(&self) -> String {
        self.0.app()
    }
    fn tell_other_tabs(&self) {
        self.0.tell_other_tabs();
    }
    fn talk(device: Rc<Device<Self>>, output: Output) -> LocalBoxFuture<'static, ()> {
        Box::pin(async move {
            match parts::fetch_talk().await {
                Ok(talk) => (talk.talk)(device, output).await,
                Err(parts::Missing) => device.could_not_talk(),
            }
        })
    }
}
