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
const AFTER_FAULT: Duration = Duration::from_secs(5);
/// However far the next effect is: clocks are set.
const LOOK_AT_LEAST_EVERY_MS: u64 = 60_000;

/// Runs until it is told to stop. What breaks off is begun again: nothing is lost by it.
pub async fn run<L: Ledger>(service: Service<L>, webhook: Option<Webhook>, mut stop: watch::Receiver<bool>) {
    loop {
        let mut working = tokio::spawn(work(service.clone(), webhook.clone()));
        let ended = tokio::select! {
            // The sender is dropped: so is the server.
            _ = stop.wait_for(|stop| *stop) => return working.abort(),
            ended = &mut working => ended,
        };
        if ended.is_ok() {
            return;
        }
        // Why is not said: a panic's words may be a patient's.
        tracing::error!("what carries effects out broke off, and is begun anew");
        if tokio::time::timeout(AFTER_FAULT, stop.wait_for(|stop| *stop)).await.is_ok() {
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
                // What comes meanwhile does not cut it short: a fault that lasts is not met ten times a second.
                tokio::time::sleep(AFTER_FAULT).await;
                continue;
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
