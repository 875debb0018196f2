//! Marta and her daughter, who helps her: two devices, one record.

use shared_events::{commands, views::DoseStatus};

use crate::stage::{
    cast::Cast,
    phone::{NewPhone, Phone},
    plan::{APIXABAN, at, evening_of, find, morning, takes, today},
    tell,
};

async fn daughters_phone(cast: &Cast) -> Phone {
    let invitation = ["--role", "caregiver", "--name", "Lotte"];
    let code = cast.server.invite_for(cast.marta, &invitation).await;
    NewPhone::with_code(&code, &cast.server.wire()).enrol().await.expect("the invitation is good")
}

#[test]
fn the_same_dose_within_ten_minutes_is_one_dose_with_two_witnesses() {
    tell(async {
        let cast = Cast::enters().await;
        let marta = cast.phone().await.open().await;
        let lotte = daughters_phone(&cast).await.open().await;
        let seen_by_marta = marta.records(takes(APIXABAN, today(), morning(), at(today(), 8, 0))).await;
        let seen_by_lotte = lotte.records(takes(APIXABAN, today(), morning(), at(today(), 8, 9))).await;
        marta.until_it_knows(seen_by_lotte).await;
        lotte.until_it_knows(seen_by_marta).await;
        marta.until_quiet().await;
        lotte.until_quiet().await;

        for phone in [&marta, &lotte] {
            let dose = find(&evening_of(phone, today()), APIXABAN, &morning());
            assert!(matches!(dose.status, DoseStatus::Taken { .. }), "{dose:?}");
            let witnesses: Vec<_> = dose.facts.iter().map(|f| (f.id, f.who.name.as_deref())).collect();
            assert_eq!(witnesses, [(seen_by_marta, Some("Marta Janssen")), (seen_by_lotte, Some("Lotte"))]);
            assert_eq!(dose.possible_double, None);
        }
        assert_eq!(marta.hash(), lotte.hash());
        assert_eq!(cast.server.state_hash(cast.marta).await, marta.hash());
    });
}

#[test]
fn hours_apart_it_is_a_possible_double_dose_until_one_is_taken_back() {
    tell(async {
        let cast = Cast::enters().await;
        let marta = cast.phone().await.open().await;
        let lotte = daughters_phone(&cast).await.open().await;
        let early = marta.records(takes(APIXABAN, today(), morning(), at(today(), 8, 0))).await;
        let late = lotte.records(takes(APIXABAN, today(), morning(), at(today(), 11, 30))).await;
        marta.until_it_knows(late).await;
        lotte.until_it_knows(early).await;

        for phone in [&marta, &lotte] {
            let dose = find(&evening_of(phone, today()), APIXABAN, &morning());
            let double = dose.possible_double.expect("it may have been taken twice");
            let groups: Vec<Vec<_>> =
                double.groups.iter().map(|group| group.iter().map(|fact| fact.id).collect()).collect();
            assert_eq!(groups, [vec![early], vec![late]]);
        }

        let not_so = lotte.with_state(|state| {
            commands::retract(state.entry(late).expect("her own"), None, at(today(), 12, 0))
        });
        let settled = lotte.records(not_so).await;
        marta.until_it_knows(settled).await;
        for phone in [&marta, &lotte] {
            let dose = find(&evening_of(phone, today()), APIXABAN, &morning());
            assert_eq!((dose.possible_double, dose.facts.len()), (None, 1));
            assert_eq!(dose.facts[0].id, early);
        }
    });
}
