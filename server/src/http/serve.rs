//! A running server.

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{Settings, router};
use crate::{error::Error, ledger::Ledger, service::Service, worker};

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What devices sign.
    pub origin: String,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Stops: takes no new request, ends those that wait for news, finishes the others.
    ///
    /// # Errors
    /// The server ended with a fault before.
    pub async fn stop(self) -> Result<(), Error> {
        self.stop.send_replace(true);
        self.wait().await
    }

    /// Tells it to stop, whoever waits for it.
    #[must_use]
    pub fn stopper(&self) -> watch::Sender<bool> {
        self.stop.clone()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// The server ended with a fault.
    pub async fn wait(self) -> Result<(), Error> {
        let ended = self.task.await.map_err(std::io::Error::other).and_then(|r| r);
        // However it ended: nothing goes on behind a server that is gone.
        self.stop.send_replace(true);
        let worker = self.worker.await;
        ended.map_err(|e| Error::File("the server's socket".into(), e))?;
        worker.map_err(|e| Error::Invalid(format!("effects were given up: {e}")))
    }
}

/// Starts a server on a listener. Without an origin in `settings` (empty), it is the listener's address.
///
/// What was created in the second of the start is refused, because another process may have seen it; so it begins
/// with the next one.
///
/// # Errors
/// The origin is none; the listener is unusable.
pub async fn start<L: Ledger>(
    service: Service<L>,
    mut settings: Settings,
    listener: TcpListener,
) -> Result<Running, Error> {
    let address = listener.local_addr().map_err(|e| Error::File("the server's socket".into(), e))?;
    if settings.origin.is_empty() {
        settings.origin = format!("http://{address}");
    }
    let origin = settings.origin.clone();
    let (stop, stopping) = watch::channel(false);
    let now_ms = service.clock.now_ms();
    let worker = worker::run(service.clone(), settings.webhook.clone(), stopping.clone());
    let router = router(service, settings, stopping.clone())?;
    tokio::time::sleep(Duration::from_millis(now_ms.next_multiple_of(1000) - now_ms)).await;
    let mut stopped = stopping;
    let graceful = async move {
        // The sender is dropped: so is the server.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(graceful);
    let task = tokio::spawn(async move { serving.await });
    Ok(Running { address, origin, stop, task, worker: tokio::spawn(worker) })
}
