//! The types of events: their data, their class, and who may say them. One variant a type, which holds the newest
//! version's data; a version is a date, and data of an earlier one is led from version to version as it is read
//! (`Upcast`). What this build does not know stays [`Meaning::Unknown`] and passes through untouched.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    content::{Entity, Month, Role, TreatmentId},
    json::Read,
    plan::DoseKey,
    record::Class,
};

#[macro_use]
mod registry;
mod data;

use data::TYPES;
pub use data::{
    AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, DeviceEnrolled, DeviceRevoked,
    EventRetracted, EventUnreadable, FieldChange, MedicineAdded, MedicineSkipped, MedicineTaken,
    ModelChanged, TaskAssigned, TaskCancelled, TaskCompleted, TaskReopened, TreatmentChanged,
    TreatmentPaused, TreatmentPrescribed, TreatmentResumed, TreatmentStopped, ZoneChanged, schemas,
};

/// An event's data, as this build understands it.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Event {
    TreatmentPrescribed(TreatmentPrescribed),
    TreatmentChanged(TreatmentChanged),
    TreatmentPaused(TreatmentPaused),
    TreatmentResumed(TreatmentResumed),
    TreatmentStopped(TreatmentStopped),
    MedicineAdded(MedicineAdded),
    AppointmentScheduled(AppointmentScheduled),
    AppointmentRescheduled(AppointmentRescheduled),
    AppointmentCancelled(AppointmentCancelled),
    TaskAssigned(TaskAssigned),
    TaskCancelled(TaskCancelled),
    MedicineTaken(MedicineTaken),
    MedicineSkipped(MedicineSkipped),
    TaskCompleted(TaskCompleted),
    TaskReopened(TaskReopened),
    EventRetracted(EventRetracted),
    DeviceEnrolled(DeviceEnrolled),
    DeviceRevoked(DeviceRevoked),
    ZoneChanged(ZoneChanged),
    EventUnreadable(EventUnreadable),
    ModelChanged(ModelChanged),
}

/// What an event means to this build.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one for each event, and nearly all are known")]
pub enum Meaning {
    /// A type, version and data that it knows.
    Known(Event),
    /// Kept, synced, forwarded and shown, but not applied.
    Unknown,
}

/// One type, with every version that ever was, the newest first.
struct Type {
    name: &'static str,
    class: Class,
    says: Says,
    versions: &'static [Version],
}

/// One version of a type: a date, as in a dated API, and how data of it is read into what this build knows.
struct Version {
    date: &'static str,
    read: fn(&RawValue) -> Option<Event>,
}

/// The data of one type.
pub trait Data: Serialize {
    /// As an event.
    fn into_event(self) -> Event;
    /// That of an event, if it is of this type.
    fn of(event: &Event) -> Option<&Self>;
}

/// Leads data to the event that this build knows: that of an older version to the next one, and on from there.
trait Upcast {
    fn upcast(self) -> Event;
}

/// Who may say a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Anyone,
    /// The care team, and the server's own device, whose events its commands are.
    Care,
    /// As `Care`; of a medicine that was added and not prescribed, anyone.
    CareOrOwn,
    Server,
}

fn read<T: Read>(data: &RawValue, wrap: fn(T) -> Event) -> Option<Event> {
    T::read(data.get()).map(wrap)
}

fn says(kind: &str) -> Option<Says> {
    TYPES.iter().find(|t| t.name == kind).map(|t| t.says)
}

/// The types whose headers say more, and which only the server's own device may sign.
#[must_use]
pub fn is_server_only(kind: &str) -> bool {
    says(kind) == Some(Says::Server)
}

/// Whether a person of this role may say this type. A type that this build does not know is not applied anyway.
#[must_use]
pub fn may_say(role: Role, kind: &str) -> bool {
    match says(kind) {
        Some(Says::Anyone) => true,
        Some(Says::Care | Says::CareOrOwn) => matches!(role, Role::CareTeam | Role::Server),
        Some(Says::Server) => role == Role::Server,
        None => false,
    }
}

/// Whether anyone may say this type, whoever she is.
#[must_use]
pub fn all_may_say(kind: &str) -> bool {
    says(kind) == Some(Says::Anyone)
}

/// Whether anyone may say this type of a medicine that was added and not prescribed.
#[must_use]
pub fn all_may_say_of_own(kind: &str) -> bool {
    says(kind) == Some(Says::CareOrOwn)
}

/// All types and versions that this build knows, as `Type version`, sorted: part of a checkpoint's name.
#[must_use]
pub fn known_types() -> Vec<String> {
    let versions = |t: &'static Type| t.versions.iter().map(|v| format!("{} {}", t.name, v.date));
    let mut names: Vec<_> = TYPES.iter().flat_map(versions).collect();
    names.sort();
    names
}

impl Meaning {
    /// Reads an event's data by its type and version.
    #[must_use]
    pub fn read(kind: &str, version: &str, data: &RawValue) -> Self {
        let known = TYPES.iter().find(|t| t.name == kind);
        let known = known.and_then(|t| t.versions.iter().find(|v| v.date == version));
        known.and_then(|v| (v.read)(data)).map_or(Self::Unknown, Self::Known)
    }
}

impl Event {
    fn described(&self) -> Option<&'static Type> {
        let kind = self.kind();
        TYPES.iter().find(|t| t.name == kind)
    }

    /// The version that this build writes: the newest.
    #[must_use]
    pub fn version(&self) -> &'static str {
        self.described().and_then(|t| t.versions.first()).map_or("", |v| v.date)
    }

    /// The type's class.
    #[must_use]
    pub fn class(&self) -> Class {
        self.described().map_or(Class::Standing, |t| t.class)
    }

    /// Whether a build that does not know this type or version must not show its entity's plan as due.
    #[must_use]
    pub const fn must_be_understood(&self) -> bool {
        use Event::{
            AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, MedicineAdded, TaskAssigned,
            TaskCancelled, TreatmentChanged, TreatmentPaused, TreatmentPrescribed, TreatmentResumed,
            TreatmentStopped,
        };
        matches!(
            self,
            TreatmentPrescribed(_)
                | TreatmentChanged(_)
                | TreatmentPaused(_)
                | TreatmentResumed(_)
                | TreatmentStopped(_)
                | MedicineAdded(_)
                | AppointmentScheduled(_)
                | AppointmentRescheduled(_)
                | AppointmentCancelled(_)
                | TaskAssigned(_)
                | TaskCancelled(_)
        )
    }

    /// What the event is about; `occurred_on` is the local date of `occurred_at`. A retraction is about what its
    /// target is about, which it cannot know: `None`.
    #[must_use]
    pub fn about(&self, occurred_on: NaiveDate) -> Option<Vec<Entity>> {
        let doses = |treatment: TreatmentId, dose: &DoseKey| {
            Entity::Doses(treatment, Month::of(dose.date().unwrap_or(occurred_on)))
        };
        Some(vec![match self {
            Self::TreatmentPrescribed(e) => Entity::Treatment(e.treatment),
            Self::TreatmentChanged(e) => Entity::Treatment(e.treatment),
            Self::TreatmentPaused(e) => Entity::Treatment(e.treatment),
            Self::TreatmentResumed(e) => Entity::Treatment(e.treatment),
            Self::TreatmentStopped(e) => Entity::Treatment(e.treatment),
            Self::MedicineAdded(e) => Entity::Treatment(e.treatment),
            Self::AppointmentScheduled(e) => Entity::Appointment(e.appointment),
            Self::AppointmentRescheduled(e) => Entity::Appointment(e.appointment),
            Self::AppointmentCancelled(e) => Entity::Appointment(e.appointment),
            Self::TaskAssigned(e) => Entity::Task(e.task),
            Self::TaskCancelled(e) => Entity::Task(e.task),
            Self::MedicineTaken(e) => doses(e.treatment, &e.dose),
            Self::MedicineSkipped(e) => doses(e.treatment, &e.dose),
            Self::TaskCompleted(e) => Entity::Task(e.task),
            Self::TaskReopened(e) => Entity::Task(e.task),
            Self::EventRetracted(_) => return None,
            Self::DeviceEnrolled(e) => Entity::Device(e.device),
            Self::DeviceRevoked(e) => Entity::Device(e.device),
            Self::ZoneChanged(_) => Entity::Zone,
            Self::EventUnreadable(e) => Entity::Device(e.device),
            Self::ModelChanged(e) => Entity::Model(e.model.clone()),
        }])
    }
}
