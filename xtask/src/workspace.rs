//! Where things lie.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The folders that the tasks read and write, as absolute paths.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's output: `CARGO_TARGET_DIR`, else `target/`.
    pub target: PathBuf,
    /// The packed app: `RIVULET_DIST`, else `dist/`.
    pub dist: PathBuf,
    /// The packed browser contract tests, served to a browser by Playwright only: `dist-test/` beside `dist`.
    pub dist_test: PathBuf,
}

impl Workspace {
    /// Finds the workspace from where this crate was compiled.
    pub(crate) fn locate() -> Result<Self> {
        let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = crate_dir.parent().context("xtask lies in the workspace's folder")?.to_owned();
        let folder = |variable, default: &str| match env::var_os(variable) {
            Some(set) => root.join(set),
            None => root.join(default),
        };
        let dist = folder("RIVULET_DIST", "dist");
        let dist_test = dist.with_file_name("dist-test");
        Ok(Self { target: folder("CARGO_TARGET_DIR", "target"), dist, dist_test, root })
    }

    /// The browser tests' folder, an npm package.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// A folder for what the tasks remember from one run to the next.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The server's program as cargo leaves it for `profile_dir` (`debug` or `release`).
    pub(crate) fn server_bin(&self, profile_dir: &str) -> PathBuf {
        self.target.join(profile_dir).join(format!("rivulet-server{}", env::consts::EXE_SUFFIX))
    }
}
