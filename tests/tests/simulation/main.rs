//! Three phones, a server and a bad network, in one thread and in many worlds: after it quiets, everything that was
//! said to be saved is in the log once, and all states have one hash.
//!
//! `RIVULET_SEEDS=500` says how many worlds; `RIVULET_SEED=17` replays one.

#![allow(unreachable_pub, missing_docs, reason = "a test's modules are its own")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a world that cannot go on fails, and says its seed"
)]

mod chance;
mod device;
mod history;
mod network;
mod server;
mod story;
mod world;

use std::{env, thread};

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_the_network_and_the_phones_do_everything_saved_is_in_the_log_once() {
    if let Some(seed) = number("RIVULET_SEED") {
        story::tell(seed);
        return;
    }
    let seeds = number("RIVULET_SEEDS").unwrap_or(500);
    let lanes = thread::available_parallelism().map_or(1, |n| n.get() as u64);
    thread::scope(|scope| {
        for lane in 0..lanes {
            scope.spawn(move || {
                (lane..seeds).step_by(lanes as usize).for_each(|seed| {
                    story::tell(seed);
                })
            });
        }
    });
}

#[test]
fn the_same_seed_tells_the_same_story() {
    assert_eq!(story::tell(7), story::tell(7));
}

#[test]
fn a_fresh_phone_killed_at_any_step_of_its_first_pull_comes_to_the_same_state_and_never_claims_more_than_it_holds()
 {
    history::fetch_with_kills();
}
