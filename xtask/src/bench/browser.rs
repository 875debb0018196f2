//! The measures that need a browser, the real server and a raw one: `tests/browser/bench/main.mjs`.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::report::Line;
use crate::{
    build, run, step,
    tool::{
        self,
        cargo::{Profile, cargo},
        chromium, npm,
    },
    workspace::Workspace,
};

/// What the script found.
pub(super) struct Measured {
    /// Name and version.
    pub(super) browser: String,
    pub(super) lines: Vec<Line>,
}

/// How many turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// As many as a figure needs to be quoted.
    Thorough,
    /// Just enough to see that it works.
    Quick,
}

/// Builds both sides as they ship and measures the named ones.
pub(super) fn measure(workspace: &Workspace, names: &[&str], pace: Pace) -> Result<Measured> {
    let package = workspace.browser_tests();
    npm::install(&package)?;
    let chromium = chromium::find_or_install()?;
    let pages = build::bench(workspace)?;
    if names.contains(&"cold") {
        build::app(workspace, Profile::Web)?;
    }
    run::server(workspace, Profile::Release)?;
    tools(workspace)?;
    let examples = workspace.target.join(Profile::Release.folder()).join("examples");
    let mut script = script(workspace, "bench/main.mjs", &chromium, pace);
    script
        .env("RIVULET_DIST", &workspace.dist)
        .env("RIVULET_DIST_BENCH", pages)
        .env("RIVULET_HISTORY_BIN", examples.join("bench_history"))
        .env("RIVULET_BENCH_TOOLS", &examples)
        .env("RIVULET_BENCH_ONLY", names.join(","));
    run_script(script)
}

/// Lighthouse's scores of the app as it ships.
pub(super) fn lighthouse(workspace: &Workspace, pace: Pace) -> Result<Measured> {
    let package = workspace.browser_tests();
    npm::install(&package)?;
    npm::install(&package.join("lighthouse"))?;
    let chromium = chromium::find_or_install()?;
    build::app(workspace, Profile::Web)?;
    run::server(workspace, Profile::Release)?;
    let mut script = script(workspace, "lighthouse/main.mjs", &chromium, pace);
    script.env("RIVULET_DIST", &workspace.dist);
    run_script(script)
}

fn script(workspace: &Workspace, path: &str, chromium: &Path, pace: Pace) -> Command {
    let mut node = Command::new("node");
    node.arg(path)
        .current_dir(workspace.browser_tests())
        .env("RIVULET_CHROMIUM", chromium)
        .env("RIVULET_SERVER_BIN", workspace.server_bin(Profile::Release.folder()))
        .env("RIVULET_BENCH_QUICK", if pace == Pace::Quick { "1" } else { "" })
        .env("RIVULET_PROFILES", workspace.scratch());
    node
}

/// Runs a script that prints what it measured.
fn run_script(mut script: Command) -> Result<Measured> {
    let output = script.stderr(Stdio::inherit()).output().context("could not start node")?;
    if !output.status.success() {
        bail!("the benchmarks in the browser ended with {}", output.status);
    }
    let answer: Value =
        serde_json::from_slice(&output.stdout).context("the script's answer does not read")?;
    let lines = answer["lines"].as_array().context("the script measured nothing")?;
    Ok(Measured {
        browser: answer["browser"].as_str().unwrap_or("a browser").to_owned(),
        lines: lines.iter().map(Line::read).collect::<Result<_>>()?,
    })
}

/// The raw server, and what writes a history.
fn tools(workspace: &Workspace) -> Result<()> {
    let mut build = cargo(workspace, "build");
    build.args(["--package", "rivulet-tests", "--example", "raw_server", "--example", "bench_history"]);
    build.args(["--profile", Profile::Release.name()]);
    step::aloud("Compiling the raw server", || tool::run(&mut build))
}
