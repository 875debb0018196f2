//! Headers that every answer carries, and one line in the log for every request.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use rivulet_sync::protocol::ProblemKind;

/// Only our own files run, and nothing is inline. `wasm-unsafe-eval` allows WebAssembly and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Every answer.
pub(super) async fn shield(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // The path of a device's request names nothing; any other may be anything, so it is not logged.
    let path = request.uri().path();
    let path = if path.starts_with("/v1/") || path.starts_with("/health/") {
        path.to_owned()
    } else {
        "file".into()
    };
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let status = response.status().as_u16();
    let problem = response.extensions().get::<ProblemKind>().copied();
    if path.starts_with("/v1/") {
        tracing::info!(%method, path, status, problem = problem.map(ProblemKind::title), "request");
    } else {
        tracing::debug!(%method, path, status, "request");
    }
    response
}

/// Answers about a record are not kept anywhere.
pub(super) async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
