//! `log follow`: new events as they are committed, by whatever process.

use std::{collections::BTreeMap, process::ExitCode};

use shared_events::{
    ids::Position,
    record::{SHARDS, shard},
};

use super::{PAGE, entry::Reader};
use crate::{cli::Follow, error::Error, ledger::Ledger as _};

pub(super) async fn run(follow: Follow) -> Result<ExitCode, Error> {
    let service = follow.common.open_to_read().await?.service;
    let shards: Vec<u8> = follow.patient.map_or_else(|| (0..SHARDS).collect(), |p| vec![shard(p)]);
    let from_start = follow.all;
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
                let read =
                    move |tables: &mut dyn crate::ledger::Tables| Ok(tables.shard_events(which, from, PAGE)?);
                let events = service.ledger.read(read).await?;
                let Some(last) = events.last() else { break };
                *after = last.receipt.position;
                for event in events {
                    if !follow.is_asked_for(event.patient) {
                        continue;
                    }
                    let entry = reader.read(event);
                    if !follow.print(&entry, || entry.line())? {
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
