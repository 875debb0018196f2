//! Whole stories: phones, a network that can be bad, and the real server over HTTP. `stage` is what they are played
//! on; every other module tells of one thing that must hold.

mod stage;

mod clocks;
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
