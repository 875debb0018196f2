//! What events lead to: found once, carried out once or told at least once, by its time or not at all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Arc;

use rivulet_server::{
    clock::Clock as _,
    keys::PatientKeys,
    ledger::{
        Ledger as _,
        contract::{NOON_MS, device::Device},
        effects::Fate,
        rows::Purpose,
    },
    service::{carry::Carrier, decide::Then, effects::Told, react::Reactor},
};
use shared_events::{decide::Command, effects::Kind, ids::PatientId};
use support::{World, plan};

const TREATMENT: &str = "8c3f1f2e-7d3c-4b60-9f0a-6f1de0a5a001";
const DAY_MS: u64 = 86_400_000;

async fn decide(world: &World, patient: PatientId, command: &str) {
    let command: Command = serde_json::from_str(command).unwrap();
    world.service.decide(patient, vec![command], Then::Say).await.unwrap();
}

async fn prescribe(world: &World, patient: PatientId) {
    decide(world, patient, &format!(r#"{{"prescribe":{}}}"#, plan(TREATMENT, "Apixaban"))).await;
}

async fn double_the_dose(world: &World, patient: PatientId) {
    let change = format!(
        r#"{{"change":{{"treatment":"{TREATMENT}","from":"2026-11-21T12:00:00+01:00",
        "dose":{{"value":"2","unit":"{{tablet}}"}}}}}}"#
    );
    decide(world, patient, &change).await;
}

/// One dose, taken twice, hours apart.
async fn take_twice(world: &World, phone: &mut Device) {
    let early = phone.takes(TREATMENT, "2026-11-21", "morning", NOON_MS - 4 * 3_600_000);
    let late = phone.takes(TREATMENT, "2026-11-21", "morning", NOON_MS);
    world.service.push(phone.id, phone.pushes(&[early, late])).await.unwrap();
}

async fn of(world: &World, patient: PatientId, kind: Kind) -> Vec<Told> {
    let mut effects = world.service.effects(patient).await.unwrap();
    effects.retain(|told| told.kind == kind);
    effects
}

#[tokio::test]
async fn what_a_phones_events_lead_to_is_found_once_however_often_the_reactor_begins_anew() {
    let world = World::new().await;
    let marta = world.patient_for("Marta", Purpose::Care).await;
    prescribe(&world, marta).await;
    assert_eq!(of(&world, marta, Kind::RemindPatient).await.len(), 1, "kept in the decision's transaction");
    let mut phone = world.device(marta, 1).await;
    take_twice(&world, &mut phone).await;
    let mut reactor = Reactor::default();
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 1);
    let found = of(&world, marta, Kind::RequestReview).await;
    let [double] = &found[..] else { unreachable!("{found:?}") };
    assert_eq!((double.detail.rule.as_str(), double.fate), ("double_dose", Fate::Waiting));
    assert!(double.detail.message.contains("Apixaban") && double.detail.message.contains("2 times"));
    // Neither the one that goes on nor one that knows nothing finds it again; a third entry is the same matter.
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 0);
    assert_eq!(Reactor::default().pass(&world.service).await.unwrap(), 0);
    let third = phone.takes(TREATMENT, "2026-11-21", "morning", NOON_MS + 3_600_000);
    world.service.push(phone.id, phone.pushes(&[third])).await.unwrap();
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 0);
    let behind = world.service.ledger.read(|tables| Ok(tables.behind()?)).await.unwrap();
    assert_eq!(behind, []);
}

#[tokio::test]
async fn a_task_is_assigned_once_by_an_event_that_says_what_caused_it() {
    let world = World::new().await;
    let marta = world.patient_for("Marta", Purpose::Care).await;
    prescribe(&world, marta).await;
    double_the_dose(&world, marta).await;
    let tail = async || world.service.ledger.read(move |t| Ok(t.tail(marta)?)).await.unwrap().ordinal;
    let before = tail().await;
    for _ in 0..2 {
        Carrier::default().pass(&world.service).await.unwrap();
        assert_eq!(tail().await, before.next());
    }
    let assigned = of(&world, marta, Kind::AssignTask).await;
    let [task] = &assigned[..] else { unreachable!("{assigned:?}") };
    assert_eq!((task.fate, task.attempts), (Fate::Done, 1));
    let at = before.next();
    let logged = world.service.ledger.read(move |t| Ok(t.event_at(marta, at)?)).await.unwrap().unwrap();
    let content = logged.content(world.service.keys.keys(marta).unwrap().sealing()).unwrap();
    let content: serde_json::Value = serde_json::from_str(&content).unwrap();
    assert_eq!(content["caused_by"], serde_json::json!(task.event));
    assert_eq!(content["data"]["title"], "Sort Apixaban into your pill box anew");
    assert!(world.service.verify(None).await.unwrap().holds);
    // What nobody is told of stays on the list, and lapses by its time.
    let reminders = of(&world, marta, Kind::RemindPatient).await;
    assert!(reminders.iter().all(|told| told.fate == Fate::Waiting) && reminders.len() == 2);
    world.clock.advance_ms(3 * DAY_MS);
    Carrier::default().pass(&world.service).await.unwrap();
    let reminders = of(&world, marta, Kind::RemindPatient).await;
    assert!(
        reminders.iter().all(|told| told.fate == Fate::Lapsed && told.ended_ms == Some(world.clock.now_ms()))
    );
}

#[tokio::test]
async fn effects_of_a_test_patient_are_withheld_and_those_of_an_erased_one_are_gone() {
    let world = World::new().await;
    let (test, marta) =
        (world.patient_for("Marta", Purpose::Test).await, world.patient_for("Marta", Purpose::Care).await);
    for patient in [test, marta] {
        prescribe(&world, patient).await;
        double_the_dose(&world, patient).await;
    }
    let tail = async || world.service.ledger.read(move |t| Ok(t.tail(test)?)).await.unwrap();
    let before = tail().await;
    Carrier::default().pass(&world.service).await.unwrap();
    assert_eq!(tail().await, before);
    assert!(world.service.effects(test).await.unwrap().iter().all(|told| told.fate == Fate::Withheld));
    let registry = rivulet_server::keys::erasures::Erasures::at(world.folder.path().join("erasures"));
    let mut reactor = Reactor::default();
    reactor.pass(&world.service).await.unwrap();
    world.service.erase(marta, &registry).await.unwrap();
    reactor.pass(&world.service).await.unwrap();
    assert!(world.service.effects(marta).await.is_err());
    let left = world.service.ledger.read(move |t| Ok((t.effects(marta)?, t.behind()?))).await.unwrap();
    assert_eq!(left, (vec![], vec![]));
}

#[tokio::test]
async fn a_stream_that_cannot_be_read_now_is_skipped_by_nobody_and_holds_up_nobody() {
    let world = World::new().await;
    let (marta, jan) =
        (world.patient_for("Marta", Purpose::Care).await, world.patient_for("Marta", Purpose::Care).await);
    let mut phones = [world.device(marta, 1).await, world.device(jan, 2).await];
    for (patient, phone) in [marta, jan].into_iter().zip(&mut phones) {
        prescribe(&world, patient).await;
        take_twice(&world, phone).await;
    }
    // The keys' database was put back to a time before Marta.
    let keys: PatientKeys = world.service.keys.keys(marta).unwrap();
    world.service.keys.destroy(marta).unwrap();
    let mut reactor = Reactor::default();
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 1);
    assert_eq!(of(&world, jan, Kind::RequestReview).await.len(), 1);
    assert!(reactor.next_ms().is_some_and(|ms| ms > world.clock.now_ms()));
    world.service.keys.keep(marta, &keys).unwrap();
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 0, "it is set aside for a while");
    world.clock.set_ms(reactor.next_ms().unwrap());
    assert_eq!(reactor.pass(&world.service).await.unwrap(), 1);
    assert_eq!(of(&world, marta, Kind::RequestReview).await.len(), 1);
}

#[tokio::test]
async fn a_preview_leaves_no_effect_and_two_servers_find_each_once() {
    let world = World::new().await;
    let marta = world.patient_for("Marta", Purpose::Care).await;
    prescribe(&world, marta).await;
    let pause = format!(r#"{{"pause":{{"treatment":"{TREATMENT}","from":"2026-11-22T12:00:00+01:00"}}}}"#);
    let pause: Command = serde_json::from_str(&pause).unwrap();
    let decided = world.service.decide(marta, vec![pause], Then::Preview).await.unwrap();
    assert_eq!(decided[0].effects.len(), 1);
    assert_eq!(world.service.effects(marta).await.unwrap().len(), 1, "of the prescription alone");
    let mut phone = world.device(marta, 1).await;
    take_twice(&world, &mut phone).await;
    let (mut one, mut two) = (Reactor::default(), Reactor::default());
    let (service, other) = (world.service.clone(), world.service.clone());
    let (one, two) = tokio::join!(one.pass(&service), two.pass(&other));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    let double = &of(&world, marta, Kind::RequestReview).await[0];
    let settled = world.service.settle_effect(double.effect, "seen to by Dr. Jansen".into()).await.unwrap();
    assert_eq!(settled.fate, Fate::Done);
    let again = world.service.settle_effect(double.effect, "again".into()).await;
    assert!(again.is_err_and(|e| e.to_string().contains("done already")));
    let keys = Arc::clone(&world.service.keys);
    assert!(Told::of(settled, &keys.keys(marta).unwrap()).unwrap().outcome.unwrap().contains("Jansen"));
}

#[tokio::test]
async fn a_task_whose_words_cannot_be_read_now_waits_and_holds_up_no_other() {
    let world = World::new().await;
    let (marta, jan) =
        (world.patient_for("Marta", Purpose::Care).await, world.patient_for("Marta", Purpose::Care).await);
    for patient in [marta, jan] {
        prescribe(&world, patient).await;
        double_the_dose(&world, patient).await;
    }
    // Marta's key is another one than that which her effects were sealed with.
    let keys = world.service.keys.keys(marta).unwrap();
    world.service.keys.destroy(marta).unwrap();
    let other = PatientKeys::generate(&*world.service.entropy).unwrap();
    world.service.keys.keep(marta, &other).unwrap();
    Carrier::default().pass(&world.service).await.unwrap();
    assert_eq!(of(&world, jan, Kind::AssignTask).await[0].fate, Fate::Done);
    world.service.keys.destroy(marta).unwrap();
    world.service.keys.keep(marta, &keys).unwrap();
    assert_eq!(of(&world, marta, Kind::AssignTask).await[0].fate, Fate::Waiting);
    world.clock.advance_ms(60_000);
    Carrier::default().pass(&world.service).await.unwrap();
    assert_eq!(of(&world, marta, Kind::AssignTask).await[0].fate, Fate::Done);
}
