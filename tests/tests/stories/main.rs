//! Whole stories: phones, a network that can be bad, and the real server over HTTP. `stage` is what they are played
//! on; every other module tells of one thing that must hold.

mod stage;

mod enrolling;
mod refused;
mod taking;
mod tampered;
mod together;
