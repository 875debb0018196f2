//! The pages of the benchmarks: our device as it ships, and beside it what is written by hand.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{asset::Asset, page};
use crate::{tool::cargo::Profile, workspace::Workspace};

const EXAMPLE: &str = "browser_bench";

/// Builds them, and says where they lie.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.scratch().join("dist-bench");
    let source = workspace.browser_tests().join("bench/page");
    let read = |name: &str| {
        let text = fs::read_to_string(source.join(name)).with_context(|| format!("{name} is missing"))?;
        Ok(Asset::named(name, text))
    };
    let files = ["index.html", "start.js", "raw.js"].map(read).into_iter().collect::<Result<_>>()?;
    page::build(workspace, EXAMPLE, Profile::Web, &folder, files)?;
    Ok(folder)
}
