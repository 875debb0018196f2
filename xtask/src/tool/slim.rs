//! What makes the app's wasm small, beyond its profile in `Cargo.toml`: a first load is paid for by every phone.

use std::{path::Path, process::Command};

use super::{capture, exists, run, toolchain::WASM};
use crate::step;

/// Leptos boxes its views: one copy of the machinery behind them, not one for each view.
const ERASED: &str = "--cfg erase_components";
/// SHA-256 in a loop, not written out round by round: what a phone hashes is small.
const ROLLED: &str = "--cfg sha2_backend_soft=\"compact\"";
/// A panic stops the program without a word, and no text or path of one is carried along.
const SILENT: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none";

/// Adds to a `cargo build` for the browser what makes it small. The standard library is built along, for size and
/// without its panics; where its source cannot be had: warns and does without, for it runs as it is.
pub(crate) fn apply(build: &mut Command) {
    let mut flags = format!("{ERASED} {ROLLED}");
    if has_source_of_std() {
        build.args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"]);
        // Unstable switches are allowed to a released cargo and compiler on request only.
        build.env("RUSTC_BOOTSTRAP", "1");
        flags = format!("{flags} {SILENT}");
    } else {
        eprintln!("! No source of the standard library (`rustup component add rust-src`).");
        eprintln!("! The app works without, but takes longer to load, and may be above its budget.");
    }
    build.env(format!("CARGO_TARGET_{}_RUSTFLAGS", WASM.replace('-', "_").to_uppercase()), flags);
}

fn has_source_of_std() -> bool {
    if is_there() {
        return true;
    }
    let add = || run(Command::new("rustup").args(["component", "add", "rust-src"]));
    exists("rustup") && step::aloud("Fetching the source of the standard library", add).is_ok() && is_there()
}

/// Whether the standard library's source is there, so that the app is as small as it gets.
pub(crate) fn is_there() -> bool {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]));
    sysroot.is_ok_and(|root| Path::new(root.trim()).join("lib/rustlib/src/rust/library/std").exists())
}
