//! `cargo xtask test` and `cargo xtask ci`.

mod browser;
pub(crate) mod ci;
mod tally;
pub(crate) mod test;
mod unit;
mod vectors;
