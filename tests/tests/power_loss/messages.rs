//! What is said over the pipes between the phones and the server, one JSON object a line.

use rivulet_sync::protocol::{EnrolAnswer, EnrolRequest, PushAnswer, PushRequest};
use serde::{Deserialize, Serialize};
use shared_events::ids::{DeviceId, PatientId};

#[derive(Serialize, Deserialize)]
pub struct Asked {
    pub phone: usize,
    pub ask: Ask,
}

#[derive(Serialize, Deserialize)]
pub enum Ask {
    /// Of this identifier, made if she is not there.
    Patient(String),
    /// With a code that the server makes.
    Enrol(PatientId, EnrolRequest),
    Push(DeviceId, PushRequest),
}

#[derive(Serialize, Deserialize)]
pub struct Answered {
    pub phone: usize,
    pub answer: Answer,
}

#[derive(Serialize, Deserialize)]
pub enum Answer {
    Patient(PatientId),
    Enrolled(EnrolAnswer),
    Pushed(PushAnswer),
    Failed(String),
}

/// The server's first line: the settings of the connection that writes.
#[derive(Serialize, Deserialize)]
pub struct Ready {
    pub pragmas: Vec<(String, String)>,
}
