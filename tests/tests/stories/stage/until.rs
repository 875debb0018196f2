//! Waiting for a condition. Nothing here guesses how long something takes.

use std::time::Duration;

use tokio::time::{Instant, interval};

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Asks `probe` until it gives something, and gives that.
pub async fn until_some<T>(what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    look_until(what, probe, String::new).await
}

/// Waits until `holds`.
pub async fn until(what: &str, holds: impl FnMut() -> bool) {
    until_as(what, holds, String::new).await;
}

/// Waits until `holds`; if that does not come, `describe` says how it stands.
pub async fn until_as(what: &str, mut holds: impl FnMut() -> bool, describe: impl Fn() -> String) {
    look_until(what, async || holds().then_some(()), describe).await;
}

async fn look_until<T>(
    what: &str,
    mut probe: impl AsyncFnMut() -> Option<T>,
    describe: impl Fn() -> String,
) -> T {
    let (end, mut looks) = (Instant::now() + PATIENCE, interval(LOOK_EVERY));
    loop {
        looks.tick().await;
        if let Some(found) = probe().await {
            return found;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} in vain until {what}; {}", describe());
    }
}
