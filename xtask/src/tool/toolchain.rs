//! The compiler's parts: the wasm32 standard library, rustfmt and clippy. Installed by rustup where they are missing.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use super::{capture, cargo::cargo, exists, run, rust_web};
use crate::{step, workspace::Workspace};

/// The target of everything that runs in the browser.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// How the standard library for wasm32 is come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WasmStd {
    /// It lies in the toolchain.
    Installed,
    /// It is built from source by the distribution's own compiler.
    FromSource(rust_web::RustWeb),
}

/// Makes sure that wasm32 can be built for: what is there, else rustup, else the distribution's compiler.
pub(crate) fn wasm_std() -> Result<WasmStd> {
    if has_wasm_std() {
        return Ok(WasmStd::Installed);
    }
    if exists("rustup") {
        let add = || run(Command::new("rustup").args(["target", "add", WASM]));
        if step::aloud("Fetching the wasm32 standard library", add).is_ok() && has_wasm_std() {
            return Ok(WasmStd::Installed);
        }
    }
    if let Some(found) = rust_web::find() {
        eprintln!("! The wasm32 standard library could not be fetched; building it from source.");
        return Ok(WasmStd::FromSource(found));
    }
    bail!(
        "The wasm32 standard library is missing and could not be fetched. With a way to static.rust-lang.org run \
         `rustup target add {WASM}`. On a closed network, Debian's own compiler can build it: \
         `apt-get install rustc-web rust-web-src`, then run this again."
    );
}

fn has_wasm_std() -> bool {
    let mut ask = Command::new("rustc");
    let Ok(folder) = capture(ask.args(["--print", "target-libdir", "--target", WASM])) else { return false };
    let Ok(files) = Path::new(folder.trim()).read_dir() else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

/// Makes sure that `cargo fmt` and `cargo clippy` are there.
pub(crate) fn lints(workspace: &Workspace) -> Result<()> {
    let missing = |name: &&str| capture(cargo(workspace, name).arg("--version")).is_err();
    let components: Vec<_> = ["fmt", "clippy"].into_iter().filter(missing).collect();
    if components.is_empty() {
        return Ok(());
    }
    if !exists("rustup") {
        bail!(
            "`cargo {}` is missing. Install rustfmt and clippy of the same Rust.",
            components.join("`, `cargo ")
        );
    }
    step::aloud("Fetching rustfmt and clippy", || {
        run(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]))
    })
}
