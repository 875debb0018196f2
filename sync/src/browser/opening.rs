//! Opening the database: what may be in the way, and what a person has to be told.

use std::rc::Rc;

use indexed_db_futures::{
    Build as _,
    database::Database,
    error::{Error, OpenDbError},
    internals::SystemRepr as _,
};
use wasm_bindgen::JsCast as _;
use web_sys::IdbDatabase;

use super::{
    fault::{name, store_error},
    schema::{Version, upgrade},
};
use crate::store::StoreError;

/// What a person has to be told about the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another tab holds an older version open: it has to be closed before this one can start.
    Blocked,
    /// A newer build has been opened in another tab: this one has closed the database and has to be loaded again.
    Outdated,
}

/// Shows a notice.
pub type OnNotice = Rc<dyn Fn(Notice)>;

/// Why the database is not open.
#[derive(Debug)]
pub(super) enum OpenError {
    /// This browser, or this kind of window, has none.
    NoDatabases,
    /// It has, and something is wrong.
    Store(StoreError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NoDatabases => {
                Self::Failed("this browser keeps nothing here: no IndexedDB".to_owned())
            }
            OpenError::Store(error) => error,
        }
    }
}

impl From<OpenDbError> for OpenError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::NullFactory | OpenDbError::UnsupportedEnvironment => Self::NoDatabases,
            OpenDbError::Base(Error::DomException(exception)) => match name(exception.as_ref()).as_str() {
                // Storage is forbidden for the site, or the window is private (older Firefox).
                "SecurityError" | "InvalidStateError" => Self::NoDatabases,
                _ => Self::Store(store_error(exception.as_ref())),
            },
            // Its own words would bring much code along that puts them into words.
            _ => Self::Store(StoreError::Failed("the browser's database did not open".to_owned())),
        }
    }
}

/// Opens the database, and creates or upgrades it.
pub(super) async fn open(name: &str, on_notice: OnNotice) -> Result<IdbDatabase, OpenError> {
    let open = Database::open(name)
        .with_version(Version::NEWEST.number())
        .with_on_blocked(move |_| {
            on_notice(Notice::Blocked);
            Ok(())
        })
        .with_on_upgrade_needed(|event, tx| {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "our own small numbers"
            )]
            upgrade(tx.db(), event.old_version() as u32)
        });
    let database = open.build()?.await?;
    Ok(database.into_sys().unchecked_into())
}
