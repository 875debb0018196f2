//! Health: `live` says that the process answers, `ready` that the log does.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{Shared, problem::Refused};
use crate::ledger::Ledger;

pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

pub(super) async fn ready<L: Ledger>(State(app): State<Shared<L>>) -> Result<Json<Value>, Refused> {
    let none = shared_events::ids::PatientId(uuid::Uuid::nil());
    app.service.ledger.read(move |tables| Ok(tables.patient(none)?)).await?;
    app.service.keys.pepper().map_err(crate::error::Error::from)?;
    Ok(Json(json!({ "status": "ready" })))
}
