//! What was measured, as a table and as JSON.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::machine::Machine;

/// One measure.
pub(super) struct Line {
    pub(super) name: String,
    /// Of `ours` and `baseline`.
    pub(super) unit: String,
    pub(super) ours: f64,
    pub(super) baseline: Option<f64>,
    /// The median of what the turns' own ratios were, so it need not be that of the two medians.
    pub(super) ratio: Option<f64>,
    /// Of DESIGN.md, in words; `None`: there is none.
    pub(super) bar: Option<String>,
    pub(super) met: Option<bool>,
}

impl Line {
    /// A line of the browser's script: milliseconds, less is better; or a rate that has no bar.
    pub(super) fn read(value: &Value) -> Result<Self> {
        let text = |name: &str| value[name].as_str().with_context(|| format!("{name} is missing: {value}"));
        let (unit, ratio) = (text("unit")?.to_owned(), value["ratio"].as_f64());
        // Of what is better the more of it there is, the script says so.
        let sign = if value["more"].as_bool() == Some(true) { "≥" } else { "≤" };
        let words = |bar: f64| {
            if ratio.is_some() { format!("{sign} {bar} x") } else { format!("{sign} {bar} {unit}") }
        };
        let bar = value["bar"].as_f64().map(words);
        Ok(Self {
            name: text("name")?.to_owned(),
            ours: value["ours"].as_f64().with_context(|| format!("ours is missing: {value}"))?,
            baseline: value["baseline"].as_f64(),
            bar,
            met: value["met"].as_bool(),
            unit,
            ratio,
        })
    }

    /// The first load, in bytes of brotli.
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(super) fn size(bytes: u64, budget: u64) -> Self {
        Self {
            name: "first load, brotli".to_owned(),
            unit: "KB".to_owned(),
            ours: bytes as f64 / 1024.0,
            baseline: None,
            ratio: None,
            bar: Some(format!("≤ {} KB", budget / 1024)),
            met: Some(bytes <= budget),
        }
    }

    pub(super) fn json(&self) -> Value {
        let Self { name, unit, ours, baseline, ratio, bar, met } = self;
        json!({
            "name": name, "unit": unit, "ours": ours, "baseline": baseline, "ratio": ratio, "bar": bar, "met": met,
        })
    }
}

/// Prints a table that may stand in the README as it is.
pub(super) fn print(machine: &Machine, lines: &[Line]) {
    println!("\n{}\n", machine.words());
    println!("| what | ours | raw | ratio | bar | met |\n|---|---:|---:|---:|---:|---|");
    for Line { name, unit, ours, baseline, ratio, bar, met } in lines {
        let number = |value: f64| {
            let digits = if value < 100.0 { 1 } else { 0 };
            format!("{value:.digits$} {unit}")
        };
        let baseline = baseline.map_or_else(|| "–".to_owned(), number);
        let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2} x"));
        let bar = bar.as_deref().unwrap_or("");
        let met = met.map_or("", |met| if met { "yes" } else { "**no**" });
        println!("| {name} | {} | {baseline} | {ratio} | {bar} | {met} |", number(*ours));
    }
}
