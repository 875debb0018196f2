//! What can be asked for, and who answers.

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use crate::{bench, build, check, run, size, workspace::Workspace};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Rivulet's own commands", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, build and start everything on this machine, with a demo patient
    Run(run::Options),
    /// Build the app into dist/: hashed, compressed, with its service worker
    Build(build::Options),
    /// Run every test: cargo's, the record's vectors in Node, and a real browser against the real server
    Test(check::test::Options),
    /// What must be green before a change lands: format, lints, docs, size budget, tests
    Ci,
    /// Say what the first load costs, and fail above the budget
    Size,
    /// Measure recording, sending, fetching and ingest, each beside its baseline in the same run
    Bench(bench::Options),
}

/// Reads the command line and does the task; without one, lists them.
pub(crate) fn dispatch() -> Result<()> {
    let Some(task) = Cli::parse().task else {
        Cli::command().print_help()?;
        return Ok(());
    };
    let workspace = Workspace::locate()?;
    match task {
        Task::Run(options) => run::run(&workspace, &options),
        Task::Build(options) => build::run(&workspace, &options),
        Task::Test(options) => check::test::run(&workspace, &options),
        Task::Ci => check::ci::run(&workspace),
        Task::Size => size::run(&workspace),
        Task::Bench(options) => bench::run(&workspace, &options),
    }
}
