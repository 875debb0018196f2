//! `log day | why | statistics`: what a person sees, as of any instant, and why.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgGroup, Args};
use serde_json::json;
use shared_events::{
    as_of::AsOf,
    content::{TaskId, TreatmentId},
    plan::{DoseKey, SlotId},
    state::State,
    views::{Coverage, DoseStatus, Part, Question, Step, day, statistics, today, why},
};
use uuid::Uuid;

use super::{OfPatient, fold};
use crate::{
    cli::print,
    clock::{Clock as _, SystemClock},
    error::Error,
    scribe::utc,
};

/// As of when; without any, as of now.
#[derive(Debug, Args)]
pub(super) struct Then {
    /// Only what the log had then (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<DateTime<Utc>>,
    /// Only what was true then (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    true_at: Option<DateTime<Utc>>,
}

impl Then {
    /// The moment at which a day is looked at.
    fn now(&self) -> DateTime<Utc> {
        self.true_at.or(self.known_at).unwrap_or_else(|| utc(SystemClock.now_ms()).to_utc())
    }

    fn look_back(&self, whole: State) -> State {
        let as_of = AsOf { known_at: self.known_at, true_at: self.true_at };
        if as_of == AsOf::default() { whole } else { whole.as_of(as_of) }
    }

    async fn state(&self, of: &OfPatient) -> Result<State, Error> {
        Ok(self.look_back(fold(of).await?.0))
    }
}

/// The hash of the state, by which a log and its phones are compared.
#[derive(Debug, Args)]
pub(in crate::cli) struct Folded {
    #[command(flatten)]
    of: OfPatient,
    #[command(flatten)]
    then: Then,
}

impl Folded {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let (whole, events) = fold(&self.of).await?;
        let state = self.then.look_back(whole);
        if self.of.common.json {
            let (patient, unopened) = (self.of.patient, state.unopened().count());
            print::json(&json!({
                "patient": patient, "events": events, "unopened": unopened, "hash": state.hash(),
            }))?;
        } else {
            print::line(&state.hash().to_string());
        }
        Ok(ExitCode::SUCCESS)
    }
}

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
        print::line(&date.to_string());
        for slot in &view.slots {
            for dose in &slot.doses {
                let name = print::plain(&dose.medicine.name);
                let status = in_words(&dose.status);
                print::line(&format!(
                    "  {}  {name}, {} {}  {status}",
                    slot.at.format("%H:%M"),
                    dose.dose.value,
                    dose.dose.unit
                ));
            }
        }
        for extra in &view.unplanned {
            let name =
                extra.medicine.as_ref().map_or("a medicine that is not known here", |m| m.name.as_str());
            print::line(&format!(
                "  without a planned dose: {}, {} entries",
                print::plain(name),
                extra.facts.len()
            ));
        }
        if view.plan_is_incomplete() {
            print::line("  The plan could not be read whole.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn in_words(status: &DoseStatus) -> String {
    match status {
        DoseStatus::Planned => "planned".to_owned(),
        DoseStatus::Due => "due".to_owned(),
        DoseStatus::Taken { at } => format!("taken at {}", at.at.format("%H:%M")),
        DoseStatus::TakenLate { at } => format!("taken late, at {}", at.at.format("%H:%M")),
        DoseStatus::Skipped { .. } => "skipped".to_owned(),
        DoseStatus::Missed => "missed".to_owned(),
        DoseStatus::BeforePlan => "before the plan was written".to_owned(),
        DoseStatus::StillLoading => "still loading".to_owned(),
        DoseStatus::Frozen => "changed by a later version".to_owned(),
        DoseStatus::Contradicted => "taken and skipped: not settled".to_owned(),
    }
}

/// The events that a fact came from.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("question").required(true)))]
pub(in crate::cli) struct Why {
    #[command(flatten)]
    of: OfPatient,
    #[command(flatten)]
    then: Then,
    /// A planned dose: TREATMENT/DATE/SLOT
    #[arg(long, group = "question")]
    dose: Option<String>,
    /// The plan of a treatment
    #[arg(long, group = "question")]
    treatment: Option<Uuid>,
    /// A task
    #[arg(long, group = "question")]
    task: Option<Uuid>,
    /// Which clock the plan follows
    #[arg(long, group = "question")]
    zone: bool,
}

impl Why {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let question = self.question()?;
        let steps = why(&self.then.state(&self.of).await?, &question);
        for step in &steps {
            if self.of.common.json {
                print::json(step)?;
            } else {
                print::line(&told(step));
            }
        }
        if steps.is_empty() && !self.of.common.json {
            print::line("The log has nothing about that.");
        }
        Ok(ExitCode::SUCCESS)
    }

    fn question(&self) -> Result<Question, Error> {
        if let Some(dose) = &self.dose {
            let wrong = || Error::Invalid(format!("write a dose as TREATMENT/DATE/SLOT instead of {dose:?}"));
            let mut parts = dose.splitn(3, '/');
            let mut part = || parts.next().ok_or_else(wrong);
            let treatment = part()?.parse().map_err(|_| wrong())?;
            let date = part()?.parse().map_err(|_| wrong())?;
            let key = DoseKey::Planned { date, slot: SlotId(part()?.to_owned()), repeat: 0 };
            return Ok(Question::Dose(TreatmentId(treatment), key));
        }
        let treatment = self.treatment.map(|id| Question::Treatment(TreatmentId(id)));
        Ok(treatment.or_else(|| self.task.map(|id| Question::Task(TaskId(id)))).unwrap_or(Question::Zone))
    }
}

fn told(step: &Step) -> String {
    let part = match &step.part {
        Part::Holds => "holds".to_owned(),
        Part::Witnesses(id) => format!("says the same as {id}"),
        Part::OverriddenBy(id) => format!("{id} counts instead"),
        Part::Contradicts(id) => format!("cannot be together with {id}: not settled"),
        Part::TakenBackBy(ids) => {
            format!("taken back by {}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Part::NotAllowed => "its author may not say this".to_owned(),
        Part::NotUnderstood => "this version does not understand it".to_owned(),
    };
    let who = step.who.name.as_deref().or(step.who.device_name.as_deref()).unwrap_or("?");
    format!("{}  {}  {}  {}  {part}", step.occurred_at.at.to_rfc3339(), step.id, step.kind, print::plain(who))
}

/// Doses taken, days fully right, on time.
#[derive(Debug, Args)]
pub(in crate::cli) struct Statistics {
    #[command(flatten)]
    of: OfPatient,
    #[command(flatten)]
    then: Then,
    /// First day
    #[arg(long)]
    from: NaiveDate,
    /// Last day
    #[arg(long)]
    to: NaiveDate,
}

impl Statistics {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        if self.to < self.from {
            return Err(Error::Invalid("--to must not lie before --from".to_owned()));
        }
        let state = self.then.state(&self.of).await?;
        let found = statistics(&state, self.from..=self.to, self.then.now(), Coverage::ALL);
        if self.of.common.json {
            print::json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        let all = found.overall;
        print::line(&format!("doses that count     {}", all.counted));
        print::line(&format!("  taken              {}, on time {}", all.taken, all.on_time));
        print::line(&format!("  skipped            {}", all.skipped));
        print::line(&format!("  missed             {}", all.missed));
        print::line(&format!("  not settled        {}", all.contradicted));
        print::line(&format!("days fully right     {} of {}", found.days_fully_right, found.days));
        print::line(&format!("without a planned dose  {}", found.unplanned));
        Ok(ExitCode::SUCCESS)
    }
}
