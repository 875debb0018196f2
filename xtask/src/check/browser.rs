//! The app in a real browser against the real server, with Playwright.

use std::{
    fs,
    process::{Command, ExitStatus},
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::tally::Tally;
use crate::{
    build, run, step,
    tool::{
        self,
        cargo::{Profile, cargo},
        chromium, npm,
    },
    workspace::Workspace,
};

/// Installs what is missing, builds app and server, and runs the specs; `args` go to Playwright.
pub(super) fn run(workspace: &Workspace, web: Profile, args: &[String]) -> Result<Tally> {
    let package = workspace.browser_tests();
    npm::install(&package)?;
    let chromium = chromium::find_or_install()?;
    build::app(workspace, web)?;
    build::contract(workspace)?;
    run::server(workspace, Profile::Dev)?;
    history(workspace)?;

    let report = workspace.scratch().join("browser-report.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let status = Command::new("node")
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args(args)
        .current_dir(&package)
        .env("RIVULET_CHROMIUM", chromium)
        .env("RIVULET_DIST", &workspace.dist)
        .env("RIVULET_DIST_TEST", &workspace.dist_test)
        .env("RIVULET_SERVER_BIN", workspace.server_bin(Profile::Dev.folder()))
        .env(
            "RIVULET_HISTORY_BIN",
            workspace.target.join(Profile::Dev.folder()).join("examples/bench_history"),
        )
        .env("RIVULET_REPORT", &report)
        .status()
        .context("could not start Playwright")?;
    let report = fs::read(&report).context("Playwright left no report")?;
    Ok(count(&serde_json::from_slice(&report)?, status))
}

/// What writes a long history for a new phone to fetch.
fn history(workspace: &Workspace) -> Result<()> {
    let mut build = cargo(workspace, "build");
    build.args([
        "--package",
        "rivulet-tests",
        "--example",
        "bench_history",
        "--profile",
        Profile::Dev.name(),
    ]);
    step::aloud("Compiling what writes a history", || tool::run(&mut build))
}

/// Counts Playwright's JSON report. A test that passed only when tried again has failed once: it counts as failed.
fn count(report: &Value, status: ExitStatus) -> Tally {
    let stat = |name| report["stats"][name].as_u64().unwrap_or(0);
    let tally = Tally { passed: stat("expected"), failed: stat("unexpected") + stat("flaky") };
    if !status.success() && tally.failed == 0 {
        return Tally { failed: 1, ..tally }; // a spec that could not be loaded
    }
    tally
}
