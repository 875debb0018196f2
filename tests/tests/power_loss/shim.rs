//! Builds the layer between the server and its files.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The built `shim.c`. Built once for both tests.
pub fn build() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(compile).clone()
}

fn compile() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("power-loss/shim.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("power-loss-shim.so");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .output()
        .expect("no C compiler `cc`: install one (Debian: apt install gcc libc6-dev), this test needs it");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} does not compile: {said}", source.display());
    library
}
