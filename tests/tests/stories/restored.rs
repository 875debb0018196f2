//! The server's disk broke, and it is back with last night's backup.

use rivulet_sync::engine::Trouble;

use crate::stage::{
    cast::Cast,
    folder,
    plan::{APIXABAN, BISOPROLOL, takes_this_morning},
    tell,
    until::{until, until_some},
};

#[test]
fn a_server_put_back_to_an_older_copy_is_noticed_and_what_was_sent_is_in_the_log_again() {
    tell(async {
        let mut cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open().await;
        let before = tab.records(takes_this_morning(APIXABAN)).await;
        tab.until_in_record(before).await;
        tab.until_quiet().await;
        let backup = tempfile::tempdir().expect("a folder");
        cast.server.kill().await;
        folder::copy(&cast.server.data(), backup.path());
        cast.server.start_again().await;

        let after = tab.records(takes_this_morning(BISOPROLOL)).await;
        tab.until_in_record(after).await;
        tab.until_quiet().await;
        let known = tab.with_state(|state| state.entries().count());

        cast.server.kill().await;
        std::fs::remove_dir_all(cast.server.data()).expect("the disk broke");
        folder::copy(backup.path(), &cast.server.data());
        cast.server.start_again().await;
        assert_eq!(cast.server.times_logged(cast.marta, after).await, 0, "the copy is older");

        tab.sync_now();
        until("the phone has noticed", || tab.status().trouble == Some(Trouble::Diverged)).await;
        assert_eq!(tab.with_state(|state| state.entries().count()), known, "nothing is deleted");
        assert!(tab.with_state(|state| state.entry(after).is_some()));

        until_some("what was sent is in the log again", async || {
            tab.sync_now();
            (cast.server.times_logged(cast.marta, after).await == 1).then_some(())
        })
        .await;
        assert_eq!(cast.server.chain_of(cast.marta, phone.id()).await, [(1, before), (2, after)]);
        cast.server.verify(cast.marta).await;
    });
}
