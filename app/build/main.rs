//! Gives each text of `locales/` a name, so that a missing one is a compile error.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

mod catalogue;

use std::{env, error::Error, fs, path::PathBuf};

use catalogue::Catalogue;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=locales");
    // `cargo xtask` cuts the wasm into parts, and has to know what refers to what.
    println!("cargo::rustc-link-arg-bin=rivulet-app=--emit-relocs");
    let catalogue = Catalogue::read(&PathBuf::from("locales"))?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("keys.rs"), catalogue.keys())?;
    Ok(())
}
