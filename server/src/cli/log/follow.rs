//! `log follow`: new events as they are committed, by whatever process.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use shared_events::{
    ids::{PatientId, Position},
    record::{SHARDS, shard},
};

use super::{Common, PAGE, entry::Reader, print};
use crate::{error::Error, ledger::Ledger as _};

#[derive(Debug, Args)]
pub(in crate::cli) struct Follow {
    #[command(flatten)]
    common: Common,
    /// Only this patient's
    #[arg(long)]
    patient: Option<PatientId>,
    /// From the first event on, not only new ones
    #[arg(long)]
    all: bool,
}

impl Follow {
    pub(in crate::cli) async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let service = opened.service;
        let shards: Vec<u8> = self.patient.map_or_else(|| (0..SHARDS).collect(), |p| vec![shard(p)]);
        let from_start = self.all;
        let mut changes = service.ledger.changes();
        let mut seen: BTreeMap<u8, Position> = service
            .ledger
            .read(move |tables| {
                let position = |s: u8| if from_start { Ok(Position::ZERO) } else { tables.position(s) };
                let mut position = position;
                shards.into_iter().map(|s| Ok((s, position(s)?))).collect()
            })
            .await?;
        let mut reader = Reader::new(&*service.keys);
        loop {
            changes.mark_unchanged();
            for (shard, after) in &mut seen {
                loop {
                    let (from, which) = (*after, *shard);
                    let read = move |tables: &mut dyn crate::ledger::Tables| {
                        Ok(tables.shard_events(which, from, PAGE)?)
                    };
                    let events = service.ledger.read(read).await?;
                    let Some(last) = events.last() else { break };
                    *after = last.receipt.position;
                    for event in events {
                        if self.patient.is_some_and(|p| p != event.patient) {
                            continue;
                        }
                        let entry = reader.read(event);
                        let text =
                            if self.common.json { serde_json::to_string(&entry)? } else { entry.line() };
                        if print::someone_reads(&text).is_err() {
                            return Ok(ExitCode::SUCCESS);
                        }
                    }
                }
            }
            if changes.changed().await.is_err() {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}
