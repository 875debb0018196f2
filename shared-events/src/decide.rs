//! Decisions: what a person asks for becomes events and effects, as data, or is refused with the field and the rule. A
//! plan can be refused. A fact never is: of it there are warnings, and whoever is warned may go on.
//!
//! Nothing here changes anything: a preview is the same call, and what is done with its answer is the difference.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    commands,
    content::{AppointmentId, Entity, OccurredAt, Role, TaskId, TreatmentId},
    draft::{self, Clear, Draft, Setting, Stamp},
    effects::{Behaviour, Effect, react},
    events::{
        AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, Data, Event, EventRetracted,
        MedicineAdded, MedicineSkipped, MedicineTaken, ModelChanged, TaskAssigned, TaskCancelled,
        TaskCompleted, TaskReopened, TreatmentChanged, TreatmentPaused, TreatmentPrescribed,
        TreatmentResumed, TreatmentStopped, ZoneChanged,
    },
    fields::last_changes,
    ids::{DeviceId, EventId, Hash, Hlc, PatientId, Sequence},
    plan::DoseKey,
    record::Link,
    schedule::{self, Intake, PlanError, PlanRule, check::says_something},
    sorted::SortedMap,
    state::{Opened, State},
    views::{AppointmentStatus, appointment, facts::facts_of, medicines::Plan, window_of},
};

pub use crate::commands::Rejection;

/// What a person, or the care team, asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Command {
    /// Facts: several at once are all recorded, or none.
    Take(Vec<MedicineTaken>),
    Skip(MedicineSkipped),
    Complete(TaskCompleted),
    Reopen(TaskReopened),
    Retract(EventRetracted),
    /// Plans.
    Prescribe(TreatmentPrescribed),
    /// Which events it follows is filled in.
    Change(TreatmentChanged),
    Pause(TreatmentPaused),
    Resume(TreatmentResumed),
    Stop(TreatmentStopped),
    /// The patient's own medicine.
    Add(MedicineAdded),
    Schedule(AppointmentScheduled),
    Reschedule(AppointmentRescheduled),
    CallOff(AppointmentCancelled),
    Assign(TaskAssigned),
    Cancel(TaskCancelled),
    ChangeZone(ZoneChanged),
    /// A model as [`crate::model::change`] says it has to be changed.
    Save(ModelChanged),
}

/// Where a decision is made: by whom, on which device, and when.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Desk {
    pub patient: PatientId,
    pub device: DeviceId,
    pub setting: Setting,
    pub when: OccurredAt,
    pub recorded_at: Hlc,
    /// The id of the patient's key.
    pub key: Hash,
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// To be recorded under these ids, in this order, all or none.
    pub events: Vec<(EventId, Draft)>,
    /// What these lead to.
    pub effects: Vec<Effect>,
    /// What to think of before going on.
    pub warnings: Vec<Warning>,
}

/// What to think of before a fact is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// As the plan says of doses as needed.
    AsNeeded(TreatmentId, schedule::Warning),
    /// It is planned for later, and not open yet.
    Early {
        /// Of which treatment.
        treatment: TreatmentId,
        /// When it is planned.
        planned_at: DateTime<Utc>,
    },
    /// This dose is logged.
    AlreadyLogged {
        /// Of which treatment.
        treatment: TreatmentId,
        /// The entry that says so.
        entry: EventId,
    },
    /// Nothing of this treatment is due then: it is paused.
    Paused(TreatmentId),
    /// Nothing of this treatment is due then: it is stopped.
    Stopped(TreatmentId),
    /// Of this treatment no prescription is known here.
    NotKnown(TreatmentId),
    /// Its plan came from a later version of the app.
    NotUnderstood(TreatmentId),
}

/// Decides. `new_id` gives an id to each event.
///
/// # Errors
/// A plan breaks a rule, or what it is about is not there.
pub fn decide(
    state: &State,
    command: &Command,
    desk: &Desk,
    new_id: &mut dyn FnMut() -> EventId,
) -> Result<Decision, Rejection> {
    let (drafts, warnings) = drafts(state, command, desk.setting.actor.role, desk.when)?;
    let events: Vec<_> = drafts.into_iter().map(|draft| (new_id(), draft)).collect();
    let effects = foresee(state, &events, desk);
    Ok(Decision { events, effects, warnings })
}

/// What a command would have the person think of. Without effects, so that a phone need not work them out.
#[must_use]
pub fn warnings(state: &State, command: &Command, when: OccurredAt) -> Vec<Warning> {
    match command {
        Command::Take(taken) => taken.iter().flat_map(|taken| of_taking(state, taken, when)).collect(),
        Command::Skip(MedicineSkipped { treatment, dose, .. }) => {
            already_logged(state, *treatment, dose).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn drafts(
    state: &State,
    command: &Command,
    role: Role,
    when: OccurredAt,
) -> Result<(Vec<Draft>, Vec<Warning>), Rejection> {
    fn one<T: Data + Clone>(data: &T, when: OccurredAt) -> Vec<Draft> {
        vec![Draft::of(data.clone(), when)]
    }
    let drafts = match command {
        Command::Take(taken) => taken.iter().map(|taken| Draft::of(taken.clone(), when)).collect(),
        Command::Skip(data) => one(data, when),
        Command::Complete(data) => one(data, when),
        Command::Reopen(data) => one(data, when),
        Command::Retract(retracted) => {
            let target = state.entry(retracted.target);
            let target = target.ok_or(PlanError::new("target", PlanRule::NoEntry))?;
            vec![commands::retract(target, retracted.reason.clone(), when)]
        }
        Command::Change(TreatmentChanged { treatment, .. })
        | Command::Pause(TreatmentPaused { treatment, .. })
        | Command::Resume(TreatmentResumed { treatment, .. })
        | Command::Stop(TreatmentStopped { treatment, .. })
            if !may_change(state, role, *treatment) =>
        {
            return Err(PlanError::new("treatment", PlanRule::NotOwn));
        }
        _ => planned(state, command, when)?.into_iter().collect(),
    };
    Ok((drafts, warnings(state, command, when)))
}

/// What becomes of a plan, as an event; `None`: it is a fact, which no plan refuses.
fn planned(state: &State, command: &Command, when: OccurredAt) -> Result<Option<Draft>, Rejection> {
    Ok(Some(match command {
        Command::Prescribe(prescription) => {
            is_new(state, prescription.treatment)?;
            commands::prescribe(prescription.clone(), when)?
        }
        Command::Add(added) => {
            is_new(state, added.treatment)?;
            commands::add(added.clone(), when)?
        }
        Command::Schedule(made) => {
            if appointment(state, made.appointment).is_some() {
                return Err(PlanError::new("appointment", PlanRule::Exists));
            }
            commands::schedule(made.clone(), when)?
        }
        Command::Reschedule(moved) => {
            goes_on(state, moved.appointment)?;
            commands::reschedule(moved.clone(), when)?
        }
        Command::CallOff(off) => {
            goes_on(state, off.appointment)?;
            Draft::of(off.clone(), when)
        }
        Command::Change(change) => change_of(
            state,
            change.clone(),
            &last_changes(state, &Entity::Treatment(change.treatment)),
            when,
        )?,
        Command::Pause(pause) => {
            known(state, pause.treatment)?;
            if pause.to.is_some_and(|to| to <= pause.from) {
                return Err(PlanError::new("to", PlanRule::EndsBeforeStart));
            }
            Draft::of(pause.clone(), when)
        }
        Command::Resume(resumed) => {
            let plan = known(state, resumed.treatment)?;
            let from = resumed.from.to_utc();
            if !plan.course.pauses.iter().any(|pause| pause.to.is_none_or(|to| to > from)) {
                return Err(PlanError::new("from", PlanRule::NotPaused));
            }
            Draft::of(resumed.clone(), when)
        }
        Command::Stop(stop) => {
            Plan::of(state, stop.treatment).ok_or(PlanError::new("treatment", PlanRule::Unknown))?;
            Draft::of(stop.clone(), when)
        }
        Command::Assign(task) => commands::assign(task.clone(), when)?,
        Command::Cancel(task) => {
            if !is_assigned(state, task.task) {
                return Err(PlanError::new("task", PlanRule::Unknown));
            }
            Draft::of(task.clone(), when)
        }
        Command::ChangeZone(change) => commands::change_zone(&change.zone, change.from, when)?,
        Command::Save(change) => {
            if change.fields.is_empty() {
                return Err(PlanError::new("fields", PlanRule::NothingChanges));
            }
            Draft::of(change.clone(), when)
        }
        Command::Take(_)
        | Command::Skip(_)
        | Command::Complete(_)
        | Command::Reopen(_)
        | Command::Retract(_) => return Ok(None),
    }))
}

/// There is no such plan yet.
fn is_new(state: &State, treatment: TreatmentId) -> Result<(), Rejection> {
    if Plan::of(state, treatment).is_some() {
        return Err(PlanError::new("treatment", PlanRule::Exists));
    }
    Ok(())
}

/// Whether a plan is this person's to change: the care team's all, anyone's what was added.
fn may_change(state: &State, role: Role, treatment: TreatmentId) -> bool {
    matches!(role, Role::CareTeam | Role::Server) || state.is_added(&Entity::Treatment(treatment))
}

/// An appointment that was made and not called off.
fn goes_on(state: &State, id: AppointmentId) -> Result<(), Rejection> {
    match appointment(state, id).map(|known| known.status) {
        None => Err(PlanError::new("appointment", PlanRule::Unknown)),
        Some(AppointmentStatus::Cancelled { .. }) => Err(PlanError::new("appointment", PlanRule::CalledOff)),
        Some(_) => Ok(()),
    }
}

/// A change of a plan; `seen` says which events its author knew to have written the plan's fields ([`last_changes`]).
///
/// # Errors
/// Nothing changes, the plan does not go on, or the new rule breaks a rule of rules.
pub fn change_of(
    state: &State,
    change: TreatmentChanged,
    seen: &SortedMap<String, Vec<Hash>>,
    when: OccurredAt,
) -> Result<Draft, Rejection> {
    let plan = known(state, change.treatment)?;
    let fields = [
        ("dose", change.dose.is_some()),
        ("instructions", change.instructions.is_some()),
        ("rule", change.rule.is_some()),
        ("medicine", change.medicine.is_some()),
    ];
    if fields.iter().all(|(_, changes)| !changes) {
        return Err(PlanError::new("dose", PlanRule::NothingChanges));
    }
    if let Some(dose) = &change.dose {
        says_something("dose.unit", &dose.unit)?;
    }
    if let Some(medicine) = &change.medicine {
        if !plan.prescribed.is_added {
            return Err(PlanError::new("medicine", PlanRule::PrescribedAnew));
        }
        says_something("medicine.name", &medicine.name)?;
    }
    if let Some(rule) = &change.rule {
        plan.prescribed.schedule.check_rule(rule)?;
    }
    let written = fields.iter().filter(|(_, changes)| *changes);
    let after = written.filter_map(|(field, _)| Some(((*field).to_owned(), seen.get(*field)?.clone())));
    Ok(Draft::of(TreatmentChanged { after: after.collect(), ..change }, when))
}

/// A plan that goes on.
fn known(state: &State, treatment: TreatmentId) -> Result<Plan<'_>, Rejection> {
    let plan = Plan::of(state, treatment).ok_or(PlanError::new("treatment", PlanRule::Unknown))?;
    if plan.course.stopped_from.is_some() {
        return Err(PlanError::new("treatment", PlanRule::Stopped));
    }
    Ok(plan)
}

fn is_assigned(state: &State, task: TaskId) -> bool {
    state.holding(&Entity::Task(task)).any(|(_, event)| matches!(event, Event::TaskAssigned(_)))
}

/// What the events would lead to: they are placed in a copy of the state, as the newest.
fn foresee(state: &State, events: &[(EventId, Draft)], desk: &Desk) -> Vec<Effect> {
    let mut then = state.clone();
    let mut effects = Vec::new();
    for (sequence, (id, draft)) in (1..).zip(events) {
        if let Some(opened) = placed(*id, draft, desk, sequence)
            && then.apply(opened)
            && let Some(entry) = then.entry(*id)
        {
            effects.extend(react(&then, *id, Behaviour::of(entry)));
        }
    }
    effects
}

fn placed(id: EventId, draft: &Draft, desk: &Desk, sequence: u64) -> Option<Opened> {
    let Desk { patient, device, recorded_at, key, .. } = *desk;
    // Several events of one moment keep their order.
    let recorded_at = Hlc(recorded_at.0.saturating_add(sequence));
    let stamp = Stamp { id, patient, device, recorded_at, key };
    let header = draft::header(&draft.event, &stamp, Clear::default(), &[]).ok()?;
    let content = String::from_utf8(draft.plaintext(desk.setting.clone()).ok()?).ok()?;
    let link = Link { device, sequence: Sequence::new(sequence)?, previous: Hash::ZERO };
    Some(Opened { header, content: Some(content), link, receipt: None })
}

fn of_taking(state: &State, taken: &MedicineTaken, when: OccurredAt) -> Vec<Warning> {
    let MedicineTaken { treatment, dose, amount, .. } = taken;
    let at = when.at.to_utc();
    let mut warnings: Vec<_> = already_logged(state, *treatment, dose).into_iter().collect();
    let Some(plan) = Plan::of(state, *treatment) else {
        warnings.push(Warning::NotKnown(*treatment));
        return warnings;
    };
    if plan.frozen {
        warnings.push(Warning::NotUnderstood(*treatment));
    }
    if plan.course.is_stopped(at) {
        warnings.push(Warning::Stopped(*treatment));
    } else if plan.course.is_paused(at) {
        warnings.push(Warning::Paused(*treatment));
    }
    if *dose != DoseKey::AsNeeded
        && let Some((planned, window)) = window_of(state, *treatment, dose, at)
        && at < window.opens
    {
        warnings.push(Warning::Early { treatment: *treatment, planned_at: planned.at });
    }
    let of_plan = plan.as_needed(state, Intake { at, amount }, None);
    warnings.extend(of_plan.into_iter().map(|warning| Warning::AsNeeded(*treatment, warning)));
    warnings
}

fn already_logged(state: &State, treatment: TreatmentId, dose: &DoseKey) -> Option<Warning> {
    if *dose == DoseKey::AsNeeded {
        return None;
    }
    let facts = facts_of(state, treatment, dose);
    facts.first().map(|fact| Warning::AlreadyLogged { treatment, entry: fact.id })
}
