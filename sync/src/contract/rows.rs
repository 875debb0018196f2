//! Own rows: added once, strictly.

use shared_events::{ids::Sequence, record::Record};

use super::{
    Found, same,
    samples::{DEVICE, NEIGHBOUR, receipt, row, row_with, rows, sequence},
};
use crate::store::{Added, Store, Summary};

const ALL: usize = 10_000;

pub(super) async fn hold_nothing_when_new<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    same("summary", store.summary(DEVICE).await?, Summary::default())?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, vec![])?;
    same("outcomes", store.outcomes(DEVICE, Sequence::ZERO, ALL).await?, vec![])?;
    same("pages", store.pages(0, ALL).await?, vec![])?;
    same("checkpoint", store.checkpoint("").await?, None)
}

pub(super) async fn read_added_rows_back_byte_for_byte_in_order<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    same("first", store.add(rows(1..=9)).await?, Added::Saved)?;
    same("second", store.add(rows(10..=11)).await?, Added::Saved)?; // "10" sorts before "9" as text
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=11))
}

pub(super) async fn add_all_rows_or_none<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    store.add(vec![row(3)]).await?;
    same("the last is taken", store.add(rows(1..=3)).await?, Added::Taken)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, vec![row(3)])
}

pub(super) async fn store_nothing_at_a_taken_place<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add(rows(1..=2)).await?;
    same("another row", store.add(vec![row_with(DEVICE, 2, 1)]).await?, Added::Taken)?;
    same("the same row", store.add(vec![row(2)]).await?, Added::Taken)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=2))?;
    same("the next place", store.add(vec![row(3)]).await?, Added::Saved)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=3))
}

pub(super) async fn add_rows_of_two_chains_in_one_step<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    let moved = |salt| vec![row_with(NEIGHBOUR, 1, salt), row_with(NEIGHBOUR, 2, salt), row(1)];
    same("both", store.add(moved(0)).await?, Added::Saved)?;
    same("one chain", store.rows(DEVICE, Sequence::ZERO, ALL).await?, vec![row(1)])?;
    let other = vec![row_with(NEIGHBOUR, 1, 0), row_with(NEIGHBOUR, 2, 0)];
    same("the other", store.rows(NEIGHBOUR, Sequence::ZERO, ALL).await?, other)
}

pub(super) async fn keep_rows_without_a_receipt<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    store.add(vec![Record { receipt: Some(receipt(1)), ..row(1) }]).await?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, vec![row(1)])
}

pub(super) async fn keep_to_the_limit_and_the_device_when_reading_rows<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add(rows(1..=5)).await?;
    store.add(vec![row_with(NEIGHBOUR, 1, 0)]).await?;
    same("after 2, two", store.rows(DEVICE, sequence(2), 2).await?, rows(3..=4))?;
    same("after 4, ten", store.rows(DEVICE, sequence(4), 10).await?, rows(5..=5))?;
    same("after 5", store.rows(DEVICE, sequence(5), 10).await?, vec![])?;
    same("none", store.rows(DEVICE, Sequence::ZERO, 0).await?, vec![])
}

pub(super) async fn name_the_last_row_in_the_summary<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    let store = open().await;
    store.add(rows(1..=11)).await?;
    store.add(vec![row_with(NEIGHBOUR, 1, 0)]).await?;
    same("last", store.summary(DEVICE).await?.last, Some(row(11)))?;
    same("the neighbour's", store.summary(NEIGHBOUR).await?.last, Some(row_with(NEIGHBOUR, 1, 0)))
}

pub(super) async fn take_an_addition_of_nothing_as_saved<S: Store>(
    open: &impl AsyncFn() -> S,
) -> Result<(), Found> {
    same("nothing", open().await.add(vec![]).await?, Added::Saved)
}

pub(super) async fn hold_large_bodies<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    let body = (0..64 * 1024 + 28).map(|n: u32| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    let large = Record { body, ..row(1) };
    same("large", store.add(vec![large.clone()]).await?, Added::Saved)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, 1).await?, vec![large])
}

pub(super) async fn add_a_thousand_rows_at_once<S: Store>(open: &impl AsyncFn() -> S) -> Result<(), Found> {
    let store = open().await;
    same("a thousand", store.add(rows(1..=1000)).await?, Added::Saved)?;
    same("rows", store.rows(DEVICE, Sequence::ZERO, ALL).await?, rows(1..=1000))
}
