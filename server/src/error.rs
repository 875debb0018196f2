//! Why the server could not do what was asked.

use rivulet_sync::protocol::{Problem, ProblemKind};
use shared_events::record::RecordError;

use crate::{entropy::NoEntropy, keys::KeyError, ledger::StorageError};

/// Why the server could not do what was asked. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is refused; the problem says what to do.
    #[error("{}: {}", .0.title, .0.detail)]
    Refused(Box<Problem>),
    /// The log's database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The keys' database.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// An event of the server's own does not fit the format.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The data of an event of the server's own is not JSON.
    #[error("the event's data cannot be written as JSON: {0}")]
    Data(#[from] serde_json::Error),
    /// A file beside the databases.
    #[error("{0}: {1}; check the disk and the permissions of the data folder")]
    File(String, std::io::Error),
    /// What the caller asked for does not make sense; the message says what to change.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// A refusal of one kind, with what to do about it.
    pub fn refused(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(kind, detail)))
    }

    /// The problem document for whoever asked: faults of the server's own say nothing of the inside.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Refused(problem) => *problem,
            Self::Storage(StorageError::Busy) => {
                Problem::new(ProblemKind::Unavailable, "Nothing was stored. Send it again in a few seconds.")
            }
            Self::Invalid(detail) => Problem::new(ProblemKind::Malformed, detail),
            _ => Problem::new(
                ProblemKind::Internal,
                "Nothing was stored. Send it again later; if it stays so, call the operator.",
            ),
        }
    }
}
