//! `care prescribe | change | pause | resume | stop | assign | cancel | appoint | move | call-off | command | record`: what the care team says,
//! until it has screens of its own.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use serde_json::json;
use shared_events::{
    content::Entity,
    decide::{Command, Decision},
    ids::PatientId,
};

use super::{Common, print, read};
use crate::{error::Error, service::decide::Then};

mod appointments;
mod plans;
mod record;
mod tasks;
mod words;

use words::words;

#[derive(Debug, Subcommand)]
pub(super) enum Care {
    /// Prescribe what a file says: one TreatmentPrescribed as JSON, or an array; `treatment` may be left out
    Prescribe(plans::Prescribe),
    /// Change a treatment's dose, instructions or times
    Change(plans::Change),
    /// Pause a treatment
    Pause(plans::Pause),
    /// Go on with a treatment that is paused
    Resume(plans::Resume),
    /// Stop a treatment
    Stop(plans::Stop),
    /// Assign a task
    Assign(tasks::Assign),
    /// Take a task back
    Cancel(tasks::Cancel),
    /// Make an appointment
    Appoint(appointments::Appoint),
    /// Move an appointment
    Move(appointments::Move),
    /// Call an appointment off
    CallOff(appointments::CallOff),
    /// Do what a file says (- for standard input): one command as JSON, or an array, such as
    /// {"pause": {"treatment": "…", "from": "2026-11-26T00:00:00+01:00"}}; also take, skip, retract, save …
    Command(FromFile),
    /// Say any event, also of a type or version that this build does not know
    Record(Box<record::Record>),
}

#[derive(Debug, Args)]
pub(super) struct Of {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    patient: PatientId,
    /// Only show what it would come to; nothing is changed
    #[arg(long)]
    preview: bool,
}

#[derive(Debug, Args)]
pub(super) struct FromFile {
    #[command(flatten)]
    of: Of,
    file: PathBuf,
}

impl Care {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Prescribe(prescribe) => prescribe.run().await,
            Self::Change(change) => change.run().await,
            Self::Pause(pause) => pause.run().await,
            Self::Resume(resume) => resume.run().await,
            Self::Stop(stop) => stop.run().await,
            Self::Assign(assign) => assign.run().await,
            Self::Cancel(cancel) => cancel.run().await,
            Self::Appoint(appoint) => appoint.run().await,
            Self::Move(moved) => moved.run().await,
            Self::CallOff(off) => off.run().await,
            Self::Command(from_file) => from_file.run().await,
            Self::Record(record) => record.run().await,
        }
    }
}

impl Of {
    /// Decides it, and prints the events with whatever else is to be known.
    async fn ask(&self, commands: Vec<Command>) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let then = if self.preview { Then::Preview } else { Then::Say };
        for decision in opened.service.decide(self.patient, commands, then).await? {
            self.print(&decision)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, decision: &Decision) -> Result<(), Error> {
        for (id, draft) in &decision.events {
            let entity = draft.about.first().map(Entity::to_string).unwrap_or_default();
            let effects: Vec<_> = decision.effects.iter().filter(|e| e.caused_by == *id).collect();
            if self.common.json {
                print::json(&json!({
                    "event": id, "type": draft.event.kind(), "about": entity, "preview": self.preview,
                    "effects": effects, "warnings": decision.warnings,
                }))?;
                continue;
            }
            let preview = if self.preview { "  (a preview: nothing is changed)" } else { "" };
            print::line(&format!("{id}  {}  {entity}{preview}", draft.event.kind()));
            for effect in effects {
                let (kind, message) = (effect.kind.name(), print::plain(&effect.message));
                let asks = if self.preview { "would ask for" } else { "asks for" };
                print::line(&format!("  {asks} {kind}: {message}"));
            }
        }
        if !self.common.json {
            decision
                .warnings
                .iter()
                .for_each(|warning| print::line(&format!("  think of: {}", words(warning))));
        }
        Ok(())
    }
}

impl FromFile {
    async fn run(self) -> Result<ExitCode, Error> {
        let name = self.file.display().to_string();
        let text = read(&self.file)?;
        let many = text.trim_start().starts_with('[');
        let commands =
            if many { serde_json::from_str(&text) } else { serde_json::from_str(&text).map(|one| vec![one]) };
        let commands = commands.map_err(|e| Error::Invalid(format!("{name} is no command: {e}")))?;
        self.of.ask(commands).await
    }
}
