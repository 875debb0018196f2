//! What each type of event says, in every version: all that a new field or a new version touches is in this file, and
//! ARCHITECTURE.md has the steps. A field is never renamed or removed: that is a new version of its type.

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{ANYONE, CARE, Event, SERVER};
use crate::{
    amount::Amount,
    content::{Role, TaskId, TreatmentId},
    ids::{DeviceId, EventId},
    moment::{instant, optional_date},
    plan::{DoseKey, Medicine, Schedule},
    record::Class,
};

// A type's versions: the newest, then those before it. `after DATE` is read as the newest is; `after DATE as TYPE` by a
// type of its own (`older!`) that says how it is led to the next version, and only to that one.
types! {
    TreatmentPrescribed Standing CARE "2026-11-25" after "2026-11-21"; // rules beyond times of the clock
    TreatmentStopped Standing CARE "2026-11-21";
    TaskAssigned Standing CARE "2026-11-21";
    TaskCancelled Standing CARE "2026-11-21";
    MedicineTaken Occurrence ANYONE "2026-11-21";
    MedicineSkipped Occurrence ANYONE "2026-11-21";
    TaskCompleted Occurrence ANYONE "2026-11-21";
    TaskReopened Occurrence ANYONE "2026-11-21";
    EventRetracted Standing ANYONE "2026-11-21";
    DeviceEnrolled Standing SERVER "2026-11-21";
    DeviceRevoked Standing SERVER "2026-11-21";
    ZoneChanged Standing ANYONE "2026-11-21";
    EventUnreadable Standing SERVER "2026-11-21";
}

macro_rules! data {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[allow(missing_docs)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
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
data!(/// The care team stops a treatment; doses planned at or after `from` are no longer planned.
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
