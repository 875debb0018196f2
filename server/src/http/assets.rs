//! The app's files: compressed beforehand, hashed ones for ever, the page and its worker checked each time.

use std::{convert::Infallible, io::ErrorKind, path::Path};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use rivulet_sync::protocol::{Problem, ProblemKind};
use tower_http::services::{ServeDir, fs::ServeFileSystemResponseBody};

use super::problem;

/// Serves a folder; a navigation to a path without a file gets the page that sets a phone up, or the app's.
pub(super) fn service(
    folder: &Path,
) -> impl tower::Service<Request, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
    tower::service_fn(move |request: Request| {
        let (mut files, mut page) = (files.clone(), files.clone());
        async move {
            let path = request.uri().path().to_owned();
            let is_page = is_navigation(&request);
            let head = Request::from_parts(request.into_parts().0, Body::empty());
            let again = of_page(&head);
            let mut response = answer(files.try_call(head).await);
            if response.status() == StatusCode::NOT_FOUND && is_page {
                response = answer(page.try_call(again).await);
            }
            if response.status() == StatusCode::NOT_FOUND {
                return Ok(problem::not_found().await.into_response());
            }
            let kept = if path.starts_with("/assets/") && response.status().is_success() {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
            response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
            Ok(response)
        }
    })
}

/// What the folder says; what it cannot read is the disk's fault, not the asker's.
fn answer(read: std::io::Result<axum::http::Response<ServeFileSystemResponseBody>>) -> Response {
    match read {
        Ok(response) => response.map(Body::new),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            StatusCode::NOT_FOUND.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a file of the app does not read");
            let detail = "Ask again later; if it stays so, call the operator.";
            problem::Refused(Problem::new(ProblemKind::Internal, detail)).into_response()
        }
    }
}

/// The browser wants a page, not a file that the page refers to.
fn is_navigation(request: &Request) -> bool {
    let wants = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let last = request.uri().path().rsplit('/').next().unwrap_or_default();
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !last.contains('.')
        && wants.is_some_and(|w| w.contains("text/html"))
}

/// The same request, for the page.
fn of_page(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    let is_enrolment = request.uri().path().trim_end_matches('/') == "/enrol";
    let page = if is_enrolment { "/enrol.html" } else { "/index.html" };
    *copy.uri_mut() = axum::http::Uri::from_static(page);
    *copy.headers_mut() = request.headers().clone();
    copy
}
