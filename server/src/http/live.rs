//! `GET /v1/live?through=N&wait=S`: says when the stream is beyond N, or where it is after S seconds; at once if it
//! does not reach N, as after a restore.

use std::time::Duration;

use axum::{
    Json,
    extract::{Query, Request, State},
};
use rivulet_sync::protocol::{LIVE_WAIT_LIMIT_S, LiveAnswer, Problem, ProblemKind};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::{Shared, body, problem::Refused};
use crate::ledger::Ledger;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    through: u64,
    #[serde(default)]
    wait: u64,
}

pub(super) async fn live<L: Ledger>(
    State(app): State<Shared<L>>,
    request: Request,
) -> Result<Json<LiveAnswer>, Refused> {
    let (parts, _) = request.into_parts();
    let Ok(_place) = app.waiting.try_acquire() else {
        return Err(Problem::new(ProblemKind::Unavailable, "Too many wait. Ask again in a minute.").into());
    };
    let device = app.device(&parts, b"").await?;
    let asked = Query::<Asked>::try_from_uri(&parts.uri).ok();
    let Some(Query(Asked { through, wait })) = asked else {
        return Err(body::malformed("Send through=N, an ordinal, and wait=S, seconds.").into());
    };
    let until = Instant::now() + Duration::from_secs(wait.min(LIVE_WAIT_LIMIT_S));
    let (mut changes, mut stopping) = (app.service.ledger.changes(), app.stopping.clone());
    loop {
        changes.mark_unchanged();
        let place = app.service.place_of(device).await?;
        if place.tail.get() != through || *stopping.borrow() || stopping.has_changed().is_err() {
            return Ok(Json(LiveAnswer { place }));
        }
        let news = async {
            tokio::select! {
                _ = changes.changed() => (),
                _ = stopping.wait_for(|stop| *stop) => (),
            }
        };
        if timeout_at(until, news).await.is_err() {
            let place = app.service.place_of(device).await?;
            return Ok(Json(LiveAnswer { place }));
        }
    }
}
