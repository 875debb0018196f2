//! The schema, step by step. A step that was released is never edited: a change is another step.

use rusqlite::Connection;

use super::convert::failed;
use crate::ledger::StorageError;

/// Step n brings a database of version n to n + 1.
const STEPS: &[&str] = &[FIRST];

const FIRST: &str = "
CREATE TABLE meta(
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;
CREATE TABLE patients(
  no INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  server_device BLOB NOT NULL,
  external BLOB UNIQUE,
  profile BLOB NOT NULL,
  test INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  erased_ms INTEGER
) STRICT;
CREATE TABLE streams(
  patient_no INTEGER PRIMARY KEY REFERENCES patients(no),
  ordinal INTEGER NOT NULL,
  stream BLOB NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE shards(
  shard INTEGER PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT;
CREATE TABLE devices(
  no INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  patient_no INTEGER NOT NULL REFERENCES patients(no),
  spki BLOB NOT NULL,
  role TEXT NOT NULL,
  person BLOB NOT NULL,
  enrolled INTEGER NOT NULL,
  revoked_ms INTEGER,
  mark INTEGER NOT NULL,
  head BLOB NOT NULL
) STRICT;
CREATE INDEX devices_of_patient ON devices(patient_no);
CREATE TABLE events(
  no INTEGER PRIMARY KEY,
  patient_no INTEGER NOT NULL REFERENCES patients(no),
  ordinal INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  position INTEGER NOT NULL,
  fold_order INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  stream BLOB NOT NULL,
  device_no INTEGER NOT NULL REFERENCES devices(no),
  sequence INTEGER NOT NULL,
  previous BLOB NOT NULL,
  link BLOB NOT NULL,
  id BLOB NOT NULL,
  event BLOB NOT NULL,
  standing INTEGER NOT NULL,
  header TEXT NOT NULL,
  body BLOB,
  UNIQUE(patient_no, ordinal),
  UNIQUE(patient_no, id),
  UNIQUE(device_no, sequence),
  UNIQUE(shard, position)
) STRICT;
CREATE INDEX standing_events ON events(patient_no, ordinal) WHERE standing = 1;
CREATE TABLE fills(
  device_no INTEGER NOT NULL REFERENCES devices(no),
  sequence INTEGER NOT NULL,
  link BLOB NOT NULL,
  repeated INTEGER NOT NULL,
  why TEXT NOT NULL,
  ordinal INTEGER,
  PRIMARY KEY(device_no, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE heads(
  device_no INTEGER NOT NULL REFERENCES devices(no),
  sequence INTEGER NOT NULL,
  link BLOB NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY(device_no, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE invitations(
  code BLOB PRIMARY KEY,
  patient_no INTEGER NOT NULL REFERENCES patients(no),
  role TEXT NOT NULL,
  person BLOB NOT NULL,
  name BLOB NOT NULL,
  expires_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  device BLOB,
  spki BLOB
) STRICT;
CREATE TABLE quarantine(
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  patient_no INTEGER NOT NULL REFERENCES patients(no),
  record TEXT NOT NULL,
  why TEXT NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_of_patient ON quarantine(patient_no);
";

/// Brings the schema up to date, within a transaction of the caller.
pub(super) fn migrate(connection: &Connection) -> Result<(), StorageError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(steps) = STEPS.get(done..) else {
        return Err(StorageError::Failed(format!(
            "the database has schema {version}, this build knows {}: update the server",
            STEPS.len()
        )));
    };
    for step in steps {
        connection.execute_batch(step).map_err(failed)?;
    }
    let version = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    connection.pragma_update(None, "user_version", version).map_err(failed)
}
