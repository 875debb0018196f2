//! The commands that look into a log, as an operator runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{path::Path, process::Command, sync::Arc};

use rivulet_server::{
    clock::SystemClock,
    demo,
    service::open::{Data, open},
};
use rivulet_sync::protocol::CareTeam;
use serde_json::Value;

/// Runs a command on this folder: its lines, as JSON.
fn run(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut server = Command::new(env!("CARGO_BIN_EXE_rivulet-server"));
    let output = server.args(arguments).arg("--json").arg("--data").arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What it says when it refuses.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let mut server = Command::new(env!("CARGO_BIN_EXE_rivulet-server"));
    let output = server.args(arguments).arg("--data").arg(folder).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_day_its_reasons_and_its_statistics_are_read_from_the_log_as_of_any_instant() {
    let folder = tempfile::tempdir().unwrap();
    let unit = CareTeam { name: "the day unit".into(), phone: None };
    let opened = open(&Data::at(folder.path()), Arc::new(SystemClock), unit).await.unwrap();
    demo::patient(&opened.service, "Europe/Amsterdam").await.unwrap();
    drop(opened);
    let folder = folder.path();
    let patient = run(folder, &["patient", "list"])[0]["patient"].as_str().unwrap().to_owned();
    let of = |arguments: &[&str]| run(folder, &[arguments, &["--patient", &patient]].concat());

    let day = &of(&["log", "day"])[0];
    let doses: Vec<&Value> =
        day["slots"].as_array().unwrap().iter().flat_map(|s| s["doses"].as_array().unwrap()).collect();
    assert!(doses.len() >= 5, "{day}");
    let (treatment, key) = (doses[0]["treatment"].as_str().unwrap(), &doses[0]["key"]["planned"]);
    let dose = format!("{treatment}/{}/{}", key["date"].as_str().unwrap(), key["slot"].as_str().unwrap());
    let why = of(&["log", "why", "--dose", &dose]);
    assert_eq!(
        (why.len(), &why[0]["kind"], &why[0]["part"]),
        (1, &"TreatmentPrescribed".into(), &"holds".into())
    );
    assert_eq!(of(&["log", "why", "--zone"])[0]["kind"], "ZoneChanged");

    // Before anything was known nothing was planned.
    let before = &of(&["log", "day", "--known-at", "2020-01-01T00:00:00Z"])[0];
    assert_eq!((&before["slots"], &before["gaps"]), (&Value::Array(vec![]), &serde_json::json!(["no_zone"])));
    assert_ne!(
        of(&["log", "state"])[0]["hash"],
        of(&["log", "state", "--known-at", "2020-01-01T00:00:00Z"])[0]["hash"]
    );

    let statistics = &of(&["log", "statistics", "--from", "2026-01-01", "--to", "2026-01-31"])[0];
    assert_eq!(statistics["overall"]["counted"], 0);
    let refusal = refused(folder, &["log", "why", "--patient", &patient, "--dose", "morning"]);
    assert!(refusal.contains("TREATMENT/DATE/SLOT"), "{refusal}");
}
