//! Notices commits of other processes, such as the commands: SQLite has no other way to tell than to ask.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_millis(250);

/// Runs until the sender is gone.
pub(super) fn run(connection: &Connection, stopped: &Receiver<()>, changes: &watch::Sender<u64>) {
    let mut seen: Option<i64> = None;
    while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let version = connection.query_row("PRAGMA data_version", [], |row| row.get(0)).ok();
        if version != seen && seen.is_some() {
            changes.send_modify(|n| *n += 1);
        }
        seen = version;
    }
}
