//! Keys in a SQLite database of their own, each wrapped by the operator's key.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, params};
use shared_events::ids::PatientId;
use zeroize::Zeroizing;

use super::{
    KeyError, KeyStore, PatientKeys,
    operator::{Keys, Loaded, OperatorKey, Source},
};
use crate::entropy::{Entropy, random};

const PEPPER: &str = "pepper";

/// The keys' database.
pub struct SqliteKeys {
    connection: Mutex<Connection>,
    operator: OperatorKey,
    entropy: Arc<dyn Entropy>,
}

/// An opened store, and the file of the operator's key if it was made now.
pub struct Opened {
    /// The store.
    pub store: SqliteKeys,
    /// The operator has to hear of this file.
    pub made: Option<std::path::PathBuf>,
}

fn failed(error: rusqlite::Error) -> KeyError {
    KeyError::Failed(error.to_string())
}

impl SqliteKeys {
    /// Opens the store, or makes it.
    ///
    /// # Errors
    /// The operator's key is missing or another; the database's.
    pub fn open(path: &Path, source: &Source, entropy: Arc<dyn Entropy>) -> Result<Opened, KeyError> {
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
        // A rollback journal and secure_delete: once a key is destroyed, no page of the file holds it.
        connection
            .execute_batch(
                "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON;
                 CREATE TABLE IF NOT EXISTS keys(patient BLOB PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
                 CREATE TABLE IF NOT EXISTS secrets(name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;",
            )
            .map_err(failed)?;
        let any: Option<i64> = connection
            .query_row("SELECT 1 FROM secrets LIMIT 1", [], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        let keys = if any.is_some() { Keys::Wrapped } else { Keys::None };
        let Loaded { key, made } = OperatorKey::load(source, keys, &*entropy)?;
        let store = Self { connection: Mutex::new(connection), operator: key, entropy };
        store.make_pepper()?;
        store.pepper()?;
        Ok(Opened { store, made })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_pepper(&self) -> Result<(), KeyError> {
        let pepper = Zeroizing::new(random::<32>(&*self.entropy)?);
        let wrapped = self.operator.wrap(PEPPER.as_bytes(), &pepper[..], &*self.entropy)?;
        let sql = "INSERT INTO secrets(name, wrapped) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.connection().execute(sql, params![PEPPER, wrapped]).map_err(failed)?;
        Ok(())
    }
}

impl KeyStore for SqliteKeys {
    fn keys(&self, patient: PatientId) -> Result<PatientKeys, KeyError> {
        let sql = "SELECT wrapped FROM keys WHERE patient = ?1";
        let wrapped: Option<Vec<u8>> = self
            .connection()
            .query_row(sql, [patient.as_bytes()], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        let wrapped = wrapped.ok_or(KeyError::Missing(patient))?;
        let bytes = self.operator.unwrap(patient.as_bytes(), &wrapped)?;
        PatientKeys::from_bytes(&bytes).ok_or(KeyError::Wrapped)
    }

    fn keep(&self, patient: PatientId, keys: &PatientKeys) -> Result<(), KeyError> {
        let wrapped = self.operator.wrap(patient.as_bytes(), &keys.to_bytes(), &*self.entropy)?;
        let sql = "INSERT INTO keys(patient, wrapped) VALUES (?1, ?2)";
        self.connection().execute(sql, params![patient.as_bytes(), wrapped]).map_err(failed)?;
        Ok(())
    }

    fn destroy(&self, patient: PatientId) -> Result<(), KeyError> {
        let connection = self.connection();
        connection.execute("DELETE FROM keys WHERE patient = ?1", [patient.as_bytes()]).map_err(failed)?;
        connection.execute_batch("VACUUM").map_err(failed)
    }

    fn pepper(&self) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let sql = "SELECT wrapped FROM secrets WHERE name = ?1";
        let wrapped: Vec<u8> =
            self.connection().query_row(sql, [PEPPER], |row| row.get(0)).map_err(failed)?;
        let bytes = self.operator.unwrap(PEPPER.as_bytes(), &wrapped)?;
        <[u8; 32]>::try_from(&bytes[..]).map(Zeroizing::new).map_err(|_| KeyError::Wrapped)
    }
}
