//! Rivulet's server. In the order of reading: [`ledger`] is the log and what a push does to it; [`keys`] lie apart
//! from it; [`service`] is what the server does, however it is asked; [`http`] is how devices ask, [`cli`] how
//! operators do; [`worker`] carries out what events lead to, with a [`webhook`]; [`verify`] proves a log without any
//! key.

pub mod cli;
pub mod clock;
pub mod demo;
pub mod entropy;
pub mod error;
pub mod http;
pub mod keys;
pub mod ledger;
pub mod scribe;
pub mod service;
pub mod verify;
pub mod webhook;
pub mod worker;
