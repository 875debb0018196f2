//! Rows a second into the log, as phones push them, beside SQLite alone.
//!
//! Ours: the real server on loopback; phones push signed batches of 1,000 over HTTP, one request at a time each; what
//! they send was made before. Raw: the same rows, read back from the log's own table, inserted into a table of the
//! same schema by one prepared statement, 1,000 a transaction. Both with `journal_mode=WAL` and `synchronous=FULL`, on
//! the same disk, in turns. Prints JSON: the medians, and the median of the ratios of each turn.

#![allow(unreachable_pub, missing_docs, reason = "a benchmark's modules are its own")]
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a benchmark")]

#[path = "../tests/simulation/chance.rs"]
#[allow(dead_code, reason = "shared with tests")]
mod chance;
#[path = "../tests/power_loss/messages.rs"]
#[allow(dead_code, reason = "shared with tests")]
mod messages;
#[path = "../tests/power_loss/phone.rs"]
#[allow(dead_code, reason = "shared with tests")]
mod phone;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rivulet_server::{
    clock::{Clock as _, SystemClock},
    http::{Settings, serve},
    ledger::{rows::Purpose, sqlite::SqliteLedger},
    service::{
        Service,
        enrol::Invitee,
        open::{Data, open},
        patients::NewPatient,
    },
};
use rivulet_sync::{
    protocol::{BATCH_RECORDS, CareTeam, EnrolRequest, path},
    signature::{Params, SignatureHeaders, Target, Unsigned},
};
use rusqlite::{Connection, types::Value};
use shared_events::{content::Role, ids::DeviceId};
use tokio::net::TcpListener;

use chance::Chance;
use messages::{Answer, Ask};
use phone::Phone;

const PHONES: usize = 4;
const BATCHES: usize = 5;
const TURNS: usize = 3;
const ROWS: usize = PHONES * BATCHES * BATCH_RECORDS;
/// Of DESIGN's budgets.
const BAR: f64 = 0.5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let turns: Vec<_> = (0..TURNS).map(|turn| run(&runtime, turn as u64)).collect();
    let median = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[TURNS / 2]
    };
    let ratio = median(|(ours, raw)| ours / raw);
    let report = serde_json::json!({
        "bench": "ingest",
        "what": "signed HTTP push, rows/s, beside raw batched SQLite",
        "rows": ROWS,
        "batch": BATCH_RECORDS,
        "phones": PHONES,
        "turns": TURNS,
        "ours_rows_per_s": median(|(ours, _)| *ours).round(),
        "raw_rows_per_s": median(|(_, raw)| *raw).round(),
        "ratio": (ratio * 1000.0).round() / 1000.0,
        "bar": BAR,
        "met": ratio >= BAR,
    });
    println!("{report}");
}

/// One turn: rows a second of ours, and of SQLite alone.
fn run(runtime: &tokio::runtime::Runtime, turn: u64) -> (f64, f64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let data = Data::at(folder.path().join("data"));
    let ours = runtime.block_on(push(&data, Chance::new(turn + 1)));
    let raw = insert(&data.log(), &folder.path().join("raw.sqlite"));
    (ROWS as f64 / ours.as_secs_f64(), ROWS as f64 / raw.as_secs_f64())
}

/// A request as it goes over the wire.
struct Signed {
    body: Vec<u8>,
    headers: SignatureHeaders,
}

async fn push(data: &Data, chance: Chance) -> Duration {
    let care_team = CareTeam { name: "the day unit".into(), phone: None };
    let service = open(data, Arc::new(SystemClock), care_team).await.expect("it opens").service;
    let mut phones: Vec<_> = (0..PHONES).map(|number| Phone::new(number, chance.clone())).collect();
    let mut devices = Vec::new();
    for phone in &mut phones {
        devices.push(enrol(&service, phone).await);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let server = serve::start(service, Settings::of(""), listener).await.expect("it starts");
    let authority = server.address.to_string();
    let batches: Vec<Vec<Signed>> = phones
        .iter_mut()
        .zip(&devices)
        .map(|(phone, device)| (0..BATCHES).map(|_| sign(phone, *device, &chance, &authority)).collect())
        .collect();
    let url = format!("http://{authority}{}", path::PUSH);
    let began = Instant::now();
    let sending = batches.into_iter().map(|batches| tokio::spawn(send_all(url.clone(), batches)));
    for sent in sending.collect::<Vec<_>>() {
        sent.await.expect("all were accepted");
    }
    let took = began.elapsed();
    server.stop().await.expect("it stops");
    took
}

async fn enrol(service: &Service<SqliteLedger>, phone: &mut Phone) -> DeviceId {
    loop {
        let answer = match phone.ask().ask {
            Ask::Patient(external) => {
                let (name, zone) = (external.clone(), "Europe/Amsterdam".to_owned());
                let new = NewPatient { name, zone, external: Some(external), purpose: Purpose::Test };
                Answer::Patient(service.create_patient(new).await.expect("created").patient())
            }
            Ask::Enrol(patient, request) => {
                let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 60_000 };
                let code = service.invite(patient, invitee).await.expect("invited");
                let request = EnrolRequest { code, ..request };
                let device = request.device;
                phone.hear(Answer::Enrolled(service.enrol(request).await.expect("enrolled")));
                return device;
            }
            Ask::Push(..) => panic!("it pushes before it is enrolled"),
        };
        phone.hear(answer);
    }
}

fn sign(phone: &mut Phone, device: DeviceId, chance: &Chance, authority: &str) -> Signed {
    let push = phone.record(BATCH_RECORDS as u64);
    let body = serde_json::to_vec(&push).expect("JSON");
    let mut nonce = [0; 16];
    chance.fill(&mut nonce);
    let params = Params::new(SystemClock.now_ms() / 1000, nonce, device);
    let unsigned =
        Unsigned::new(Target { method: "POST", authority, path: path::PUSH, query: "" }, &body, &params);
    let signature = phone.sign(&unsigned.base);
    Signed { body, headers: unsigned.with(&signature) }
}

async fn send_all(url: String, batches: Vec<Signed>) {
    let client = reqwest::Client::new();
    for Signed { body, headers } in batches {
        let answer = client
            .post(&url)
            .header("content-type", "application/json")
            .header("content-digest", headers.content_digest)
            .header("signature-input", headers.signature_input)
            .header("signature", headers.signature)
            .body(body)
            .send()
            .await
            .expect("an answer");
        let (status, answer) = (answer.status(), answer.bytes().await.expect("a whole answer"));
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&answer));
    }
}

/// Inserts the log's events into an empty table like its own.
fn insert(log: &Path, raw: &Path) -> Duration {
    let log = Connection::open(log).expect("the log");
    let sql =
        "SELECT sql FROM sqlite_schema WHERE tbl_name = 'events' AND sql IS NOT NULL ORDER BY type DESC";
    let mut schema = log.prepare(sql).expect("the schema");
    let schema: Vec<String> =
        schema.query_map([], |row| row.get(0)).expect("the schema").map(|sql| sql.expect("text")).collect();
    let mut events = log.prepare("SELECT * FROM events ORDER BY rowid").expect("its events");
    let columns = events.column_count();
    let rows: Vec<Vec<Value>> = events
        .query_map([], |row| (0..columns).map(|column| row.get(column)).collect())
        .expect("its events")
        .map(|row| row.expect("a row"))
        .collect();
    assert!(rows.len() >= ROWS, "{} of {ROWS} rows are in the log", rows.len());
    let to = Connection::open(raw).expect("an empty database");
    to.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;")
        .expect("settings");
    to.execute_batch(&schema.join(";")).expect("the same table");
    let marks = vec!["?"; columns].join(",");
    let began = Instant::now();
    let mut statement = to.prepare(&format!("INSERT INTO events VALUES ({marks})")).expect("a statement");
    for batch in rows[rows.len() - ROWS..].chunks(BATCH_RECORDS) {
        to.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for row in batch {
            statement.execute(rusqlite::params_from_iter(row)).expect("inserted");
        }
        to.execute_batch("COMMIT").expect("durable");
    }
    began.elapsed()
}
