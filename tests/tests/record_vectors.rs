//! The record's published vectors, `tests/vectors/record.json`, checked natively. With `RIVULET_WRITE_VECTORS=1` they
//! are written anew first: needed only when vectors are added, since a format that is in use does not change.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

#[path = "record_vectors/chains.rs"]
mod chains;
#[path = "record_vectors/headers.rs"]
mod headers;
#[path = "record_vectors/log.rs"]
mod log;
#[path = "record_vectors/numbers.rs"]
mod numbers;
#[path = "record_vectors/people.rs"]
mod people;
#[path = "record_vectors/seals.rs"]
mod seals;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use rivulet_tests::vectors::{check_hashes, file::Vectors};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// The file's text, written anew first where that is asked for.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let path = folder().join("record.json");
    if std::env::var("RIVULET_WRITE_VECTORS").is_ok_and(|v| v == "1") {
        std::fs::write(&path, serde_json::to_string_pretty(&generated()).unwrap() + "\n").unwrap();
    }
    std::fs::read_to_string(path).unwrap()
});

fn generated() -> Vectors {
    Vectors {
        hlc: numbers::hlc(),
        order: numbers::order(),
        key_id: numbers::key_id(),
        shard: numbers::shard(),
        padding: numbers::padding(),
        seal: seals::seal(),
        not_opening: seals::not_opening(),
        header: headers::header(),
        header_refused: headers::header_refused(),
        encoding_refused: headers::encoding_refused(),
        device: people::devices(),
        genesis: chains::genesis(),
        link: chains::link(),
        stream: chains::stream(),
        head: chains::head(),
        head_refused: chains::head_refused(),
        log: vec![log::log()],
    }
}

#[test]
fn this_build_agrees_with_every_published_vector() {
    let checks = check_hashes(&TEXT).unwrap_or_else(|e| panic!("{e}"));
    assert!(checks >= 250, "only {checks} checks: did vectors get lost?");
}

#[test]
fn a_changed_vector_is_found() {
    let mut file: Vectors = serde_json::from_str(&TEXT).unwrap();
    file.link[0].link.0[31] ^= 1;
    file.log[0].records[2].record.body[40] ^= 1;
    let said = check_hashes(&serde_json::to_string(&file).unwrap()).unwrap_err();
    assert!(said.contains("link: ") && said.contains("log: ordinal 3"), "{said}");
}

fn node(file: &Path) -> Output {
    let run = Command::new("node").arg(folder().join("verify.mjs")).arg(file).output();
    run.expect("install Node: the vectors are checked by a second program, which runs in it")
}

#[test]
fn the_program_written_from_the_text_alone_agrees() {
    assert!(!TEXT.is_empty());
    let run = node(&folder().join("record.json"));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn that_program_finds_a_changed_vector_too() {
    let mut file: Vectors = serde_json::from_str(&TEXT).unwrap();
    file.log[0].records[2].record.receipt.as_mut().unwrap().received_ms += 1;
    let changed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed-vectors.json");
    std::fs::write(&changed, serde_json::to_string(&file).unwrap()).unwrap();
    let run = node(&changed);
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.code() == Some(1) && said.contains("FAILED log: a stream ordinal 3"), "{said}");
}
