//! The recipe of ARCHITECTURE.md for a new version of a type is followed to the letter, on a copy of the sources: its edit
//! fits, what it leaves out is named, and then older and newer data are read.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const EDITED: &str = "shared-events/src/events/data.rs";
const SAMPLE: &str =
    r#"{ "task": "0a1b2c3d-4e5f-4a6b-8c7d-8e9fa0b1c2d3", "title": "Weigh yourself", "priority": 1 }"#;

/// A copy of the package, as a workspace of its own.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Self {
        let (copy, root) = (Self(tempfile::tempdir().unwrap()), root());
        copy_folder(&root.join("shared-events"), &copy.path("shared-events"));
        for file in ["Cargo.lock", "rust-toolchain.toml"] {
            fs::copy(root.join(file), copy.path(file)).unwrap();
        }
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let members = manifest.lines().map(|line| match line {
            line if line.starts_with("members") => "members = [\"shared-events\"]",
            line if line.starts_with("default-members") => "",
            // Of another version, so that nothing that is built here is taken for what was built of the sources.
            line if line.starts_with("version = ") => "version = \"0.0.0-recipe\"",
            line => line,
        });
        // Profiles that name packages which are not in the copy would only warn.
        fs::write(copy.path("Cargo.toml"), members.collect::<Vec<_>>().join("\n")).unwrap();
        copy
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).args(["--quiet", "--offline", "--package", "shared-events"]);
        // What the packages lean on is built already.
        cargo.current_dir(self.0.path()).env("CARGO_TARGET_DIR", root().join("target"));
        cargo.output().expect("cargo runs")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// Applies the edit that the page shows: each part's lines without a plus stand in the file once, one after the other.
fn follow(page: &str, file: &str) -> String {
    let (_, edit) = page.split_once("```diff\n").expect("the page shows an edit");
    let (edit, _) = edit.split_once("```").unwrap();
    let parts = edit.split("@@\n").skip(1);
    parts.fold(file.to_owned(), |file, part| {
        let side = |skip: char| -> String {
            let lines = part.lines().filter(|line| !line.starts_with(skip));
            lines.map(|line| format!("{}\n", line.get(1..).unwrap_or_default())).collect()
        };
        let (before, after) = (side('+'), side('-'));
        assert_eq!(file.matches(&before).count(), 1, "the edit of the page does not fit any more:\n{before}");
        file.replacen(&before, &after, 1)
    })
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn a_new_version_is_one_edit_and_what_it_leaves_out_is_named() {
    let copy = Copy::new();
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let edited = follow(&page, &fs::read_to_string(copy.path(EDITED)).unwrap());
    fs::write(copy.path(EDITED), edited).unwrap();
    let tests = ["test", "--no-fail-fast", "--test", "samples", "--test", "schemas"];

    let bare = copy.cargo(&tests);
    let told = said(&bare);
    assert!(!bare.status.success(), "a version without sample and schema must not pass");
    assert!(told.contains("TaskAssigned 2027-01-15 is in no release"), "{told}");

    copy.write("shared-events/tests/samples/2027-01-15/TaskAssigned.json", SAMPLE);
    for name in ["TaskAssigned.json", "TaskAssigned.any-day.json"] {
        let old =
            fs::read_to_string(copy.path(&format!("shared-events/tests/samples/2026-11-21/{name}"))).unwrap();
        let led = old.trim_end().trim_end_matches('}').trim_end().to_owned() + ", \"priority\": 2 }";
        copy.write(&format!("shared-events/tests/led/2026-11-21/{name}"), &led);
    }
    let kept = copy.cargo(&["run", "--example", "schemas", "--", "2027-01-15"]);
    assert!(kept.status.success(), "{}", said(&kept));
    let whole = copy.cargo(&tests);
    assert!(whole.status.success(), "{}", said(&whole));
}
