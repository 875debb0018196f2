//! The record's published vectors, checked by a Node script that shares no code with us.

use std::process::Command;

use anyhow::Result;

use super::tally::Tally;
use crate::{
    tool::{capture, npm},
    workspace::Workspace,
};

/// Runs `tests/vectors/verify.mjs`; it prints its own count, or is counted as one test.
pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let script = workspace.root.join("tests/vectors/verify.mjs");
    if !script.exists() {
        return Ok(Tally::default());
    }
    npm::require_node()?;
    match capture(Command::new("node").arg(script).current_dir(&workspace.root)) {
        Ok(printed) => {
            print!("{printed}");
            Ok(printed.lines().rev().find_map(Tally::read).unwrap_or(Tally { passed: 1, failed: 0 }))
        }
        Err(error) => {
            eprintln!("{error:#}");
            Ok(format!("{error:#}").lines().rev().find_map(Tally::read).unwrap_or(Tally::BROKEN))
        }
    }
}
