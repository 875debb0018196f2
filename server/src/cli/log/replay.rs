//! `log replay`: a patient's log told again as of two dates, and what they do not have in common.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use shared_events::{
    effects::{Behaviour, Effect},
    replay::{Difference, Replayed, Rules, Side, compare, replay},
};

use super::{OfPatient, events};
use crate::{cli::print, error::Error, service::effects::Asked};

/// Changes nothing, unless the difference is to be carried out.
#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    #[command(flatten)]
    of: OfPatient,
    /// A date such as 2026-11-21: with the types and versions, and by the rules for effects, of that day
    #[arg(long, value_name = "DATE")]
    as_of: String,
    /// The date to compare it with
    #[arg(long, value_name = "DATE")]
    against: String,
    /// Have those effects carried out that only the second date asks for, as far as they are of use still; each once
    #[arg(long)]
    carry_out: bool,
}

/// What differs, and what became of it.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    #[serde(skip_serializing_if = "Option::is_none")]
    carried_out: Option<Asked>,
}

impl Replay {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        for date in [&self.as_of, &self.against] {
            let read: Result<chrono::NaiveDate, _> = date.parse();
            read.map_err(|_| Error::Invalid(format!("{date}: write a date as 2026-11-21")))?;
        }
        let events = events(&self.of).await?;
        let told = |date: &str| -> Replayed {
            replay(events.iter().cloned(), Some(date), Rules::Of(Behaviour::as_of(date)))
        };
        let difference = compare(&told(&self.as_of), &told(&self.against));
        let asked = if self.carry_out {
            let opened = self.of.common.open_to_read().await?;
            Some(opened.service.ask_for(self.of.patient, difference.only_after.clone()).await?)
        } else {
            None
        };
        if self.of.common.json {
            print::json(&Answer { difference: &difference, carried_out: asked })?;
            return Ok(ExitCode::SUCCESS);
        }
        for one in &difference.states {
            let by = if one.by == Side::Before { &self.as_of } else { &self.against };
            let frozen = if one.frozen.is_empty() { "" } else { ", and its plan is frozen without it" };
            print::line(&format!(
                "{}  {} {}  understood as of {by} only{frozen}",
                one.event, one.kind, one.version
            ));
        }
        let print_effects = |date: &str, effects: &[Effect]| {
            for effect in effects {
                let (kind, message) = (effect.kind.name(), print::plain(&effect.message));
                print::line(&format!("{}  {kind}  as of {date} only: {message}", effect.caused_by));
            }
        };
        print_effects(&self.as_of, &difference.only_before);
        print_effects(&self.against, &difference.only_after);
        if let Some(Asked { asked, known, lapsed, withheld }) = asked {
            print::line(&format!(
                "{asked} effects are to be carried out while the server runs, {known} were known before, \
                 {lapsed} are past their time, {withheld} are a test patient's"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
