//! Plans: prescribed, changed, paused, resumed, stopped.

use std::{path::PathBuf, process::ExitCode};

use chrono::{DateTime, FixedOffset};
use clap::Args;
use serde_json::json;
use shared_events::{
    amount::{Amount, Decimal},
    content::TreatmentId,
    decide::Command,
    events::{TreatmentChanged, TreatmentPaused, TreatmentPrescribed, TreatmentResumed, TreatmentStopped},
    sorted::SortedMap,
};
use uuid::Uuid;

use super::Of;
use crate::{
    cli::read,
    clock::{Clock as _, SystemClock},
    entropy::{SystemEntropy, uuid_v4},
    error::Error,
    scribe::utc,
};

/// Which treatment, from when, and why.
#[derive(Debug, Args)]
struct Since {
    #[arg(long)]
    treatment: Uuid,
    /// RFC 3339; the present second if left out
    #[arg(long)]
    from: Option<DateTime<FixedOffset>>,
    #[arg(long)]
    reason: Option<String>,
}

impl Since {
    fn read(self) -> (TreatmentId, DateTime<FixedOffset>, Option<String>) {
        // Devices log to the second: what is logged in this one comes after.
        let from = self.from.unwrap_or_else(|| utc(SystemClock.now_ms() / 1_000 * 1_000));
        (TreatmentId(self.treatment), from, self.reason)
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Prescribe {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Change {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    since: Since,
    /// How much each time, in the unit that the plan has
    #[arg(long, value_name = "DECIMAL", requires = "unit")]
    dose: Option<Decimal>,
    /// UCUM; tablets are {tablet}
    #[arg(long, requires = "dose")]
    unit: Option<String>,
    #[arg(long)]
    instructions: Option<String>,
    /// File with the whole rule as it is from then on, as `rule` stands in a prescription
    #[arg(long, value_name = "FILE")]
    rule: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Pause {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    since: Since,
    /// RFC 3339; left out: until it is resumed
    #[arg(long)]
    to: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Resume {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    since: Since,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Stop {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    since: Since,
}

impl Prescribe {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
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
                let fresh = uuid_v4(&SystemEntropy)?;
                fields.entry("treatment").or_insert_with(|| json!(fresh));
            }
            let read = serde_json::from_value::<TreatmentPrescribed>(plan);
            let read = read.map_err(|e| Error::Invalid(format!("{name} is no TreatmentPrescribed: {e}")))?;
            commands.push(Command::Prescribe(read));
        }
        self.of.ask(commands).await
    }
}

impl Change {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let rule = match &self.rule {
            None => None,
            Some(file) => {
                let rule = serde_json::from_str(&read(file)?);
                Some(rule.map_err(|e| Error::Invalid(format!("{} is no rule: {e}", file.display())))?)
            }
        };
        let dose = self.dose.zip(self.unit).map(|(value, unit)| Amount { value, unit });
        let (treatment, from, reason) = self.since.read();
        let instructions = self.instructions;
        // What it follows is filled in as it is decided.
        let after = SortedMap::default();
        let change =
            TreatmentChanged { treatment, from, dose, instructions, rule, medicine: None, reason, after };
        self.of.ask(vec![Command::Change(change)]).await
    }
}

impl Pause {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let ((treatment, from, reason), to) = (self.since.read(), self.to);
        self.of.ask(vec![Command::Pause(TreatmentPaused { treatment, from, to, reason })]).await
    }
}

impl Resume {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let (treatment, from, reason) = self.since.read();
        self.of.ask(vec![Command::Resume(TreatmentResumed { treatment, from, reason })]).await
    }
}

impl Stop {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let (treatment, from, reason) = self.since.read();
        self.of.ask(vec![Command::Stop(TreatmentStopped { treatment, from, reason })]).await
    }
}
