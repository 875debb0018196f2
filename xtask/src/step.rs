//! How a long step shows that it is alive: a line with the seconds gone by, and the total when it is done.

use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

/// Does `work` under a moving line that reads `what`. For work that prints nothing of its own.
pub(crate) fn quietly<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if !stderr().is_terminal() {
        return aloud(what, work);
    }
    let line = ProgressBar::new_spinner().with_message(what.to_owned());
    line.set_style(ProgressStyle::with_template("{spinner} {msg} … {elapsed}")?);
    line.enable_steady_tick(Duration::from_millis(120));
    let started = Instant::now();
    let done = work();
    line.finish_and_clear();
    report(what, started, &done);
    done.with_context(|| format!("{what}: failed"))
}

/// Does `work` between a line that announces it and one that says how long it took. For work that prints.
pub(crate) fn aloud<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("· {what} …");
    let started = Instant::now();
    let done = work();
    report(what, started, &done);
    done.with_context(|| format!("{what}: failed"))
}

fn report<T>(what: &str, started: Instant, done: &Result<T>) {
    let (mark, seconds) = (if done.is_ok() { "✓" } else { "✗" }, started.elapsed().as_secs_f32());
    eprintln!("{mark} {what} ({seconds:.1} s)");
}
