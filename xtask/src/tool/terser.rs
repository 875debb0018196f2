//! `terser`, from npm: scripts without what only people need.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use super::{capture, npm};
use crate::{step, workspace::Workspace};

/// A way to make scripts smaller.
pub(crate) struct Terser {
    program: PathBuf,
    /// Where a script lies for it to read.
    scratch: PathBuf,
}

impl Terser {
    /// Installs it. `None`, with a warning, where npm cannot deliver it, for scripts run as they are.
    pub(crate) fn install(workspace: &Workspace) -> Option<Self> {
        let package = workspace.root.join("xtask/npm");
        if let Err(error) = npm::install(&package) {
            eprintln!("! No terser: {error:#}\n! The app works without, but takes longer to load.");
            return None;
        }
        let program = package.join("node_modules/terser/bin/terser");
        Some(Self { program, scratch: workspace.scratch().join("script.mjs") })
    }

    /// The same module, smaller.
    pub(crate) fn minify(&self, script: &str) -> Result<String> {
        step::quietly("Making a script smaller", || {
            fs::write(&self.scratch, script)?;
            let mut command = Command::new("node");
            command.arg(&self.program).args(["--module", "--compress", "passes=2", "--mangle", "--"]);
            capture(command.arg(&self.scratch))
        })
    }
}
