//! Whole screens.

pub(crate) mod calendar;
pub(crate) mod enrol;
pub(crate) mod erased;
pub(crate) mod history;
pub(crate) mod later;
pub(crate) mod medicine;
pub(crate) mod medicines;
pub(crate) mod more;
pub(crate) mod nav;
pub(crate) mod opening;
pub(crate) mod settings;
pub(crate) mod shell;
pub(crate) mod today;
pub(crate) mod trouble;
