//! What the first load costs: the page and every script, style and wasm that it names.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    tool::{cargo::Profile, slim},
    workspace::Workspace,
};

/// The most that page, scripts, style and wasm of the first load may weigh together, in bytes of brotli.
pub(crate) const BUDGET_BYTES: u64 = 220 * 1024;

/// What the first load weighs as long as the budget is not met yet, rounded up: it may only fall.
/// Once it is at the budget, remove it.
const REACHED_BYTES: u64 = 336 * 1024;

/// One file of the first load; sizes in bytes.
struct Row {
    path: String,
    raw: u64,
    brotli: u64,
}

/// Builds what ships and reports on it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    build::app(workspace, Profile::Web)?;
    report(workspace, Profile::Web)
}

/// Prints the table for what lies in `dist/`, and by how much it misses the budget. Fails if what ships has grown
/// beyond what was reached.
pub(crate) fn report(workspace: &Workspace, profile: Profile) -> Result<()> {
    let rows = first_load(&workspace.dist)?;
    let total = Row {
        path: "first load".into(),
        raw: rows.iter().map(|row| row.raw).sum(),
        brotli: rows.iter().map(|row| row.brotli).sum(),
    };
    println!("\n{:<40} {:>10} {:>10}", "bytes", "raw", "brotli");
    for row in rows.iter().chain([&total]) {
        println!("{:<40} {:>10} {:>10}", row.path, row.raw, row.brotli);
    }
    let percent = total.brotli * 100 / BUDGET_BYTES;
    println!("{:<40} {:>10} {:>10}   {percent} % used", "budget", "", BUDGET_BYTES);
    if total.brotli > BUDGET_BYTES {
        eprintln!("! The first load is {} bytes above its budget.", total.brotli - BUDGET_BYTES);
    }
    // Where the standard library's source cannot be had, nothing was reached.
    let is_comparable = profile == Profile::Web && slim::is_there();
    if is_comparable && total.brotli > BUDGET_BYTES.max(REACHED_BYTES) {
        bail!(
            "The first load grew beyond the {REACHED_BYTES} bytes that it had come down to. Find what grew (`twiggy \
             top`, `cargo tree -p rivulet-app`), or load it later.",
        );
    }
    Ok(())
}

/// What lies in `dist/`, in bytes of brotli.
pub(crate) fn first_load_bytes(workspace: &Workspace) -> Result<u64> {
    Ok(first_load(&workspace.dist)?.iter().map(|row| row.brotli).sum())
}

fn first_load(dist: &Path) -> Result<Vec<Row>> {
    let page = fs::read_to_string(dist.join("index.html")).context("there is no build in dist/")?;
    let boot = |path: &str| [".js", ".wasm", ".css"].iter().any(|ending| path.ends_with(ending));
    let mut paths = vec!["index.html".to_owned()];
    for quoted in page.split('"') {
        if let Some(path) = quoted.strip_prefix('/').filter(|path| boot(path)) {
            paths.push(path.to_owned());
        }
    }
    // Scripts of crates are imported by the app's module, which the page names.
    for entry in dist.join("assets").read_dir()? {
        let folder = entry?;
        if folder.file_type()?.is_dir() {
            paths.extend(scripts(&folder.path(), dist)?);
        }
    }
    paths.into_iter().map(|path| row(dist, path)).collect()
}

fn scripts(folder: &Path, dist: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(scripts(&path, dist)?);
        } else if path.extension().is_some_and(|ending| ending == "js") {
            found.push(path.strip_prefix(dist)?.to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

/// A file so small that brotli does not pay is sent as it is.
fn row(dist: &Path, path: String) -> Result<Row> {
    let raw = fs::metadata(dist.join(&path)).with_context(|| format!("{path} is not in dist/"))?.len();
    let brotli = fs::metadata(dist.join(format!("{path}.br"))).map_or(raw, |packed| packed.len());
    Ok(Row { path, raw, brotli })
}
