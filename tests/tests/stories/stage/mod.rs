//! What the stories are played on: the real server, phones of this machine, and a network that can be bad.

pub mod cast;
pub mod folder;
pub mod knock;
pub mod log;
pub mod native;
pub mod past;
pub mod phone;
pub mod plan;
pub mod proxy;
pub mod rows;
pub mod server;
pub mod until;
pub mod wire;

use std::future::Future;

/// Tells a story on one thread, as in a browser.
pub fn tell(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, story);
}
