//! Every refusal: a clear problem document, nothing stored, nothing leaked.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::io::Write as _;

use axum::{body::Body, http::Request};
use flate2::{Compression, write::GzEncoder};
use rivulet_server::{
    http::Settings,
    keys::erasures::Erasures,
    ledger::contract::{NOON_MS, device::Device},
    service::enrol::ATTEMPT_LIMIT,
};
use rivulet_sync::protocol::{EnrolAnswer, ProblemKind, PullAnswer, PushAnswer};
use support::World;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

async fn push(world: &World) -> (Device, support::Asked) {
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let record = phone.records(NOON_MS);
    let body = serde_json::to_vec(&phone.pushes(&[record])).unwrap();
    let asked = world.signed(&phone, "POST", "/v1/push", &body);
    (phone, asked)
}

#[tokio::test]
async fn a_request_whose_signature_does_not_hold() {
    let world = World::new().await;
    let (_, good) = push(&world).await;
    let mut body = good.clone();
    body.body.push(b' ');
    let mut target = good.clone();
    target.uri = "/v1/push?x=1".into();
    let mut signature = good.clone();
    signature.headers.signature = signature.headers.signature.replacen(":", ":AAAA", 1);
    let mut nonce = good.clone();
    let input = &good.headers.signature_input;
    let at = input.find("nonce=\"").unwrap() + 7;
    let other = if &input[at..=at] == "A" { "B" } else { "A" };
    nonce.headers.signature_input = format!("{}{other}{}", &input[..at], &input[at + 1..]);
    let mut none = good.clone();
    none.headers.signature_input = String::new();
    for bad in [body, target, signature, nonce, none] {
        world.refuses(&bad, ProblemKind::Signature).await;
    }
    let _: PushAnswer = world.ask(&good).await.json();
}

#[tokio::test]
async fn a_request_for_another_authority_or_with_another_devices_key() {
    let world = World::new().await;
    let (phone, good) = push(&world).await;
    let elsewhere = World::with(Settings::of("https://other.example")).await;
    elsewhere.refuses(&good, ProblemKind::UnknownDevice).await;
    let mut impostor = Device::new(99);
    impostor.id = phone.id;
    let asked = world.signed(&impostor, "POST", "/v1/push", &good.body);
    world.refuses(&asked, ProblemKind::Signature).await;
}

#[tokio::test]
async fn a_replayed_request_and_one_of_another_time() {
    let world = World::new().await;
    let (phone, good) = push(&world).await;
    let _: PushAnswer = world.ask(&good).await.json();
    let problem = world.refuses(&good, ProblemKind::Replayed).await;
    assert_eq!(problem.now_ms, Some(NOON_MS));
    let now_s = NOON_MS / 1000;
    let before_start = world.signed_at(&phone, "GET", "/v1/pull", b"", now_s - 1);
    assert_eq!(world.refuses(&before_start, ProblemKind::Replayed).await.now_ms, Some(NOON_MS));
    for created_s in [now_s + 301, now_s - 301, 0] {
        let asked = world.signed_at(&phone, "GET", "/v1/pull", b"", created_s);
        assert_eq!(world.refuses(&asked, ProblemKind::Clock).await.now_ms, Some(NOON_MS));
    }
}

#[tokio::test]
async fn a_device_reaches_its_own_patient_only() {
    let world = World::new().await;
    let (marta, jan) = (world.patient("Marta").await, world.patient("Jan").await);
    let (mut hers, his) = (world.device(marta, 1).await, world.device(jan, 2).await);
    let record = hers.records(NOON_MS);
    let body = serde_json::to_vec(&hers.pushes(&[record])).unwrap();
    // His device, correctly signed, with her records: they are not of its chain.
    let asked = world.signed(&his, "POST", "/v1/push", &body);
    world.refuses(&asked, ProblemKind::Malformed).await;
    let pulled: PullAnswer = world.get(&his, "/v1/pull").await.json();
    assert!(pulled.records.iter().all(|r| !r.header.contains(&marta.to_string())));
    world.refuses(&world.signed(&Device::new(3), "GET", "/v1/pull", b""), ProblemKind::UnknownDevice).await;
}

#[tokio::test]
async fn codes_that_are_used_expired_or_unknown() {
    let world = World::new().await;
    let patient = world.patient("Marta").await;
    let (code, late) = (world.code(patient).await, world.code(patient).await);
    let (phone, thief) = (Device::new(1), Device::new(2));
    let asks = |device: &Device, code: &str| {
        let body = serde_json::to_vec(&device.asks(code)).unwrap();
        world.signed(device, "POST", "/v1/enrol", &body)
    };
    let first = asks(&phone, &code);
    let answer: EnrolAnswer = world.ask(&first).await.json();
    // The answer was cut off: the same bytes are a replay, a new signature gets the same answer.
    world.refuses(&first, ProblemKind::Replayed).await;
    let again: EnrolAnswer = world.ask(&asks(&phone, &code)).await.json();
    assert_eq!((again.key, again.device), (answer.key, answer.device));
    for _ in 0..ATTEMPT_LIMIT {
        world.refuses(&asks(&thief, &code), ProblemKind::CodeUsed).await;
    }
    world.refuses(&asks(&thief, &code), ProblemKind::CodeUnknown).await;
    world.refuses(&asks(&thief, "AAAAAAAAAAAAAAAAAAAAAA"), ProblemKind::CodeUnknown).await;
    // Signed with another key than the one presented, or as another device.
    let body = serde_json::to_vec(&phone.asks(&late)).unwrap();
    world.refuses(&world.signed(&thief, "POST", "/v1/enrol", &body), ProblemKind::Malformed).await;
    let mut impostor = Device::new(3);
    impostor.id = phone.id;
    world.refuses(&world.signed(&impostor, "POST", "/v1/enrol", &body), ProblemKind::Signature).await;
    world.clock.advance_ms(3_600_000);
    world.refuses(&asks(&thief, &late), ProblemKind::CodeExpired).await;
}

#[tokio::test]
async fn an_address_that_guesses_codes_is_held_back() {
    let world = World::new().await;
    let thief = Device::new(2);
    let mut kinds = Vec::new();
    for _ in 0..31 {
        let body = thief.asks("AAAAAAAAAAAAAAAAAAAAAA");
        kinds.push(world.post(&thief, "/v1/enrol", &body).await.problem().kind);
    }
    assert_eq!((kinds[29], kinds[30]), (ProblemKind::CodeUnknown, ProblemKind::TooMany));
}

#[tokio::test]
async fn a_revoked_device_and_an_erased_record() {
    let world = World::new().await;
    let (phone, asked) = push(&world).await;
    world.service.revoke(phone.id, None).await.unwrap();
    world.refuses(&asked, ProblemKind::Revoked).await;
    let patient = world.patient("Jan").await;
    let tablet = world.device(patient, 2).await;
    let registry = Erasures::at(world.folder.path().join("erasures.jsonl"));
    world.service.erase(patient, &registry).await.unwrap();
    for uri in ["/v1/pull", "/v1/live?through=0"] {
        let problem = world.refuses(&world.signed(&tablet, "GET", uri, b""), ProblemKind::Erased).await;
        assert_eq!(problem.status, 410);
    }
}

#[tokio::test]
async fn what_is_too_large_or_does_not_read() {
    let world = World::new().await;
    let (phone, good) = push(&world).await;
    let post = |body: &[u8]| world.signed(&phone, "POST", "/v1/push", body);
    world.refuses(&post(&vec![b' '; 5 << 20]), ProblemKind::TooLarge).await;
    let mut bomb = post(&gzip(&vec![b' '; 64 << 20]));
    bomb.encoding = Some("gzip");
    world.refuses(&bomb, ProblemKind::TooLarge).await;
    let mut broken = post(b"no gzip");
    broken.encoding = Some("gzip");
    world.refuses(&broken, ProblemKind::Malformed).await;
    let mut strange = post(&good.body);
    strange.encoding = Some("br");
    world.refuses(&strange, ProblemKind::Malformed).await;
    let problem = world.refuses(&post(br#"{"records":"dexamethasone"}"#), ProblemKind::Malformed).await;
    assert!(!problem.detail.contains("dexamethasone"));
    for uri in ["/v1/pull?through=1", "/v1/pull?limit=x", "/v1/live", "/v1/live?through=-1"] {
        world.refuses(&world.signed(&phone, "GET", uri, b""), ProblemKind::Malformed).await;
    }
    // The same, rightly compressed, is taken: the digest is over what is sent.
    let mut packed = post(&gzip(&good.body));
    packed.encoding = Some("gzip");
    let _: PushAnswer = world.ask(&packed).await.json();
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let world = World::new().await;
    for (method, uri) in
        [("GET", "/v1/nothing"), ("GET", "/v1"), ("DELETE", "/v1/push"), ("POST", "/v1/pull")]
    {
        let request = Request::builder().method(method).uri(uri).body(Body::empty()).unwrap();
        let answer = world.send(request).await;
        assert_eq!(answer.problem().kind, ProblemKind::NotFound, "{method} {uri}");
    }
}

#[tokio::test]
async fn too_many_at_once() {
    let world =
        World::with(Settings { requests: 0, waiting: 0, ..Settings::of("https://rivulet.example") }).await;
    for uri in ["/v1/pull", "/v1/live?through=0"] {
        let answer = world.send(Request::get(uri).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem().kind, ProblemKind::Unavailable);
        assert_eq!(answer.headers["retry-after"], "5");
    }
}
