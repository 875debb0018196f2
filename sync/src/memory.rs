//! A store in memory and keys in software: for tests, for the simulation, and for a browser that has no place to keep
//! anything. Deterministic: what is random is handed in.

mod soft_keys;
mod store;

pub use soft_keys::SoftKeys;
pub use store::{Fate, MemoryStore};
