//! A dose on its way from the tap to the log.

use rivulet_sync::{
    engine::{Network, Whereabouts},
    protocol::path,
};
use shared_events::views::DoseStatus;

use crate::stage::{
    cast::Cast,
    plan::{APIXABAN, BISOPROLOL, evening_of, find, morning, takes_this_morning, today},
    proxy::Fault,
    tell,
    until::until,
};

#[test]
fn a_dose_is_saved_then_in_her_record_and_the_log_holds_it_once() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await.open().await;
        phone.until_quiet().await;

        phone.set_network(Network::Offline);
        let dose = phone.records(takes_this_morning(APIXABAN)).await;
        assert_eq!(phone.whereabouts(dose), Some(Whereabouts::Saved));
        let shown = find(&evening_of(&phone, today()), APIXABAN, &morning());
        assert!(matches!(shown.status, DoseStatus::Taken { .. }), "it counts before it is sent: {shown:?}");

        phone.set_network(Network::Online);
        phone.until_in_record(dose).await;
        assert_eq!(cast.server.times_logged(cast.marta, dose).await, 1);
        cast.server.verify(cast.marta).await;
        assert_eq!(cast.server.state_hash(cast.marta).await, phone.hash());
    });
}

#[test]
fn the_answer_to_a_push_is_cut_off_after_the_commit_and_nothing_is_logged_twice() {
    tell(async {
        let cast = Cast::enters().await;
        cast.proxy.hold(path::LIVE);
        let phone = cast.phone_behind_proxy().await.open().await;
        phone.until_quiet().await;

        cast.proxy.next(path::PUSH, Fault::AnswerLost);
        let dose = phone.records(takes_this_morning(APIXABAN)).await;
        until("the answer is lost", || cast.proxy.lost() == 1).await;
        assert_eq!(phone.whereabouts(dose), Some(Whereabouts::Saved), "the phone does not know, and says so");
        assert_eq!(cast.server.times_logged(cast.marta, dose).await, 1, "the server has it");

        phone.until_quiet().await;
        assert_eq!(cast.proxy.seen(path::PUSH).len(), 2, "it was sent again");
        assert_eq!(phone.whereabouts(dose), Some(Whereabouts::InRecord));
        assert_eq!(cast.server.times_logged(cast.marta, dose).await, 1);
        cast.server.verify(cast.marta).await;
    });
}

#[test]
fn the_server_is_killed_and_what_was_recorded_meanwhile_arrives_in_order_once_it_is_back() {
    tell(async {
        let mut cast = Cast::enters().await;
        let phone = cast.phone().await.open().await;
        let before = phone.records(takes_this_morning(APIXABAN)).await;
        phone.until_in_record(before).await;

        cast.server.kill().await;
        let meanwhile = phone.records(takes_this_morning(BISOPROLOL)).await;
        until("the phone has noticed", || phone.status().unreachable_since_ms.is_some()).await;
        assert_eq!(phone.whereabouts(meanwhile), Some(Whereabouts::Saved));

        cast.server.start_again().await;
        phone.until_in_record(meanwhile).await;
        let own = cast.server.chain_of(cast.marta, phone.identity().device).await;
        assert_eq!(own, [(1, before), (2, meanwhile)]);
        cast.server.verify(cast.marta).await;
    });
}

#[test]
fn two_tabs_write_at_the_same_time_and_their_events_stand_in_one_chain_none_lost() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await;
        let (left, right) = (phone.open().await, phone.open_another().await);
        let mut recorded = Vec::new();
        for _ in 0..20 {
            let both =
                (left.records(takes_this_morning(APIXABAN)), right.records(takes_this_morning(BISOPROLOL)));
            let (of_left, of_right) = futures::future::join(both.0, both.1).await;
            recorded.extend([of_left, of_right]);
        }
        left.until_quiet().await;

        let chain = cast.server.chain_of(cast.marta, phone.id()).await;
        let sequences: Vec<_> = chain.iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(sequences, (1..=40).collect::<Vec<_>>());
        let mut logged: Vec<_> = chain.into_iter().map(|(_, id)| id).collect();
        logged.sort_unstable();
        recorded.sort_unstable();
        assert_eq!(logged, recorded);
        cast.server.verify(cast.marta).await;
        until("the other tab shows the same", || right.hash() == left.hash()).await;
    });
}
