//! `POST /v1/remove`: a person takes a device of her record away, such as a phone that was lost.

use axum::{
    Json,
    extract::{Request, State},
};
use rivulet_sync::protocol::{LiveAnswer, RemoveRequest};

use super::{Shared, body, problem::Refused};
use crate::ledger::Ledger;

pub(super) async fn remove<L: Ledger>(
    State(app): State<Shared<L>>,
    request: Request,
) -> Result<Json<LiveAnswer>, Refused> {
    let (parts, sent) = request.into_parts();
    let sent = body::sent(sent, app.settings.body_bytes).await?;
    let device = app.device(&parts, &sent).await?;
    let plain = body::plain(&parts.headers, sent, app.settings.plain_bytes)?;
    let RemoveRequest { device: removed } = body::json(&plain)?;
    app.service.remove(device, removed).await?;
    Ok(Json(LiveAnswer { place: app.service.place_of(device).await? }))
}
