//! The browser's side of the store and transport contracts: the same tests that run natively, in a page of their own.

use std::fs;

use anyhow::Result;

use super::{asset::Asset, compress::Effort, output, snippets, stamp::Stamp};
use crate::{
    tool::{
        cargo::Profile,
        wasm_bindgen::{self, Names, Target},
    },
    workspace::Workspace,
};

const PACKAGE: &str = "rivulet-tests";
const EXAMPLE: &str = "browser_contract";

/// Loads the tests; they say in the page's console and on `window` how they went.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Rivulet: contracts in the browser</title>
<script type="module" src="/start.js"></script>
</head>
<body></body>
</html>
"#;

const START: &str = r#"import init from "./browser_contract.js";

await init({ module_or_path: new URL("./browser_contract_bg.wasm", import.meta.url) });
"#;

/// Builds them into `dist-test/`, if there are any.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    if !workspace.root.join("tests/examples").join(EXAMPLE).with_extension("rs").exists() {
        return Ok(());
    }
    let wasm = wasm_bindgen::compile(workspace, PACKAGE, Target::Example(EXAMPLE), Profile::WebDev)?;
    let stamp = Stamp::of(&workspace.dist_test, Profile::WebDev, &[&wasm])?;
    if stamp.is_current() {
        return Ok(());
    }
    let module = wasm_bindgen::bindgen(&wasm, &workspace.scratch().join("contract"), Names::Keep)?;
    let mut files = snippets::read(&module)?;
    let js = snippets::point_to(&files, &fs::read_to_string(&module.js)?);
    for script in &mut files {
        script.path = script.path.trim_start_matches("assets/").to_owned();
    }
    files.extend([
        Asset::named("index.html", PAGE),
        Asset::named("start.js", START),
        Asset::named("browser_contract.js", js),
        Asset::named("browser_contract_bg.wasm", fs::read(&module.wasm)?),
    ]);
    output::replace(&workspace.dist_test, &files, Effort::Quick)?;
    stamp.keep()
}
