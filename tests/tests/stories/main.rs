//! Whole stories: phones, a network that can be bad, and the real server over HTTP. `stage` is what they are played
//! on; every other module tells of one thing that must hold.

#![allow(unreachable_pub, missing_docs, reason = "a test's modules are its own")]
#![allow(clippy::expect_used, clippy::panic, reason = "a story that cannot go on fails")]

mod stage;

mod clocks;
mod cold;
mod enrolling;
mod erased;
mod newcomer;
mod rebuilt;
mod refused;
mod restored;
mod taking;
mod tampered;
mod together;
mod unknown;
