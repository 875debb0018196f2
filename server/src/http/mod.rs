//! HTTP: who may ask, what they asked, and the answer or a problem document. Nothing here decides about events.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use rivulet_sync::protocol::path;
use tokio::sync::Semaphore;

use crate::{error::Error, ledger::Ledger, service::Service, webhook::Webhook};

mod assets;
mod auth;
mod body;
mod enrol;
mod guard;
mod health;
mod limits;
mod live;
mod problem;
mod pull;
mod push;
mod remove;
pub mod serve;
mod shield;

pub use guard::Guard;

/// How the server is to be reached, and how much it takes.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Settings {
    /// `https://rivulet.example`: what devices sign, however proxies rewrite it.
    pub origin: String,
    /// The app's files.
    pub assets: Option<PathBuf>,
    /// Bytes of a request's body at most, as sent.
    pub body_bytes: usize,
    /// Bytes of a body at most once it is decompressed.
    pub plain_bytes: usize,
    /// How long a request may take; a live one its wait more.
    pub time_limit: Duration,
    /// Requests at once, and those that wait for news at once.
    pub requests: usize,
    pub waiting: usize,
    /// Who is told of what is to be done.
    pub webhook: Option<Webhook>,
}

impl Settings {
    /// The usual limits, for an origin.
    #[must_use]
    pub fn of(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            assets: None,
            body_bytes: rivulet_sync::protocol::BATCH_BYTES + 64 * 1024,
            plain_bytes: rivulet_sync::protocol::BATCH_BYTES + 64 * 1024,
            time_limit: Duration::from_secs(60),
            requests: 256,
            waiting: 10_000,
            webhook: None,
        }
    }

    /// Host and port as they are signed.
    fn authority(&self) -> Result<String, Error> {
        let uri: Option<axum::http::Uri> = self.origin.parse().ok();
        let is_bare = |u: &axum::http::Uri| matches!(u.path(), "" | "/") && u.query().is_none();
        let uri = uri.filter(|u| matches!(u.scheme_str(), Some("http" | "https")) && is_bare(u));
        let authority = uri.as_ref().and_then(|u| u.authority()).map(|a| a.as_str().to_lowercase());
        let authority = authority.filter(|a| !a.contains('@')).ok_or_else(|| {
            Error::Invalid(format!("{:?} is no origin: use one such as https://rivulet.example", self.origin))
        })?;
        let usual = if self.origin.starts_with("https:") { ":443" } else { ":80" };
        Ok(authority.strip_suffix(usual).map_or(authority.clone(), str::to_owned))
    }
}

/// What every handler has.
pub(crate) struct App<L> {
    service: Service<L>,
    guard: Guard,
    authority: String,
    settings: Settings,
    requests: Semaphore,
    waiting: Semaphore,
    /// Set when the server is to stop: who waits for news hears it.
    stopping: tokio::sync::watch::Receiver<bool>,
}

type Shared<L> = Arc<App<L>>;

/// The whole server as a service of axum. It needs connect information: serve it with
/// `into_make_service_with_connect_info::<SocketAddr>()`, as [`serve::start`] does.
///
/// # Errors
/// The origin is none.
pub fn router<L: Ledger>(
    service: Service<L>,
    settings: Settings,
    stopping: tokio::sync::watch::Receiver<bool>,
) -> Result<Router, Error> {
    let authority = settings.authority()?;
    let guard = Guard::new(service.clock.now_ms());
    let app = Arc::new(App {
        requests: Semaphore::new(settings.requests),
        waiting: Semaphore::new(settings.waiting),
        service,
        guard,
        authority,
        settings: settings.clone(),
        stopping,
    });
    let devices = Router::new()
        .route(path::ENROL, post(enrol::enrol::<L>))
        .route(path::PUSH, post(push::push::<L>))
        .route(path::PULL, get(pull::pull::<L>))
        .route(path::REMOVE, post(remove::remove::<L>))
        .route_layer(from_fn_with_state(Arc::clone(&app), limits::limit::<L>))
        .route(path::LIVE, get(live::live::<L>))
        .route("/v1", axum::routing::any(problem::not_found))
        .route("/v1/{*path}", axum::routing::any(problem::not_found))
        .method_not_allowed_fallback(problem::not_found)
        .layer(from_fn(shield::no_store));
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready::<L>))
        .layer(from_fn(shield::no_store));
    let router = devices.merge(health).with_state(app);
    let router = match &settings.assets {
        Some(folder) => router.fallback_service(assets::service(folder)),
        None => router.fallback(problem::not_found),
    };
    Ok(router
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(shield::shield))
        .layer(from_fn(problem::catch_panic)))
}

/// Who is at the other end.
pub(crate) type Peer = axum::extract::ConnectInfo<SocketAddr>;
