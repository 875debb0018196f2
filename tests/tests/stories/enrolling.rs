//! Becoming one of Marta's devices, or not.

use rivulet_sync::protocol::{ProblemKind, path};

use crate::stage::{
    cast::Cast,
    knock::{Knock, assert_refused},
    phone::NewPhone,
    plan::{APIXABAN, takes_this_morning},
    proxy::Fault,
    tell,
};

/// Presents the code of `phone` by hand.
async fn present(phone: &NewPhone) -> crate::stage::wire::Answer {
    let knock = Knock { wire: &phone.wire, keys: &phone.keys, device: phone.request.device };
    knock.presents(&phone.request).await
}

#[test]
fn an_enrolment_whose_answer_was_cut_off_succeeds_when_tried_again_with_the_same_key() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.new_phone(&cast.proxy.wire()).await;
        cast.proxy.next(path::ENROL, Fault::AnswerLost);
        assert!(phone.enrol().await.is_err(), "no answer came");
        let after_first = cast.server.log_of(cast.marta).await;

        let enrolled = phone.enrol().await.expect("the same code with the same key");
        assert_eq!(cast.server.log_of(cast.marta).await, after_first, "it is enrolled once");
        let tab = enrolled.open().await;
        let dose = tab.records(takes_this_morning(APIXABAN)).await;
        tab.until_in_record(dose).await;
        cast.server.verify(cast.marta).await;
    });
}

#[test]
fn a_code_that_another_device_has_used_is_refused() {
    tell(async {
        let cast = Cast::enters().await;
        let first = cast.new_phone(&cast.server.wire()).await;
        first.enrol().await.expect("a good invitation");
        let before = cast.server.log_of(cast.marta).await;

        let second = NewPhone::with_code(&first.request.code, &first.wire);
        assert_refused(&present(&second).await, ProblemKind::CodeUsed);
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");
    });
}

#[test]
fn a_code_that_nobody_gave_out_is_refused() {
    tell(async {
        let cast = Cast::enters().await;
        let before = cast.server.log_of(cast.marta).await;
        for code in ["AAAAAAAAAAAAAAAAAAAAAA", "", "no code at all"] {
            let phone = NewPhone::with_code(code, &cast.server.wire());
            assert_refused(&present(&phone).await, ProblemKind::CodeUnknown);
        }
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");
    });
}

#[test]
fn a_code_that_has_expired_is_refused() {
    tell(async {
        let cast = Cast::enters().await;
        let code = cast.server.invite_for(cast.marta, &["--valid-hours", "0"]).await;
        let before = cast.server.log_of(cast.marta).await;
        let phone = NewPhone::with_code(&code, &cast.server.wire());
        assert_refused(&present(&phone).await, ProblemKind::CodeExpired);
        assert_eq!(cast.server.log_of(cast.marta).await, before, "nothing is stored");
    });
}

#[test]
fn an_enrolment_signed_with_another_key_than_it_names_is_refused_and_the_code_stays_good() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, thief) =
            (cast.new_phone(&cast.server.wire()).await, cast.new_phone(&cast.server.wire()).await);
        let knock = Knock { wire: &phone.wire, keys: &thief.keys, device: phone.request.device };
        assert_refused(&knock.presents(&phone.request).await, ProblemKind::Signature);
        phone.enrol().await.expect("still good");
    });
}
