//! `effects show | follow | done`: what events led to, and what became of it.

use std::{collections::BTreeMap, process::ExitCode};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use shared_events::{
    effects::EffectId,
    ids::{EventId, Hash, PatientId},
    record::Header,
};

use super::{Common, print};
use crate::{
    error::Error,
    ledger::{Ledger as _, effects::Fate},
    scribe::utc,
    service::effects::Told,
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
    #[arg(long, value_enum)]
    fate: Option<FateName>,
}

#[derive(Debug, Args)]
pub(super) struct Follow {
    #[command(flatten)]
    common: Common,
    /// Only this patient's
    #[arg(long)]
    patient: Option<PatientId>,
    /// From the first one on, not only new ones
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Done {
    #[command(flatten)]
    common: Common,
    #[arg(long, value_parser = effect_id)]
    effect: EffectId,
    /// Who has seen to it
    #[arg(long)]
    by: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FateName {
    Waiting,
    Done,
    Lapsed,
    Withheld,
}

impl From<FateName> for Fate {
    fn from(name: FateName) -> Self {
        match name {
            FateName::Waiting => Self::Waiting,
            FateName::Done => Self::Done,
            FateName::Lapsed => Self::Lapsed,
            FateName::Withheld => Self::Withheld,
        }
    }
}

fn effect_id(text: &str) -> Result<EffectId, String> {
    let hash: Result<Hash, _> = serde_json::from_value(json!(text));
    hash.map(EffectId).map_err(|_| "an effect's id is 43 characters, as `effects show` prints it".into())
}

impl Effects {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Show(show) => show.run().await,
            Self::Follow(follow) => follow.run().await,
            Self::Done(done) => done.run().await,
        }
    }
}

impl Show {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let fate = self.fate.map(Fate::from);
        let mut effects = opened.service.effects(self.patient).await?;
        effects.retain(|told| {
            self.event.is_none_or(|event| told.event == event) && fate.is_none_or(|fate| told.fate == fate)
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
                let kind = header.map_or("an event of a replay".to_owned(), |header| header.kind);
                print::line(&format!("{:>6}  {event}  {kind}", told.ordinal.get()));
            }
            before = Some(told.event);
            print::line(&format!("        {}", line(&told)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Follow {
    async fn run(self) -> Result<ExitCode, Error> {
        /// Effects that are read at once.
        const PAGE: u32 = 500;
        let service = self.common.open().await?.service;
        let mut changes = service.ledger.changes();
        let mut keys = BTreeMap::new();
        let (mut number, mut is_new) = (0, self.all);
        loop {
            changes.mark_unchanged();
            loop {
                let after = number;
                let found = service.ledger.read(move |t| Ok(t.effects_since(after, PAGE)?)).await?;
                let Some((last, _)) = found.last() else { break };
                number = *last;
                for (_, row) in found {
                    if !is_new || self.patient.is_some_and(|patient| patient != row.patient) {
                        continue;
                    }
                    let patient = row.patient;
                    let keys = keys.entry(patient).or_insert_with(|| service.keys.keys(patient).ok());
                    let Some(told) = keys.as_ref().and_then(|keys| Told::of(row, keys).ok()) else {
                        continue;
                    };
                    let text = if self.common.json { serde_json::to_string(&told)? } else { line(&told) };
                    if print::someone_reads(&text).is_err() {
                        return Ok(ExitCode::SUCCESS);
                    }
                }
            }
            is_new = true;
            if changes.changed().await.is_err() {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

impl Done {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let by = self.by.as_ref().map_or_else(|| "seen to".to_owned(), |by| format!("seen to by {by}"));
        let row = opened.service.settle_effect(self.effect, by).await?;
        let told = Told::of(row.clone(), &opened.service.keys.keys(row.patient)?)?;
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
