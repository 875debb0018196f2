//! `plan expand`: which doses a plan means.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{print, read};
use crate::error::Error;

mod answer;
mod question;

/// The plan is refused, or cannot be read; the message names field and rule.
const BAD_PLAN: u8 = 2;

#[derive(Debug, Subcommand)]
pub(super) enum Plan {
    /// Print the doses of a plan as JSON, and the days that a taper leaves uncovered
    ///
    /// Reads {schedule, dose, zones: [{from, zone}], meals?, pauses?, changes?, stopped_from?, from, to, last_taken?}
    /// as JSON. Dates from `from` to before `to` are printed.
    Expand(Expand),
}

#[derive(Debug, Args)]
pub(super) struct Expand {
    /// The plan as JSON; `-` is the standard input
    #[arg(long, default_value = "-")]
    file: PathBuf,
}

impl Plan {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Self::Expand(expand) = self;
        let text = read(&expand.file)?;
        match question::read(&text).and_then(|question| answer::answer(&question)) {
            Ok(answer) => print::json(&answer)?,
            Err(refusal) => {
                print::warn(&print::plain(&refusal));
                return Ok(ExitCode::from(BAD_PLAN));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
