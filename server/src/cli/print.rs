//! The one place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "commands print their answers")]

use std::io::Write as _;

use serde::Serialize;

/// A line of an answer. Nobody reading any more (a closed pipe) is no fault.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line of JSON.
pub(super) fn json(value: &impl Serialize) -> Result<(), serde_json::Error> {
    line(&serde_json::to_string(value)?);
    Ok(())
}

/// Something that the operator has to know, beside the answer.
pub(super) fn warn(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Free text of people, without what would steer a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A line, at once.
///
/// # Errors
/// Nobody reads any more.
pub(super) fn someone_reads(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{text}")?;
    out.flush()
}
