//! What devices and browsers get.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::{fs, sync::Arc};

use axum::{body::Body, http::Request};
use rivulet_server::{
    clock::SystemClock,
    http::Settings,
    ledger::contract::{NOON_MS, device::Device},
    service::open::{Data, open},
};
use rivulet_sync::protocol::{CareTeam, EnrolAnswer, LiveAnswer, PullAnswer, PushAnswer, Verdict};
use shared_events::content::Role;
use support::World;

#[tokio::test]
async fn a_device_enrols_pushes_and_another_pulls() {
    let world = World::new().await;
    let patient = world.patient("Marta").await;
    let mut phone = Device::new(1);
    let code = world.code(patient).await;
    let answer: EnrolAnswer = world.post(&phone, "/v1/enrol", &phone.asks(&code)).await.json();
    assert_eq!((answer.role, answer.person.as_str()), (Role::Patient, "Marta"));
    assert_eq!(answer.care_team.name, "the day unit");
    phone.enrolled(&answer);
    let records: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    let pushed: PushAnswer = world.post(&phone, "/v1/push", &phone.pushes(&records)).await.json();
    assert!(pushed.verdicts.iter().all(|v| matches!(v, Verdict::Accepted { .. })));
    // The answer was cut off: the same push, signed anew, is known.
    let again: PushAnswer = world.post(&phone, "/v1/push", &phone.pushes(&records)).await.json();
    assert!(again.verdicts.iter().all(|v| matches!(v, Verdict::Duplicate { .. })));
    let tablet = world.device(patient, 2).await;
    let (mut pulled, mut uri) = (Vec::new(), "/v1/pull?limit=2".to_owned());
    loop {
        let page: PullAnswer = world.get(&tablet, &uri).await.json();
        uri = format!("/v1/pull?limit=2&{}", page.cursor.to_query());
        pulled.extend(page.records);
        if page.cursor.is_whole() {
            break;
        }
    }
    for record in &records {
        assert!(
            pulled
                .iter()
                .any(|p| p.header == record.header && p.body == record.body && p.link == record.link)
        );
    }
}

#[tokio::test]
async fn a_waiting_device_hears_of_what_another_process_appends() {
    let world = World::new().await;
    let patient = world.patient("Marta").await;
    let phone = world.device(patient, 1).await;
    let now: LiveAnswer = world.get(&phone, "/v1/live?through=999&wait=0").await.json();
    let tail = now.place.tail.get();
    let uri = format!("/v1/live?through={tail}&wait=25");
    let asked = world.signed(&phone, "GET", &uri, b"");
    // Another process has its own connections; so has another service on the same folder.
    let nobody = CareTeam { name: String::new(), phone: None };
    let beside = open(&Data::at(world.folder.path()), Arc::new(SystemClock), nobody).await.unwrap();
    let (heard, said) = tokio::join!(world.ask(&asked), async {
        tokio::task::yield_now().await;
        beside.service.revoke(phone.id, None).await
    });
    said.unwrap();
    // It hears that it was revoked, long before the wait is over.
    assert_eq!(heard.problem().status, 403);
}

#[tokio::test]
async fn files_are_served_compressed_with_the_right_cache_and_security_headers() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "page"),
        ("enrol.html", "page that sets up"),
        ("sw.js", "worker"),
        ("assets/app-1a2b.js", "script"),
        ("assets/app-1a2b.js.br", "packed"),
        ("assets/app-1a2b.js.gz", "zipped"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let assets = Some(folder.path().to_owned());
    let world = World::with(Settings { assets, ..Settings::of("https://rivulet.example") }).await;
    let get = async |uri: &str, name: &'static str, value: &'static str| {
        world.send(Request::get(uri).header(name, value).body(Body::empty()).unwrap()).await
    };
    for (uri, text, cache) in [
        ("/", "page", "no-cache"),
        ("/sw.js", "worker", "no-cache"),
        ("/today/whatever", "page", "no-cache"),
        ("/enrol", "page that sets up", "no-cache"),
        ("/enrol/", "page that sets up", "no-cache"),
        ("/assets/app-1a2b.js", "script", "public, max-age=31536000, immutable"),
    ] {
        let answer = get(uri, "accept", "text/html").await;
        assert_eq!((answer.status, &answer.body[..]), (200, text.as_bytes()), "{uri}");
        assert_eq!(answer.headers["cache-control"], cache, "{uri}");
    }
    let packed = get("/assets/app-1a2b.js", "accept-encoding", "gzip, br").await;
    assert_eq!(
        (&packed.body[..], &packed.headers["content-encoding"]),
        (&b"packed"[..], &"br".parse().unwrap())
    );
    let zipped = get("/assets/app-1a2b.js", "accept-encoding", "gzip").await;
    assert_eq!(&zipped.body[..], b"zipped");
    for missing in ["/assets/gone-1.js", "/nothing.png", "/../Cargo.toml"] {
        assert_eq!(get(missing, "accept", "*/*").await.status, 404, "{missing}");
    }
    let policy = packed.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"));
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(packed.headers[name], value);
        assert_eq!(get("/v1/nothing", "accept", "*/*").await.headers[name], value);
        assert_eq!(get("/health/ready", "accept", "*/*").await.headers[name], value);
    }
}
