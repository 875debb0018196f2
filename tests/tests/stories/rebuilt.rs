//! Every view can be thrown away and rebuilt.

use rivulet_sync::store::{Store as _, StoredCheckpoint};
use shared_events::draft::Draft;

use crate::stage::{
    cast::Cast,
    plan::{APIXABAN, BISOPROLOL, at, days_ago, evening, morning, takes},
    tell,
    until::until_some,
};

/// Two medicines, morning and evening, for a good while: more than one checkpoint.
fn months_of_doses() -> Vec<Draft> {
    let of_day = |day| {
        let date = days_ago(day);
        [APIXABAN, BISOPROLOL].into_iter().flat_map(move |medicine| {
            [(morning(), 8), (evening(), 20)]
                .map(|(slot, hour)| takes(medicine, date, slot, at(date, hour, 3)))
        })
    };
    (0..160).flat_map(of_day).collect()
}

#[test]
fn rebuilt_from_the_phones_store_or_from_the_log_the_state_has_the_hash_of_the_live_one() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, other) = (cast.phone().await, cast.phone().await);
        let (tab, others) = (phone.open().await, other.open().await);
        tab.record(months_of_doses()).await.expect("saved");
        let seen = others.records(takes(APIXABAN, days_ago(0), morning(), at(days_ago(0), 9, 0))).await;
        others.until_in_record(seen).await;
        tab.until_quiet().await;
        tab.until_it_knows(seen).await;
        tab.until_quiet().await;
        let live = tab.hash();

        assert_eq!(cast.server.state_hash(cast.marta).await, live, "from the log");
        until_some("a checkpoint is kept", async || phone.rows.checkpoint("").await.expect("memory")).await;
        drop(tab);
        assert_eq!(phone.open_another().await.hash(), live, "from a checkpoint and what came after it");
        let other_build = StoredCheckpoint { frame: b"not one of this build".to_vec(), parts: vec![] };
        phone.rows.put_checkpoint(None, other_build).await.expect("memory");
        assert_eq!(phone.open_another().await.hash(), live, "from the first row on");

        let fresh = cast.phone().await.open().await;
        fresh.until_quiet().await;
        let enrolled_too = cast.server.state_hash(cast.marta).await;
        assert_eq!(fresh.hash(), enrolled_too, "on a phone that pulled all of it");
    });
}
