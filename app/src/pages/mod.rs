//! Whole screens.

pub(crate) mod enrol;
pub(crate) mod opening;
pub(crate) mod today;
pub(crate) mod trouble;
