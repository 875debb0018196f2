//! `care prescribe | stop | assign | cancel | command | record`: what the care team says, until it has screens of its
//! own.

use std::{path::PathBuf, process::ExitCode};

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{json, value::RawValue};
use shared_events::{
    content::{Actor, Entity, Role, TaskId, TreatmentId},
    decide::{Command, Decision},
    draft::Clear,
    events::{TaskAssigned, TaskCancelled, TreatmentPrescribed, TreatmentStopped, is_server_only},
    ids::PatientId,
    record::Class,
};
use uuid::Uuid;

use super::{Common, print, read};
use crate::{
    entropy::uuid_v4,
    error::Error,
    scribe::{Saying, utc},
    service::decide::Then,
};

mod words;

use words::words;

#[derive(Debug, Subcommand)]
pub(super) enum Care {
    /// Prescribe what a file says: one TreatmentPrescribed as JSON, or an array; `treatment` may be left out
    Prescribe(Prescribe),
    /// Stop a treatment
    Stop(Stop),
    /// Assign a task
    Assign(Assign),
    /// Take a task back
    Cancel(Cancel),
    /// Do what a file says (- for standard input): one command as JSON, or an array, such as
    /// {"pause": {"treatment": "…", "from": "2026-11-26T00:00:00+01:00"}}; also change, resume, retract …
    Command(FromFile),
    /// Say any event, also of a type or version that this build does not know
    Record(Box<Record>),
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

#[derive(Debug, Args)]
pub(super) struct Prescribe {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Stop {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    treatment: Uuid,
    /// RFC 3339; now if left out
    #[arg(long)]
    from: Option<DateTime<FixedOffset>>,
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Assign {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    title: String,
    #[arg(long)]
    hint: Option<String>,
    /// The day it is for; left out: any day
    #[arg(long)]
    date: Option<NaiveDate>,
    #[arg(long)]
    icon: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Cancel {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    task: Uuid,
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Record {
    #[command(flatten)]
    of: Of,
    #[arg(long = "type")]
    kind: String,
    /// A date, as 2026-11-21
    #[arg(long, default_value = "2026-11-21")]
    version: String,
    #[arg(long, value_enum, default_value_t = ClassName::Standing)]
    class: ClassName,
    /// Devices that do not know the type or version must not show the entity's plan
    #[arg(long)]
    must_understand: bool,
    /// An entity, such as treatment/ID; may be repeated
    #[arg(long, required = true)]
    about: Vec<String>,
    /// The event's data as JSON
    #[arg(long)]
    event_data: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ClassName {
    Standing,
    Occurrence,
}

impl Care {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Prescribe(prescribe) => prescribe.run().await,
            Self::Stop(stop) => stop.run().await,
            Self::Assign(assign) => assign.run().await,
            Self::Cancel(cancel) => cancel.run().await,
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
                print::line(&format!("  would ask for {kind}: {message}"));
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

impl Prescribe {
    async fn run(self) -> Result<ExitCode, Error> {
        let name = self.file.display().to_string();
        let text = read(&self.file)?;
        let mut plans: serde_json::Value = serde_json::from_str(&text)?;
        let all = match plans.take() {
            serde_json::Value::Array(all) => all,
            one => vec![one],
        };
        let mut commands = Vec::new();
        for mut plan in all {
            if let Some(fields) = plan.as_object_mut() {
                let fresh = uuid_v4(&crate::entropy::SystemEntropy)?;
                fields.entry("treatment").or_insert_with(|| json!(fresh));
            }
            let read = serde_json::from_value::<TreatmentPrescribed>(plan);
            let read = read.map_err(|e| Error::Invalid(format!("{name} is no TreatmentPrescribed: {e}")))?;
            commands.push(Command::Prescribe(read));
        }
        self.of.ask(commands).await
    }
}

impl Stop {
    async fn run(self) -> Result<ExitCode, Error> {
        use crate::clock::{Clock as _, SystemClock};
        let from = self.from.unwrap_or_else(|| utc(SystemClock.now_ms()));
        let (treatment, reason) = (TreatmentId(self.treatment), self.reason);
        self.of.ask(vec![Command::Stop(TreatmentStopped { treatment, from, reason })]).await
    }
}

impl Assign {
    async fn run(self) -> Result<ExitCode, Error> {
        let task = TaskId(uuid_v4(&crate::entropy::SystemEntropy)?);
        let Self { of, title, hint, date, icon } = self;
        of.ask(vec![Command::Assign(TaskAssigned { task, title, hint, date, icon })]).await
    }
}

impl Cancel {
    async fn run(self) -> Result<ExitCode, Error> {
        let (task, reason) = (TaskId(self.task), self.reason);
        self.of.ask(vec![Command::Cancel(TaskCancelled { task, reason })]).await
    }
}

impl Record {
    async fn run(self) -> Result<ExitCode, Error> {
        if is_server_only(&self.kind) {
            return Err(Error::Invalid(format!(
                "{} is said by the server alone, by its own commands",
                self.kind
            )));
        }
        if self.of.preview {
            return Err(Error::Invalid("an event of any type has no preview: leave --preview out".into()));
        }
        let opened = self.of.common.open().await?;
        let data = RawValue::from_string(self.event_data)?;
        let class = match self.class {
            ClassName::Standing => Class::Standing,
            ClassName::Occurrence => Class::Occurrence,
        };
        let saying = Saying {
            id: None,
            caused_by: None,
            kind: self.kind,
            version: self.version,
            class,
            occurred_at: utc(opened.service.clock.now_ms()),
            actor: Actor { role: Role::CareTeam, name: None },
            about: self.about.iter().map(|text| Entity::from(text.as_str())).collect(),
            must_understand: self.must_understand,
            data,
            clear: Clear::default(),
        };
        let ids = opened.service.say(self.of.patient, vec![saying]).await?;
        for id in ids {
            if self.of.common.json {
                print::json(&json!({ "event": id }))?;
            } else {
                print::line(&id.to_string());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
