//! The API's description names what there is: every path, and every kind of refusal with its status.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use axum::{body::Body, http::Request};
use rivulet_sync::protocol::{ProblemKind, path};
use serde_json::Value;
use support::World;

fn described() -> Value {
    serde_json::from_str(include_str!("../openapi.json")).unwrap()
}

#[tokio::test]
async fn every_described_operation_is_served_and_every_path_is_described() {
    let (world, described) = (World::new().await, described());
    let paths = described["paths"].as_object().unwrap();
    for expected in
        [path::ENROL, path::PUSH, path::PULL, path::LIVE, path::REMOVE, "/health/live", "/health/ready"]
    {
        assert!(paths.contains_key(expected), "{expected}");
    }
    for (uri, operations) in paths {
        for method in operations.as_object().unwrap().keys() {
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(uri);
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_ne!(answer.status, 404, "{method} {uri}");
        }
    }
}

#[test]
fn every_kind_of_refusal_is_described() {
    let described = described();
    let listed = described["components"]["schemas"]["ProblemKind"]["enum"].as_array().unwrap();
    // The protocol's own table is the source.
    let source = include_str!("../../sync/src/protocol.rs");
    let kinds: Vec<&str> = source
        .split('"')
        .filter(|text| text.starts_with("/problems/") && *text != "/problems/unknown" && !text.contains('`'))
        .collect();
    assert!(kinds.len() > 15);
    for kind in &kinds {
        assert!(listed.iter().any(|l| l == kind), "{kind} is not described");
        let read: ProblemKind = serde_json::from_value(Value::from(*kind)).unwrap();
        let status = read.status().to_string();
        let answers =
            described["paths"].as_object().unwrap().values().flat_map(|p| p.as_object().unwrap().values());
        let named = answers.filter_map(|operation| operation["responses"][&status]["description"].as_str());
        let is_named = named.into_iter().any(|text| text.split(", ").any(|name| name == *kind));
        assert!(is_named || read == ProblemKind::NotFound, "{kind} is no answer of any operation");
    }
    assert_eq!(listed.len(), kinds.len());
}

#[test]
fn the_webhook_is_described_with_every_kind_that_others_are_told_of() {
    use rivulet_server::ledger::effects::By;
    use shared_events::effects::Kind;
    let notice = &described()["components"]["schemas"]["EffectNotice"];
    let listed = notice["properties"]["type"]["enum"].as_array().unwrap().clone();
    let told = Kind::ALL.into_iter().filter(|kind| By::of(*kind) == By::Others);
    assert_eq!(listed, told.map(|kind| Value::from(kind.name())).collect::<Vec<_>>());
}
