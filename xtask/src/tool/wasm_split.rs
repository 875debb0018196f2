//! Cutting the app's wasm where `#[wasm_split]` stands: what the first screen does without comes in files of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::step;

/// The script that fetches the parts, as the main part imports it.
pub(crate) const LOADER: &str = "./__wasm_split.js";

/// The parts of a wasm file.
pub(crate) struct Parts {
    /// What starts; wasm-bindgen's turn is next.
    pub main: PathBuf,
    /// What is fetched later; as it is.
    pub later: Vec<PathBuf>,
    /// The script that fetches it. It imports `main_module`.
    pub loader: PathBuf,
}

/// Cuts `wasm` into parts in `out_dir`, which is emptied first. `main_module` is what wasm-bindgen will write.
pub(crate) fn split(wasm: &Path, out_dir: &Path, main_module: &str) -> Result<Parts> {
    if out_dir.exists() {
        fs::remove_dir_all(out_dir)?;
    }
    let name = wasm.file_name().context("a wasm file has a name")?;
    let main = out_dir.join(name);
    let input = fs::read(wasm)?;
    let split = step::quietly("Cutting the wasm into parts", || {
        let mut options = Options::new(&input);
        options.output_dir = out_dir;
        options.main_out_path = &main;
        options.link_name = LOADER;
        options.main_module = main_module;
        transform(options).map_err(|error| anyhow!("could not cut the wasm into parts: {error:#}"))
    })?;
    let mut later = split.split_modules;
    // What was cut so that nothing is left of it is not fetched.
    later.retain(|part| part.exists());
    later.sort();
    Ok(Parts { main, later, loader: out_dir.join(LOADER) })
}
