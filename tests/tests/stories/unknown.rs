//! The hospital has updated its server; Marta's app is from before.

use shared_events::views::{DoseStatus, medicines};

use crate::stage::{
    cast::Cast,
    plan::{APIXABAN, dose, doses, evening_of, morning, takes_this_morning, today},
    tell,
};

#[test]
fn a_stop_in_a_version_that_is_not_known_freezes_that_medicine_and_logging_goes_on() {
    tell(async {
        let cast = Cast::enters().await;
        let old = cast.phone().await.open().await;
        old.until_quiet().await;
        let about = format!("treatment/{}", APIXABAN.0);
        let data =
            format!(r#"{{"treatment":"{}","tapering":{{"by":"half","until":"2031-02-01"}}}}"#, APIXABAN.0);
        let stop = ["--type", "TreatmentStopped", "--version", "2031-01-01", "--must-understand"];
        let stop = [&stop[..], &["--about", &about, "--event-data", &data]].concat();
        let stopped = cast.server.care_team_records(cast.marta, &stop).await;
        old.until_it_knows(stopped).await;
        let fresh = cast.phone().await.open().await;
        fresh.until_quiet().await;

        for phone in [&old, &fresh] {
            let day = evening_of(phone, today());
            for dose in doses(&day) {
                let is_frozen = dose.status == DoseStatus::Frozen;
                assert_eq!(is_frozen, dose.treatment == APIXABAN, "{dose:?}");
            }
            let frozen = phone.with_state(medicines);
            let frozen: Vec<_> = frozen.iter().filter(|m| m.frozen).map(|m| m.treatment).collect();
            assert_eq!(frozen, [APIXABAN]);
        }

        let taken = old.records(takes_this_morning(APIXABAN)).await;
        old.until_in_record(taken).await;
        fresh.until_it_knows(taken).await;
        let day = evening_of(&fresh, today());
        let logged = doses(&day).find(|d| d.treatment == APIXABAN && d.key == dose(today(), morning()));
        assert_eq!(logged.expect("it is shown").facts.len(), 1, "what she did is kept and shown");
        old.until_quiet().await;
        fresh.until_quiet().await;
        assert_eq!(old.hash(), fresh.hash());
        assert_eq!(cast.server.state_hash(cast.marta).await, old.hash());
        let passed_on = cast.server.log_of(cast.marta).await;
        assert!(
            passed_on.iter().any(|line| line["version"] == "2031-01-01" && line["must_understand"] == true)
        );
    });
}
