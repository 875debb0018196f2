//! The ledger's threads: one writer, some readers, one that watches for other processes' commits.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{Builder, JoinHandle},
};

use tokio::sync::watch;

use super::{
    open::{self, Durability},
    reader,
    tables::SqliteTables,
    watcher, writer,
};
use crate::ledger::{Identity, StorageError};

/// Jobs that wait at most; then callers hear that the ledger is busy.
const QUEUE_LIMIT: usize = 1024;
const READERS: usize = 3;

/// Whether what a job wrote stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Keep,
    Undo,
}

/// Told how the transaction ended.
pub(super) type Reply = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

/// Runs in a transaction, or hears why there is none.
pub(super) type Job = Box<dyn FnOnce(Result<&mut SqliteTables<'_>, StorageError>) -> (Outcome, Reply) + Send>;

/// Runs until it is dropped.
pub(super) struct Threads {
    path: PathBuf,
    identity: Arc<Mutex<Identity>>,
    /// Of the writer, read back when it was opened.
    pub(super) pragmas: Vec<(&'static str, String)>,
    pub(super) changes: Arc<watch::Sender<u64>>,
    queues: Option<(mpsc::SyncSender<Job>, mpsc::SyncSender<Job>, mpsc::Sender<()>)>,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StorageError> {
    Builder::new().name(name.into()).spawn(run).map_err(|e| StorageError::Failed(e.to_string()))
}

impl Threads {
    pub(super) fn start(
        path: PathBuf,
        identity: Identity,
        durability: Durability,
    ) -> Result<Self, StorageError> {
        let changes = Arc::new(watch::Sender::new(0));
        let (writes, to_write) = mpsc::sync_channel(QUEUE_LIMIT);
        let (reads, to_read) = mpsc::sync_channel(QUEUE_LIMIT);
        let (stop, stopped) = mpsc::channel();
        let mut handles = Vec::new();
        let connection = open::writer(&path, durability)?;
        let pragmas = open::pragmas(&connection)?;
        let told = Arc::clone(&changes);
        handles.push(spawn("ledger-writer", move || writer::run(connection, &to_write, &told))?);
        let to_read = Arc::new(Mutex::new(to_read));
        for _ in 0..READERS {
            let (connection, jobs) = (open::reader(&path)?, Arc::clone(&to_read));
            handles.push(spawn("ledger-reader", move || reader::run(&connection, &jobs))?);
        }
        let identity = Arc::new(Mutex::new(identity));
        let known = Arc::clone(&identity);
        let (connection, told) = (open::reader(&path)?, Arc::clone(&changes));
        let seen = watcher::version(&connection);
        handles.push(spawn("ledger-watcher", move || {
            watcher::run(&connection, seen, &stopped, |connection| {
                if let Ok(identity) = open::identity(connection) {
                    *known.lock().unwrap_or_else(PoisonError::into_inner) = identity;
                }
                told.send_modify(|n| *n += 1);
            });
        })?);
        let (queues, handles) = (Some((writes, reads, stop)), Mutex::new(handles));
        Ok(Self { path, identity, pragmas, changes, queues, handles })
    }

    pub(super) fn identity(&self) -> Identity {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for other writers, as a command may.
    pub(super) fn begin_later_life(&self) -> Result<Identity, StorageError> {
        let identity = open::begin_later_life(&self.path)?;
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = identity;
        Ok(identity)
    }

    /// Moves the write-ahead log into the file and empties it; waits for readers, as a writer does.
    pub(super) fn truncate(&self) -> Result<(), StorageError> {
        open::truncate_log(&self.path)
    }

    pub(super) fn write(&self, job: Job) -> Result<(), StorageError> {
        let (writes, ..) = self.queues.as_ref().ok_or(StorageError::Closed)?;
        queue(writes, job)
    }

    pub(super) fn read(&self, job: Job) -> Result<(), StorageError> {
        let (_, reads, _) = self.queues.as_ref().ok_or(StorageError::Closed)?;
        queue(reads, job)
    }
}

fn queue(jobs: &mpsc::SyncSender<Job>, job: Job) -> Result<(), StorageError> {
    jobs.try_send(job).map_err(|e| match e {
        mpsc::TrySendError::Full(_) => StorageError::Busy,
        mpsc::TrySendError::Disconnected(_) => StorageError::Closed,
    })
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queues = None;
        for handle in self.handles.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // A thread that panicked has said so.
            let _ = handle.join();
        }
    }
}
