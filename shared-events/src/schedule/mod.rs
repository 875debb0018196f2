//! When doses are due. Our own small model: no recurrence strings, no floats, no clock. Each rule's why stands beside
//! the code that keeps it: [`check`] and `rules` say which plans are refused, [`zones`] whose clock is read,
//! [`mod@zone`] what it shows, `pieces` how a wall clock runs. [`course`] is a plan with what happened to it, in
//! `phase`s; [`expand`] says which instants it means: `dates` those of slots, `hours` those of intervals, `count` when
//! it is enough. [`warnings`], [`taper`] and [`crowded`] say what to warn about.

pub mod check;
mod count;
pub mod course;
pub mod crowded;
mod dates;
pub mod expand;
mod hours;
mod phase;
mod pieces;
mod rules;
pub mod taper;
pub mod warnings;
#[cfg(test)]
mod work;
pub mod zone;
pub mod zones;

pub use check::{PlanError, PlanRule};
pub use course::{Change, Course, LastTaken, Pause};
pub use expand::PlannedDose;
pub use warnings::{Intake, Warning};
pub use zone::Zone;
pub use zones::{ZoneReading, ZoneTimeline};
