//! The measures without a browser: benchmarks of the tests' package, which print lines of JSON.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::report::Line;
use crate::{
    step,
    tool::{capture, cargo::cargo},
    workspace::Workspace,
};

/// Rows a second into the log beside SQLite alone.
pub(super) fn ingest(workspace: &Workspace) -> Result<Line> {
    let reports = run(workspace, "ingest")?;
    let report = reports.last().context("the ingest benchmark printed no JSON")?;
    Ok(Line {
        name: "ingest, signed HTTP".to_owned(),
        unit: "rows/s".to_owned(),
        ours: number(report, "ours_rows_per_s")?,
        baseline: Some(number(report, "raw_rows_per_s")?),
        ratio: Some(number(report, "ratio")?),
        bar: Some(format!("≥ {} x", number(report, "bar")?)),
        met: Some(report["met"].as_bool().context("it does not say whether the bar is met")?),
    })
}

/// Events a second into the state beside opening and parsing alone.
pub(super) fn fold(workspace: &Workspace) -> Result<Vec<Line>> {
    let reports = run(workspace, "fold")?;
    if reports.is_empty() {
        bail!("the fold benchmark printed no JSON");
    }
    let line = |report: &Value| {
        Ok(Line {
            name: format!("{}, natively", report["name"].as_str().context("a line has no name")?),
            unit: "events/s".to_owned(),
            ours: number(report, "ours_events_per_s")?,
            baseline: Some(number(report, "raw_events_per_s")?),
            ratio: Some(number(report, "ratio")?),
            bar: None,
            met: None,
        })
    };
    reports.iter().map(line).collect()
}

/// Builds and runs a benchmark: the JSON that it prints.
fn run(workspace: &Workspace, name: &str) -> Result<Vec<Value>> {
    let mut bench = cargo(workspace, "bench");
    bench.args(["--package", "rivulet-tests", "--bench", name]);
    let printed = step::quietly(&format!("Measuring {name}"), || capture(&mut bench))?;
    Ok(printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn number(report: &Value, name: &str) -> Result<f64> {
    report[name].as_f64().with_context(|| format!("it does not say {name}"))
}
