//! How many requests at once, and how long one may take.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use rivulet_sync::protocol::{Problem, ProblemKind};

use super::{Shared, problem::Refused};
use crate::ledger::Ledger;

pub(super) async fn limit<L: Ledger>(State(app): State<Shared<L>>, request: Request, next: Next) -> Response {
    let Ok(_place) = app.requests.try_acquire() else {
        let detail = "Nothing was stored. Send it again in a few seconds.";
        return Refused(Problem::new(ProblemKind::Unavailable, detail)).into_response();
    };
    match tokio::time::timeout(app.settings.time_limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "It took too long; the outcome is not known. Sign anew and send it again.";
            Refused(Problem::new(ProblemKind::Unavailable, detail)).into_response()
        }
    }
}
