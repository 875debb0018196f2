//! The schema, step by step. A step that was released is never edited: a change is another step.

use rusqlite::Connection;

use super::convert::failed;
use crate::ledger::StorageError;

/// Step n brings a database of version n to n + 1.
const STEPS: &[&str] = &[FIRST, EFFECTS];

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

/// An effect that changes gets a new number, and no number is given twice: who follows reads on above the last.
const EFFECTS: &str = "
ALTER TABLE streams ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX streams_behind ON streams(patient_no) WHERE ordinal > reacted;
CREATE TABLE effects(
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  patient_no INTEGER NOT NULL REFERENCES patients(no),
  kind TEXT NOT NULL,
  by_server INTEGER NOT NULL,
  event BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  detail BLOB NOT NULL,
  found_ms INTEGER NOT NULL,
  valid_until_ms INTEGER NOT NULL,
  fate TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  outcome TEXT
) STRICT;
CREATE INDEX effects_of_patient ON effects(patient_no, ordinal);
CREATE INDEX effects_waiting ON effects(by_server, next_ms) WHERE fate = 'waiting';
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    #[test]
    fn a_log_of_every_earlier_version_is_brought_up_to_date_with_what_it_holds() {
        for version in 1..=STEPS.len() {
            let connection = Connection::open_in_memory().unwrap();
            STEPS[..version].iter().for_each(|step| connection.execute_batch(step).unwrap());
            connection.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
            let rows = "INSERT INTO patients(no, id, server_device, profile, test, created_ms)
                          VALUES (7, x'01', x'02', x'', 0, 0);
                        INSERT INTO streams(patient_no, ordinal, stream, received_ms) VALUES (7, 3, x'05', 4);";
            connection.execute_batch(rows).unwrap();
            migrate(&connection).unwrap();
            let kept = connection
                .query_row("SELECT patient_no, ordinal, reacted FROM streams", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
                })
                .unwrap();
            assert_eq!(kept, (7, 3, 0));
        }
    }
}
