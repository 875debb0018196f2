//! `log show | verify | follow | state | day | why | statistics | replay | declare-restored`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use shared_events::{
    ids::{Ordinal, PatientId},
    state::{Opened, State},
};

use super::{Common, Follow, print};
use crate::{
    error::Error,
    ledger::{
        Ledger,
        rows::Logged,
        tables::{Room, Span},
    },
    service::Service,
};

mod day;
mod dose;
mod entry;
mod follow;
mod look;
mod replay;
mod restored;

use entry::Reader;

/// Events that are read at once.
const PAGE: Room = Room { records: 500, bytes: 8 * 1024 * 1024 };

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Print a patient's events, opened, in the order of the log
    Show(OfPatient),
    /// Verify chains, hashes and signatures; needs no key
    Verify(Verify),
    /// Print new events as they come, of one patient or all
    Follow(Follow),
    /// Fold a patient's events and print the hash of the state
    State(look::Folded),
    /// Print a day as a person sees it, as of now or of any instant
    ///
    /// --known-at and --true-at leave events out, and read the others as this program does. `log replay --as-of` is the
    /// other way round: all events, read with the types, versions and rules of a date.
    Day(day::Day),
    /// Print the events that a dose, a plan, a task or the clock came from, and what became of each
    ///
    /// `log day --ids` prints what --dose and --treatment take.
    Why(look::Why),
    /// Print doses taken, days fully right, on time
    Statistics(look::Statistics),
    /// Tell a patient's log again as of two dates, and print what differs in what is understood and in effects
    ///
    /// --as-of and --against say how all events are read: with the types, versions and rules of that date. What was
    /// known or true at an instant is asked with --known-at and --true-at of `log day`, `why`, `state` and `statistics`.
    Replay(replay::Replay),
    /// Say that this log was put back to an older copy: devices send again what it lacks, then fetch it from its
    /// beginning
    DeclareRestored(restored::DeclareRestored),
}

#[derive(Debug, Args)]
pub(super) struct OfPatient {
    #[command(flatten)]
    common: Common,
    /// Whose: her id, as `patient list` prints it
    #[arg(long)]
    patient: PatientId,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    common: Common,
    /// Only this patient's stream
    #[arg(long)]
    patient: Option<PatientId>,
}

impl Log {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Show(of) => of.show().await,
            Self::State(folded) => folded.run().await,
            Self::Day(day) => day.run().await,
            Self::Why(why) => why.run().await,
            Self::Statistics(statistics) => statistics.run().await,
            Self::Replay(replay) => replay.run().await,
            Self::Verify(verify) => verify.run().await,
            Self::Follow(follow) => follow::run(follow).await,
            Self::DeclareRestored(declare) => declare.run().await,
        }
    }
}

/// Hands every event of a stream to `each`, in order.
async fn every<L: Ledger>(
    service: &Service<L>,
    patient: PatientId,
    mut each: impl FnMut(Logged) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = Ordinal::ZERO;
    loop {
        let events =
            service.ledger.read(move |tables| Ok(tables.events(patient, Span::After(after), PAGE)?)).await?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.receipt.ordinal;
        events.into_iter().try_for_each(&mut each)?;
    }
}

impl OfPatient {
    async fn show(self) -> Result<ExitCode, Error> {
        let opened = self.common.open_to_read().await?;
        let (row, _) = opened.service.patient(self.patient).await?;
        let mut reader = Reader::new(&*opened.service.keys);
        every(&opened.service, row.id, |event| {
            let entry = reader.read(event);
            if self.common.json {
                print::json(&entry)?;
            } else {
                print::line(&entry.line());
            }
            Ok(())
        })
        .await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A patient's events in order, opened where they open.
async fn events(of: &OfPatient) -> Result<Vec<Opened>, Error> {
    let opened = of.common.open_to_read().await?;
    opened.service.patient(of.patient).await?;
    let mut reader = Reader::new(&*opened.service.keys);
    let mut events = Vec::new();
    every(&opened.service, of.patient, |event| {
        let content = reader.open(&event);
        events.push(event.into_opened(content));
        Ok(())
    })
    .await?;
    Ok(events)
}

/// A patient's events folded, and how many there are.
async fn fold(of: &OfPatient) -> Result<(State, usize), Error> {
    let mut state = State::default();
    let events = events(of).await?;
    let count = events.len();
    for event in events {
        state.apply(event);
    }
    Ok((state, count))
}

impl Verify {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open_to_read().await?;
        let verified = opened.service.verify(self.patient).await?;
        if self.common.json {
            print::json(&verified)?;
        } else {
            for report in &verified.patients {
                let found = if report.faults.is_empty() { "holds" } else { "DOES NOT HOLD" };
                let (events, devices) = (report.events, report.devices);
                print::line(&format!("{}  {events} events, {devices} devices  {found}", report.patient));
                report.faults.iter().for_each(|fault| print::line(&format!("  {fault}")));
            }
            verified.faults.iter().for_each(|fault| print::line(fault));
        }
        Ok(if verified.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
