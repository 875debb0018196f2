//! The server's disk broke, and it is back with last night's backup.

use rivulet_sync::{
    engine::{Trouble, Whereabouts},
    store::Store as _,
};
use shared_events::content::TreatmentId;
use uuid::Uuid;

use crate::stage::{
    cast::Cast,
    folder,
    plan::{APIXABAN, BISOPROLOL, at, days_ago, morning, prescription, takes, takes_this_morning},
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

#[test]
fn once_it_is_declared_phones_send_what_the_log_lacks_and_hold_what_it_has_and_nothing_else() {
    tell(async {
        let mut cast = Cast::enters().await;
        let (phone, tablet) = (cast.phone().await, cast.phone().await);
        let (tab, other) = (phone.open().await, tablet.open().await);
        let (early, kept) =
            (takes(APIXABAN, days_ago(1), morning(), at(days_ago(1), 8, 0)), takes_this_morning(APIXABAN));
        for draft in [early, kept] {
            let id = tab.records(draft).await;
            tab.until_in_record(id).await;
            other.until_it_knows(id).await;
        }
        let backup = tempfile::tempdir().expect("a folder");
        cast.server.kill().await;
        folder::copy(&cast.server.data(), backup.path());
        cast.server.start_again().await;

        let own = tab.records(takes_this_morning(BISOPROLOL)).await;
        tab.until_in_record(own).await;
        // Only the server had said this; nobody can say it again for it.
        let lost = TreatmentId(Uuid::from_u128(0xdead));
        let lost = cast.server.care_team_says(cast.marta, &prescription(lost, "Lost", days_ago(1))).await;
        let seen = other.records(takes(BISOPROLOL, days_ago(1), morning(), at(days_ago(1), 8, 5))).await;
        other.until_in_record(seen).await;
        for tab in [&tab, &other] {
            for id in [own, lost, seen] {
                tab.until_it_knows(id).await;
            }
            tab.until_quiet().await;
        }
        let pages = phone.rows.pages(0, 1_000).await.expect("memory");
        drop(other); // the tablet lies in a drawer

        cast.server.kill().await;
        std::fs::remove_dir_all(cast.server.data()).expect("the disk broke");
        folder::copy(backup.path(), &cast.server.data());
        cast.server.start_again().await;
        let follower = phone.open_another().await;
        tab.sync_now();
        until("the phone has noticed", || tab.status().trouble == Some(Trouble::Diverged)).await;
        assert!(tab.with_state(|state| state.entry(lost).is_some()), "nothing is deleted");

        let (done, _, why) = cast.server.try_command(&["log", "declare-restored"]).await;
        assert!(!done && why.contains("--yes"), "{why}");
        let declared = cast.server.command(&["log", "declare-restored", "--yes"]).await;
        assert_eq!(declared[0]["generation"], 2);
        tab.sync_now();
        until("the phone goes on", || tab.status().trouble.is_none()).await;
        tab.until_quiet().await;
        assert_eq!(tab.whereabouts(own), Some(Whereabouts::InRecord));
        for id in [lost, seen] {
            assert_eq!(tab.whereabouts(id), None, "only the life before had it");
        }
        let of_log = cast.server.state_hash(cast.marta).await;
        assert_eq!(tab.hash(), of_log);
        until("the other tab shows the same", || follower.hash() == of_log && follower.is_quiet()).await;
        let stored = phone.rows.pages(0, 1_000).await.expect("memory");
        assert_eq!(stored[..pages.len()], pages, "what was pulled before stays in the store");

        // Opened anew, the phone comes to the same, and goes on; so does the tablet, with what it had sent.
        drop((tab, follower));
        let (tab, other) = (phone.open().await, tablet.open().await);
        assert_eq!(tab.hash(), of_log);
        other.until_in_record(seen).await;
        let next = tab.records(takes(APIXABAN, days_ago(2), morning(), at(days_ago(2), 8, 0))).await;
        tab.until_in_record(next).await;
        other.until_it_knows(next).await;
        tab.until_it_knows(seen).await;
        for tab in [&tab, &other] {
            tab.until_quiet().await;
            assert_eq!(tab.status().trouble, None);
            assert_eq!(tab.hash(), cast.server.state_hash(cast.marta).await);
        }
        assert_eq!(cast.server.times_logged(cast.marta, seen).await, 1);
        assert_eq!(cast.server.chain_of(cast.marta, phone.id()).await.len(), 4);
        cast.server.verify(cast.marta).await;
    });
}
