//! Where rustup cannot fetch the wasm32 standard library (closed networks), Debian's `rustc-web` with `rust-web-src`
//! builds it from its own source.

use std::{path::Path, process::Command};

use super::exists;

/// A compiler that has its own standard library's source beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RustWeb {
    /// The compiler's name or path.
    pub rustc: String,
}

const RUSTC: &str = "/usr/lib/rust-web/bin/rustc";
const SOURCE: &str = "/usr/lib/rust-web/lib/rustlib/src/rust/library/core";

/// The compiler, if both packages are installed.
pub(crate) fn find() -> Option<RustWeb> {
    (Path::new(SOURCE).exists() && exists(RUSTC)).then(|| RustWeb { rustc: RUSTC.to_owned() })
}

impl RustWeb {
    /// Makes a `cargo build` compile the standard library along with the package.
    pub(crate) fn apply(&self, build: &mut Command) {
        build.args(["-Z", "build-std=std,panic_abort"]);
        // Unstable switches are allowed to a distribution's compiler on request only.
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &self.rustc);
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "rust-lld");
    }
}
