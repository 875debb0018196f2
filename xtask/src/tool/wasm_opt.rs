//! `wasm-opt`, from npm's `binaryen`: the versions of distributions break externref tables at run time.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use super::{capture, npm};
use crate::{step, workspace::Workspace};

/// What every browser of the last years has, by name: `--all-features` emits imports that Chromium refuses.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Smaller by half a percent than `-Oz` alone: what flows where is laid out anew, and made small again.
const PASSES: [&str; 5] = ["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// What became of a wasm file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shrunk {
    /// It is as small as it gets.
    Smaller,
    /// Nobody asked for it to be smaller.
    AsIs,
    /// wasm-opt was not to be had.
    WithoutTool,
}

/// Makes `wasm` smaller in place. Where npm cannot deliver wasm-opt: warns and leaves it, for it runs as it is.
pub(crate) fn shrink(workspace: &Workspace, wasm: &Path) -> Result<Shrunk> {
    let program = match install(workspace) {
        Ok(program) => program,
        Err(error) => {
            eprintln!("! No wasm-opt: {error:#}\n! The app works without, but takes longer to load.");
            return Ok(Shrunk::WithoutTool);
        }
    };
    let smaller = wasm.with_extension("opt.wasm");
    step::quietly("Optimising the wasm for size", || {
        let mut command = Command::new("node");
        command.arg(&program).arg(wasm).arg("-o").arg(&smaller).args(PASSES).args(FEATURES);
        capture(&mut command).map(drop)
    })?;
    std::fs::rename(smaller, wasm)?;
    Ok(Shrunk::Smaller)
}

fn install(workspace: &Workspace) -> Result<PathBuf> {
    let package = workspace.root.join("xtask/npm");
    npm::install(&package)?;
    Ok(package.join("node_modules/binaryen/bin/wasm-opt"))
}
