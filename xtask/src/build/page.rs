//! A page of its own for an example of the tests' package that is compiled for the browser.

use std::{fs, path::Path};

use anyhow::Result;

use super::{asset::Asset, compress::Effort, output, snippets, stamp::Stamp};
use crate::{
    tool::{
        cargo::Profile,
        wasm_bindgen::{self, Names, Target},
        wasm_opt,
    },
    workspace::Workspace,
};

const PACKAGE: &str = "rivulet-tests";

/// Builds `example` into `folder` beside `files`, as `EXAMPLE.js` and `EXAMPLE_bg.wasm`, unless it is there already.
pub(super) fn build(
    workspace: &Workspace,
    example: &str,
    profile: Profile,
    folder: &Path,
    files: Vec<Asset>,
) -> Result<()> {
    let wasm = wasm_bindgen::compile(workspace, PACKAGE, Target::Example(example), profile)?;
    let given = workspace.scratch().join(example).with_extension("files");
    fs::create_dir_all(workspace.scratch())?;
    fs::write(&given, files.iter().flat_map(|file| file.bytes.clone()).collect::<Vec<u8>>())?;
    let stamp = Stamp::of(folder, profile, &[&wasm, &given])?;
    if stamp.is_current() {
        return Ok(());
    }
    let module = wasm_bindgen::bindgen(&wasm, &workspace.scratch().join(example), Names::Keep)?;
    if profile == Profile::Web {
        wasm_opt::shrink(workspace, &module.wasm)?;
    }
    let mut all = snippets::read(&module)?;
    let js = snippets::point_to(&all, &fs::read_to_string(&module.js)?);
    for script in &mut all {
        script.path = script.path.trim_start_matches("assets/").to_owned();
    }
    all.push(Asset::named(&format!("{example}.js"), js));
    all.push(Asset::named(&format!("{example}_bg.wasm"), fs::read(&module.wasm)?));
    all.extend(files);
    output::replace(folder, &all, Effort::Quick)?;
    stamp.keep()
}
