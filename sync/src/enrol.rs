//! Asking to be enrolled. The caller has stored the code and the signing key, strictly, before it asks, and stores the
//! answer strictly before it says that the device is set up; asking again with the same key gives the same answer.

use std::collections::BTreeSet;

use shared_events::{
    ids::{DeviceId, Hash, Sequence},
    record::{Link, Record, genesis},
};

use crate::{
    client::{Asking, Call, call},
    engine::{Refusal, head_of},
    platform::{KeyError, Transport},
    protocol::{EnrolAnswer, EnrolRequest, path},
    store::{Head, Identity, Outcome, Store, StoreError},
};

/// Rows read from the store at once.
const READ_ROWS: usize = 1_000;

/// How long to wait for the answer, milliseconds.
const TIMEOUT_MS: u64 = 20_000;

/// Asks the server, and once more with its own time if the phone's clock is wrong.
///
/// # Errors
/// No answer, a problem document, or something that does not read. After no answer, ask again with the same key.
pub async fn ask<T: Transport>(
    transport: &T,
    sign: impl AsyncFn(&[u8]) -> Result<Vec<u8>, KeyError>,
    random: impl Fn(&mut [u8]),
    now_ms: u64,
    request: &EnrolRequest,
) -> Result<EnrolAnswer, Refusal> {
    let body = serde_json::to_vec(request).map_err(|_| Refusal::Nonsense)?;
    let once = async |now_ms: u64| {
        let mut nonce = [0; 16];
        random(&mut nonce);
        let asking = Asking { device: request.device, created_s: now_ms / 1_000, nonce };
        let enrol = Call {
            method: "POST",
            path: path::ENROL,
            query: String::new(),
            body: body.clone(),
            timeout_ms: TIMEOUT_MS,
        };
        call(transport, &sign, asking, enrol).await
    };
    match once(now_ms).await {
        Err(Refusal::Problem(problem)) if problem.now_ms.is_some() => {
            once(problem.now_ms.unwrap_or(now_ms)).await
        }
        result => result,
    }
}

/// Who the device is, by the server's answer.
///
/// # Errors
/// The answer is not for this device, or its key is not 32 bytes.
pub fn identity(
    answer: EnrolAnswer,
    device: DeviceId,
    spki: Vec<u8>,
) -> Result<(Identity, [u8; 32]), Refusal> {
    let key: [u8; 32] = answer.key.try_into().map_err(|_| Refusal::Nonsense)?;
    if answer.device != device {
        return Err(Refusal::Nonsense);
    }
    let key_id: Hash = shared_events::record::key_id(&key);
    let identity = Identity {
        patient: answer.patient,
        device,
        role: answer.role,
        person: answer.person,
        spki,
        key: key_id,
        log: answer.log,
        generation: answer.generation,
        care_team: answer.care_team,
    };
    Ok((identity, key))
}

/// The header of a row that closes a chain: no event. A tab that still records as that device collides with it.
pub const CLOSED: &str = "closed";

/// The rows that a browser writes when it is enrolled anew, in one transaction with its new identity: the events of the
/// old chain that the server does not have above `mark` ([`EnrolAnswer::before_mark`]), linked into the new one, their
/// bytes unchanged, and the row that closes the old chain. What could not be logged moves too: it still needs a look.
///
/// # Errors
/// The old rows cannot be read.
pub async fn moving_rows<S: Store>(
    store: &S,
    old: &Identity,
    new: &Identity,
    mark: Sequence,
) -> Result<Vec<Record>, StoreError> {
    let summary = store.summary(old.device).await?;
    let had = summary.judged.min(mark);
    let refused = quarantined(store, old.device).await?;
    let moves = |row: &Record| {
        let sequence = row.link.sequence;
        row.header != CLOSED && (sequence > had || refused.contains(&sequence))
    };
    let mut rows: Vec<Record> = Vec::new();
    let first = refused.first().map_or(had, |first| first.before().min(had));
    let mut unsent = store.rows(old.device, first, READ_ROWS).await?;
    let mut head = start_of(new);
    while let Some(last) = unsent.last().map(|row| row.link.sequence) {
        for row in unsent.into_iter().filter(moves) {
            let link = Link { device: new.device, sequence: head.sequence.next(), previous: head.link };
            let row = Record { link, ..row };
            head = head_of(new.patient, &row);
            rows.push(row);
        }
        unsent = store.rows(old.device, last, READ_ROWS).await?;
    }
    let end = summary.last.as_ref().map_or(start_of(old), |row| head_of(old.patient, row));
    let link = Link { device: old.device, sequence: end.sequence.next(), previous: end.link };
    rows.push(Record { header: CLOSED.to_owned(), body: Vec::new(), link, receipt: None });
    Ok(rows)
}

async fn quarantined<S: Store>(store: &S, device: DeviceId) -> Result<BTreeSet<Sequence>, StoreError> {
    let (mut found, mut last) = (BTreeSet::new(), Sequence::ZERO);
    loop {
        let outcomes = store.outcomes(device, last, READ_ROWS).await?;
        let Some((end, _)) = outcomes.last() else { return Ok(found) };
        last = *end;
        let refused = |(s, o): (Sequence, Outcome)| matches!(o, Outcome::Quarantined { .. }).then_some(s);
        found.extend(outcomes.into_iter().filter_map(refused));
    }
}

/// Where a device's chain begins.
#[must_use]
pub fn start_of(identity: &Identity) -> Head {
    Head { sequence: Sequence::ZERO, link: genesis(identity.patient, identity.device, &identity.spki) }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use shared_events::{
        ids::{Generation, LogId, PatientId},
        record::event_hash,
    };
    use uuid::Uuid;

    use super::*;
    use crate::{memory::MemoryStore, protocol::CareTeam, store::Added};

    fn device(n: u128) -> Identity {
        Identity {
            patient: PatientId(Uuid::from_u128(1)),
            device: DeviceId(Uuid::from_u128(n)),
            role: shared_events::content::Role::Patient,
            person: "Marta".into(),
            spki: vec![u8::try_from(n).unwrap()],
            key: Hash::ZERO,
            log: LogId(Uuid::from_u128(2)),
            generation: Generation::new(1).unwrap(),
            care_team: CareTeam { name: "the day unit".into(), phone: None },
        }
    }

    fn chain(identity: &Identity, headers: &[&str]) -> Vec<Record> {
        let mut head = start_of(identity);
        let row = |header: &&str| {
            let link = Link { device: identity.device, sequence: head.sequence.next(), previous: head.link };
            let row = Record { header: (*header).to_owned(), body: vec![7], link, receipt: None };
            head = head_of(identity.patient, &row);
            row
        };
        headers.iter().map(row).collect()
    }

    fn logged(n: u64) -> (Sequence, Outcome) {
        let receipt = shared_events::record::Receipt {
            ordinal: shared_events::ids::Ordinal::new(n).unwrap(),
            position: shared_events::ids::Position::new(n).unwrap(),
            order: shared_events::ids::Hlc(n),
            received_ms: n,
            stream: Hash::ZERO,
        };
        (Sequence::new(n).unwrap(), Outcome::Logged { receipt, elsewhere: None })
    }

    #[test]
    fn what_was_not_sent_moves_to_the_new_chain_unchanged_and_the_old_one_is_closed() {
        let (old, new, store) = (device(10), device(11), MemoryStore::default());
        block_on(store.add(chain(&old, &["a", "b", "c"]))).unwrap();
        block_on(store.put_outcomes(old.device, vec![logged(1)], None, None)).unwrap();
        let rows = block_on(moving_rows(&store, &old, &new, Sequence::new(1).unwrap())).unwrap();
        assert_eq!(&rows[..2], chain(&new, &["b", "c"]));
        assert_eq!((rows[2].header.as_str(), rows[2].link.sequence.get()), (CLOSED, 4));
        let third = chain(&old, &["a", "b", "c"]).remove(2);
        assert_eq!(rows[2].link.previous, third.link.hash(old.patient, &event_hash("c")));
        assert_eq!(block_on(store.add(rows)).unwrap(), Added::Saved);
        let late = chain(&old, &["a", "b", "c", "d"]).remove(3);
        assert_eq!(block_on(store.add(vec![late])).unwrap(), Added::Taken, "a stale tab collides");
    }

    #[test]
    fn what_a_restored_server_lacks_and_what_needs_a_look_moves_too() {
        let (old, new, store) = (device(10), device(11), MemoryStore::default());
        block_on(store.add(chain(&old, &["a", "b", "c", "d"]))).unwrap();
        let refused = (Sequence::new(1).unwrap(), Outcome::Quarantined { reason: "seen".into() });
        let outcomes = vec![refused, logged(2), logged(3), logged(4)];
        block_on(store.put_outcomes(old.device, outcomes, None, None)).unwrap();
        let rows = block_on(moving_rows(&store, &old, &new, Sequence::new(3).unwrap())).unwrap();
        assert_eq!(&rows[..2], chain(&new, &["a", "d"]));
        let rows = block_on(moving_rows(&store, &old, &new, Sequence::ZERO)).unwrap();
        assert_eq!(&rows[..4], chain(&new, &["a", "b", "c", "d"]));
    }

    #[test]
    fn a_browser_that_recorded_nothing_closes_its_old_chain_at_its_first_place() {
        let (old, new, store) = (device(10), device(11), MemoryStore::default());
        let rows = block_on(moving_rows(&store, &old, &new, Sequence::ZERO)).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].link.previous, start_of(&old).link);
    }
}
