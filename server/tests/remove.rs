//! A person takes a device of her record away, and nobody else's.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use rivulet_server::{ledger::contract::device::Device, service::enrol::Invitee};
use rivulet_sync::protocol::{EnrolAnswer, LiveAnswer, ProblemKind, PullAnswer, RemoveRequest};
use shared_events::{
    content::Role,
    ids::{DeviceId, PatientId},
    record::Header,
};
use support::World;

fn asks(device: DeviceId) -> RemoveRequest {
    RemoveRequest { device }
}
async fn carer(world: &World, patient: PatientId, name: &str, seed: u64) -> Device {
    let invitee = Invitee { role: Role::Caregiver, name: Some(name.into()), valid_ms: 3_600_000 };
    let code = world.service.invite(patient, invitee).await.unwrap();
    let mut device = Device::new(seed);
    let answer: EnrolAnswer = world.post(&device, "/v1/enrol", &device.asks(&code)).await.json();
    device.enrolled(&answer);
    device
}
async fn refused(world: &World, by: &Device, device: DeviceId) -> ProblemKind {
    world.post(by, "/v1/remove", &asks(device)).await.problem().kind
}

#[tokio::test]
async fn a_lost_phone_is_removed_by_another_one_of_hers_and_the_record_says_so() {
    let world = World::new().await;
    let patient = world.patient("Marta").await;
    let (lost, tablet) = (world.device(patient, 1).await, world.device(patient, 2).await);
    let before: LiveAnswer = world.get(&tablet, "/v1/live?through=999&wait=0").await.json();
    for _ in 0..2 {
        // Asked anew, as when the answer was cut off, it is the same.
        let after: LiveAnswer = world.post(&tablet, "/v1/remove", &asks(lost.id)).await.json();
        assert_eq!(after.place.tail.get(), before.place.tail.get() + 1);
    }
    assert_eq!(world.get(&lost, "/v1/pull").await.problem().kind, ProblemKind::Revoked);
    let page: PullAnswer = world.get(&tablet, "/v1/pull").await.json();
    let headers = page.records.iter().map(|record| Header::parse(&record.header).unwrap());
    let revoked: Vec<_> = headers.filter_map(|header| header.revokes).map(|revokes| revokes.device).collect();
    assert_eq!(revoked, [lost.id]);
}

#[tokio::test]
async fn nobody_removes_what_is_not_theirs_or_the_device_that_asks() {
    let world = World::new().await;
    let (patient, other) = (world.patient("Marta").await, world.patient("Iris").await);
    let (phone, stranger) = (world.device(patient, 1).await, world.device(other, 2).await);
    let (jonas, his, eva) = (
        carer(&world, patient, "Jonas", 3).await,
        carer(&world, patient, "Jonas", 4).await,
        carer(&world, patient, "Eva", 5).await,
    );
    let server = world.service.patient(patient).await.unwrap().0.server_device;
    for device in [phone.id, stranger.id, server, DeviceId(uuid::Uuid::nil())] {
        assert_eq!(refused(&world, &phone, device).await, ProblemKind::NotYours);
    }
    for device in [phone.id, eva.id, jonas.id] {
        assert_eq!(refused(&world, &jonas, device).await, ProblemKind::NotYours);
    }
    let _: LiveAnswer = world.post(&jonas, "/v1/remove", &asks(his.id)).await.json();
    let _: LiveAnswer = world.post(&phone, "/v1/remove", &asks(eva.id)).await.json();
    assert_eq!(refused(&world, &eva, jonas.id).await, ProblemKind::Revoked);
}
