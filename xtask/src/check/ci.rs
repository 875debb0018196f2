//! `cargo xtask ci`: what must be green before a change lands. Cheap checks come first.

use std::process::Command;

use anyhow::Result;

use super::test;
use crate::{
    size, step,
    tool::{
        self,
        cargo::cargo,
        toolchain::{self, WASM, WasmStd},
    },
    workspace::Workspace,
};

/// Everything that compiles for this machine; the app is for the browser only.
pub(super) const NATIVE: [&str; 3] = ["--workspace", "--exclude", "rivulet-app"];

/// Runs all checks and stops at the first that fails; the tests come last and run to their end.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    toolchain::lints(workspace)?;
    check("Format", cargo(workspace, "fmt").args(["--all", "--check"]))?;
    let deny = ["--", "-D", "warnings"];
    check("Lints", cargo(workspace, "clippy").args(NATIVE).arg("--all-targets").args(deny))?;
    let mut browser = cargo(workspace, "clippy");
    browser.args(["--package", "rivulet-app", "--package", "rivulet-sync", "--target", WASM]);
    if let WasmStd::FromSource(compiler) = toolchain::wasm_std()? {
        compiler.apply(&mut browser);
    }
    check("Lints, for the browser", browser.args(deny))?;
    let mut docs = cargo(workspace, "doc");
    check("Documentation", docs.args(NATIVE).arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings"))?;
    size::run(workspace)?;
    test::run(workspace, &test::Options::thorough())
}

fn check(what: &str, command: &mut Command) -> Result<()> {
    step::aloud(what, || tool::run(command))
}
