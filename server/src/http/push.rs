//! `POST /v1/push`: a device's events, in sequence order.

use axum::{
    Json,
    extract::{Request, State},
};
use rivulet_sync::protocol::{PushAnswer, PushRequest};

use super::{Shared, body, problem::Refused};
use crate::ledger::Ledger;

pub(super) async fn push<L: Ledger>(
    State(app): State<Shared<L>>,
    request: Request,
) -> Result<Json<PushAnswer>, Refused> {
    let (parts, sent) = request.into_parts();
    let sent = body::sent(sent, app.settings.body_bytes).await?;
    let device = app.device(&parts, &sent).await?;
    let plain = body::plain(&parts.headers, sent, app.settings.plain_bytes)?;
    let push: PushRequest = body::json(&plain)?;
    Ok(Json(app.service.push(device, push).await?))
}
