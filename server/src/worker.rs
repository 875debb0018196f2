//! What the server does of itself while it runs: reacts to what came into the log, and carries effects out.

use std::time::Duration;

use tokio::sync::watch;

use crate::{
    error::Error,
    ledger::Ledger,
    service::{Service, carry::Carrier, react::Reactor},
    webhook::Webhook,
};

/// What comes into the log within this time is reacted to together.
const GATHER: Duration = Duration::from_millis(100);
/// After a fault of the database.
const AFTER_FAULT_MS: u64 = 5_000;
/// However far the next effect is: clocks are set.
const LOOK_AT_LEAST_EVERY_MS: u64 = 60_000;

/// Runs until it is told to stop, or the ledger is closed. What breaks off is begun again: nothing is lost by it.
pub async fn run<L: Ledger>(service: Service<L>, webhook: Option<Webhook>, mut stop: watch::Receiver<bool>) {
    loop {
        let mut working = tokio::spawn(work(service.clone(), webhook.clone()));
        let ended = tokio::select! {
            // The sender is dropped: so is the server.
            _ = stop.wait_for(|stop| *stop) => return working.abort(),
            ended = &mut working => ended,
        };
        let Err(error) = ended else { return };
        tracing::error!(%error, "effects are looked for anew");
        let pause = Duration::from_millis(AFTER_FAULT_MS);
        if tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

async fn work<L: Ledger>(service: Service<L>, webhook: Option<Webhook>) {
    let mut changes = service.ledger.changes();
    let (mut reactor, mut carrier) = (Reactor::default(), Carrier::new(webhook));
    let now_ms = service.clock.now_ms();
    // What waited for a pause to end, or for a webhook, is looked at anew.
    if let Err(error) = service.ledger.write(move |tables| Ok(tables.wake_effects(now_ms)?)).await {
        tracing::warn!(%error, "effects wait for their time");
    }
    loop {
        changes.mark_unchanged();
        let next_ms = match turn(&service, &mut reactor, &mut carrier).await {
            Ok(next_ms) => next_ms.unwrap_or(u64::MAX),
            Err(error) => {
                tracing::error!(%error, "effects wait");
                service.clock.now_ms() + AFTER_FAULT_MS
            }
        };
        tokio::time::sleep(GATHER).await;
        let wait_ms = next_ms.saturating_sub(service.clock.now_ms()).min(LOOK_AT_LEAST_EVERY_MS);
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => (),
        }
    }
}

/// When there is something to do again, unless the log changes before.
async fn turn<L: Ledger>(
    service: &Service<L>,
    reactor: &mut Reactor,
    carrier: &mut Carrier,
) -> Result<Option<u64>, Error> {
    let found = reactor.pass(service).await;
    if let Ok(found @ 1..) = found {
        tracing::info!(found, "effects found");
    }
    // What was found before is carried out whatever became of that.
    let next_ms = carrier.pass(service).await?;
    found?;
    Ok(next_ms.into_iter().chain(reactor.next_ms()).min())
}
