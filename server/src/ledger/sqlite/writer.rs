//! The one writer: jobs that wait together are committed together, and answered after the commit.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Receiver,
};

use rusqlite::Connection;
use tokio::sync::watch;

use super::{
    convert::failed,
    open,
    tables::SqliteTables,
    threads::{Job, Outcome, Reply},
};
use crate::ledger::StorageError;

/// Jobs of one commit at most, so that the first does not wait for ever.
const GROUP_LIMIT: usize = 64;
/// Rows after which a commit takes no further job: they outweigh its fsync, and while the next ones are written, those
/// that are answered can send more.
const GROUP_ROWS: u64 = 1000;

/// Runs until all senders are gone.
pub(super) fn run(connection: Connection, jobs: &Receiver<Job>, changes: &watch::Sender<u64>) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE").map_err(failed) {
            let (_, reply) = first(Err(error.clone()));
            reply(Err(error));
            continue;
        }
        let mut replies = Vec::new();
        let mut tables = SqliteTables::new(&connection);
        let mut group = std::iter::once(first).chain(jobs.try_iter()).take(GROUP_LIMIT);
        let before = connection.total_changes();
        while connection.total_changes() - before < GROUP_ROWS
            && let Some(job) = group.next()
        {
            replies.extend(run_one(&connection, &mut tables, job));
        }
        let end = connection.execute_batch("COMMIT").map_err(failed);
        if end.is_err() {
            // Some failures have ended the transaction already.
            let _ = connection.execute_batch("ROLLBACK");
        } else {
            changes.send_modify(|n| *n += 1);
        }
        for reply in replies {
            reply(end.clone());
        }
        open::checkpoint(&connection);
    }
}

/// A job in a savepoint of its own: it fails alone. A job that panics is undone; its caller hears `Closed`.
fn run_one(connection: &Connection, tables: &mut SqliteTables<'_>, job: Job) -> Option<Reply> {
    if let Err(error) = connection.execute_batch("SAVEPOINT job").map_err(failed) {
        return Some(job(Err(error)).1);
    }
    let done = catch_unwind(AssertUnwindSafe(|| job(Ok(tables)))).ok();
    let undone = done.as_ref().is_none_or(|(outcome, _)| *outcome == Outcome::Undo);
    let end = if undone {
        tables.forget();
        connection.execute_batch("ROLLBACK TO job; RELEASE job")
    } else {
        connection.execute_batch("RELEASE job")
    };
    let reply = done.map(|(_, reply)| reply);
    match (end.map_err(failed), reply) {
        (Err(error), Some(reply)) => {
            let broken: Reply = Box::new(move |_: Result<(), StorageError>| reply(Err(error)));
            Some(broken)
        }
        (_, reply) => reply,
    }
}

/// What a connection remembers of rows that never change: numbers of patients and devices.
pub(super) type Numbers<K> = HashMap<K, i64>;
