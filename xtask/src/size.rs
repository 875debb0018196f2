//! What a first load costs: the page and every script, style and wasm that it names, and the words of a language, of
//! which the heaviest counts. What the app fetches behind its first screen does not count.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    tool::{cargo::Profile, slim},
    workspace::Workspace,
};

/// The most that page, scripts, style and wasm of a first load may weigh together, in bytes of brotli.
pub(crate) const BUDGET_BYTES: u64 = 220 * 1024;

/// The app, and the page that sets a phone up: whichever is opened first pays for itself only.
const PAGES: [&str; 2] = ["index.html", "enrol.html"];

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

/// Prints what each page needs before it can be used, of what lies in `dist/`; the heaviest counts. Fails if what ships
/// is above the budget.
pub(crate) fn report(workspace: &Workspace, profile: Profile) -> Result<()> {
    let mut most = 0;
    for page in PAGES {
        let rows = first_load(&workspace.dist, page)?;
        let total = Row {
            path: "first load".to_owned(),
            raw: rows.iter().map(|row| row.raw).sum(),
            brotli: rows.iter().map(|row| row.brotli).sum(),
        };
        println!("\n{:<40} {:>10} {:>10}", "bytes", "raw", "brotli");
        for row in rows.iter().chain([&total]) {
            println!("{:<40} {:>10} {:>10}", row.path, row.raw, row.brotli);
        }
        most = most.max(total.brotli);
    }
    let percent = most * 100 / BUDGET_BYTES;
    println!("\n{:<40} {:>10} {:>10}   {percent} % used", "budget", "", BUDGET_BYTES);
    if most <= BUDGET_BYTES {
        return Ok(());
    }
    let above = most - BUDGET_BYTES;
    // Where the standard library's source cannot be had, the app is heavier than what ships.
    if profile == Profile::Web && slim::is_there() {
        bail!(
            "The first load is {above} bytes above its budget. Find what grew (`twiggy top`, `cargo tree -p \
             rivulet-app`), or fetch it later (`app/src/parts.rs`).",
        );
    }
    eprintln!("! The first load is {above} bytes above its budget.");
    Ok(())
}

/// What the heaviest page needs, in bytes of brotli.
pub(crate) fn first_load_bytes(workspace: &Workspace) -> Result<u64> {
    let of = |page| Ok(first_load(&workspace.dist, page)?.iter().map(|row| row.brotli).sum());
    Ok(PAGES.into_iter().map(of).collect::<Result<Vec<u64>>>()?.into_iter().max().unwrap_or_default())
}

fn first_load(dist: &Path, page: &str) -> Result<Vec<Row>> {
    let html = fs::read_to_string(dist.join(page)).context("there is no build in dist/")?;
    let boot = |path: &str| [".js", ".wasm", ".css"].iter().any(|ending| path.ends_with(ending));
    let mut paths = vec![page.to_owned()];
    for quoted in html.split('"') {
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
    let mut rows = paths.into_iter().map(|path| row(dist, path)).collect::<Result<Vec<_>>>()?;
    let words = html.split_once("data-words=\"").and_then(|(_, after)| after.split_once('"'));
    for set in words.map_or("", |(words, _)| words).split(' ') {
        rows.extend(heaviest_texts(dist, set)?);
    }
    Ok(rows)
}

/// Of a set of words that of the language in which it is longest.
fn heaviest_texts(dist: &Path, set: &str) -> Result<Option<Row>> {
    let mut rows = Vec::new();
    for entry in dist.join("assets").read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("texts-") && name.contains(&format!("-{set}-")) && name.ends_with(".txt") {
            rows.push(row(dist, path.strip_prefix(dist)?.to_string_lossy().into_owned())?);
        }
    }
    Ok(rows.into_iter().max_by_key(|row| row.brotli))
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
