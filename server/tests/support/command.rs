//! The server's program, as an operator runs it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::plan;

fn output(folder: &Path, arguments: &[&str]) -> Output {
    let mut server = Command::new(env!("CARGO_BIN_EXE_rivulet-server"));
    server.args(arguments).arg("--data").arg(folder).output().unwrap()
}

/// Runs a command on this folder: its lines.
pub fn text(folder: &Path, arguments: &[&str]) -> String {
    let output = output(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command on this folder: its lines, as JSON.
pub fn run(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let text = text(folder, &[arguments, &["--json"]].concat());
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What it says when it refuses.
pub fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = output(folder, arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// A patient in care, by command.
pub fn patient_in_care(folder: &Path) -> String {
    let made = run(folder, &["patient", "create", "--name", "Marta", "--zone", "Europe/Amsterdam"]);
    made[0]["patient"].as_str().unwrap().to_owned()
}

/// One tablet of Apixaban each morning, prescribed by command.
pub fn prescribe(folder: &Path, patient: &str, treatment: &str) {
    let file = folder.join("plan.json");
    std::fs::write(&file, plan(treatment, "Apixaban").to_string()).unwrap();
    run(folder, &["care", "prescribe", "--patient", patient, "--file", file.to_str().unwrap()]);
}
