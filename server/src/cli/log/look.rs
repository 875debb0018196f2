//! `log state | why | statistics`: what the log comes to as of any instant, and why.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgGroup, Args};
use serde_json::json;
use shared_events::{
    as_of::AsOf,
    content::{TaskId, TreatmentId},
    state::State,
    views::{Coverage, Part, Question, Step, statistics, why},
};
use uuid::Uuid;

use super::{OfPatient, dose::Dose, fold};
use crate::{
    cli::print,
    clock::{Clock as _, SystemClock},
    error::Error,
    scribe::utc,
};

/// As of when; without any, as of now.
#[derive(Debug, Args)]
pub(super) struct Then {
    /// Only what the log had then (RFC 3339), read as this program reads it
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<DateTime<Utc>>,
    /// Only what was true then (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    true_at: Option<DateTime<Utc>>,
}

impl Then {
    /// The moment at which a day is looked at.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.true_at.or(self.known_at).unwrap_or_else(|| utc(SystemClock.now_ms()).to_utc())
    }

    fn look_back(&self, whole: State) -> State {
        let as_of = AsOf { known_at: self.known_at, true_at: self.true_at };
        if as_of == AsOf::default() { whole } else { whole.as_of(as_of) }
    }

    pub(super) async fn state(&self, of: &OfPatient) -> Result<State, Error> {
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

/// The events that a fact came from.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("question").required(true)))]
pub(in crate::cli) struct Why {
    #[command(flatten)]
    of: OfPatient,
    #[command(flatten)]
    then: Then,
    /// A planned dose: TREATMENT/DATE/SLOT, as `log day --ids` prints it. The slot is a name of the plan, such as
    /// morning
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
        let state = self.then.state(&self.of).await?;
        let steps = why(&state, &self.question(&state)?);
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

    fn question(&self, state: &State) -> Result<Question, Error> {
        if let Some(name) = &self.dose {
            let Dose { treatment, key } = Dose::find(state, name, self.then.now())?;
            return Ok(Question::Dose(treatment, key));
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
