//! When doses are due. Our own small model: no recurrence strings, no floats, no clock. Each rule's
//! why stands beside the code that keeps it: [`check`] says which plans are refused, [`zones`] whose clock is read, [`mod@zone`] what it shows,
//! `pieces` how a wall clock runs, [`expand`] which instants a plan means.

pub mod check;
pub mod expand;
mod pieces;
pub mod zone;
pub mod zones;

pub use check::{PlanError, PlanRule};
pub use expand::PlannedDose;
pub use zone::Zone;
pub use zones::{ZoneReading, ZoneTimeline};
