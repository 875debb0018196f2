//! What becomes of a push.
#![allow(missing_docs, reason = "the names say what must hold")]

use rivulet_sync::protocol::{ProblemKind, Verdict};
use shared_events::{
    ids::{DeviceId, Hlc, PatientId},
    record::{Class, FillReason, Fills, Header, Revokes, body_hash},
};

use super::{Ledger, NOON_MS, World, kinds, refusal, sequence};

pub async fn what_is_pushed_is_in_the_log_once_in_order<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let before = world.tail(patient).await;
    let records: Vec<_> = (0..5).map(|n| phone.records(NOON_MS + n)).collect();
    let first = world.push(&phone, &records).await;
    assert_eq!(kinds(&first), ["accepted"; 5]);
    assert_eq!((first.place.mark, first.place.tail.get()), (sequence(5), before + 5));
    assert_eq!(first.place.logged, first.place.tail);
    let again = world.push(&phone, &records).await;
    assert_eq!(kinds(&again), ["duplicate"; 5]);
    for (a, b) in first.verdicts.iter().zip(&again.verdicts) {
        let (Verdict::Accepted { receipt: a }, Verdict::Duplicate { receipt: b, .. }) = (a, b) else {
            panic!("other verdicts")
        };
        assert_eq!(a, b);
    }
    let more = phone.records(NOON_MS + 9);
    let overlapping = world.push(&phone, &[&records[3..], &[more]].concat()).await;
    assert_eq!(kinds(&overlapping), ["duplicate", "duplicate", "accepted"]);
    assert_eq!(world.tail(patient).await, before + 6);
    world.verifies().await;
}

pub async fn a_gap_is_refused_with_the_mark<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let records: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    let before = world.tail(patient).await;
    let error = world.service.push(phone.id, phone.pushes(&records[2..])).await.unwrap_err();
    let problem = error.into_problem();
    assert_eq!((problem.kind, problem.mark), (ProblemKind::Gap, Some(sequence(0))));
    assert_eq!(world.tail(patient).await, before);
    assert_eq!(kinds(&world.push(&phone, &records).await), ["accepted"; 3]);
}

pub async fn another_chain_of_the_same_device_is_refused<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let genesis = phone.head;
    let first: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    world.push(&phone, &first).await;
    let before = world.tail(patient).await;
    // The copied profile goes on from where it was copied.
    (phone.mark, phone.head) = (sequence(0), genesis);
    let other: Vec<_> = (0..5).map(|n| phone.records(NOON_MS + 10 + n)).collect();
    for from in 0..=3 {
        let push = phone.pushes(&other[from..]);
        assert_eq!(refusal(world.service.push(phone.id, push).await), ProblemKind::Fork, "from {from}");
    }
    assert_eq!(world.tail(patient).await, before);
    let kept = world.service.ledger.read(move |t| Ok(t.quarantined(patient)?)).await.unwrap();
    assert_eq!(kept, []);
}

pub async fn a_wrong_head_or_form_is_refused_and_nothing_is_stored<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let before = world.tail(patient).await;
    let records: Vec<_> = (0..3).map(|n| phone.records(NOON_MS + n)).collect();
    let good = phone.pushes(&records);
    let mut unsigned = good.clone();
    unsigned.head.signature[5] ^= 1;
    let mut swapped = good.clone();
    swapped.records.swap(0, 1);
    let mut holed = good.clone();
    holed.records.remove(1);
    let mut short = good.clone();
    short.records.pop();
    let mut empty = good.clone();
    empty.records.clear();
    let mut foreign = good.clone();
    foreign.records[1].link.device = DeviceId(uuid::Uuid::from_u128(5));
    let mut many = good.clone();
    many.records = vec![good.records[0].clone(); 1001];
    for (push, kind) in [
        (unsigned, ProblemKind::Signature),
        (swapped, ProblemKind::Malformed),
        (holed, ProblemKind::Malformed),
        (short, ProblemKind::Malformed),
        (empty, ProblemKind::Malformed),
        (foreign, ProblemKind::Malformed),
        (many, ProblemKind::TooLarge),
    ] {
        assert_eq!(refusal(world.service.push(phone.id, push).await), kind);
        assert_eq!(world.tail(patient).await, before);
    }
    assert_eq!(kinds(&world.push(&phone, &records).await), ["accepted"; 3]);
}

pub async fn a_bad_record_is_quarantined_its_place_filled_and_the_rest_goes_on<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let good: Vec<_> = (0..4).map(|n| phone.records(NOON_MS + n)).collect();
    let mut sent = good.clone();
    sent[1].body[20] ^= 1;
    sent[3].header = sent[3].header.replace("MoodNoted", "MoodNotes");
    let before = world.tail(patient).await;
    let answer = world.push(&phone, &sent).await;
    assert_eq!(kinds(&answer), ["accepted", "quarantined", "accepted", "quarantined"]);
    // Two events of the device, and two that fill places.
    assert_eq!((answer.place.mark, answer.place.tail.get()), (sequence(4), before + 4));
    assert_eq!(world.push(&phone, &sent).await.verdicts[1], answer.verdicts[1]);
    assert_eq!(world.tail(patient).await, before + 4);
    let kept = world.service.ledger.read(move |t| Ok(t.quarantined(patient)?)).await.unwrap();
    assert_eq!(kept.iter().map(|q| &q.record).collect::<Vec<_>>(), [&sent[1], &sent[3]]);
    // The chain goes on from the claimed links.
    let next = phone.records(NOON_MS + 9);
    assert_eq!(kinds(&world.push(&phone, &[next]).await), ["accepted"]);
    world.verifies().await;
}

pub async fn what_is_not_of_this_stream_is_quarantined<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let (header, body) = phone.event("MoodNoted", Class::Occurrence, NOON_MS);
    let stranger = DeviceId(uuid::Uuid::from_u128(5));
    let fills =
        Fills { device: phone.id, sequence: sequence(1), link: phone.head, reason: FillReason::Unreadable };
    let long = vec![0; 70_000];
    let bad = [
        (Header { patient: PatientId(uuid::Uuid::from_u128(9)), ..header.clone() }, body.clone()),
        (Header { device: stranger, ..header.clone() }, body.clone()),
        (Header { kind: "DeviceEnrolled".into(), ..header.clone() }, body.clone()),
        (Header { kind: "EventUnreadable".into(), fills: Some(fills), ..header.clone() }, body.clone()),
        (Header { revokes: Some(Revokes { device: phone.id }), ..header.clone() }, body.clone()),
        (Header { f: 2, ..header.clone() }, body.clone()),
        (Header { body: body_hash(&long), ..header.clone() }, long),
    ];
    let mut records: Vec<_> =
        bad.into_iter().map(|(header, body)| phone.link(&header.write().unwrap(), body)).collect();
    let unreadable = ["".to_owned(), "{}".into(), header.write().unwrap() + &" ".repeat(1100)];
    records.extend(unreadable.map(|text| phone.link(&text, body.clone())));
    records.push(phone.link(&header.write().unwrap(), body));
    let answer = world.push(&phone, &records).await;
    let (last, bad) = answer.verdicts.split_last().unwrap();
    assert!(bad.iter().all(|v| matches!(v, Verdict::Quarantined { .. })), "{bad:#?}");
    assert!(matches!(last, Verdict::Accepted { .. }));
    world.verifies().await;
}

pub async fn an_event_linked_anew_is_logged_once<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut old = world.device(patient, 1).await;
    let records: Vec<_> = (0..2).map(|n| old.records(NOON_MS + n)).collect();
    let unsent = old.records(NOON_MS + 2);
    old.mark = sequence(2);
    old.head = unsent.link.previous;
    world.push(&old, &records).await;
    let mut new = world.device(patient, 2).await;
    // The answer to the second was cut off, the third was never sent; the third is even linked twice.
    let linked: Vec<_> =
        [&records[1], &unsent, &unsent].map(|r| new.link(&r.header, r.body.clone())).to_vec();
    let answer = world.push(&new, &linked).await;
    assert_eq!(kinds(&answer), ["logged", "accepted", "logged"]);
    let Verdict::Duplicate { logged, .. } = &answer.verdicts[0] else { panic!("no duplicate") };
    assert_eq!(*logged, Some(records[1].link));
    assert_eq!(kinds(&world.push(&new, &linked).await), ["logged", "duplicate", "logged"]);
    world.verifies().await;
}

pub async fn another_event_with_the_same_id_is_bad<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let (header, body) = phone.event("MoodNoted", Class::Occurrence, NOON_MS);
    let first = phone.link(&header.write().unwrap(), body.clone());
    let other = Header { kind: "MoodNotes".into(), ..header };
    let second = phone.link(&other.write().unwrap(), body);
    assert_eq!(kinds(&world.push(&phone, &[first, second.clone()]).await), ["accepted", "quarantined"]);
    assert_eq!(kinds(&world.push(&phone, &[second]).await), ["quarantined"]);
    world.verifies().await;
}

pub async fn a_body_that_does_not_open_is_logged<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    phone.sealing = [9; 32];
    let sealed_otherwise = phone.records(NOON_MS);
    assert_eq!(kinds(&world.push(&phone, &[sealed_otherwise]).await), ["accepted"]);
    world.verifies().await;
}

pub async fn a_wrong_clock_harms_nobody<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let patient = world.patient("Marta").await;
    let mut phone = world.device(patient, 1).await;
    let (far, past) = (4_070_908_800_000, 915_148_800_000);
    let records = [phone.records(far), phone.records(past), phone.records(NOON_MS)];
    // The server's own clock is put back meanwhile.
    world.clock.set_ms(NOON_MS - 60_000);
    let answer = world.push(&phone, &records).await;
    let orders = answer.verdicts.iter().map(|v| match v {
        Verdict::Accepted { receipt } => (receipt.order, receipt.received_ms),
        other => panic!("{other:?}"),
    });
    let received = NOON_MS << 16 | 0xffff;
    assert_eq!(
        orders.collect::<Vec<_>>(),
        [(Hlc(received), NOON_MS), (Hlc::at_ms(past), NOON_MS), (Hlc::at_ms(NOON_MS), NOON_MS)]
    );
    world.verifies().await;
}
