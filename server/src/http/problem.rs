//! Refusals as problem documents (RFC 9457).

use std::panic::AssertUnwindSafe;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use rivulet_sync::protocol::{Problem, ProblemKind};

use crate::error::Error;

/// An error on its way out.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Problem);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        if !matches!(error, Error::Refused(_) | Error::Invalid(_)) {
            // The server's own fault: the message has no health content, only the database's words.
            tracing::error!(%error, "request failed");
        }
        Self(error.into_problem())
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self.0)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if matches!(self.0.kind, ProblemKind::TooMany | ProblemKind::Unavailable) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(self.0.kind);
        response
    }
}

/// Unknown paths, and known ones with another method.
pub(crate) async fn not_found() -> Refused {
    Refused(Problem::new(ProblemKind::NotFound, "See the API's description for paths and methods."))
}

/// A handler that panics is a fault of the server's own, and answers so.
pub(crate) async fn catch_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a handler panicked");
            let detail = "The outcome is not known. Send it again later; if it stays so, call the operator.";
            Refused(Problem::new(ProblemKind::Internal, detail)).into_response()
        }
    }
}
