//! Tasks: assigned, taken back.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use shared_events::{
    content::TaskId,
    decide::Command,
    events::{TaskAssigned, TaskCancelled},
};
use uuid::Uuid;

use super::Of;
use crate::{
    entropy::{SystemEntropy, uuid_v4},
    error::Error,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Assign {
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
pub(in crate::cli) struct Cancel {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    task: Uuid,
    #[arg(long)]
    reason: Option<String>,
}

impl Assign {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let task = TaskId(uuid_v4(&SystemEntropy)?);
        let Self { of, title, hint, date, icon } = self;
        of.ask(vec![Command::Assign(TaskAssigned { task, title, hint, date, icon })]).await
    }
}

impl Cancel {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let (task, reason) = (TaskId(self.task), self.reason);
        self.of.ask(vec![Command::Cancel(TaskCancelled { task, reason })]).await
    }
}
