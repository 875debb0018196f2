//! The browser's side of the store and transport contracts: the same tests that run natively, in a page of their own.

use anyhow::Result;

use super::{asset::Asset, page};
use crate::{tool::cargo::Profile, workspace::Workspace};

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

/// Builds them into `dist-test/`.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let files = vec![Asset::named("index.html", PAGE), Asset::named("start.js", START)];
    page::build(workspace, EXAMPLE, Profile::WebDev, &workspace.dist_test, files)
}
