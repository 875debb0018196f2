//! One database, several handles, one after the other or at once.

use futures::FutureExt as _;
use shared_events::ids::Sequence;

use super::{
    Found, same,
    samples::{DEVICE, checkpoint, logged, progress, row_with, rows},
};
use crate::store::{Added, Moved, Offset, Store, Summary};

const ALL: usize = 10_000;

pub(super) async fn find_everything_again<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let before = {
        let store = open().await;
        store.add(rows(1..=3)).await?;
        store.put_outcomes(DEVICE, vec![logged(1)], None, Some(progress(1))).await?;
        store.add_page(b"[]".to_vec(), Some(progress(1)), progress(2)).await?;
        store.put_offset(Offset { offset_ms: 5, measured_wall_ms: 6 }).await?;
        store.put_checkpoint(None, checkpoint(&[7], &[("always", 7)])).await?;
        store.summary(DEVICE).await?
    };
    let store = open().await;
    same("summary", store.summary(DEVICE).await?, before)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=3))?;
    same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, vec![logged(1)])?;
    same("pages", store.pages(0, ALL).await?.len(), 1)?;
    same("checkpoint", store.checkpoint("").await?, Some(checkpoint(&[7], &[("always", 7)])))
}

pub(super) async fn let_one_of_two_handles_have_a_place<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let (one, other) = (open().await, open().await);
    for number in 1..=20 {
        let (first, second) = futures::join!(
            one.add(vec![row_with(DEVICE, number, 1)]),
            other.add(vec![row_with(DEVICE, number, 2)])
        );
        let saved = [first?, second?].into_iter().filter(|added| *added == Added::Saved).count();
        same("saved", saved, 1)?;
    }
    same("rows", one.rows(DEVICE, Sequence::ZERO, ALL).await?.len(), 20)
}

pub(super) async fn let_one_of_two_handles_move_the_progress<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let (one, other) = (open().await, open().await);
    let mut from = None;
    for number in 1..=20 {
        let (first, second) = futures::join!(
            one.add_page(b"[1]".to_vec(), from, progress(number)),
            other.put_outcomes(DEVICE, vec![logged(number)], from, Some(progress(number)))
        );
        let moved = [first?, second?].into_iter().filter(|moved| *moved == Moved::Stored).count();
        same("stored", moved, 1)?;
        from = Some(progress(number));
    }
    let stored = one.pages(0, ALL).await?.len() + one.outcomes(DEVICE, Sequence::ZERO, ALL).await?.len();
    same("pages and outcomes", stored, 20)
}

pub(super) async fn show_one_handle_what_another_stored<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let (one, other) = (open().await, open().await);
    one.add(rows(1..=2)).await?;
    same("rows", other.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=2))?;
    other.add(rows(3..=3)).await?;
    same("rows", one.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=3))
}

pub(super) async fn store_all_or_nothing_when_nobody_waits<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    // Polled once, then dropped, as when a component goes away while it writes.
    drop(store.add(rows(1..=50)).now_or_never());
    let stored = store.rows(DEVICE, Sequence::ZERO, ALL).await?;
    let wanted = if stored.is_empty() { vec![] } else { rows(1..=50) };
    same("rows", stored, wanted)
}

pub(super) async fn hold_nothing_when_wiped<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    store.add(rows(1..=3)).await?;
    store.put_outcomes(DEVICE, vec![logged(1)], None, Some(progress(1))).await?;
    store.add_page(b"[]".to_vec(), Some(progress(1)), progress(2)).await?;
    store.put_offset(Offset { offset_ms: 5, measured_wall_ms: 6 }).await?;
    store.put_checkpoint(None, checkpoint(&[7], &[("always", 7)])).await?;
    store.wipe().await?;
    for store in [store, open().await] {
        same("summary", store.summary(DEVICE).await?, Summary::default())?;
        same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, vec![])?;
        same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, vec![])?;
        same("pages", store.pages(0, ALL).await?, vec![])?;
        same("checkpoint", store.checkpoint("").await?, None)?;
    }
    same("a new row", open().await.add(rows(1..=1)).await?, Added::Saved)
}
