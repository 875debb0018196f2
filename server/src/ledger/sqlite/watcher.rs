//! Notices commits of other processes, such as the commands: SQLite has no other way to tell than to ask.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use rusqlite::Connection;

const EVERY: Duration = Duration::from_millis(250);

/// What SQLite counts up with every commit of another connection.
pub(super) fn version(connection: &Connection) -> Option<i64> {
    connection.query_row("PRAGMA data_version", [], |row| row.get(0)).ok()
}

/// Runs until the sender is gone; `seen` is the version before anybody could wait for a change.
pub(super) fn run(
    connection: &Connection,
    mut seen: Option<i64>,
    stopped: &Receiver<()>,
    tell: impl Fn(&Connection),
) {
    while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = version(connection);
        if now != seen {
            tell(connection);
        }
        seen = now;
    }
}
