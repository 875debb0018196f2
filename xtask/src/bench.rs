//! `cargo xtask bench`: what it costs to record, send, fetch and take in, each beside its baseline in the same run.
//! Ratios, not times: the machine may be busy, but then it is for both.

mod browser;
mod machine;
mod native;
mod report;

use anyhow::Result;
use serde_json::json;

use crate::{build, size, tool::cargo::Profile, workspace::Workspace};
use browser::Pace;
use machine::Machine;
use report::Line;

/// What to measure, and how to say it.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Fewer turns: to try the benchmarks themselves, not to quote them
    #[arg(long)]
    quick: bool,
    /// Only this one; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<Measure>,
}

/// The measures by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Measure {
    /// One entry: sealed, linked, strict
    One,
    /// 10,000 entries at once
    Bulk,
    /// 10,000 entries to the server
    Push,
    /// 10,000 entries to a fresh device
    Pull,
    /// The app opened with 50,000 entries behind it
    Cold,
    /// 100,000 entries folded, and 50,000 from a checkpoint; in the browser and natively
    Fold,
    /// Signed batches into the log
    Ingest,
    /// What the first load weighs
    Size,
    /// Lighthouse's mobile scores
    Lighthouse,
}

impl Measure {
    const ALL: [Self; 9] = [
        Self::One,
        Self::Bulk,
        Self::Push,
        Self::Pull,
        Self::Cold,
        Self::Fold,
        Self::Ingest,
        Self::Size,
        Self::Lighthouse,
    ];

    /// As the script of the browser's measures calls it; `None`: it needs no browser.
    const fn in_browser(self) -> Option<&'static str> {
        match self {
            Self::One => Some("one"),
            Self::Bulk => Some("bulk"),
            Self::Push => Some("push"),
            Self::Pull => Some("pull"),
            Self::Cold => Some("cold"),
            Self::Fold => Some("fold"),
            Self::Ingest | Self::Size | Self::Lighthouse => None,
        }
    }
}

/// Measures and prints.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let chosen = if options.only.is_empty() { &Measure::ALL[..] } else { &options.only };
    let in_browser: Vec<&str> = chosen.iter().filter_map(|measure| measure.in_browser()).collect();
    let (mut machine, mut lines) = (Machine::this(), Vec::new());
    let pace = if options.quick { Pace::Quick } else { Pace::Thorough };
    if !in_browser.is_empty() {
        let measured = browser::measure(workspace, &in_browser, pace)?;
        machine.browser = Some(measured.browser);
        lines.extend(measured.lines);
    }
    if chosen.contains(&Measure::Fold) {
        lines.extend(native::fold(workspace)?);
    }
    if chosen.contains(&Measure::Ingest) {
        lines.push(native::ingest(workspace)?);
    }
    if chosen.contains(&Measure::Size) {
        build::app(workspace, Profile::Web)?;
        lines.push(Line::size(size::first_load_bytes(workspace)?, size::BUDGET_BYTES));
    }
    if chosen.contains(&Measure::Lighthouse) {
        let measured = browser::lighthouse(workspace, pace)?;
        machine.browser = Some(measured.browser);
        lines.extend(measured.lines);
    }
    if options.json {
        let lines: Vec<_> = lines.iter().map(Line::json).collect();
        println!("{}", json!({ "machine": machine.json(), "lines": lines }));
    } else {
        report::print(&machine, &lines);
    }
    Ok(())
}
