//! The browser of the tests: the system's own Chromium.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::{capture, exists};
use crate::step;

const PLACES: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Finds Chromium (`RIVULET_CHROMIUM` first); as root on a Debian without one, installs it.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if exists("apt-get") && nix::unistd::geteuid().is_root() {
        step::quietly("Installing Chromium", || {
            let apt = || {
                let mut command = Command::new("apt-get");
                command.env("DEBIAN_FRONTEND", "noninteractive");
                command
            };
            capture(apt().args(["update", "--quiet"]))?;
            capture(apt().args(["install", "--yes", "--quiet", "--no-install-recommends", "chromium"]))
        })?;
    }
    let Some(found) = find() else {
        bail!(
            "Chromium was not found, and the browser tests need it. Install it (Debian: `sudo apt-get install \
             chromium`), or set RIVULET_CHROMIUM to the path of a Chromium or Chrome."
        );
    };
    Ok(found)
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("RIVULET_CHROMIUM").map(PathBuf::from);
    named.into_iter().chain(PLACES.map(PathBuf::from)).find(|path| Path::is_file(path))
}
