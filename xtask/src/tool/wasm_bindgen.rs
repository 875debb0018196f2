//! From a package to a wasm module that a page can import: cargo, then wasm-bindgen as a library.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{
    cargo::{Profile, cargo},
    run, slim,
    toolchain::{self, WASM, WasmStd},
};
use crate::{step, workspace::Workspace};

/// Which of a package's targets is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// A program, by its name.
    Bin(&'a str),
    /// An example, by its name.
    Example(&'a str),
}

/// What becomes of the functions' names, by which a stack trace can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// They stay.
    Keep,
    /// They go: a third of the file.
    Drop,
}

/// What wasm-bindgen wrote: a JavaScript module, its wasm, and scripts that crates brought along.
pub(crate) struct Module {
    /// The module to import; its default export starts it.
    pub js: PathBuf,
    /// What it loads.
    pub wasm: PathBuf,
    /// Scripts of crates, which `js` imports as `./snippets/…`; the folder is absent if no crate has any.
    pub snippets: PathBuf,
}

/// Compiles `target` of `package` for the browser and gives the path of cargo's raw wasm.
pub(crate) fn compile(
    workspace: &Workspace,
    package: &str,
    target: Target<'_>,
    profile: Profile,
) -> Result<PathBuf> {
    let mut build = cargo(workspace, "build");
    build.args(["--package", package, "--target", WASM, "--profile", profile.name()]);
    let artifact = match target {
        Target::Bin(name) => {
            build.args(["--bin", name]);
            format!("{name}.wasm")
        }
        Target::Example(name) => {
            build.args(["--example", name]);
            format!("examples/{name}.wasm")
        }
    };
    match toolchain::wasm_std()? {
        WasmStd::FromSource(compiler) => compiler.apply(&mut build),
        WasmStd::Installed if profile == Profile::Web => slim::apply(&mut build),
        WasmStd::Installed => {}
    }
    step::aloud(&format!("Compiling {package} for the browser ({})", profile.name()), || run(&mut build))?;
    Ok(workspace.target.join(WASM).join(profile.folder()).join(artifact))
}

/// Writes what a page needs to import the raw `wasm` into `out_dir`, which is emptied first.
pub(crate) fn bindgen(wasm: &Path, out_dir: &Path, names: Names) -> Result<Module> {
    if out_dir.exists() {
        fs::remove_dir_all(out_dir)?;
    }
    let stem = wasm.file_stem().context("a wasm file has a name")?.to_string_lossy().into_owned();
    step::quietly("Binding the wasm to JavaScript", || {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).typescript(false).remove_name_section(names == Names::Drop);
        // What a wasm is made of that was cut into parts is shared by these.
        bindgen.keep_lld_exports(true);
        bindgen.web(true)?.generate(out_dir)
    })?;
    Ok(Module {
        js: out_dir.join(format!("{stem}.js")),
        wasm: out_dir.join(format!("{stem}_bg.wasm")),
        snippets: out_dir.join("snippets"),
    })
}
