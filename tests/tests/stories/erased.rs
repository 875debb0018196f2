//! Marta asks to be forgotten.

use std::{fs, path::Path};

use rivulet_sync::{engine::Trouble, protocol::ProblemKind, store::Store as _};
use shared_events::ids::Sequence;

use crate::stage::{
    cast::Cast,
    folder,
    knock::{Knock, assert_refused},
    plan::{APIXABAN, takes_this_morning},
    server::Server,
    tell,
    until::until,
};

/// Every byte of every file of a folder.
fn bytes_of(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.flat_map(|file| fs::read(file).expect("a file")).collect()
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn once_her_key_is_destroyed_nothing_of_hers_can_be_read_and_the_chains_still_verify() {
    tell(async {
        let mut cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open().await;
        let dose = tab.records(takes_this_morning(APIXABAN)).await;
        tab.until_in_record(dose).await;
        let events = cast.server.verify(cast.marta).await;
        let body =
            phone.rows.rows(phone.id(), Sequence::ZERO, 1).await.expect("memory can be read").remove(0).body;
        assert!(contains(&bytes_of(&cast.server.data()), &body), "before, the log holds the sealed body");
        let copy = tempfile::tempdir().expect("a folder");
        folder::copy(&cast.server.data(), &copy.path().join("data"));

        cast.server.erase(cast.marta).await;
        assert_eq!(cast.server.verify(cast.marta).await, events, "every event is in its place");

        let knock = Knock { wire: &phone.wire, keys: &phone.keys, device: phone.id() };
        assert_refused(&knock.pulls(None).await, ProblemKind::Erased);
        until("the phone knows", || tab.status().trouble == Some(Trouble::Erased)).await;
        until("the phone is wiped", || tab.with_state(|state| state.entries().count() == 0)).await;
        assert_eq!(phone.rows.rows(phone.id(), Sequence::ZERO, 9).await.expect("memory can be read"), []);

        cast.server.kill().await;
        let left = bytes_of(&cast.server.data());
        for plain in ["Marta", "Apixaban", "occurred_at"] {
            assert!(!contains(&left, plain.as_bytes()), "{plain} is still there");
            assert!(!cast.server.log().contains(plain), "{plain} is in what the server says");
        }
        a_copy_made_before_is_unreadable(&cast, copy).await;
    });
}

/// A copy of the log from before, as in a backup, with the keys and the registry as they are now.
async fn a_copy_made_before_is_unreadable(cast: &Cast, copy: tempfile::TempDir) {
    let data = copy.path().join("data");
    for now in ["keys.sqlite", "erasures.jsonl"] {
        folder::remove_database(&data, now);
        folder::copy_database(&cast.server.data(), &data, now);
    }
    let log = fs::read(data.join("log.sqlite")).expect("a log");
    assert!(log.len() > 4096, "the copy holds the log of before");
    let restored = Server::start_on(copy).await;
    let shown = restored.try_command(&["log", "show", "--patient", &cast.marta.to_string()]).await;
    assert!(!shown.1.contains("Apixaban") && !shown.1.contains("MedicineTaken\",\"data"), "{}", shown.1);
    restored.verify(cast.marta).await;
}

#[test]
fn outside_a_sealed_body_nothing_names_a_person_a_drug_or_what_was_done_with_it() {
    tell(async {
        let mut cast = Cast::enters().await;
        let tab = cast.phone().await.open().await;
        let dose = tab.records(takes_this_morning(APIXABAN)).await;
        tab.until_in_record(dose).await;
        cast.server.kill().await;
        let (data, said) = (bytes_of(&cast.server.data()), cast.server.log());
        for secret in ["Marta", "Janssen", "Apixaban", "{tablet}", "occurred_at", &APIXABAN.0.to_string()] {
            assert!(!contains(&data, secret.as_bytes()), "{secret} stands in the data folder");
            assert!(!said.contains(secret), "{secret} is in what the server says");
        }
    });
}
