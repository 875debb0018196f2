//! Effects, and how far a stream was reacted to.
#![allow(missing_docs, reason = "the names say what must hold")]

use shared_events::{
    effects::{EffectId, Kind},
    ids::{EventId, Hash, Ordinal, PatientId},
};
use uuid::Uuid;

use super::{Ledger, NOON_MS, World};
use crate::{
    error::Error,
    ledger::{
        Tables,
        effects::{By, EffectRow, Fate},
    },
};

fn ordinal(n: u64) -> Ordinal {
    Ordinal::new(n).unwrap()
}

fn effect(patient: PatientId, n: u8, kind: Kind) -> EffectRow {
    EffectRow {
        id: EffectId(Hash([n; 32])),
        patient,
        kind,
        event: EventId(Uuid::from_u128(u128::from(n))),
        ordinal: ordinal(u64::from(n)),
        detail: vec![n, 1, 2],
        found_ms: NOON_MS,
        valid_until_ms: NOON_MS + 1_000,
        fate: Fate::Waiting,
        attempts: 0,
        next_ms: NOON_MS + u64::from(n),
        ended_ms: None,
        outcome: None,
    }
}

async fn write<L: Ledger, T: Send + 'static>(
    world: &World<L>,
    job: impl FnOnce(&mut dyn Tables) -> Result<T, Error> + Send + 'static,
) -> T {
    world.service.ledger.write(job).await.unwrap()
}

pub async fn an_effect_is_kept_once_and_what_became_of_it_is_told<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let (marta, jan) = (world.patient("Marta").await, world.patient("Jan").await);
    let first = effect(marta, 2, Kind::RequestReview);
    let others = [effect(marta, 1, Kind::NotifyCareTeam), effect(jan, 3, Kind::RemindPatient)];
    let own = effect(marta, 4, Kind::AssignTask);
    let done = EffectRow { attempts: 3, ..first.clone() };
    let done = done.ended(Fate::Done, NOON_MS + 9, Some("told".into()));
    let (added, ended) = (first.clone(), done.clone());
    let rows = [first.clone(), others[0].clone(), others[1].clone(), own.clone()];
    write(&world, move |t| {
        for row in &rows {
            assert!(t.add_effect(row)?);
        }
        let again = EffectRow { attempts: 9, ..added.clone() };
        assert!(!t.add_effect(&again)?, "found twice, it is one");
        assert_eq!(t.effect(added.id)?, Some(added));
        Ok(())
    })
    .await;
    write(&world, move |t| Ok(t.set_effect(&ended)?)).await;
    let again = done.clone();
    let (expected, own_id, jans) = (vec![others[0].clone(), done.clone(), own.clone()], own.id, others[1].id);
    let told = write(&world, move |t| {
        assert_eq!(t.effects(marta)?, expected, "by the events that led to them");
        assert_eq!(t.effect(EffectId(Hash::ZERO))?, None);
        let due = |t: &mut dyn Tables, by, ms| -> Result<Vec<_>, Error> {
            Ok(t.due_effects(by, ms, 10)?.into_iter().map(|row| row.id).collect())
        };
        assert_eq!(due(t, By::Others, NOON_MS + 9)?, [expected[0].id, jans], "what is done is not due");
        assert_eq!(due(t, By::Others, NOON_MS + 2)?, [expected[0].id]);
        assert_eq!(due(t, By::Server, NOON_MS + 9)?, [own_id]);
        assert_eq!(t.due_effects(By::Others, NOON_MS + 9, 1)?.len(), 1);
        assert_eq!(t.next_effect_ms(By::Others)?, Some(NOON_MS + 1));
        t.wake_effects(NOON_MS)?;
        assert_eq!(t.next_effect_ms(By::Server)?, Some(NOON_MS));
        assert_eq!(t.next_effect_ms(By::Others)?, Some(NOON_MS));
        // One that lapsed by a clock that was wrong waits again; one whose time is over does not.
        let early = effect(jan, 5, Kind::NotifyCareTeam).ended(Fate::Lapsed, NOON_MS + 9, None);
        assert!(t.add_effect(&early)?);
        t.wake_effects(NOON_MS + 1_000)?;
        assert_eq!(t.effect(early.id)?.map(|row| row.fate), Some(Fate::Lapsed));
        t.wake_effects(NOON_MS)?;
        let awake = t.effect(early.id)?.unwrap();
        assert_eq!((awake.fate, awake.next_ms, awake.ended_ms), (Fate::Waiting, NOON_MS, None));
        // What was never tried comes before what was.
        t.set_effect(&EffectRow { attempts: 1, next_ms: NOON_MS - 5, ..awake.clone() })?;
        assert_eq!(due(t, By::Others, NOON_MS + 9)?.last(), Some(&awake.id));
        t.set_effect(&awake.ended(Fate::Done, NOON_MS, None))?;
        t.set_effect(&again)?;
        Ok(t.effects_since(0, 10)?)
    })
    .await;
    assert!(told.is_sorted_by_key(|(number, _)| *number));
    assert_eq!(told.last().map(|(_, row)| row), Some(&done), "what changed last is told last");
    assert_eq!(told.len(), 5);
    let last = told[4].0;
    let rest = write(&world, move |t| {
        assert_eq!(t.last_effect()?, last);
        Ok((t.effects_since(last, 10)?, t.effects_since(0, 2)?.len()))
    })
    .await;
    assert_eq!(rest, (vec![], 2));
}

pub async fn a_stream_is_behind_until_it_was_reacted_to_and_never_again<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let (marta, jan) = (world.patient("Marta").await, world.patient("Jan").await);
    let mut phone = world.device(marta, 1).await;
    let tail = ordinal(world.tail(marta).await);
    let behind = async || {
        let mut behind = write(&world, |t| Ok(t.behind()?)).await;
        behind.sort();
        behind
    };
    let mut both = vec![marta, jan];
    both.sort();
    assert_eq!(behind().await, both);
    let reacted = write(&world, move |t| {
        assert_eq!(t.reacted(marta)?, Ordinal::ZERO);
        t.set_reacted(marta, tail)?;
        t.set_reacted(marta, ordinal(1))?;
        Ok(t.reacted(marta)?)
    })
    .await;
    assert_eq!((reacted, behind().await), (tail, vec![jan]));
    let record = phone.records(NOON_MS);
    world.push(&phone, &[record]).await;
    assert_eq!(behind().await, both);
    let kept = write(&world, move |t| Ok(t.reacted(marta)?)).await;
    assert_eq!(kept, tail, "what is appended leaves it where it was");
}

pub async fn effects_of_an_erased_patient_are_gone<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let (marta, jan) = (world.patient("Marta").await, world.patient("Jan").await);
    let rows = [effect(marta, 1, Kind::RequestReview), effect(jan, 2, Kind::RequestReview)];
    let jans = rows[1].clone();
    write(&world, move |t| {
        assert!(t.add_effect(&rows[1])? && t.add_effect(&rows[0])?);
        Ok(())
    })
    .await;
    let last = write(&world, |t| Ok(t.effects_since(0, 10)?.last().map_or(0, |(number, _)| *number))).await;
    write(&world, move |t| Ok(t.erase(marta, NOON_MS)?)).await;
    let later = effect(jan, 3, Kind::RequestReview);
    let expected = vec![jans, later.clone()];
    write(&world, move |t| {
        assert!(t.add_effect(&later)?);
        assert_eq!(t.effects(marta)?, vec![]);
        assert_eq!(t.effects(jan)?, expected);
        assert_eq!(t.behind()?, [jan]);
        let since: Vec<_> = t.effects_since(last, 10)?.into_iter().map(|(_, row)| row).collect();
        assert_eq!(since, [later], "a number is not given twice");
        Ok(())
    })
    .await;
}

pub async fn a_job_that_fails_leaves_no_effect<L: Ledger>(ledger: L) {
    let world = World::new(ledger);
    let marta = world.patient("Marta").await;
    let row = effect(marta, 1, Kind::RequestReview);
    let failed: Result<(), Error> = world
        .service
        .ledger
        .write(move |t| {
            t.add_effect(&row)?;
            t.set_reacted(marta, ordinal(1))?;
            Err(Error::Invalid("changed my mind".into()))
        })
        .await;
    assert!(failed.is_err());
    let left = write(&world, move |t| Ok((t.effects(marta)?, t.reacted(marta)?))).await;
    assert_eq!(left, (vec![], Ordinal::ZERO));
}
