//! What each type of event says, in every version: all that a new field or a new version touches is in this file, and
//! ARCHITECTURE.md has the steps. A field is never renamed or removed: that is a new version of its type.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Event;
use crate::{
    amount::Amount,
    content::{AppointmentId, Role, TaskId, TreatmentId},
    ids::{DeviceId, EventId, Hash},
    json::reads,
    moment::{date, instant, optional_date, optional_instant},
    plan::{DoseKey, Medicine, MedicineName, Rule, Schedule, clock::as_text},
    record::Class,
    scalar::Scalar,
    sorted::SortedMap,
};

// A type's versions: the newest, then those before it. `after DATE` is read as the newest is; `after DATE as TYPE` by a
// type of its own (`older!`) that says how it is led to the next version, and only to that one.
types! {
    TreatmentPrescribed Standing Care "2026-11-25" after "2026-11-21"; // rules beyond times of the clock
    TreatmentChanged Standing CareOrOwn "2026-11-25";
    TreatmentPaused Standing CareOrOwn "2026-11-25";
    TreatmentResumed Standing CareOrOwn "2026-11-25";
    TreatmentStopped Standing CareOrOwn "2026-11-21";
    MedicineAdded Standing Anyone "2026-11-27";
    AppointmentScheduled Standing Care "2026-11-27";
    AppointmentRescheduled Standing Care "2026-11-27";
    AppointmentCancelled Standing Care "2026-11-27";
    TaskAssigned Standing Care "2026-11-21";
    TaskCancelled Standing Care "2026-11-21";
    MedicineTaken Occurrence Anyone "2026-11-21";
    MedicineSkipped Occurrence Anyone "2026-11-21";
    TaskCompleted Occurrence Anyone "2026-11-21";
    TaskReopened Occurrence Anyone "2026-11-21";
    EventRetracted Standing Anyone "2026-11-21";
    DeviceEnrolled Standing Server "2026-11-21";
    DeviceRevoked Standing Server "2026-11-21";
    ZoneChanged Standing Anyone "2026-11-21";
    EventUnreadable Standing Server "2026-11-21";
    ModelChanged Standing Anyone "2026-11-25";
}

macro_rules! data {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[allow(missing_docs)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        reads!($name { $($field),* });
    };
}

data!(/// The care team prescribes a medicine on a plan.
TreatmentPrescribed {
    treatment: TreatmentId,
    medicine: Medicine,
    /// How much each time, such as 1 `{tablet}`.
    dose: Amount,
    /// In words, for the patient: "with food".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    instructions: Option<String>,
    schedule: Schedule,
});
data!(/// The patient says what she takes besides what is prescribed, and when. Whoever added it, or another of hers, may
/// change, pause and stop it; a prescription of the same treatment would hold instead.
MedicineAdded {
    treatment: TreatmentId,
    medicine: Medicine,
    /// How much each time, such as 1 `{tablet}`.
    dose: Amount,
    /// In her words: "with food".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    instructions: Option<String>,
    /// In her words: "for my knee".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    purpose: Option<String>,
    schedule: Schedule,
});
data!(/// A treatment is changed from an instant on; what is left out stays as it is, and what was planned before
/// stays what it was.
TreatmentChanged {
    treatment: TreatmentId,
    /// Amounts hold from this instant on, times from the next date.
    #[serde(deserialize_with = "instant")]
    from: DateTime<FixedOffset>,
    /// How much each time; slots with an amount of their own keep theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    dose: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    instructions: Option<String>,
    /// The whole rule as it is from now on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    rule: Option<Rule>,
    /// What a medicine that was added is called, put right for all of its days: the last word, in fold order. What is
    /// prescribed keeps its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    medicine: Option<MedicineName>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
    /// For each field that it changes: which events last wrote it, as its author saw it.
    #[serde(skip_serializing_if = "SortedMap::is_empty", default)]
    after: SortedMap<String, Vec<Hash>>,
});
data!(/// A treatment is paused: nothing is due from `from` until `to`, or until it is resumed.
TreatmentPaused {
    treatment: TreatmentId,
    #[serde(deserialize_with = "instant")]
    from: DateTime<FixedOffset>,
    /// Doses are due again from then on; `None`: until it is resumed.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "optional_instant")]
    to: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// Ends every pause that was said before this; doses at or after `from` are due again.
TreatmentResumed {
    treatment: TreatmentId,
    #[serde(deserialize_with = "instant")]
    from: DateTime<FixedOffset>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// A treatment is stopped; doses planned at or after `from` are no longer planned.
TreatmentStopped {
    treatment: TreatmentId,
    #[serde(deserialize_with = "instant")]
    from: DateTime<FixedOffset>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// The care team asks the patient to do something once.
TaskAssigned {
    task: TaskId,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    hint: Option<String>,
    /// The day it is for; `None`: any day, until it is done.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "optional_date")]
    date: Option<NaiveDate>,
    /// A picture's name of the app's icons; what is not known is shown as a plain task.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    icon: Option<String>,
});
data!(/// The care team takes a task back.
TaskCancelled {
    task: TaskId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// The care team expects the patient somewhere. A clock on the wall there says when: it does not go with her.
AppointmentScheduled {
    appointment: AppointmentId,
    /// "Blood test"
    title: String,
    #[serde(deserialize_with = "date")]
    date: NaiveDate,
    /// Wall-clock time of the place, `10:30`.
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    at: NaiveTime,
    /// IANA name of the place's zone.
    zone: String,
    /// How long it takes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    place: Option<String>,
    /// Whom she will see.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    with: Option<String>,
    /// What to bring, and whatever else is to be known before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    bring: Option<String>,
});
data!(/// The care team moves an appointment; what is left out stays as it was.
AppointmentRescheduled {
    appointment: AppointmentId,
    #[serde(deserialize_with = "date")]
    date: NaiveDate,
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    at: NaiveTime,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// The care team calls an appointment off.
AppointmentCancelled {
    appointment: AppointmentId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// A dose was taken, at the event's `occurred_at`.
MedicineTaken {
    treatment: TreatmentId,
    dose: DoseKey,
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
});
data!(/// A dose was left out on purpose.
MedicineSkipped {
    treatment: TreatmentId,
    dose: DoseKey,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
});
data!(/// A task was done.
TaskCompleted {
    task: TaskId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
});
data!(/// A task that was done is open again.
TaskReopened { task: TaskId });
data!(/// An entry should not count: the event with this id. Its `about` repeats its target's.
EventRetracted {
    target: EventId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// A device may sign for this patient; the key stands in the header.
DeviceEnrolled {
    device: DeviceId,
    role: Role,
    /// What people call it: "Marta's phone".
    name: String,
    /// Whose device it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    person: Option<String>,
});
data!(/// A device may no longer sign.
DeviceRevoked {
    device: DeviceId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
});
data!(/// From an instant on the patient lives in another time zone.
ZoneChanged {
    /// IANA name.
    zone: String,
    #[serde(deserialize_with = "instant")]
    from: DateTime<FixedOffset>,
});
data!(/// Fills the place of an event that could not be logged there; whose, stands in the header.
EventUnreadable { device: DeviceId });
data!(/// A technical event: fields of a model, such as the patient's meals, have other values from now on
/// ([`crate::model`]).
ModelChanged {
    /// Its name, such as `meals`.
    model: String,
    /// By the field's path within the model: `breakfast`, `times/ID/at`.
    fields: SortedMap<String, FieldChange>,
});
data!(/// What became of one field.
FieldChange {
    /// Its value from now on; `null`: it is gone.
    to: Scalar,
    /// Which events last wrote it, as its author saw it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    after: Vec<Hash>,
});
