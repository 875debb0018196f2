//! The registry of erasures: a file outside the log and its backups, so that an erasure holds after any restore.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use shared_events::ids::PatientId;

use super::KeyError;

/// One line of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Erasure {
    pub patient: PatientId,
    /// Milliseconds since 1970.
    pub erased_at: u64,
}

/// The registry: one JSON object a line, only ever appended to.
#[derive(Clone, Debug)]
pub struct Erasures(PathBuf);

impl Erasures {
    /// The registry in this file, which need not exist yet.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    fn failed(&self, error: std::io::Error) -> KeyError {
        KeyError::File(self.0.display().to_string(), error)
    }

    /// All erasures, oldest first.
    ///
    /// # Errors
    /// The file exists and does not read: nothing may be served then.
    pub fn all(&self) -> Result<Vec<Erasure>, KeyError> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(self.failed(e)),
        };
        let read = |line: &str| serde_json::from_str(line).map_err(|e| self.failed(e.into()));
        text.lines().filter(|line| !line.is_empty()).map(read).collect()
    }

    /// Registers an erasure, durably, before it is done.
    ///
    /// # Errors
    /// The file's.
    pub fn register(&self, erasure: Erasure) -> Result<(), KeyError> {
        let line = serde_json::to_string(&erasure).map_err(|e| self.failed(e.into()))?;
        let mut file =
            fs::OpenOptions::new().create(true).append(true).open(&self.0).map_err(|e| self.failed(e))?;
        // A line of its own even after one that a crash cut off; empty lines are skipped.
        let written = file.write_all(format!("\n{line}\n").as_bytes()).and_then(|()| file.sync_all());
        let folder = self.0.parent().filter(|p| !p.as_os_str().is_empty()).map_or(".".into(), PathBuf::from);
        written
            .and_then(|()| fs::File::open(folder))
            .and_then(|folder| folder.sync_all())
            .map_err(|e| self.failed(e))
    }
}
