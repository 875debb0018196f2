//! `cargo xtask build`: the app as it is served, in `dist/`; the browser contract tests in `dist-test/`.
//!
//! ```text
//! dist/
//!   index.html  manifest.webmanifest  sw.js      asked for anew each time
//!   assets/NAME-HASH.EXT                         never change: may be kept for ever
//!   *.br  *.gz                                   beside every file that gains by it
//! ```

mod asset;
mod bench;
mod bundle;
mod compress;
mod contract;
mod css;
mod icons;
mod output;
mod page;
mod snippets;
mod stamp;
mod template;

use anyhow::Result;

use crate::{
    size,
    tool::{
        cargo::Profile,
        wasm_bindgen::{self, Names, Target},
        wasm_opt::{self, Shrunk},
        wasm_split,
    },
    workspace::Workspace,
};

pub(crate) use bench::build as bench;
pub(crate) use contract::build as contract;

/// The package and the program of the app.
const APP: &str = "rivulet-app";

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
    let wasm = wasm_bindgen::compile(workspace, APP, Target::Bin(APP), profile)?;
    let public = workspace.root.join("public");
    let stamp = stamp::Stamp::of(&workspace.dist, profile, &[&wasm, &public])?;
    if stamp.is_current() {
        eprintln!("✓ {} is up to date", workspace.dist.display());
        return Ok(());
    }
    let names = if profile == Profile::Web { Names::Drop } else { Names::Keep };
    let scratch = workspace.scratch();
    let parts = wasm_split::split(&wasm, &scratch.join("parts"), &format!("./{APP}.js"))?;
    let module = wasm_bindgen::bindgen(&parts.main, &scratch.join("app"), names)?;
    let mut shrunk = Shrunk::AsIs;
    if profile == Profile::Web {
        for part in std::iter::once(&module.wasm).chain(&parts.later) {
            shrunk = wasm_opt::shrink(workspace, part)?;
        }
    }
    let assets = bundle::assets(&public, &module, &parts)?;
    output::replace(&workspace.dist, &assets, compress::Effort::of(profile))?;
    // Without wasm-opt the next build tries again: by then it may be there.
    if shrunk == Shrunk::WithoutTool { Ok(()) } else { stamp.keep() }
}
