//! `plan expand` over the vectors in `plans/vectors.json`: questions, with their answer or the beginning of the refusal.
//! They are for whoever writes another reader of plans, too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn plan_expand(file: &str, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rivulet-server"));
    command.args(["plan", "expand", "--file", file]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn every_vector_has_its_answer_or_is_refused_with_field_and_rule() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("plans/vectors.json")).unwrap();
    assert!(vectors.len() > 20);
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let output = plan_expand("-", &vector["question"].to_string());
        let (said, refusal) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        match vector["error"].as_str() {
            None => {
                assert_eq!((output.status.code(), refusal.as_str()), (Some(0), ""), "{name}");
                assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), vector["answer"], "{name}");
            }
            Some(begins) => {
                assert_eq!((output.status.code(), said.as_str()), (Some(2), ""), "{name}");
                assert!(refusal.starts_with(begins), "{name}: {refusal}");
            }
        }
    }
}

#[test]
fn a_plan_comes_from_a_file_too_and_one_that_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let vectors: Vec<Value> = serde_json::from_str(include_str!("plans/vectors.json")).unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, vectors[0]["question"].to_string()).unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    assert_eq!(plan_expand(&path(&file), "").status.code(), Some(0));
    let missing = plan_expand(&path(&folder.path().join("none.json")), "");
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("none.json cannot be read"));
}
