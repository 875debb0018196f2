//! The webhook, as the other side sees it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::post,
};
use rivulet_server::{
    clock::Clock as _,
    ledger::{effects::Fate, rows::Purpose},
    service::{carry::Carrier, decide::Then, effects::Told},
    webhook::{Webhook, signature},
};
use serde_json::Value;
use shared_events::ids::PatientId;
use support::{World, plan};

const SECRET: &[u8] = b"a secret of thirty-two bytes long";
const SECRET_TEXT: &str = "whsec_YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyBsb25n";

/// The other side: it keeps what it got, and answers as it is told, then well.
#[derive(Clone, Default)]
struct Hospital {
    got: Arc<Mutex<Vec<(String, Value)>>>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    /// A patient of whom it cannot take anything.
    fails_with: Arc<Mutex<Option<PatientId>>>,
}

async fn take(State(hospital): State<Hospital>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp").parse().unwrap());
    assert_eq!(header("webhook-signature"), signature(SECRET, &id, at, &body));
    let notice: Value = serde_json::from_slice(&body).unwrap();
    let fails =
        hospital.fails_with.lock().unwrap().is_some_and(|p| notice["data"]["patient"] == p.to_string());
    hospital.got.lock().unwrap().push((id, notice));
    if fails {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let (status, pause) = hospital.answers.lock().unwrap().pop_front().unwrap_or((204, ""));
    let status = StatusCode::from_u16(status).unwrap();
    if pause.is_empty() { status.into_response() } else { (status, [("retry-after", pause)]).into_response() }
}

impl Hospital {
    async fn open(answers: &[(u16, &'static str)]) -> (Self, Carrier) {
        let hospital = Self::default();
        hospital.answers.lock().unwrap().extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(take)).with_state(hospital.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (hospital, Carrier::new(Some(Webhook::new(&url, SECRET_TEXT).unwrap())))
    }

    fn got(&self) -> Vec<(String, Value)> {
        self.got.lock().unwrap().clone()
    }
}

/// A patient with as many plans, each of which she is to be told of.
async fn with_plans(world: &World, names: &[&str]) -> PatientId {
    let patient = world.patient_for("Marta", Purpose::Care).await;
    for (n, name) in names.iter().enumerate() {
        let plan = plan(&format!("8c3f1f2e-7d3c-4b60-9f0a-6f1de0a5a00{n}"), name);
        let command = serde_json::from_value(serde_json::json!({ "prescribe": plan })).unwrap();
        world.service.decide(patient, vec![command], Then::Say).await.unwrap();
    }
    patient
}

async fn fates(world: &World, patient: PatientId) -> Vec<(Fate, u32)> {
    let effects = world.service.effects(patient).await.unwrap();
    effects.iter().map(|told: &Told| (told.fate, told.attempts)).collect()
}

#[tokio::test]
async fn the_other_side_is_told_signed_and_without_a_word_about_health() {
    let world = World::new().await;
    let patient = with_plans(&world, &["Apixaban"]).await;
    let (hospital, mut carrier) = Hospital::open(&[]).await;
    assert_eq!(carrier.pass(&world.service).await.unwrap(), None);
    carrier.pass(&world.service).await.unwrap();
    let told = &world.service.effects(patient).await.unwrap()[0];
    let got = hospital.got();
    let [(id, notice)] = &got[..] else { unreachable!("{got:?}") };
    assert_eq!(*id, told.effect.to_string());
    assert_eq!(
        (&notice["type"], &notice["data"]["event"]),
        (&"RemindPatient".into(), &serde_json::json!(told.event))
    );
    assert!(!notice.to_string().contains("Apixaban") && !notice.to_string().contains(&told.detail.rule));
    assert_eq!((told.fate, told.attempts), (Fate::Done, 1));
    assert_eq!(told.outcome.as_deref(), Some("told by webhook, HTTP 204"));
}

#[tokio::test]
async fn while_the_other_side_is_down_it_is_left_alone_and_then_told_everything() {
    let world = World::new().await;
    let patient = with_plans(&world, &["Apixaban", "Bisoprolol"]).await;
    let (hospital, mut carrier) = Hospital::open(&[(503, ""), (429, "120")]).await;
    let next_ms = carrier.pass(&world.service).await.unwrap().unwrap();
    assert!(next_ms > world.clock.now_ms());
    carrier.pass(&world.service).await.unwrap();
    assert_eq!(hospital.got().len(), 1, "one attempt at a time");
    world.clock.set_ms(next_ms);
    let next_ms = carrier.pass(&world.service).await.unwrap().unwrap();
    assert_eq!(next_ms, world.clock.now_ms() + 120_000, "as long as it asked for");
    world.clock.set_ms(next_ms);
    carrier.pass(&world.service).await.unwrap();
    assert_eq!(hospital.got().len(), 4);
    let mut attempts: Vec<_> = fates(&world, patient).await;
    attempts.sort();
    assert_eq!(attempts.iter().map(|(fate, _)| *fate).collect::<Vec<_>>(), [Fate::Done; 2]);
    assert_eq!(attempts.iter().map(|(_, n)| n).sum::<u32>(), 4);
}

#[tokio::test]
async fn one_notice_that_is_refused_holds_up_no_other_and_lapses_by_its_time() {
    let world = World::new().await;
    let patient = with_plans(&world, &["Apixaban", "Bisoprolol"]).await;
    let (hospital, mut carrier) = Hospital::open(&[(422, "")]).await;
    carrier.pass(&world.service).await.unwrap();
    assert_eq!(fates(&world, patient).await, [(Fate::Waiting, 1), (Fate::Done, 1)]);
    let refused = &world.service.effects(patient).await.unwrap()[0];
    assert_eq!(refused.outcome.as_deref(), Some("the webhook answered HTTP 422"));
    world.clock.set_ms(refused.valid_until_ms);
    carrier.pass(&world.service).await.unwrap();
    assert_eq!(fates(&world, patient).await, [(Fate::Lapsed, 1), (Fate::Done, 1)]);
    assert_eq!(hospital.got().len(), 2);
}

#[tokio::test]
async fn where_nobody_listens_it_waits_and_a_redirection_is_not_followed() {
    let world = World::new().await;
    let patient = with_plans(&world, &["Apixaban"]).await;
    let nobody = Webhook::new("http://127.0.0.1:9/hook", SECRET_TEXT).unwrap();
    Carrier::new(Some(nobody)).pass(&world.service).await.unwrap();
    assert_eq!(fates(&world, patient).await, [(Fate::Waiting, 1)]);
    world.clock.advance_ms(60_000);
    // Something listens, but has no certificate: nothing is said to it.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new()).await });
    Carrier::new(Some(Webhook::new(&url, SECRET_TEXT).unwrap())).pass(&world.service).await.unwrap();
    assert_eq!(fates(&world, patient).await, [(Fate::Waiting, 2)]);
    world.clock.advance_ms(60_000);
    let (hospital, mut carrier) = Hospital::open(&[(307, "")]).await;
    carrier.pass(&world.service).await.unwrap();
    assert_eq!((hospital.got().len(), fates(&world, patient).await), (1, vec![(Fate::Waiting, 3)]));
}

#[tokio::test]
async fn notices_that_the_other_side_fails_with_do_not_keep_it_from_the_others() {
    let world = World::new().await;
    let unlucky = with_plans(&world, &["A", "B", "C", "D", "E", "F", "G", "H"]).await;
    let (hospital, mut carrier) = Hospital::open(&[]).await;
    *hospital.fails_with.lock().unwrap() = Some(unlucky);
    // It has failed with one for a while before there is another patient.
    for _ in 0..6 {
        let next_ms = carrier.pass(&world.service).await.unwrap().unwrap();
        world.clock.set_ms(next_ms);
    }
    let other = with_plans(&world, &["Apixaban"]).await;
    let began_ms = world.clock.now_ms();
    for _ in 0..4 {
        let next_ms = carrier.pass(&world.service).await.unwrap();
        world.clock.set_ms(next_ms.unwrap_or_else(|| world.clock.now_ms()));
    }
    assert_eq!(fates(&world, other).await, [(Fate::Done, 1)]);
    assert!(world.clock.now_ms() - began_ms < 3 * 3_600_000);
    assert!(fates(&world, unlucky).await.iter().all(|(fate, _)| *fate == Fate::Waiting));
}

#[tokio::test]
async fn many_notices_are_told_a_few_at_a_time_so_that_nothing_else_waits_for_them() {
    let world = World::new().await;
    let names: Vec<String> = (0..10).map(|n| format!("Medicine {n}")).collect();
    with_plans(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (hospital, mut carrier) = Hospital::open(&[]).await;
    let next_ms = carrier.pass(&world.service).await.unwrap();
    assert_eq!((hospital.got().len(), next_ms), (8, Some(world.clock.now_ms())));
    assert_eq!(carrier.pass(&world.service).await.unwrap(), None);
    assert_eq!(hospital.got().len(), 10);
}
