//! How a device and the log come to hold the same events.

pub mod protocol;
pub mod signature;
