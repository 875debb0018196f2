//! The power fails under load, 20 times, on a disk that forgets what was not synced: everything that the server has
//! acknowledged is in the log once, at its place (invariant 5). The same with `synchronous=NORMAL` loses some of it.
//!
//! The server is a process of its own: this program again, with `power-loss/shim.c` before its libc. The phones are
//! here and lose nothing: what was not answered they push again to the next life of the server.
//!
//! `RIVULET_SEED=17` repeats what the phones say and when the power fails, but not how the threads run.
#![cfg(target_os = "linux")]
#![allow(unreachable_pub, missing_docs, reason = "a test's modules are its own")]
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test")]

mod audit;
#[path = "../simulation/chance.rs"]
mod chance;
mod messages;
mod phone;
mod process;
mod serve;
mod shim;

use std::{fs, path::Path};

use audit::{Acknowledged, Audit, audit};
use chance::Chance;
use messages::{Answer, Answered};
use phone::Phone;
use process::{Disk, Process, Strictness};

const ROUNDS: usize = 20;
/// Answers of one life of the server at most.
const ANSWERS: u64 = 60;
const PHONES_AT_FIRST: usize = 4;

/// Begins anew on an empty disk, fails the power in every round, and gives what was found after each.
fn fail_the_power(strictness: Strictness) -> impl Iterator<Item = Audit> {
    let seed = seed();
    println!("RIVULET_SEED={seed}");
    let chance = Chance::new(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Disk::within(&fs::canonicalize(folder.path()).expect("it is there"));
    let shim = shim::build();
    let (mut phones, mut acknowledged) = (Vec::new(), Acknowledged::default());
    (0..ROUNDS).map(move |round| {
        let _held = &folder;
        while phones.len() < PHONES_AT_FIRST + round / 4 {
            phones.push(Phone::new(phones.len(), chance.clone()));
        }
        live(&disk, &shim, strictness, &mut phones, &mut acknowledged, 1 + chance.below(ANSWERS));
        for file in ["log.sqlite", "keys.sqlite", "operator.key"] {
            assert!(
                disk.image.join(file).exists(),
                "round {round}: {file} was never synced: is the shim at work?"
            );
        }
        assert!(!disk.image.join("log.sqlite-shm").exists(), "shared memory survived the power loss");
        audit(&disk.image, &disk.copy, &acknowledged)
    })
}

/// One life of the server: it dies with the n-th answer.
fn live(
    disk: &Disk,
    shim: &Path,
    strictness: Strictness,
    phones: &mut [Phone],
    acknowledged: &mut Acknowledged,
    answers: u64,
) {
    let mut server = Process::start(disk, shim, strictness);
    assert_eq!(server.pragmas(), strictness.pragmas(), "the ledger's settings");
    for phone in &mut *phones {
        server.ask(phone.ask());
    }
    let mut heard = 0;
    // What it had answered before it died counts, also where nobody had read it yet.
    while let Some(Answered { phone, answer }) = server.answer() {
        if let Answer::Failed(why) = &answer {
            panic!("the server refused phone {phone}: {why}");
        }
        acknowledged.add(&phones[phone], &answer);
        phones[phone].hear(answer);
        heard += 1;
        if heard == answers {
            server.kill();
        } else if heard < answers {
            server.ask(phones[phone].ask());
        }
    }
    assert!(heard >= answers, "the server died by itself after {heard} answers");
}

fn seed() -> u64 {
    if let Ok(seed) = std::env::var("RIVULET_SEED") {
        return seed.parse().expect("RIVULET_SEED is a number");
    }
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("random bytes");
    u64::from_be_bytes(bytes)
}

#[test]
fn what_was_acknowledged_survives_twenty_power_losses() {
    let (mut rounds, mut events) = (0, 0);
    for found in fail_the_power(Strictness::Full) {
        assert_eq!(found.broken, [""; 0], "round {rounds}: the log is not whole");
        assert_eq!(found.lost, [""; 0], "round {rounds}: acknowledged and lost");
        (rounds, events) = (rounds + 1, found.acknowledged);
    }
    println!("{events} acknowledged events survived {rounds} power losses");
    assert_eq!(rounds, ROUNDS);
}

#[test]
fn with_synchronous_normal_acknowledged_events_are_lost() {
    let lost = fail_the_power(Strictness::Normal).find_map(|found| {
        assert_eq!(found.broken, [""; 0], "it loses its end, but is whole");
        (!found.lost.is_empty()).then_some(found.lost)
    });
    let lost = lost.expect("the disk keeps what was never synced: this test could not have seen a loss");
    println!("{} things lost, the first: {}", lost.len(), lost[0]);
}

#[test]
#[ignore = "the server's process: the other tests start it"]
fn serve_until_the_power_fails() {
    serve::run();
}
