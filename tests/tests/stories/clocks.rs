//! A phone in the year 2099 and one in 1999, beside a right one.

use shared_events::{
    ids::EventId,
    views::{DoseStatus, history},
};

use crate::stage::{
    cast::Cast,
    phone::Tab,
    plan::{APIXABAN, at, evening_of, find, morning, takes, takes_this_morning, today},
    tell,
};

const TO_2099_MS: i64 = 73 * 365 * 24 * 3_600_000;
const TO_1999_MS: i64 = -27 * 365 * 24 * 3_600_000;

/// What the phones recorded, in the order of folding.
fn in_order(tab: &Tab, recorded: &[EventId]) -> Vec<EventId> {
    let mut lines = tab.with_state(|state| history(state, None, 100));
    lines.reverse();
    lines.into_iter().map(|line| line.id).filter(|id| recorded.contains(id)).collect()
}

#[test]
fn phones_with_wrong_clocks_record_and_sync_and_the_order_stays_that_of_what_happened() {
    tell(async {
        let cast = Cast::enters().await;
        let mut tabs = Vec::new();
        for skew_ms in [TO_2099_MS, 0, TO_1999_MS] {
            let phone = cast.new_phone(&cast.server.wire()).await.with_clock_wrong_by(skew_ms);
            let phone = phone.enrol().await.expect("a wrong clock locks nobody out");
            tabs.push(phone.open().await);
        }
        let mut recorded = Vec::new();
        for round in 0..3 {
            for tab in &tabs {
                let dose = takes(APIXABAN, today(), morning(), at(today(), 8, round));
                let id = tab.records(dose).await;
                tab.until_in_record(id).await;
                recorded.push(id);
            }
        }
        for tab in &tabs {
            tab.until_it_knows(recorded[8]).await;
            tab.until_quiet().await;
        }

        let whole = cast.server.state_hash(cast.marta).await;
        for tab in &tabs {
            assert_eq!(tab.hash(), whole);
            assert_eq!(in_order(tab, &recorded), recorded, "the order of what happened");
            let dose = find(&evening_of(tab, today()), APIXABAN, &morning());
            assert!(matches!(dose.status, DoseStatus::Taken { .. }), "{dose:?}");
            assert_eq!((dose.facts.len(), dose.possible_double), (9, None), "one dose, seen by three");
            assert_eq!(tab.now().date_naive(), today(), "the server's clock corrects the phone's");
        }
        cast.server.verify(cast.marta).await;
    });
}

#[test]
fn what_a_phone_in_2099_records_before_it_ever_met_the_server_does_not_stay_on_top() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.new_phone(&cast.server.wire()).await.with_clock_wrong_by(TO_2099_MS);
        let late = phone.enrol().await.expect("enrolled").open_another().await;
        let from_2099 = late.records(takes_this_morning(APIXABAN)).await;
        late.set_leadership(rivulet_sync::engine::Leadership::Leader);
        late.until_in_record(from_2099).await;

        let right = cast.phone().await.open().await;
        right.until_it_knows(from_2099).await;
        let now = right.records(takes_this_morning(APIXABAN)).await;
        right.until_in_record(now).await;
        late.until_it_knows(now).await;
        for tab in [&late, &right] {
            assert_eq!(in_order(tab, &[from_2099, now]), [from_2099, now]);
        }
        let next = late.records(takes_this_morning(APIXABAN)).await;
        late.until_in_record(next).await;
        right.until_it_knows(next).await;
        assert_eq!(in_order(&right, &[from_2099, now, next]), [from_2099, now, next]);
        assert_eq!(right.hash(), late.hash());
    });
}
