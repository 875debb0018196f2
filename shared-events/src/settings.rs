//! What a patient settles for herself, the same on all her devices: models, kept and merged by field. When she has her
//! meals is [`crate::plan::Meals`].

use serde::{Deserialize, Serialize};

use crate::model::Model;

/// Whom she wants to be called when something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ContactPerson {
    pub name: String,
    /// As she writes it.
    pub phone: String,
}

impl Model for ContactPerson {
    const NAME: &'static str = "contact_person";
}

/// What whoever helps her in an emergency should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct EmergencyNote {
    pub text: String,
}

impl Model for EmergencyNote {
    const NAME: &'static str = "emergency_note";
}
