//! The record, the event types, schedules and projections of Rivulet. Pure: no I/O, no clock, no randomness of its
//! own, so that the same source gives the same answers in the browser and on the server.
//!
//! In the order of reading: [`record`] is what is kept forever; [`content`] is what its sealed body says; [`events`]
//! are the types; [`draft`] makes an event; [`state`] folds events; [`plan`] and `schedule` say when doses are due;
//! `views` are what people see.

pub mod amount;
pub mod content;
pub mod draft;
pub mod events;
pub mod ids;
pub mod plan;
pub mod record;
pub mod state;
