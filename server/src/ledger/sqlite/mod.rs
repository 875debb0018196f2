//! The ledger in SQLite: WAL with synchronous=FULL, one writer with group commit, readers beside it. Other processes
//! (the commands) may open the same file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use futures::channel::oneshot;
use tokio::sync::watch;

use super::{Identity, Ledger, StorageError, Tables};
use crate::{entropy::Entropy, error::Error};

mod convert;
mod effects;
mod open;
mod reader;
mod schema;
mod tables;
mod threads;
mod watcher;
mod writer;

#[doc(hidden)]
pub use open::Durability;
use threads::{Job, Threads};

/// The ledger in one SQLite file.
#[derive(Clone)]
pub struct SqliteLedger(Arc<Threads>);

impl SqliteLedger {
    /// Opens the ledger, makes it if there is none, and brings an older schema up to date.
    ///
    /// # Errors
    /// The file cannot be opened, is of a later build, or does not take the settings that durability needs.
    pub fn open(path: &Path, entropy: &dyn Entropy) -> Result<Self, Error> {
        Self::open_with(path, entropy, Durability::Full)
    }

    /// The same with another durability, for the test that has to see events lost.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[doc(hidden)]
    pub fn open_with(path: &Path, entropy: &dyn Entropy, durability: Durability) -> Result<Self, Error> {
        let identity = open::prepare(path, entropy)?;
        Ok(Self(Arc::new(Threads::start(PathBuf::from(path), identity, durability)?)))
    }

    /// `journal_mode` and `synchronous` of the connection that writes, as it said them itself.
    #[doc(hidden)]
    #[must_use]
    pub fn pragmas(&self) -> &[(&'static str, String)] {
        &self.0.pragmas
    }
}

/// Runs the job on a thread of the ledger; its result comes with the transaction's end.
fn packed<T: Send + 'static>(
    job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
) -> (Job, oneshot::Receiver<Result<T, Error>>) {
    let (answer, answered) = oneshot::channel();
    let job: Job = Box::new(move |tables| {
        let result = match tables {
            Ok(tables) => job(tables),
            Err(error) => Err(error.into()),
        };
        let outcome = if result.is_ok() { threads::Outcome::Keep } else { threads::Outcome::Undo };
        let reply = Box::new(move |end: Result<(), StorageError>| {
            // Whoever asked may have gone.
            let _ = answer.send(end.map_err(Error::from).and(result));
        });
        (outcome, reply)
    });
    (job, answered)
}

impl Ledger for SqliteLedger {
    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (job, answered) = packed(job);
        self.0.write(job)?;
        answered.await.unwrap_or(Err(StorageError::Closed.into()))
    }

    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (job, answered) = packed(job);
        self.0.read(job)?;
        answered.await.unwrap_or(Err(StorageError::Closed.into()))
    }

    async fn scrub(&self) -> Result<(), StorageError> {
        self.0.truncate()
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }

    async fn begin_later_life(&self) -> Result<Identity, StorageError> {
        self.0.begin_later_life()
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }
}
