//! What push and pull are measured against: the least that stores rows durably behind HTTP. No signatures, no checks,
//! one table in SQLite with `synchronous=FULL`, a transaction a request.
//!
//! `raw_server DATABASE FOLDER`: serves the files of the folder too, prints the port and ends with its standard input.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark's other side")]

use std::{
    io::{Read as _, stdin},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Row {
    header: String,
    body: String,
    link: Link,
}

#[derive(Serialize, Deserialize)]
struct Link {
    device: String,
    sequence: i64,
    previous: String,
}

#[derive(Deserialize)]
struct After {
    after: i64,
}

type Log = Arc<Mutex<Connection>>;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (database, folder) =
        arguments.next().zip(arguments.next()).expect("say where the database and the files are");
    let log = Connection::open(database).expect("the database opens");
    log.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         CREATE TABLE events (stream TEXT, device TEXT, sequence INTEGER, header TEXT, body BLOB, previous BLOB,
                              PRIMARY KEY (stream, sequence)) WITHOUT ROWID;",
    )
    .expect("an empty database");
    let router = Router::new()
        .route("/raw/{stream}", post(push).get(pull))
        .with_state(Arc::new(Mutex::new(log)))
        .fallback(get(move |uri: axum::http::Uri| file(folder.clone(), uri)))
        .layer(DefaultBodyLimit::max(16 * 1024 * 1024));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    std::thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    axum::serve(listener, router).await.expect("it serves");
}

async fn push(State(log): State<Log>, Path(stream): Path<String>, body: Bytes) -> StatusCode {
    let stored = tokio::task::spawn_blocking(move || {
        let rows: Vec<Row> = serde_json::from_slice(&body).expect("rows");
        let mut log = log.lock().expect("nobody has failed");
        let transaction = log.transaction().expect("begun");
        {
            let mut insert = transaction
                .prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)")
                .expect("a statement");
            for Row { header, body, link } in rows {
                let body = URL_SAFE_NO_PAD.decode(body).expect("a body");
                let previous = URL_SAFE_NO_PAD.decode(link.previous).expect("a hash");
                let row = params![stream, link.device, link.sequence, header, body, previous];
                insert.execute(row).expect("inserted");
            }
        }
        transaction.commit().expect("durable");
    });
    stored.await.expect("it ran to its end");
    StatusCode::NO_CONTENT
}

async fn pull(
    State(log): State<Log>,
    Path(stream): Path<String>,
    Query(After { after }): Query<After>,
) -> Json<Vec<Row>> {
    let read = tokio::task::spawn_blocking(move || {
        let log = log.lock().expect("nobody has failed");
        let sql = "SELECT header, body, device, sequence, previous FROM events
                   WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT 1000";
        let mut select = log.prepare_cached(sql).expect("a statement");
        let rows = select.query_map(params![stream, after], |row| {
            let text = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
            let link = Link { device: row.get(2)?, sequence: row.get(3)?, previous: text(row.get(4)?) };
            Ok(Row { header: row.get(0)?, body: text(row.get(1)?), link })
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    });
    Json(read.await.expect("it ran to its end"))
}

/// A file of the pages, by its plain name.
async fn file(folder: PathBuf, uri: axum::http::Uri) -> impl IntoResponse {
    let name = uri.path().trim_start_matches('/').to_owned();
    let name = if name.is_empty() { "index.html".to_owned() } else { name };
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "text/html",
    };
    match tokio::fs::read(folder.join(name)).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
