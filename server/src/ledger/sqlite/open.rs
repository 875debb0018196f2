//! Opening the file with what durability needs, and reading it back: a setting that did not take is no setting.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, config::DbConfig, params};
use shared_events::ids::{Generation, LogId};
use uuid::Uuid;

use super::{convert::failed, schema};
use crate::{
    entropy::{Entropy, uuid_v4},
    error::Error,
    ledger::{Identity, StorageError},
};

/// How long a transaction waits for another process.
const BUSY: Duration = Duration::from_secs(10);
const CACHED_STATEMENTS: usize = 64;
/// Of the writer: the pages of some full pushes in one commit. What does not fit is written before the commit, and
/// again when it changes once more.
const CACHE_KIB: u32 = 32 * 1024;
/// Pages of the write-ahead log, 16 MB, that are moved into the file together: each that changed often is moved once.
const LOG_PAGES: i64 = 4096;

/// What every connection has. Without the planner's stability guarantee SQLite prepares a statement anew for each value
/// that is bound beside a partial index, which costs ten times the look-up itself.
fn settle(connection: &Connection) -> Result<(), StorageError> {
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ()).map_err(failed)
}

fn setting(connection: &Connection, name: &str) -> Result<String, StorageError> {
    let value = connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
    Ok(match value.map_err(failed)? {
        rusqlite::types::Value::Integer(n) => n.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    })
}

/// Whether a commit is on the disk when it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// After the log's fsync.
    Full,
    /// Some time later: a power loss takes acknowledged events. Only for the test that has to see them lost.
    Normal,
}

impl Durability {
    /// The value of `PRAGMA synchronous`.
    const fn synchronous(self) -> &'static str {
        match self {
            Self::Full => "2",
            Self::Normal => "1",
        }
    }
}

/// A connection that may write; with [`Durability::Full`] durably. It moves nothing from the write-ahead log into the
/// file by itself: see [`checkpoint`].
pub(super) fn writer(path: &Path, durability: Durability) -> Result<Connection, StorageError> {
    let connection = Connection::open(path).map_err(failed)?;
    settle(&connection)?;
    let synchronous = durability.synchronous();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;
             PRAGMA secure_delete=ON; PRAGMA cache_size=-{CACHE_KIB}; PRAGMA wal_autocheckpoint=0;",
        ))
        .map_err(failed)?;
    for (name, wanted) in [("journal_mode", "wal"), ("synchronous", synchronous), ("foreign_keys", "1")] {
        let found = setting(&connection, name)?;
        if found != wanted {
            return Err(StorageError::Failed(format!("{name} is {found}, not {wanted}: use a local disk")));
        }
    }
    Ok(connection)
}

/// Moves the write-ahead log into the file once it is long. SQLite would do so within the commit that made it long,
/// and whoever waits for that commit's answer would wait for this too.
pub(super) fn checkpoint(connection: &Connection) {
    let run = |how: &str| -> Result<i64, StorageError> {
        let pages = |row: &Row<'_>| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?);
        connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], pages).map_err(failed)
    };
    let moved = match run("NOOP") {
        Ok(left) if left < LOG_PAGES => return,
        Ok(_) => run("PASSIVE"),
        Err(error) => Err(error),
    };
    if let Err(error) = moved {
        // What was committed is safe where it is; the next commit tries again.
        tracing::warn!(%error, "the write-ahead log stays long");
    }
}

/// Moves the write-ahead log into the file and empties it.
pub(super) fn truncate_log(path: &Path) -> Result<(), StorageError> {
    let connection = writer(path, Durability::Full)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    if busy.map_err(failed)? { Err(StorageError::Busy) } else { Ok(()) }
}

/// What decides over durability, as the connection itself says it: name and value.
pub(super) fn pragmas(connection: &Connection) -> Result<Vec<(&'static str, String)>, StorageError> {
    let read = |name| Ok((name, setting(connection, name)?));
    ["journal_mode", "synchronous"].into_iter().map(read).collect()
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    settle(&connection)?;
    Ok(connection)
}

/// Makes or migrates the database, and reads which log it is.
pub(super) fn prepare(path: &Path, entropy: &dyn Entropy) -> Result<Identity, Error> {
    let connection = writer(path, Durability::Full)?;
    let fresh = uuid_v4(entropy)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    schema::migrate(&connection)?;
    let insert = "INSERT INTO meta(name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.execute(insert, params!["log", &fresh.as_bytes()[..]]).map_err(failed)?;
    connection.execute(insert, params!["generation", &1u64.to_be_bytes()[..]]).map_err(failed)?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(identity(&connection)?)
}

/// Which log it is.
pub(super) fn identity(connection: &Connection) -> Result<Identity, StorageError> {
    let read = |name: &str| -> Result<Vec<u8>, StorageError> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        let value = connection.query_row(sql, [name], |row| row.get(0)).optional().map_err(failed)?;
        value.ok_or_else(|| StorageError::Corrupt(format!("no {name} in meta")))
    };
    let corrupt = || StorageError::Corrupt("meta does not read".into());
    let log = Uuid::from_slice(&read("log")?).map_err(|_| corrupt())?;
    let generation = <[u8; 8]>::try_from(&read("generation")?[..]).map_err(|_| corrupt())?;
    let generation = Generation::new(u64::from_be_bytes(generation)).ok_or_else(corrupt)?;
    Ok(Identity { log: LogId(log), generation })
}

/// Raises the generation, durably.
pub(super) fn begin_later_life(path: &Path) -> Result<Identity, StorageError> {
    let connection = writer(path, Durability::Full)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    let now = identity(&connection)?;
    let next = Generation::new(now.generation.get() + 1)
        .ok_or_else(|| StorageError::Corrupt("the generation has no successor".into()))?;
    let update = "UPDATE meta SET value = ?1 WHERE name = 'generation'";
    connection.execute(update, params![&next.get().to_be_bytes()[..]]).map_err(failed)?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(Identity { generation: next, ..now })
}
