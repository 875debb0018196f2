//! What `plan expand` reads.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use shared_events::{
    amount::Amount,
    ids::EventId,
    plan::{Meals, Rule, Schedule},
    schedule::{Change, Course, LastTaken, Pause, PlanError, Zone, ZoneTimeline},
};
use uuid::Uuid;

/// A plan, whose it is, what happened to it, and the window that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub(super) schedule: Schedule,
    dose: Amount,
    /// The event of the plan, which intervals count from.
    #[serde(default = "nil")]
    entry: EventId,
    /// Where the patient lives, from when on; the first from the beginning.
    #[serde(default)]
    zones: Vec<ZoneFrom>,
    meals: Option<Meals>,
    #[serde(default)]
    pauses: Vec<PauseOf>,
    #[serde(default)]
    changes: Vec<ChangeOf>,
    stopped_from: Option<DateTime<FixedOffset>>,
    /// First date.
    pub(super) from: NaiveDate,
    /// The date after the last one.
    pub(super) to: NaiveDate,
    last_taken: Option<DateTime<FixedOffset>>,
    /// The entry that says so.
    #[serde(default = "nil")]
    last_taken_entry: EventId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFrom {
    from: DateTime<FixedOffset>,
    zone: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseOf {
    from: DateTime<FixedOffset>,
    to: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeOf {
    from: DateTime<FixedOffset>,
    dose: Option<Amount>,
    rule: Option<Rule>,
    /// The event of the change; of two at one instant the greater holds.
    entry: Option<EventId>,
}

impl ChangeOf {
    fn change(&self) -> Change<'_> {
        Change {
            // By its instant, so that their order does not matter.
            entry: self.entry.unwrap_or(EventId(Uuid::from_u64_pair(0, millis(self.from)))),
            from: self.from.to_utc(),
            dose: self.dose.as_ref(),
            rule: self.rule.as_ref(),
        }
    }
}

fn millis(at: DateTime<FixedOffset>) -> u64 {
    at.timestamp_millis().unsigned_abs()
}

fn nil() -> EventId {
    EventId(Uuid::nil())
}

/// Reads it; else says which field is wrong, and how.
pub(super) fn read(text: &str) -> Result<Question, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let question: Question = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| format!("{}: {}", error.path(), error.inner()))?;
    json.end().map_err(|error| error.to_string())?;
    Ok(question)
}

impl Question {
    pub(super) fn course(&self) -> Course<'_> {
        let pause = |pause: &PauseOf| Pause { from: pause.from.to_utc(), to: pause.to.map(|to| to.to_utc()) };
        let taken = |at: DateTime<FixedOffset>| LastTaken { entry: self.last_taken_entry, at: at.to_utc() };
        Course {
            changes: self.changes.iter().map(ChangeOf::change).collect(),
            pauses: self.pauses.iter().map(pause).collect(),
            stopped_from: self.stopped_from.map(|from| from.to_utc()),
            meals: self.meals.clone(),
            last_taken: self.last_taken.map(taken),
            ..Course::new(&self.schedule, &self.dose, self.entry)
        }
    }

    /// The rules one by one, so that a refusal says whose rule it means.
    pub(super) fn check(&self) -> Result<(), String> {
        self.schedule.check().map_err(said)?;
        for (i, change) in self.changes.iter().enumerate() {
            let Some(rule) = &change.rule else { continue };
            let refused = |e| said(e).replacen("schedule.", &format!("changes[{i}]."), 1);
            self.schedule.check_rule(rule).map_err(refused)?;
        }
        self.course().check().map_err(said)
    }

    pub(super) fn timeline(&self) -> Result<ZoneTimeline, String> {
        let mut changes = Vec::new();
        for (i, change) in self.zones.iter().enumerate() {
            let zone: Zone = change.zone.parse().map_err(|e| format!("zones[{i}].zone: {e}"))?;
            changes.push((change.from.to_utc(), zone));
        }
        let home = if let shared_events::plan::WallClock::Home(name) = &self.schedule.clock {
            name.parse().ok().map(ZoneTimeline::fixed)
        } else {
            None
        };
        let none = || "zones: say where the patient lives, or give the plan a home zone".to_owned();
        ZoneTimeline::new(changes).or(home).ok_or_else(none)
    }
}

/// A refusal in words.
pub(super) fn said(error: PlanError) -> String {
    error.to_string()
}
