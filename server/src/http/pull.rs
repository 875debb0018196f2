//! `GET /v1/pull`: the next page after a cursor.

use axum::{
    Json,
    extract::{Query, Request, State},
};
use rivulet_sync::protocol::{BATCH_RECORDS, Cursor, PullAnswer};
use serde::Deserialize;
use shared_events::ids::{Generation, Hash, LogId, Ordinal};

use super::{Shared, body, problem::Refused};
use crate::ledger::Ledger;

/// The query: a whole cursor or none, and how many records at most.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    limit: Option<usize>,
    log: Option<LogId>,
    generation: Option<u64>,
    base: Option<u64>,
    standing: Option<u64>,
    low: Option<u64>,
    through: Option<u64>,
    stream: Option<Hash>,
}

impl Asked {
    /// `Some(None)`: no cursor; `None`: half of one.
    fn cursor(&self) -> Option<Option<Cursor>> {
        let ordinal = |n: Option<u64>| n.and_then(Ordinal::new);
        let whole = || {
            Some(Cursor {
                log: self.log?,
                generation: Generation::new(self.generation?)?,
                base: ordinal(self.base)?,
                standing: ordinal(self.standing)?,
                low: ordinal(self.low)?,
                through: ordinal(self.through)?,
                stream: self.stream?,
            })
        };
        let numbers = [self.generation, self.base, self.standing, self.low, self.through];
        let is_empty = self.log.is_none() && self.stream.is_none() && numbers.iter().all(Option::is_none);
        if is_empty { Some(None) } else { whole().map(Some) }
    }
}

pub(super) async fn pull<L: Ledger>(
    State(app): State<Shared<L>>,
    request: Request,
) -> Result<Json<PullAnswer>, Refused> {
    let (parts, _) = request.into_parts();
    let device = app.device(&parts, b"").await?;
    let asked = Query::<Asked>::try_from_uri(&parts.uri).ok();
    let cursor = asked.as_ref().and_then(|asked| asked.cursor());
    let (Some(Query(asked)), Some(cursor)) = (asked, cursor) else {
        return Err(body::malformed("Send the cursor of the last answer, whole, or none.").into());
    };
    let limit = asked.limit.unwrap_or(BATCH_RECORDS);
    Ok(Json(app.service.pull(device, cursor, limit).await?))
}
