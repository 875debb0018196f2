//! A data folder: the log, the keys, the operator's key and the registry of erasures, opened as one service.

use std::{fs, os::unix::fs::DirBuilderExt as _, path::PathBuf, sync::Arc};

use rivulet_sync::protocol::CareTeam;

use super::Service;
use crate::{
    clock::Clock,
    entropy::{Entropy, SystemEntropy},
    error::Error,
    keys::{erasures::Erasures, operator::Source, sqlite::SqliteKeys},
    ledger::sqlite::SqliteLedger,
};

/// Where everything lies.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Data {
    pub folder: PathBuf,
    /// `None`: `operator.key` in the folder.
    pub operator: Option<Source>,
    /// `None`: `erasures.jsonl` in the folder. It does not belong into the log's backups.
    pub erasures: Option<PathBuf>,
}

impl Data {
    /// A folder with everything in its usual place.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), operator: None, erasures: None }
    }

    /// The log's file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("log.sqlite")
    }

    /// The keys' file.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys.sqlite")
    }

    /// The registry of erasures.
    #[must_use]
    pub fn erasures(&self) -> Erasures {
        Erasures::at(self.erasures.clone().unwrap_or_else(|| self.folder.join("erasures.jsonl")))
    }
}

/// An opened data folder.
pub struct Opened {
    /// Ready, with all registered erasures applied.
    pub service: Service<SqliteLedger>,
    /// The registry.
    pub erasures: Erasures,
    /// The operator's key, if it was made now: the operator has to hear of this file.
    pub made: Option<PathBuf>,
}

/// Opens a data folder, or makes it, readable by its owner only.
///
/// # Errors
/// The folder, a database or the operator's key cannot be had.
pub async fn open(data: &Data, clock: Arc<dyn Clock>, care_team: CareTeam) -> Result<Opened, Error> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&data.folder);
    made.map_err(|e| Error::File(data.folder.display().to_string(), e))?;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let source = data.operator.clone().unwrap_or_else(|| Source::Default(data.folder.join("operator.key")));
    let keys = SqliteKeys::open(&data.keys(), &source, Arc::clone(&entropy))?;
    let ledger = SqliteLedger::open(&data.log(), &*entropy)?;
    let service = Service { ledger, keys: Arc::new(keys.store), clock, entropy, care_team };
    let erasures = data.erasures();
    service.apply_erasures(&erasures).await?;
    Ok(Opened { service, erasures, made: keys.made })
}
