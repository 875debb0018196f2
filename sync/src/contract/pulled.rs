//! What the server said: outcomes, pages and the progress they make.

use shared_events::{ids::Sequence, record::Link};

use super::{
    Found, same,
    samples::{DEVICE, NEIGHBOUR, checkpoint, hash, logged, progress, quarantined, receipt, rows, sequence},
};
use crate::store::{Moved, Offset, Outcome, Page, Store, StoredCheckpoint};

const ALL: usize = 10_000;

pub(super) async fn put_outcomes_and_progress_in_one_step<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add(rows(1..=3)).await?;
    let elsewhere = Link { device: NEIGHBOUR, sequence: sequence(8), previous: hash(7) };
    let moved = (sequence(3), Outcome::Logged { receipt: receipt(3), elsewhere: Some(elsewhere) });
    let outcomes = vec![logged(1), quarantined(2), moved];
    let put = store.put_outcomes(DEVICE, outcomes.clone(), None, Some(progress(3))).await?;
    same("put", put, Moved::Stored)?;
    same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, outcomes)?;
    let summary = store.summary(DEVICE).await?;
    same("judged", summary.judged, sequence(3))?;
    same("progress", summary.progress, Some(progress(3)))
}

pub(super) async fn put_outcomes_alone_whatever_the_progress<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add_page(b"[]".to_vec(), None, progress(5)).await?;
    let old = Some(progress(1));
    same("put", store.put_outcomes(DEVICE, vec![logged(1)], old, old).await?, Moved::Stored)?;
    same("put", store.put_outcomes(DEVICE, vec![logged(2)], None, None).await?, Moved::Stored)?;
    let summary = store.summary(DEVICE).await?;
    same("progress", (summary.progress, summary.judged), (Some(progress(5)), sequence(2)))
}

pub(super) async fn put_an_outcome_in_place_of_the_last<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.put_outcomes(DEVICE, vec![quarantined(1)], None, None).await?;
    store.put_outcomes(DEVICE, vec![logged(1)], None, None).await?;
    same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, vec![logged(1)])
}

pub(super) async fn keep_to_the_limit_and_the_device_when_reading_outcomes<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.put_outcomes(DEVICE, (1..=11).map(logged).collect(), None, None).await?;
    store.put_outcomes(NEIGHBOUR, vec![quarantined(1)], None, None).await?;
    same("two", store.outcomes(DEVICE, sequence(8), 2).await?, vec![logged(9), logged(10)])?;
    same("rest", store.outcomes(DEVICE, sequence(10), 9).await?, vec![logged(11)])?;
    same("judged", store.summary(DEVICE).await?.judged, sequence(11))?;
    same("the neighbour's", store.summary(NEIGHBOUR).await?.judged, sequence(1))
}

pub(super) async fn store_no_outcomes_when_the_progress_is_stale<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add_page(b"[1]".to_vec(), None, progress(1)).await?;
    for from in [None, Some(progress(2))] {
        let put = store.put_outcomes(DEVICE, vec![logged(1)], from, Some(progress(3))).await?;
        same("put", put, Moved::Stale)?;
    }
    same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, vec![])?;
    same("progress", store.summary(DEVICE).await?.progress, Some(progress(1)))
}

pub(super) async fn move_page_and_progress_together<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    same("first", store.add_page(b"[1]".to_vec(), None, progress(1)).await?, Moved::Stored)?;
    same("second", store.add_page(b"[2]".to_vec(), Some(progress(1)), progress(2)).await?, Moved::Stored)?;
    let summary = store.summary(DEVICE).await?;
    same("progress", (summary.last_page, summary.progress), (2, Some(progress(2))))
}

pub(super) async fn store_no_page_when_the_progress_is_stale<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    let early = store.add_page(b"[0]".to_vec(), Some(progress(1)), progress(2)).await?;
    same("before any", early, Moved::Stale)?;
    store.add_page(b"[1]".to_vec(), None, progress(1)).await?;
    for from in [None, Some(progress(2))] {
        same("stale", store.add_page(b"[2]".to_vec(), from, progress(3)).await?, Moved::Stale)?;
    }
    same("pages", store.pages(0, ALL).await?.len(), 1)?;
    same("progress", store.summary(DEVICE).await?.progress, Some(progress(1)))
}

pub(super) async fn read_pages_back_byte_for_byte_in_order<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    let page = |number: u64| Page { number, records: format!("[\"é {number}\"]").into_bytes() };
    let mut from = None;
    for number in 1..=12 {
        store.add_page(page(number).records, from, progress(number)).await?;
        from = Some(progress(number));
    }
    same("all", store.pages(0, ALL).await?, (1..=12).map(page).collect())?;
    same("some", store.pages(9, 2).await?, vec![page(10), page(11)])?;
    same("none", store.pages(12, ALL).await?, vec![])
}

pub(super) async fn keep_the_last_offset<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    for offset_ms in [-7_000_000_000_000, 12] {
        let offset = Offset { offset_ms, measured_wall_ms: 1_700_000_000_000 };
        store.put_offset(offset).await?;
        same("offset", store.summary(DEVICE).await?.offset, Some(offset))?;
    }
    Ok(())
}

pub(super) async fn keep_the_last_checkpoint<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    let first = checkpoint(&[1; 300_000], &[("2026-10", 2), ("2026-11", 3), ("always", 4)]);
    same("first", store.put_checkpoint(None, first.clone()).await?, Moved::Stored)?;
    same("all", store.checkpoint("").await?, Some(first.clone()))?;
    let later = StoredCheckpoint { parts: first.parts[1..].to_vec(), ..first.clone() };
    same("later ones", store.checkpoint("2026-11").await?, Some(later))?;
    same("one", store.checkpoint_part("2026-10").await?, Some(vec![2]))?;
    same("none", store.checkpoint_part("2026-09").await?, None)?;
    let second = checkpoint(&[], &[("2026-11", 5), ("2026-12", 6)]);
    same("second", store.put_checkpoint(Some(first.frame), second).await?, Moved::Stored)?;
    let both = checkpoint(&[], &[("2026-10", 2), ("2026-11", 5), ("2026-12", 6), ("always", 4)]);
    same("both", store.checkpoint("").await?, Some(both))?;
    let third = checkpoint(&[7], &[("2026-12", 8)]);
    same("third", store.put_checkpoint(None, third.clone()).await?, Moved::Stored)?;
    same("alone", store.checkpoint("").await?, Some(third))
}

pub(super) async fn keep_no_checkpoint_beside_another_than_it_follows<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    let of = |frame: u8| checkpoint(&[frame], &[("always", frame)]);
    let put = async |from: u8, to: u8| store.put_checkpoint(Some(vec![from]), of(to)).await;
    same("none is there", put(1, 2).await?, Moved::Stale)?;
    same("nothing", store.checkpoint("").await?, None)?;
    store.put_checkpoint(None, of(1)).await?;
    same("another", put(3, 4).await?, Moved::Stale)?;
    same("the first", store.checkpoint("").await?, Some(of(1)))?;
    same("the next", put(1, 2).await?, Moved::Stored)?;
    same("the second", store.checkpoint("").await?, Some(of(2)))
}
