//! `cargo xtask build`: the app as it is served, in `dist/`; the browser contract tests in `dist-test/`.
//!
//! ```text
//! dist/
//!   index.html  enrol.html                       asked for anew each time
//!   manifest.webmanifest (one for each language)  sw.js
//!   assets/NAME-HASH.EXT                         never change: may be kept for ever
//!   *.br  *.gz                                   beside every file that gains by it
//! ```

mod asset;
mod bench;
mod bundle;
#[path = "../../app/build/catalogue.rs"]
mod catalogue;
mod compress;
mod contract;
mod css;
mod icons;
mod names;
mod output;
mod page;
mod snippets;
mod stamp;
mod template;
mod unused;

use anyhow::Result;

use crate::{
    size,
    tool::{
        cargo::Profile,
        terser::Terser,
        wasm_bindgen::{self, Names, Target},
        wasm_opt::{self, Shrunk},
        wasm_split,
    },
    workspace::Workspace,
};

pub(crate) use bench::build as bench;
use bundle::Page;
pub(crate) use contract::build as contract;

/// The package of the programs that a browser loads.
const PACKAGE: &str = "rivulet-app";
/// The app, which is cut into parts.
const APP: &str = "rivulet-app";
/// The page that sets a phone up.
const ENROL: &str = "rivulet-enrol";

/// How to build.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Quickly and larger: little optimisation, no wasm-opt, light compression, no budget
    #[arg(long)]
    dev: bool,
}

/// Builds the app and says what the first load costs.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let profile = if options.dev { Profile::WebDev } else { Profile::Web };
    app(workspace, profile)?;
    contract(workspace)?;
    size::report(workspace, profile)
}

/// Builds the app into `dist/`, unless what lies there was made of the very same inputs.
pub(crate) fn app(workspace: &Workspace, profile: Profile) -> Result<()> {
    let compile = |name| wasm_bindgen::compile(workspace, PACKAGE, Target::Bin(name), profile);
    let (app, enrol) = (compile(APP)?, compile(ENROL)?);
    let public = workspace.root.join("public");
    let locales = workspace.root.join("app/locales");
    let stamp = stamp::Stamp::of(&workspace.dist, profile, &[&app, &enrol, &public, &locales])?;
    if stamp.is_current() {
        eprintln!("✓ {} is up to date", workspace.dist.display());
        return Ok(());
    }
    let names = if profile == Profile::Web { Names::Drop } else { Names::Keep };
    let scratch = workspace.scratch();
    let parts = wasm_split::split(&app, &scratch.join("parts"), &format!("./{APP}.js"))?;
    let app = wasm_bindgen::bindgen(&parts.main, &scratch.join("app"), names)?;
    let enrol = wasm_bindgen::bindgen(&enrol, &scratch.join("enrol"), names)?;
    let (mut shrunk, mut terser) = (Shrunk::AsIs, None);
    if profile == Profile::Web {
        terser = Terser::install(workspace);
        [&app, &enrol].into_iter().try_for_each(unused::drop_classes)?;
        [&app, &enrol].into_iter().try_for_each(names::shorten)?;
        for wasm in [&app.wasm, &enrol.wasm].into_iter().chain(&parts.later) {
            shrunk = wasm_opt::shrink(workspace, wasm)?;
        }
    }
    let pages = [
        Page { html: "index.html", stem: "app", words: &["first"], module: &app, parts: Some(&parts) },
        Page { html: "enrol.html", stem: "enrol", words: &["first", "enrol"], module: &enrol, parts: None },
    ];
    let assets = bundle::assets(&public, &locales, &pages, terser.as_ref())?;
    output::replace(&workspace.dist, &assets, compress::Effort::of(profile))?;
    // Without wasm-opt the next build tries again: by then it may be there.
    if shrunk == Shrunk::WithoutTool { Ok(()) } else { stamp.keep() }
}
