//! The log proves itself: whatever is changed in it, verifying says so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use rivulet_server::{ledger::contract::NOON_MS, service::open::Data};
use rivulet_sync::protocol::PushAnswer;
use support::World;

/// A log with a good event, a quarantined one, two devices, one of them revoked.
async fn world() -> World {
    let world = World::new().await;
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let tablet = world.device(patient, 2).await;
    let mut records: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    records[1].body[20] ^= 1;
    let _: PushAnswer = world.post(&phone, "/v1/push", &phone.pushes(&records)).await.json();
    world.service.revoke(tablet.id, None).await.unwrap();
    world
}

#[tokio::test]
async fn a_change_in_any_column_is_found() {
    let world = world().await;
    assert!(world.service.verify(None).await.unwrap().holds);
    let log = rusqlite::Connection::open(Data::at(world.folder.path()).log()).unwrap();
    log.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let flipped =
        |column: &str| format!("UPDATE events SET {column} = randomblob(length({column})) WHERE ordinal = 5");
    let mut changes: Vec<String> =
        ["stream", "previous", "link", "id", "event", "body"].iter().map(|c| flipped(c)).collect();
    for change in [
        "UPDATE events SET ordinal = 1000 WHERE ordinal = 5",
        "UPDATE events SET position = 1000 WHERE ordinal = 5",
        "UPDATE events SET shard = (shard + 1) % 64 WHERE ordinal = 5",
        "UPDATE events SET fold_order = fold_order + 1 WHERE ordinal = 5",
        "UPDATE events SET received_ms = received_ms + 1 WHERE ordinal = 5",
        "UPDATE events SET sequence = sequence + 100 WHERE ordinal = 5",
        "UPDATE events SET device_no = 3 WHERE ordinal = 5",
        "UPDATE events SET standing = 1 - standing WHERE ordinal = 5",
        "UPDATE events SET header = replace(header, 'MoodNoted', 'MoodNotes') WHERE ordinal = 5",
        "UPDATE events SET body = NULL WHERE ordinal = 5",
        "DELETE FROM events WHERE ordinal = 5",
        "DELETE FROM events WHERE ordinal = (SELECT max(ordinal) FROM events)",
        "UPDATE streams SET ordinal = ordinal + 1",
        "UPDATE streams SET stream = randomblob(32)",
        "UPDATE streams SET received_ms = received_ms + 1",
        "UPDATE shards SET position = position + 1",
        "UPDATE devices SET spki = randomblob(91) WHERE no = 2",
        "UPDATE devices SET mark = mark + 1 WHERE no = 2",
        "UPDATE devices SET head = randomblob(32) WHERE no = 2",
        "UPDATE devices SET enrolled = 1 WHERE no = 2",
        "UPDATE devices SET revoked_ms = 1 WHERE no = 2",
        "UPDATE devices SET revoked_ms = NULL WHERE no = 3",
        "UPDATE heads SET link = randomblob(32) WHERE device_no = 2",
        "UPDATE heads SET signature = randomblob(64) WHERE device_no = 2",
        "UPDATE heads SET sequence = sequence - 1 WHERE device_no = 2",
        "DELETE FROM heads WHERE device_no = 2",
        "UPDATE fills SET link = randomblob(32)",
        "UPDATE fills SET repeated = 1",
        "DELETE FROM fills",
        "UPDATE patients SET server_device = randomblob(16)",
    ] {
        changes.push(change.into());
    }
    let backup = world.folder.path().join("before.sqlite");
    log.execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
    for change in changes {
        // Each in a copy of its own.
        let folder = tempfile::tempdir().unwrap();
        for file in ["keys.sqlite", "operator.key"] {
            std::fs::copy(world.folder.path().join(file), folder.path().join(file)).unwrap();
        }
        let data = Data::at(folder.path());
        std::fs::copy(&backup, data.log()).unwrap();
        let copy = rusqlite::Connection::open(data.log()).unwrap();
        copy.pragma_update(None, "foreign_keys", false).unwrap();
        assert!(copy.execute(&change, []).unwrap() > 0, "{change}");
        drop(copy);
        let unit = rivulet_sync::protocol::CareTeam { name: String::new(), phone: None };
        let opened = rivulet_server::service::open::open(&data, world.clock.clone(), unit).await.unwrap();
        let holds = opened.service.verify(None).await.is_ok_and(|verified| verified.holds);
        assert!(!holds, "not found: {change}");
    }
}
