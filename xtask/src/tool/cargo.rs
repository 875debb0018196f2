//! Cargo, called again from inside one of its own runs.

use std::{env, process::Command};

use crate::workspace::Workspace;

/// The profile to build with; the names are those of the workspace's `Cargo.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Native, quick to build.
    Dev,
    /// Native, as it is served.
    Release,
    /// For the phone, small.
    Web,
    /// For the phone's path, quick to build.
    WebDev,
}

impl Profile {
    /// As `--profile` wants it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
            Self::Web => "web",
            Self::WebDev => "web-dev",
        }
    }

    /// The folder below cargo's target folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            other => other.name(),
        }
    }
}

/// `cargo SUBCOMMAND` in the workspace, by the cargo that runs us.
pub(crate) fn cargo(workspace: &Workspace, subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(subcommand).current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    // `cargo run` tells us about our own package; a build inside would take it for its own and start over.
    for (name, _) in env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}
