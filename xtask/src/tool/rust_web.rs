//! Where rustup cannot fetch the wasm32 standard library (closed networks), Debian's `rustc-web` with `rust-web-src`
//! builds it from its own source.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::capture;

/// A compiler that has its own standard library's source beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RustWeb {
    rustc: PathBuf,
    linker: PathBuf,
}

/// The compiler (`RIVULET_RUST_WEB`, else Debian's place), if its source is there and a linker for wasm.
pub(crate) fn find() -> Option<RustWeb> {
    let rustc = env::var_os("RIVULET_RUST_WEB").unwrap_or_else(|| "/usr/bin/rustc".into());
    let sysroot = print(Path::new(&rustc), "sysroot")?;
    let source = sysroot.join("lib/rustlib/src/rust/library/core");
    let found = RustWeb { rustc: rustc.into(), linker: linker(&sysroot)? };
    source.exists().then_some(found)
}

/// `rust-lld`, which comes with every toolchain of rustup's, also one without wasm32; else Debian's `lld`.
fn linker(sysroot: &Path) -> Option<PathBuf> {
    let rustup = print(Path::new("rustc"), "target-libdir")?.with_file_name("bin/rust-lld");
    let debian = sysroot.join("bin/wasm-ld");
    [rustup, debian].into_iter().find(|linker| linker.exists())
}

fn print(rustc: &Path, what: &str) -> Option<PathBuf> {
    let printed = capture(Command::new(rustc).args(["--print", what])).ok()?;
    Some(PathBuf::from(printed.trim()))
}

impl RustWeb {
    /// Makes a `cargo build` compile the standard library along with the package.
    pub(crate) fn apply(&self, build: &mut Command) {
        build.args(["-Z", "build-std=std,panic_abort"]);
        // Unstable switches are allowed to a released cargo and compiler on request only.
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &self.rustc);
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
    }
}
