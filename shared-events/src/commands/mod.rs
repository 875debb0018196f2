//! From what a person means to the draft of an event. Facts are never refused: these builders cannot fail. Plans can,
//! with the field and the rule ([`plans`]); what the server's own device says stands in [`devices`].

use crate::{
    amount::Amount,
    content::{OccurredAt, TaskId, TreatmentId},
    draft::Draft,
    events::{EventRetracted, MedicineSkipped, MedicineTaken, TaskCompleted, TaskReopened},
    plan::DoseKey,
    state::Entry,
};

pub mod devices;
pub mod plans;

pub use crate::schedule::{PlanError as Rejection, PlanRule};
pub use devices::{enrol_device, fill_place, revoke_device};
pub use plans::{add, assign, call_off, cancel, change_zone, prescribe, reschedule, schedule, stop};

/// A dose was taken. For a log that names no slot, [`crate::views::key_for`] finds the key.
#[must_use]
pub fn take(treatment: TreatmentId, dose: DoseKey, amount: Amount, when: OccurredAt) -> Draft {
    Draft::of(MedicineTaken { treatment, dose, amount, note: None }, when)
}

/// Several doses were taken at once.
#[must_use]
pub fn take_many(
    doses: impl IntoIterator<Item = (TreatmentId, DoseKey, Amount)>,
    when: OccurredAt,
) -> Vec<Draft> {
    doses.into_iter().map(|(treatment, dose, amount)| take(treatment, dose, amount, when)).collect()
}

/// A dose was left out on purpose.
#[must_use]
pub fn skip(
    treatment: TreatmentId,
    dose: DoseKey,
    reason: Option<String>,
    note: Option<String>,
    when: OccurredAt,
) -> Draft {
    Draft::of(MedicineSkipped { treatment, dose, reason, note }, when)
}

/// A task was done.
#[must_use]
pub fn complete_task(task: TaskId, note: Option<String>, when: OccurredAt) -> Draft {
    Draft::of(TaskCompleted { task, note }, when)
}

/// A task is open again.
#[must_use]
pub fn reopen_task(task: TaskId, when: OccurredAt) -> Draft {
    Draft::of(TaskReopened { task }, when)
}

/// An entry should not count: undo. A retraction is an entry too, so that undoing can be undone.
#[must_use]
pub fn retract(target: &Entry, reason: Option<String>, when: OccurredAt) -> Draft {
    let event = EventRetracted { target: target.id(), reason };
    Draft::of(event, when).about(target.content.about.clone())
}
