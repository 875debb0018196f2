//! How a device and the log come to hold the same events.
//!
//! [`protocol`] is what is said, [`signature`] how a request is signed. [`engine`] decides what is to be done next
//! and does nothing itself: inputs in, outputs out. [`device`] carries the outputs out on a [`platform`] and keeps the
//! folded state. [`store`] is what a device keeps, [`memory`] a store for tests, [`contract`] what every store must do.

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod client;
pub mod contract;
pub mod device;
pub mod engine;
pub mod enrol;
pub mod hlc;
pub mod invitation;
pub mod memory;
pub mod platform;
pub mod protocol;
pub mod signature;
pub mod store;
