//! Appointments: made, moved, called off.

use std::process::ExitCode;

use chrono::{NaiveDateTime, NaiveTime, Timelike as _};
use clap::Args;
use shared_events::{
    content::AppointmentId,
    decide::Command,
    events::{AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled},
};
use uuid::Uuid;

use super::Of;
use crate::{
    entropy::{SystemEntropy, uuid_v4},
    error::Error,
};

/// `2026-11-30T10:30`: what the clock on the wall of the place shows.
fn on_the_wall(text: &str) -> Result<NaiveDateTime, String> {
    let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
    read.map_err(|_| "write it as 2026-11-30T10:30, on the clock of the place".to_owned())
}

fn time(at: NaiveDateTime) -> NaiveTime {
    at.time().with_second(0).unwrap_or_default()
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Appoint {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    title: String,
    /// When, on the clock of the place: 2026-11-30T10:30
    #[arg(long, value_parser = on_the_wall)]
    at: NaiveDateTime,
    /// The place's time zone by its IANA name
    #[arg(long)]
    zone: String,
    /// How long it takes
    #[arg(long)]
    minutes: Option<i64>,
    #[arg(long)]
    place: Option<String>,
    /// Whom the patient will see
    #[arg(long)]
    with: Option<String>,
    /// What to bring, and what else is to be known before
    #[arg(long)]
    bring: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Move {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    appointment: Uuid,
    /// When it is now, on the clock of the place: 2026-11-30T10:30
    #[arg(long, value_parser = on_the_wall)]
    at: NaiveDateTime,
    /// Left out, as these three: as it was
    #[arg(long)]
    zone: Option<String>,
    #[arg(long)]
    minutes: Option<i64>,
    #[arg(long)]
    place: Option<String>,
    #[arg(long)]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CallOff {
    #[command(flatten)]
    of: Of,
    #[arg(long)]
    appointment: Uuid,
    #[arg(long)]
    reason: Option<String>,
}

impl Appoint {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let appointment = AppointmentId(uuid_v4(&SystemEntropy)?);
        let Self { of, title, at: when, zone, minutes, place, with, bring } = self;
        let (date, at) = (when.date(), time(when));
        let made = AppointmentScheduled { appointment, title, date, at, zone, minutes, place, with, bring };
        of.ask(vec![Command::Schedule(made)]).await
    }
}

impl Move {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let Self { of, appointment, at: when, zone, minutes, place, reason } = self;
        let (appointment, date, at) = (AppointmentId(appointment), when.date(), time(when));
        let moved = AppointmentRescheduled { appointment, date, at, zone, minutes, place, reason };
        of.ask(vec![Command::Reschedule(moved)]).await
    }
}

impl CallOff {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let off = AppointmentCancelled { appointment: AppointmentId(self.appointment), reason: self.reason };
        self.of.ask(vec![Command::CallOff(off)]).await
    }
}
