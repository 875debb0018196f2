//! `effects show | follow | done`: what events led to, and what became of it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use shared_events::{
    effects::EffectId,
    ids::{EventId, Hash, PatientId},
    record::Header,
};

use super::{Common, Follow, print};
use crate::{
    error::Error,
    ledger::{
        Ledger,
        effects::{EffectRow, Fate},
    },
    scribe::utc,
    service::{Service, effects::Told},
};

#[derive(Debug, Subcommand)]
pub(super) enum Effects {
    /// Print what each event of a patient led to, and what became of it
    Show(Show),
    /// Print effects as they are found and as something becomes of them
    Follow(Follow),
    /// Say that a person has seen to an effect: nobody is told of it any more
    Done(Done),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    patient: PatientId,
    /// Only what this event led to
    #[arg(long)]
    event: Option<EventId>,
    /// Only those of which this became
    #[arg(long, value_parser = fate)]
    fate: Option<Fate>,
}

#[derive(Debug, Args)]
pub(super) struct Done {
    #[command(flatten)]
    common: Common,
    /// Its id, as `effects show` prints it; one may begin with a hyphen
    #[arg(long, value_parser = effect_id, allow_hyphen_values = true)]
    effect: EffectId,
    /// Who has seen to it
    #[arg(long)]
    by: Option<String>,
}

fn fate(text: &str) -> Result<Fate, String> {
    let found = Fate::ALL.into_iter().find(|fate| fate.name() == text);
    found.ok_or_else(|| format!("write one of {}", Fate::ALL.map(Fate::name).join(", ")))
}

fn effect_id(text: &str) -> Result<EffectId, String> {
    let hash: Result<Hash, _> = serde_json::from_value(json!(text));
    hash.map(EffectId).map_err(|_| "an effect's id is 43 characters, as `effects show` prints it".into())
}

impl Effects {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Show(show) => show.run().await,
            Self::Follow(follow) => follow_effects(follow).await,
            Self::Done(done) => done.run().await,
        }
    }
}

impl Show {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let mut effects = opened.service.effects(self.patient).await?;
        effects.retain(|told| {
            self.event.is_none_or(|event| told.event == event)
                && self.fate.is_none_or(|fate| told.fate == fate)
        });
        let mut before = None;
        for told in effects {
            if self.common.json {
                print::json(&told)?;
                continue;
            }
            if before != Some(told.event) {
                let (patient, event) = (told.patient, told.event);
                let logged = opened.service.ledger.read(move |t| Ok(t.event(patient, event)?)).await?;
                let header = logged.and_then(|logged| Header::parse(&logged.header).ok());
                let kind = header.map_or_else(String::new, |header| header.kind);
                print::line(&format!("{:>6}  {event}  {kind}", told.ordinal.get()));
            }
            before = Some(told.event);
            print::line(&format!("        {}", line(&told)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn follow_effects(follow: Follow) -> Result<ExitCode, Error> {
    /// Effects that are read at once.
    const PAGE: u32 = 500;
    let service = follow.common.open().await?.service;
    let mut changes = service.ledger.changes();
    let mut number = if follow.all { 0 } else { service.ledger.read(|t| Ok(t.last_effect()?)).await? };
    loop {
        changes.mark_unchanged();
        loop {
            let after = number;
            let found = service.ledger.read(move |t| Ok(t.effects_since(after, PAGE)?)).await?;
            let Some((last, _)) = found.last() else { break };
            number = *last;
            for (_, row) in found.into_iter().filter(|(_, row)| follow.is_asked_for(row.patient)) {
                let id = row.id;
                match told_of(&service, row) {
                    Ok(told) if follow.print(&told, || line(&told))? => (),
                    Ok(_) => return Ok(ExitCode::SUCCESS),
                    Err(error) => print::warn(&format!("{id} cannot be read: {error}")),
                }
            }
        }
        if changes.changed().await.is_err() {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

fn told_of<L: Ledger>(service: &Service<L>, row: EffectRow) -> Result<Told, Error> {
    let keys = service.keys.keys(row.patient)?;
    Told::of(row, &keys)
}

impl Done {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let by = self.by.as_ref().map_or_else(|| "seen to".to_owned(), |by| format!("seen to by {by}"));
        let row = opened.service.settle_effect(self.effect, by).await?;
        let told = told_of(&opened.service, row)?;
        if self.common.json {
            print::json(&told)?;
        } else {
            print::line(&line(&told));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What is asked for, why, and what became of it.
fn line(told: &Told) -> String {
    let time = |ms: u64| utc(ms).format("%Y-%m-%d %H:%M:%SZ").to_string();
    let became = match (told.fate, told.ended_ms) {
        (Fate::Waiting, _) => format!("waiting until {} at the latest", time(told.valid_until_ms)),
        (fate, Some(at)) => format!("{} at {}", fate.name(), time(at)),
        (fate, None) => fate.name().to_owned(),
    };
    let outcome = told.outcome.as_ref().map(|outcome| format!(" ({outcome})")).unwrap_or_default();
    let tries = if told.attempts > 1 { format!(", {} attempts", told.attempts) } else { String::new() };
    let (detail, kind) = (&told.detail, told.kind.name());
    print::plain(&format!(
        "{}  {kind}  {}  by {} of {}  {became}{outcome}{tries}",
        told.effect, detail.message, detail.rule, detail.behaviour
    ))
}
