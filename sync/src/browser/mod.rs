//! What a device is made of in a browser. The only code here that a browser is needed for.
//!
//! | module | what |
//! |---|---|
//! | [`profile`] | opening what this browser keeps: identity, keys, a pending enrolment, the store |
//! | [`enrolment`] | what an enrolment leaves in the database, step by step |
//! | [`store`] | the rows, in `IndexedDB`; on [`connection`] and [`schema`] |
//! | [`volatile`] | the same in memory, where a browser keeps nothing |
//! | [`keys`] | `WebCrypto`: keys that can be used and not read |
//! | [`transport`] | signed requests by fetch |
//! | [`clock`] | wall clock, monotonic clock, zone, timers, tasks |
//! | [`tabs`], [`hints`] | who of several tabs syncs; "look at the store again" |
//! | [`signals`] | online, visible, going away |
//! | [`quota`] | whether the browser may throw the store away, and how full it is |
//! | [`platform`] | all of it, as [`crate::platform::Platform`] |

mod access;
pub mod clock;
pub mod connection;
pub mod enrolment;
mod fault;
pub mod hints;
pub mod keys;
mod opening;
mod page;
pub mod platform;
pub mod profile;
mod query;
pub mod quota;
mod rows;
pub mod schema;
pub mod signals;
pub mod store;
pub mod tabs;
mod transaction;
pub mod transport;
pub mod volatile;
