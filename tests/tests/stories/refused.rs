//! Requests that are refused as a whole: nothing is stored, and the answer leaks nothing.

use rivulet_sync::{
    platform::Keys as _,
    protocol::{ProblemKind, PushRequest, SignedHead, path},
    store::Store as _,
};
use shared_events::{
    ids::Sequence,
    record::{event_hash, head_message},
};

use crate::stage::{
    cast::Cast,
    knock::{Knock, assert_refused},
    phone::{NewPhone, Phone},
    plan::{APIXABAN, takes_this_morning},
    proxy::Fault,
    tell,
    until::until,
    wire::Wire,
};

/// What the phone has in its outbox, as one push.
async fn outbox(phone: &Phone) -> PushRequest {
    let records = phone.rows.rows(phone.id(), Sequence::ZERO, 10).await.expect("memory can be read");
    let last = records.last().expect("something is recorded");
    let link = last.link.hash(phone.identity.patient, &event_hash(&last.header));
    let sequence = last.link.sequence;
    let message = head_message(phone.identity.patient, phone.id(), sequence, &link);
    let signature = phone.keys.sign(&message).await.expect("it signs");
    PushRequest { records, head: SignedHead { sequence, link, signature } }
}

/// Marta's phone with a dose that is not sent, and the log as it is.
async fn an_unsent_dose(cast: &Cast) -> (Phone, PushRequest) {
    let phone = cast.phone().await;
    let tab = phone.open_another().await;
    tab.records(takes_this_morning(APIXABAN)).await;
    let push = outbox(&phone).await;
    (phone, push)
}

fn wire(cast: &Cast) -> Wire {
    cast.server.wire()
}

#[test]
fn a_push_signed_with_another_key_is_refused() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, push) = an_unsent_dose(&cast).await;
        let other = cast.phone().await;
        let before = cast.server.log_of(cast.marta).await;

        let forged = Knock { wire: &wire(&cast), keys: &other.keys, device: phone.id() };
        assert_refused(&forged.pushes(&push).await, ProblemKind::Signature);
        assert_refused(&forged.pulls(None).await, ProblemKind::Signature);
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");
    });
}

#[test]
fn a_bit_that_flips_on_the_way_has_the_push_refused_and_the_phone_sends_it_again() {
    tell(async {
        let cast = Cast::enters().await;
        cast.proxy.next(path::PUSH, Fault::BitFlipped);
        let phone = cast.phone_behind_proxy().await.open().await;
        let dose = phone.records(takes_this_morning(APIXABAN)).await;
        phone.until_in_record(dose).await;

        let broken = cast.proxy.seen(path::PUSH).remove(0);
        let mut flipped = broken.clone();
        *flipped.last_mut().expect("a body") ^= 1;
        assert_refused(&cast.proxy.replay(&flipped).await, ProblemKind::Signature);
        assert_eq!(cast.server.times_logged(cast.marta, dose).await, 1);
        cast.server.verify(cast.marta).await;
    });
}

#[test]
fn a_request_that_was_seen_before_is_refused_with_the_servers_time() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone_behind_proxy().await.open().await;
        let dose = phone.records(takes_this_morning(APIXABAN)).await;
        phone.until_in_record(dose).await;
        let before = cast.server.log_of(cast.marta).await;

        for path in [path::PUSH, path::PULL] {
            let answer = cast.proxy.replay(&cast.proxy.seen(path)[0]).await;
            assert_refused(&answer, ProblemKind::Replayed);
            assert!(answer.problem().now_ms.is_some());
        }
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");
    });
}

#[test]
fn a_request_from_before_the_servers_start_is_refused_although_its_nonce_is_forgotten() {
    tell(async {
        let mut cast = Cast::enters().await;
        let phone = cast.phone_behind_proxy().await.open().await;
        phone.until_quiet().await;
        drop(phone);
        cast.server.kill().await;
        cast.server.start_again().await;
        let answer = cast.proxy.replay(&cast.proxy.seen(path::PULL)[0]).await;
        assert_refused(&answer, ProblemKind::Replayed);
    });
}

#[test]
fn a_device_reaches_its_own_patient_only() {
    tell(async {
        let cast = Cast::enters().await;
        let (martas, push) = an_unsent_dose(&cast).await;
        let pieter = cast.server.create_patient("Pieter de Vries").await;
        let code = cast.server.invite(pieter).await;
        let pieters = NewPhone::with_code(&code, &wire(&cast)).enrol().await.expect("a good invitation");
        let (of_marta, of_pieter) = (cast.server.log_of(cast.marta).await, cast.server.log_of(pieter).await);

        let wire = wire(&cast);
        let own = Knock { wire: &wire, keys: &pieters.keys, device: pieters.id() };
        let posing = Knock { wire: &wire, keys: &pieters.keys, device: martas.id() };
        assert_refused(&posing.pulls(None).await, ProblemKind::Signature);
        let tab = martas.open().await;
        tab.until_quiet().await;
        let asked = own.pulls(tab.progress().map(|progress| progress.cursor)).await;
        assert_refused(&asked, ProblemKind::Diverged);
        assert_refused(&own.pushes(&push).await, ProblemKind::Malformed);

        assert_eq!(cast.server.log_of(pieter).await, of_pieter, "nothing is stored");
        let of_marta_now = cast.server.log_of(cast.marta).await;
        assert_eq!(of_marta_now.len(), of_marta.len() + 1, "but for what her own phone sent");
    });
}

#[test]
fn a_revoked_device_is_refused_and_goes_on_recording() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, push) = an_unsent_dose(&cast).await;
        cast.server.revoke(phone.id()).await;
        let before = cast.server.log_of(cast.marta).await;

        let revoked = Knock { wire: &wire(&cast), keys: &phone.keys, device: phone.id() };
        assert_refused(&revoked.pushes(&push).await, ProblemKind::Revoked);
        assert_refused(&revoked.pulls(None).await, ProblemKind::Revoked);
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");

        let tab = phone.open().await;
        until("the phone knows", || tab.status().trouble.is_some()).await;
        tab.records(takes_this_morning(APIXABAN)).await;
        assert_eq!(tab.status().unsent, 2, "kept on the phone");
        cast.server.verify(cast.marta).await;
    });
}
