//! Cargo's own tests: every crate, natively.

use std::{
    env,
    io::{BufRead, BufReader},
    process::Stdio,
    thread,
};

use anyhow::{Context, Result};

use super::{ci::NATIVE, tally::Tally};
use crate::{
    tool::cargo::{Profile, cargo},
    workspace::Workspace,
};

/// Runs them all, those after a failure too, with so many simulated worlds; `args` go to `cargo test`.
pub(super) fn run(workspace: &Workspace, worlds: u32, args: &[String]) -> Result<Tally> {
    let mut command = cargo(workspace, "test");
    command.args(NATIVE).arg("--no-fail-fast").args(args);
    command.env("RIVULET_SEEDS", worlds.to_string());
    if env::var_os("RUST_TEST_THREADS").is_none() {
        // Stories wait for servers more than they work.
        let cores = thread::available_parallelism().map_or(2, usize::from);
        command.env("RUST_TEST_THREADS", (3 * cores).to_string());
    }
    // Tests that need the whole server start the program itself.
    command.env("RIVULET_SERVER_BIN", workspace.server_bin(Profile::Dev.folder()));
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start cargo test")?;
    let output = child.stdout.take().context("the output was asked for")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(more) = line.strip_prefix("test result: ").and_then(Tally::read) {
            tally += more;
        }
    }
    if !child.wait()?.success() && tally.failed == 0 {
        tally += Tally::BROKEN; // it did not compile, or a test took the process with it
    }
    Ok(tally)
}
