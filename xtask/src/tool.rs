//! The programs of others that the tasks lean on.

pub(crate) mod cargo;
pub(crate) mod chromium;
pub(crate) mod npm;
pub(crate) mod rust_web;
pub(crate) mod slim;
pub(crate) mod terser;
pub(crate) mod toolchain;
pub(crate) mod wasm_bindgen;
pub(crate) mod wasm_opt;
pub(crate) mod wasm_split;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Whether `program --version` runs.
pub(crate) fn exists(program: &str) -> bool {
    let mut probe = Command::new(program);
    probe.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// Fails with what to install if `program` is not there.
pub(crate) fn require(program: &str, how: &str) -> Result<()> {
    if exists(program) {
        return Ok(());
    }
    bail!("`{program}` was not found. {how}");
}

/// Runs to the end with the caller's own terminal; an error says what was run.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", line(command)))?;
    if status.success() {
        return Ok(());
    }
    bail!("{} ended with {status}", line(command));
}

/// Runs to the end in silence and gives what it printed; its output is shown only when it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start {}", line(command)))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    bail!("{} ended with {}\n{printed}{complaint}", line(command), output.status);
}

/// The command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
