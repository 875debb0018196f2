//! A reader: each job sees one consistent state.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError, mpsc::Receiver},
};

use rusqlite::Connection;

use super::{convert::failed, tables::SqliteTables, threads::Job};

/// Runs until all senders are gone.
pub(super) fn run(connection: &Connection, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if let Err(error) = connection.execute_batch("BEGIN").map_err(failed) {
            let (_, reply) = job(Err(error.clone()));
            reply(Err(error));
            continue;
        }
        let mut tables = SqliteTables::new(connection);
        let done = catch_unwind(AssertUnwindSafe(|| job(Ok(&mut tables))));
        let end = connection.execute_batch("ROLLBACK").map_err(failed);
        if let Ok((_, reply)) = done {
            reply(end);
        }
    }
}
