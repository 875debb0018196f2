//! A data folder: the log, the keys, the operator's key and the registry of erasures, opened as one service.

use std::{
    fs,
    os::unix::fs::DirBuilderExt as _,
    path::{PathBuf, absolute},
    sync::Arc,
};

use rivulet_sync::protocol::CareTeam;

use super::Service;
use crate::{
    clock::Clock,
    entropy::{Entropy, SystemEntropy},
    error::Error,
    keys::{
        KeyError, KeyStore,
        erasures::Erasures,
        memory::MemoryKeys,
        operator::Source,
        sqlite::{self, SqliteKeys},
    },
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
    let keys = keys(data)?;
    with_keys(data, Arc::new(keys.store), keys.made, clock, care_team).await
}

/// Opens a data folder that has a log, and makes none. Beside a log without the keys' database, such as a copy, no keys
/// are made either: who only reads goes on without, and what is sealed stays sealed.
///
/// # Errors
/// There is no log, or no keys and they are needed; a database or the operator's key cannot be had.
pub async fn open_existing(
    data: &Data,
    needs_keys: bool,
    clock: Arc<dyn Clock>,
    care_team: CareTeam,
) -> Result<Opened, Error> {
    if !data.log().is_file() {
        let folder = absolute(&data.folder).unwrap_or_else(|_| data.folder.clone());
        return Err(Error::Invalid(format!(
            "There is no log in {}. Name its folder with --data FOLDER, or start the server, which makes one.",
            folder.display()
        )));
    }
    if needs_keys && !data.keys().is_file() {
        return Err(Error::Invalid(format!(
            "There is a log and no keys at {}: put the keys' database there, too. Nothing can be written without it.",
            data.keys().display()
        )));
    }
    let store: Arc<dyn KeyStore> =
        if data.keys().is_file() { Arc::new(keys(data)?.store) } else { Arc::new(MemoryKeys::default()) };
    with_keys(data, store, None, clock, care_team).await
}

fn keys(data: &Data) -> Result<sqlite::Opened, KeyError> {
    let source = data.operator.clone().unwrap_or_else(|| Source::Default(data.folder.join("operator.key")));
    SqliteKeys::open(&data.keys(), &source, Arc::new(SystemEntropy))
}

async fn with_keys(
    data: &Data,
    keys: Arc<dyn KeyStore>,
    made: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    care_team: CareTeam,
) -> Result<Opened, Error> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let ledger = SqliteLedger::open(&data.log(), &*entropy)?;
    let service = Service { ledger, keys, clock, entropy, care_team };
    let erasures = data.erasures();
    service.apply_erasures(&erasures).await?;
    Ok(Opened { service, erasures, made })
}
