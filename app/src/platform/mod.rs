//! What the app asks of the browser itself: words for times and numbers, the address, the focus, timers, updates.
//! What it stores and sends goes through `rivulet_sync` instead.

pub(crate) mod address;
pub(crate) mod back;
pub(crate) mod device;
pub(crate) mod file;
pub(crate) mod focus;
pub(crate) mod intl;
pub(crate) mod memory;
pub(crate) mod place;
pub(crate) mod timer;
pub(crate) mod trouble;
pub(crate) mod update;
