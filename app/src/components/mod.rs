//! Parts of pages. Each is given the [`crate::session::Session`] and what it shows.

pub(crate) mod beside;
pub(crate) mod choice;
pub(crate) mod clock;
pub(crate) mod conflicts;
pub(crate) mod disagree;
pub(crate) mod done;
pub(crate) mod dose;
pub(crate) mod freshness;
pub(crate) mod held;
pub(crate) mod icon;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod look;
pub(crate) mod look_back;
pub(crate) mod modal;
pub(crate) mod notes;
pub(crate) mod pool;
pub(crate) mod settings;
pub(crate) mod sheet;
pub(crate) mod stream;
pub(crate) mod tasks;
pub(crate) mod toast;
pub(crate) mod trouble;
pub(crate) mod warnings;
pub(crate) mod why;
pub(crate) mod zone;
