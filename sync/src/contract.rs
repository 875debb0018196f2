//! What every store must do, as rules that run natively and in a browser alike. Each is a small function whose name
//! says what must hold, on a database of its own.

mod samples;

mod pulled;
mod reopened;
mod rows;

use crate::store::{Store, StoreError};

/// A rule that a store does not keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a store must keep this rule: {rule}; {what}")]
pub struct Broken {
    /// The name of the rule's function.
    pub rule: &'static str,
    /// What was found instead.
    pub what: String,
}

/// Why a rule ended early.
#[derive(Debug)]
struct Found(String);

impl From<StoreError> for Found {
    fn from(error: StoreError) -> Self {
        Self(format!("it failed: {error}"))
    }
}

/// Compares what was found with what must be.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), Found> {
    if found == wanted {
        return Ok(());
    }
    let shorten = |value: T| format!("{value:?}").chars().take(400).collect::<String>();
    Err(Found(format!("{what}: found {}, wanted {}", shorten(found), shorten(wanted))))
}

macro_rules! rules {
    ($open:ident: $($module:ident { $($rule:ident)* })*) => {{
        let mut kept = Vec::new();
        $($(
            let name = stringify!($rule);
            let opened = async || $open(name).await;
            $module::$rule(&opened).await.map_err(|Found(what)| Broken { rule: name, what })?;
            kept.push(name);
        )*)*
        Ok(kept)
    }};
}

/// Tries every rule and answers the names of those that were kept. `open` opens the database of that name, which is
/// empty the first time; opened again, while another handle lives or after it was dropped, it holds the same rows.
///
/// # Errors
/// The first rule that is broken.
pub async fn every_store_must<S: Store>(open: impl AsyncFn(&str) -> S) -> Result<Vec<&'static str>, Broken> {
    rules! { open:
        rows {
            hold_nothing_when_new
            read_added_rows_back_byte_for_byte_in_order
            add_all_rows_or_none
            store_nothing_at_a_taken_place
            add_rows_of_two_chains_in_one_step
            keep_rows_without_a_receipt
            keep_to_the_limit_and_the_device_when_reading_rows
            name_the_last_row_in_the_summary
            take_an_addition_of_nothing_as_saved
            hold_large_bodies
            add_a_thousand_rows_at_once
        }
        pulled {
            put_outcomes_and_progress_in_one_step
            put_outcomes_alone_whatever_the_progress
            put_an_outcome_in_place_of_the_last
            keep_to_the_limit_and_the_device_when_reading_outcomes
            store_no_outcomes_when_the_progress_is_stale
            move_page_and_progress_together
            store_no_page_when_the_progress_is_stale
            read_pages_back_byte_for_byte_in_order
            keep_the_last_offset
            keep_the_last_checkpoint
            keep_no_checkpoint_beside_another_than_it_follows
        }
        reopened {
            find_everything_again
            let_one_of_two_handles_have_a_place
            let_one_of_two_handles_move_the_progress
            show_one_handle_what_another_stored
            store_all_or_nothing_when_nobody_waits
            hold_nothing_when_wiped
        }
    }
}
