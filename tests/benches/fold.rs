//! Folding a long log, beside bare JSON parsing and opening of the same bytes.
//!
//! Ours: every body is opened and every event read, checked and placed in the state. Raw: every body is opened, header
//! and content are parsed as JSON, and nothing is done with them. In turns, in one process. Prints a line of JSON for
//! each measure: events a second, medians, and the median of the ratios of each turn.
#![allow(unreachable_pub, missing_docs, reason = "a benchmark's modules are its own")]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark")]

mod log;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use futures::executor::block_on;
use rivulet_sync::memory::SoftKeys;
use serde_json::{Value, json};
use shared_events::{
    ids::EventId,
    record::{Record, open},
    state::State,
};

use log::{Log, fold, keep, resume};

const MANY: usize = 100_000;
const HALF: usize = 50_000;
/// What came after the checkpoint.
const TAIL: usize = 500;
const TURNS: usize = 5;

fn main() {
    let log = Log::write(MANY);
    let keys = SoftKeys::generate(log.key, |bytes| bytes.fill(3)).expect("a key");
    let whole = |records: &[Record]| {
        let (state, took) = timed(|| block_on(fold(State::default(), records, &keys)));
        assert_eq!(state.entries().count(), records.len(), "an event is missing");
        took
    };
    report(&format!("fold {MANY}"), MANY, || (whole(&log.records), bare(&log, MANY)));

    let (before, tail) = log.records[..HALF].split_at(HALF - TAIL);
    let state = block_on(fold(State::default(), before, &keys));
    let kept = block_on(keep(&state, log.patient, &keys));
    report(&format!("{HALF} from a checkpoint and {TAIL} after it"), HALF, || {
        let go_on = async { fold(resume(&kept, log.patient, &keys).await, tail, &keys).await };
        let (state, took) = timed(|| block_on(go_on));
        assert_eq!(state.entries().count(), HALF, "an event is missing");
        (took, bare(&log, HALF))
    });
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// Opens and parses, and nothing else.
fn bare(log: &Log, count: usize) -> Duration {
    let parse = |record: &Record| {
        let header: Value = serde_json::from_str(&record.header).expect("JSON");
        let id = header["id"].as_str().and_then(|id| id.parse().ok()).map(EventId).expect("an id");
        let plaintext = open(&log.key, id, log.patient, &record.body).expect("it opens");
        (header, serde_json::from_slice::<Value>(&plaintext).expect("JSON"))
    };
    timed(|| log.records[..count].iter().for_each(|record| drop(black_box(parse(record))))).1
}

fn report(name: &str, events: usize, mut turn: impl FnMut() -> (Duration, Duration)) {
    turn();
    let turns: Vec<_> = (0..TURNS).map(|_| turn()).collect();
    let median = |pick: &dyn Fn(&(Duration, Duration)) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[TURNS / 2]
    };
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    let events = events as f64;
    let line = json!({
        "bench": "fold",
        "name": name,
        "ours_events_per_s": median(&|(ours, _)| events / ours.as_secs_f64()).round(),
        "raw_events_per_s": median(&|(_, raw)| events / raw.as_secs_f64()).round(),
        "ratio": (median(&|(ours, raw)| raw.as_secs_f64() / ours.as_secs_f64()) * 1000.0).round() / 1000.0,
    });
    println!("{line}");
}
