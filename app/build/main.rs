//! Turns `locales/*.json` into the typed module `i18n`, so that a missing text is a compile error.
use std::{env, error::Error, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.toml");
    // `cargo xtask` cuts the wasm into parts, and has to know what refers to what.
    println!("cargo::rustc-link-arg-bin=rivulet-app=--emit-relocs");
    let module = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("i18n");
    let texts = TranslationsInfos::parse(
        Config::new("en")?.parse_options(ParseOptions::new().interpolate_display(true)),
    )?;
    texts.emit_diagnostics();
    texts.rerun_if_locales_changed();
    // The module is written by a machine: our lints are for what people write.
    let lints =
        "#![allow(missing_docs, unreachable_pub, unused, clippy::all, clippy::restriction)]".parse()?;
    let options = CodegenOptions::new().top_level_attributes(Some(lints)).gen_docs(false);
    texts.generate_i18n_module_with_options(module, options)?;
    Ok(())
}
