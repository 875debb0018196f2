//! Proving a log without any key: from the headers in clear, the hashes and the signed heads.

use std::collections::BTreeMap;

use serde::Serialize;
use shared_events::ids::{Ordinal, PatientId, Position};

use crate::{
    error::Error,
    ledger::{
        Ledger, Tables,
        tables::{Room, Span},
    },
    service::Service,
};

mod chains;
mod stream;

use stream::Stream;

/// Faults that are listed of one stream at most; one alone breaks all that follow.
const FAULTS: usize = 20;
/// Events that are read at once.
const PAGE: Room = Room { records: 500, bytes: 8 * 1024 * 1024 };

/// What was found of one patient's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Report {
    pub patient: PatientId,
    pub events: Ordinal,
    pub devices: usize,
    /// Each names a place and what is wrong there. None: the stream is whole.
    pub faults: Vec<String>,
}

/// What was found of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Verified {
    pub holds: bool,
    pub patients: Vec<Report>,
    /// Of the shards: positions that are missing or twice.
    pub faults: Vec<String>,
}

impl<L: Ledger> Service<L> {
    /// Verifies one patient's stream, or all streams and the positions of all shards, on one state of the log.
    ///
    /// # Errors
    /// The database's, or no such patient; what is wrong with the log is no error but a fault in the report.
    pub async fn verify(&self, patient: Option<PatientId>) -> Result<Verified, Error> {
        self.ledger.read(move |tables| verify(tables, patient)).await
    }
}

fn verify(tables: &mut dyn Tables, only: Option<PatientId>) -> Result<Verified, Error> {
    let mut rows = tables.patients()?;
    if let Some(only) = only {
        rows.retain(|p| p.id == only);
        if rows.is_empty() {
            return Err(Error::Invalid(format!("there is no patient {only}: see `patient list`")));
        }
    }
    let mut positions: BTreeMap<u8, Vec<Position>> = BTreeMap::new();
    let mut patients = Vec::new();
    for row in rows {
        let mut stream = Stream::begin(tables, row)?;
        loop {
            let events = tables.events(stream.patient.id, Span::After(stream.read), PAGE)?;
            if events.is_empty() {
                break;
            }
            for event in events {
                positions.entry(event.shard).or_default().push(event.receipt.position);
                stream.event(tables, &event)?;
            }
        }
        patients.push(stream.finish(tables)?);
    }
    let faults = if only.is_some() { Vec::new() } else { shard_faults(tables, positions)? };
    let holds = faults.is_empty() && patients.iter().all(|p| p.faults.is_empty());
    Ok(Verified { holds, patients, faults })
}

fn shard_faults(
    tables: &mut dyn Tables,
    mut positions: BTreeMap<u8, Vec<Position>>,
) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    for shard in 0..shared_events::record::SHARDS {
        let mut found = positions.remove(&shard).unwrap_or_default();
        found.sort_unstable();
        let mut expected = Position::ZERO;
        for position in &found {
            expected = expected.next();
            if *position != expected {
                faults.push(format!("shard {shard}: position {position} where {expected} belongs"));
                break;
            }
        }
        let counter = tables.position(shard)?;
        if counter.get() != found.len() as u64 {
            faults.push(format!("shard {shard}: {} events, the counter says {counter}", found.len()));
        }
    }
    faults.extend(positions.keys().map(|shard| format!("there is no shard {shard}")));
    Ok(faults)
}
