//! The log. A backend runs jobs in transactions over [`Tables`]; what a push, an enrolment or an erasure does to the
//! tables is written once, in this module's children, for every backend.
//!
//! [`admit`] judges a push, purely; [`append`] gives ordinal, position and order; [`push`] and [`pull`] are what
//! devices ask for; [`effects`] is what events led to; [`memory`] and [`sqlite`] are the backends, [`contract`] the tests that both pass.

use std::future::Future;

use shared_events::ids::{Generation, LogId};
use tokio::sync::watch;

use crate::error::Error;

pub mod admit;
pub mod append;
pub mod contract;
pub mod effects;
pub mod memory;
pub mod pull;
pub mod push;
pub mod rows;
pub mod sqlite;
pub mod tables;

pub use effects::EffectTables;
pub use tables::Tables;

/// Which log, and which of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Identity {
    pub log: LogId,
    pub generation: Generation,
}

/// Why the database did not do it. The transaction is undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// More jobs wait than the ledger takes, or another process holds the database too long.
    #[error("the database is busy: try again in a few seconds")]
    Busy,
    /// The ledger was closed.
    #[error("the ledger is closed: start the server again")]
    Closed,
    /// What is stored does not read, or a key is there twice.
    #[error("the database holds what it must not ({0}): run `log verify`")]
    Corrupt(String),
    /// The database's own words.
    #[error("the database failed ({0}): check the disk's space and health")]
    Failed(String),
}

/// A log with its tables: one strong transaction a job. A job that fails leaves nothing behind (invariant 5: what
/// was acknowledged is there, once, whatever crashes).
pub trait Ledger: Clone + Send + Sync + 'static {
    /// Runs a job that may write. The future is ready once the transaction is durable; until then nothing may be
    /// acknowledged.
    fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
    ) -> impl Future<Output = Result<T, Error>> + Send;

    /// Runs a job that only reads, on one consistent state.
    fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
    ) -> impl Future<Output = Result<T, Error>> + Send;

    /// Takes what transactions have dropped from wherever the backend still keeps it, such as a write-ahead log.
    fn scrub(&self) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Which log this is.
    fn identity(&self) -> Identity;

    /// Raises the generation, in one transaction: what devices hold of this log may not be in it any more.
    fn begin_later_life(&self) -> impl Future<Output = Result<Identity, StorageError>> + Send;

    /// Changes whenever a transaction was committed, by whatever process.
    fn changes(&self) -> watch::Receiver<u64>;
}
