//! Node and npm.

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use super::{capture, require};
use crate::step;

const HOW: &str =
    "Install Node.js 20 or later with npm (https://nodejs.org, or `apt-get install nodejs npm`).";

/// Fails with what to install if Node or npm is missing.
pub(crate) fn require_node() -> Result<()> {
    require("node", HOW)?;
    require("npm", HOW)
}

/// Installs what `package`'s lock file names, unless that very lock file is what was installed last.
pub(crate) fn install(package: &Path) -> Result<()> {
    require_node()?;
    let lock = fs::read(package.join("package-lock.json"))?;
    let installed = package.join("node_modules/.installed-from");
    if fs::read(&installed).is_ok_and(|from| from == lock) {
        return Ok(());
    }
    let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
    step::quietly(&format!("Fetching the npm packages of {name}/"), || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(package);
        // The browser is the system's own: Playwright's would be another 300 MB.
        capture(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")).map(drop)
    })?;
    fs::write(installed, lock)?;
    Ok(())
}
