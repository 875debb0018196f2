//! The server's process is killed again and again while effects are found and carried out: each is kept once, each task
//! is assigned once, and the other side is told of each at least once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use support::command::{patient_in_care, prescribe, run};
use tokio::sync::watch;

/// However slow the machine.
const LONG: Duration = Duration::from_secs(60);

/// What the other side was told, by effect.
type Told = Arc<(Mutex<BTreeMap<String, usize>>, watch::Sender<usize>)>;

async fn take(State(told): State<Told>, body: Bytes) -> StatusCode {
    let notice: Value = serde_json::from_slice(&body).unwrap();
    let effect = notice["data"]["effect"].as_str().unwrap().to_owned();
    *told.0.lock().unwrap().entry(effect).or_default() += 1;
    told.1.send_modify(|n| *n += 1);
    StatusCode::OK
}

fn serve(folder: &Path, webhook: &str) -> Child {
    let secret = folder.join("webhook.secret");
    std::fs::write(&secret, "whsec_YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyBsb25n").unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_rivulet-server"))
        .args(["serve", "--listen", "127.0.0.1:0", "--webhook", webhook, "--webhook-secret"])
        .arg(secret)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("listens on")), "it ended");
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_time_the_server_loses_no_effect_and_assigns_no_task_twice() {
    let (folder, told) = (tempfile::tempdir().unwrap(), Told::default());
    let folder = folder.path();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&told));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let (patient, treatment) = (patient_in_care(folder), "8c3f1f2e-7d3c-4b60-9f0a-6f1de0a5a001");
    prescribe(folder, &patient, treatment);

    // Events that nothing decided on: the reactor has to find what they lead to.
    let change = |dose: usize| {
        let data = json!({
            "treatment": treatment, "from": "2026-11-26T08:00:00Z",
            "dose": { "value": dose.to_string(), "unit": "{tablet}" },
        });
        let about = format!("treatment/{treatment}");
        let arguments = ["care", "record", "--patient", &patient, "--type", "TreatmentChanged"];
        let what = ["--version", "2026-11-25", "--about", &about, "--event-data", &data.to_string()];
        run(folder, &[&arguments[..], &what[..]].concat());
    };
    const ROUNDS: usize = 8;
    let mut heard = told.1.subscribe();
    for round in 0..ROUNDS {
        let mut server = serve(folder, &url);
        change(2 + 2 * round);
        change(3 + 2 * round);
        // In the middle: some have been told, at most all.
        let enough = *heard.borrow_and_update() + 1 + round % 3;
        if round % 2 == 0 {
            let hears = heard.wait_for(|n| *n >= enough.min(2 * round + 2));
            tokio::time::timeout(LONG, hears).await.expect("somebody is told").unwrap();
        }
        server.kill().unwrap();
        server.wait().unwrap();
    }
    let mut server = serve(folder, &url);
    let all = |kind: &str| {
        let effects = run(folder, &["effects", "show", "--patient", &patient]);
        effects.into_iter().filter(|effect| effect["kind"] == kind).collect::<Vec<_>>()
    };
    let is_done =
        |effects: &[Value], n: usize| effects.len() == n && effects.iter().all(|e| e["fate"] == "done");
    let begun = std::time::Instant::now();
    while !(is_done(&all("RemindPatient"), 2 * ROUNDS + 1) && is_done(&all("AssignTask"), 2 * ROUNDS)) {
        assert!(begun.elapsed() < LONG, "{:#?}", run(folder, &["effects", "show", "--patient", &patient]));
        // Whatever the other side hears next; the last of all may have been heard before.
        let _ = tokio::time::timeout(Duration::from_millis(200), heard.changed()).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let told = told.0.lock().unwrap().clone();
    for effect in all("RemindPatient") {
        assert!(told.get(effect["effect"].as_str().unwrap()).is_some_and(|n| *n >= 1), "{effect}");
    }
    let log = run(folder, &["log", "show", "--patient", &patient]);
    let assigned = log.iter().filter(|entry| entry["type"] == "TaskAssigned").count();
    assert_eq!(assigned, 2 * ROUNDS, "each task once");
    assert_eq!(run(folder, &["log", "verify"])[0]["holds"], true);
}
