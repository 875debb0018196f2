//! The record, the event types, schedules and projections of Rivulet. Pure: no I/O, no clock, no randomness of its
//! own, so that the same source gives the same answers in the browser and on the server.
//!
//! In the order of reading: [`record`] is what is kept forever; [`content`] is what its sealed body says; [`events`]
//! are the types; [`commands`] and [`draft`] make an event; [`state`] folds events, [`checkpoint`] keeps them folded;
//! [`plan`] and [`schedule`] say when doses are due; [`views`] are what people see, [`as_of`] looks back. [`decide`] turns
//! what a person asks for into events, [`effects`] says what they lead to. [`model`] is for small shared records, and
//! [`fields`] finds where people disagree about one; [`mod@settle`] is what they answer where entries of a dose
//! contradict each other. [`wish`] is a medicine as a person fills it in. [`icalendar`] hands the plan to calendars of
//! others.

pub mod amount;
pub mod as_of;
pub mod checkpoint;
pub mod commands;
pub mod content;
pub mod decide;
pub mod draft;
pub mod effects;
mod entry;
pub mod events;
pub mod fields;
mod fingerprint;
pub mod icalendar;
pub mod ids;
pub mod json;
mod judge;
pub mod model;
pub mod moment;
pub mod plan;
pub mod record;
pub mod replay;
pub mod scalar;
pub mod schedule;
pub mod settings;
pub mod settle;
pub mod sorted;
pub mod state;
pub mod views;
pub mod wish;
