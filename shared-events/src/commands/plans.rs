//! What the care team plans. Can be refused, with the field and the rule.

use chrono::{DateTime, FixedOffset};

use super::Rejection;
use crate::{
    content::{OccurredAt, TaskId, TreatmentId},
    draft::Draft,
    events::{TaskAssigned, TaskCancelled, TreatmentPrescribed, TreatmentStopped, ZoneChanged},
    schedule::check::{says_something, zone},
};

/// A medicine is prescribed on a plan.
///
/// # Errors
/// The medicine has no name, the dose no unit, or the schedule breaks a rule.
pub fn prescribe(prescription: TreatmentPrescribed, when: OccurredAt) -> Result<Draft, Rejection> {
    says_something("medicine.name", &prescription.medicine.name)?;
    says_something("dose.unit", &prescription.dose.unit)?;
    prescription.schedule.check()?;
    Ok(Draft::of(prescription, when))
}

/// A treatment is stopped: doses planned at or after `from` are no longer planned.
#[must_use]
pub fn stop(
    treatment: TreatmentId,
    from: DateTime<FixedOffset>,
    reason: Option<String>,
    when: OccurredAt,
) -> Draft {
    Draft::of(TreatmentStopped { treatment, from, reason }, when)
}

/// The patient is asked to do something once.
///
/// # Errors
/// The task has no title.
pub fn assign(task: TaskAssigned, when: OccurredAt) -> Result<Draft, Rejection> {
    says_something("title", &task.title)?;
    Ok(Draft::of(task, when))
}

/// A task is taken back.
#[must_use]
pub fn cancel(task: TaskId, reason: Option<String>, when: OccurredAt) -> Draft {
    Draft::of(TaskCancelled { task, reason }, when)
}

/// From an instant on the patient lives in another time zone; the first one holds from the beginning.
///
/// # Errors
/// The zone is not in this build's table.
pub fn change_zone(name: &str, from: DateTime<FixedOffset>, when: OccurredAt) -> Result<Draft, Rejection> {
    zone("zone", name)?;
    Ok(Draft::of(ZoneChanged { zone: name.to_owned(), from }, when))
}
