//! `log day`: a day as a person sees it, as of any instant.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use shared_events::{
    content::{OccurredAt, TreatmentId},
    plan::DoseKey,
    schedule::ZoneTimeline,
    views::{Coverage, DayView, DoseStatus, day, today},
};

use super::{OfPatient, dose::Dose, look::Then};
use crate::{cli::print, error::Error};

/// One day of the patient's calendar.
#[derive(Debug, Args)]
pub(in crate::cli) struct Day {
    #[command(flatten)]
    of: OfPatient,
    #[command(flatten)]
    then: Then,
    /// The day, such as 2026-11-21 [default: the patient's today]
    #[arg(long)]
    date: Option<NaiveDate>,
    /// Print each dose's TREATMENT/DATE/SLOT, which `log why --dose` takes
    #[arg(long)]
    ids: bool,
}

impl Day {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let state = self.then.state(&self.of).await?;
        let now = self.then.now();
        let date = self.date.or_else(|| today(&state, now)).unwrap_or_else(|| now.date_naive());
        let view = day(&state, date, now, Coverage::ALL);
        if self.of.common.json {
            print::json(&view)?;
            return Ok(ExitCode::SUCCESS);
        }
        Lines { ids: self.ids, date, now, clock: ZoneTimeline::of(&state).timeline }.print(&view);
        Ok(ExitCode::SUCCESS)
    }
}

/// A day in words.
struct Lines {
    ids: bool,
    date: NaiveDate,
    now: DateTime<Utc>,
    /// The patient's; `None` while no zone is known.
    clock: Option<ZoneTimeline>,
}

impl Lines {
    fn print(&self, view: &DayView) {
        print::line(&self.date.to_string());
        for slot in &view.slots {
            for dose in &slot.doses {
                let (amount, status) = (&dose.dose, self.status(&dose.status));
                let line = format!("{}, {} {}  {status}", dose.medicine.name, amount.value, amount.unit);
                self.line(&format!("{}  {line}", slot.at.format("%H:%M")), dose.treatment, &dose.key);
            }
        }
        for extra in &view.unplanned {
            let name =
                extra.medicine.as_ref().map_or("a medicine that is not known here", |m| m.name.as_str());
            let line = format!("without a planned dose: {name}, {} entries", extra.facts.len());
            self.line(&line, extra.treatment, &extra.key);
        }
        if view.plan_is_incomplete() {
            print::line("  The plan could not be read whole.");
        }
    }

    fn line(&self, words: &str, treatment: TreatmentId, key: &DoseKey) {
        let dose = Dose { treatment, key: key.clone() };
        let id = if self.ids { format!("  {dose}") } else { String::new() };
        print::line(&print::plain(&format!("  {words}{id}")));
    }

    /// By the patient's clock, with the date where it is another one than the day's.
    fn time(&self, at: OccurredAt) -> String {
        let local = self.clock.as_ref().map_or(at.at.naive_local(), |clock| clock.local(at.at.to_utc()));
        let format = if local.date() == self.date { "%H:%M" } else { "%H:%M on %Y-%m-%d" };
        local.format(format).to_string()
    }

    fn status(&self, status: &DoseStatus) -> String {
        let words = match status {
            // Somebody wrote a time that has not come yet, or a phone's clock is wrong.
            DoseStatus::Taken { at } | DoseStatus::TakenLate { at } if at.at > self.now => {
                return format!("logged as taken at {}, which is still to come", self.time(*at));
            }
            DoseStatus::Taken { at } => return format!("taken at {}", self.time(*at)),
            DoseStatus::TakenLate { at } => return format!("taken late, at {}", self.time(*at)),
            DoseStatus::Planned => "planned",
            DoseStatus::Due => "due",
            DoseStatus::Skipped { .. } => "skipped",
            DoseStatus::Missed => "missed",
            DoseStatus::BeforePlan => "before the plan was written",
            DoseStatus::StillLoading => "still loading",
            DoseStatus::Frozen => "changed by a later version",
            DoseStatus::Contradicted => "taken and skipped: not settled",
        };
        words.to_owned()
    }
}
