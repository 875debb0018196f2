//! What the care team plans. Can be refused, with the field and the rule.

use chrono::{DateTime, FixedOffset};

use super::{PlanRule, Rejection};
use crate::{
    amount::Amount,
    content::{AppointmentId, OccurredAt, TaskId, TreatmentId},
    draft::Draft,
    events::{
        AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, MedicineAdded, TaskAssigned,
        TaskCancelled, TreatmentPrescribed, TreatmentStopped, ZoneChanged,
    },
    plan::{Medicine, Schedule},
    schedule::check::{says_something, zone},
};

/// A medicine is prescribed on a plan.
///
/// # Errors
/// The medicine has no name, the dose no unit, or the schedule breaks a rule.
pub fn prescribe(prescription: TreatmentPrescribed, when: OccurredAt) -> Result<Draft, Rejection> {
    check(&prescription.medicine, &prescription.dose, &prescription.schedule)?;
    Ok(Draft::of(prescription, when))
}

/// The patient takes a medicine that nobody prescribed.
///
/// # Errors
/// As for a prescription; or the dose is nothing.
pub fn add(added: MedicineAdded, when: OccurredAt) -> Result<Draft, Rejection> {
    check(&added.medicine, &added.dose, &added.schedule)?;
    if added.dose.value.is_zero() {
        return Err(Rejection::new("dose.value", PlanRule::NothingAllowed));
    }
    Ok(Draft::of(added, when))
}

fn check(medicine: &Medicine, dose: &Amount, schedule: &Schedule) -> Result<(), Rejection> {
    says_something("medicine.name", &medicine.name)?;
    says_something("dose.unit", &dose.unit)?;
    schedule.check()
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

/// The patient is expected somewhere.
///
/// # Errors
/// It has no title, its zone is not in this build's table, or it takes no time at all.
pub fn schedule(appointment: AppointmentScheduled, when: OccurredAt) -> Result<Draft, Rejection> {
    says_something("title", &appointment.title)?;
    zone("zone", &appointment.zone)?;
    check_minutes(appointment.minutes)?;
    Ok(Draft::of(appointment, when))
}

/// An appointment is moved.
///
/// # Errors
/// As for one that is made.
pub fn reschedule(moved: AppointmentRescheduled, when: OccurredAt) -> Result<Draft, Rejection> {
    if let Some(name) = &moved.zone {
        zone("zone", name)?;
    }
    check_minutes(moved.minutes)?;
    Ok(Draft::of(moved, when))
}

fn check_minutes(minutes: Option<i64>) -> Result<(), Rejection> {
    match minutes {
        Some(minutes) if !(1..=10_000).contains(&minutes) => {
            Err(Rejection::new("minutes", PlanRule::TooMany))
        }
        _ => Ok(()),
    }
}

/// An appointment is called off.
#[must_use]
pub fn call_off(appointment: AppointmentId, reason: Option<String>, when: OccurredAt) -> Draft {
    Draft::of(AppointmentCancelled { appointment, reason }, when)
}

/// From an instant on the patient lives in another time zone; the first one holds from the beginning.
///
/// # Errors
/// The zone is not in this build's table.
pub fn change_zone(name: &str, from: DateTime<FixedOffset>, when: OccurredAt) -> Result<Draft, Rejection> {
    zone("zone", name)?;
    Ok(Draft::of(ZoneChanged { zone: name.to_owned(), from }, when))
}
