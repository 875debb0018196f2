//! One bad record among good ones.

use rivulet_sync::{engine::Whereabouts, protocol::BATCH_RECORDS};
use shared_events::{commands, ids::Sequence, views::DoseStatus};

use crate::stage::{
    cast::Cast,
    plan::{APIXABAN, BISOPROLOL, at, evening, evening_of, find, morning, takes, takes_this_morning, today},
    tell,
    until::until,
};

#[test]
fn a_tampered_record_is_quarantined_its_place_is_filled_and_the_rest_goes_on() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open_another().await;
        let first = tab.records(takes_this_morning(APIXABAN)).await;
        let bad = tab.records(takes_this_morning(BISOPROLOL)).await;
        let last = tab.records(takes(APIXABAN, today(), evening(), at(today(), 20, 0))).await;
        phone.rows.rot(Sequence::ZERO.next().next());

        tab.set_leadership(rivulet_sync::engine::Leadership::Leader);
        tab.until_in_record(first).await;
        tab.until_in_record(last).await;
        assert_eq!(cast.server.chain_of(cast.marta, phone.id()).await, [(1, first), (3, last)]);
        let filled = cast.server.log_of(cast.marta).await;
        let filling: Vec<_> = filled.iter().filter(|line| line["type"] == "EventUnreadable").collect();
        assert_eq!(filling.len(), 1);
        cast.server.verify(cast.marta).await;

        assert!(matches!(tab.whereabouts(bad), Some(Whereabouts::NeedsLook { .. })));
        let looks = tab.needs_look();
        assert_eq!(looks.iter().map(|look| look.id).collect::<Vec<_>>(), [bad]);
        assert!(looks[0].content.is_some(), "what she had entered is there, to be recorded anew");
        let dose = find(&evening_of(&tab, today()), BISOPROLOL, &morning());
        assert_eq!(dose.facts, [], "it left the fold");
        tab.until_quiet().await;
        assert_eq!(cast.server.state_hash(cast.marta).await, tab.hash());

        let anew = tab.records(commands::take(BISOPROLOL, dose.key, dose.dose, at(today(), 8, 0))).await;
        tab.until_in_record(anew).await;
        let dose = find(&evening_of(&tab, today()), BISOPROLOL, &morning());
        assert!(matches!(dose.status, DoseStatus::Taken { .. }), "{dose:?}");
        until("the other phones see the same", || tab.is_quiet()).await;
        assert_eq!(cast.server.state_hash(cast.marta).await, tab.hash());
    });
}

#[test]
fn a_row_that_was_damaged_where_a_batch_ends_does_not_break_the_chain_behind_it() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open_another().await;
        let many = (0..=BATCH_RECORDS).map(|_| takes_this_morning(APIXABAN)).collect();
        let ids = tab.record(many).await.expect("memory can be written");
        let end_of_batch = Sequence::new(BATCH_RECORDS as u64).expect("small");
        phone.rows.rot_header(end_of_batch);

        tab.set_leadership(rivulet_sync::engine::Leadership::Leader);
        tab.until_in_record(ids[BATCH_RECORDS]).await;
        assert!(matches!(tab.whereabouts(ids[BATCH_RECORDS - 1]), Some(Whereabouts::NeedsLook { .. })));
        assert_eq!(tab.status().trouble, None, "no fork");
        cast.server.verify(cast.marta).await;
    });
}
