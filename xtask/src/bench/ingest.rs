//! Rows a second into the log beside SQLite alone: a benchmark of the tests' package, which prints a line of JSON.

use anyhow::{Context, Result};
use serde_json::Value;

use super::report::Line;
use crate::{
    step,
    tool::{capture, cargo::cargo},
    workspace::Workspace,
};

/// Builds and runs it.
pub(super) fn measure(workspace: &Workspace) -> Result<Line> {
    let mut bench = cargo(workspace, "bench");
    bench.args(["--package", "rivulet-tests", "--bench", "ingest"]);
    let printed = step::quietly("Measuring ingest", || capture(&mut bench))?;
    let report = printed.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok());
    let report = report.context("the ingest benchmark printed no JSON")?;
    let number = |name: &str| report[name].as_f64().with_context(|| format!("it does not say {name}"));
    Ok(Line {
        name: "ingest, signed HTTP".to_owned(),
        unit: "rows/s".to_owned(),
        ours: number("ours_rows_per_s")?,
        baseline: Some(number("raw_rows_per_s")?),
        ratio: Some(number("ratio")?),
        bar: format!("≥ {} x", number("bar")?),
        met: report["met"].as_bool().context("it does not say whether the bar is met")?,
    })
}
