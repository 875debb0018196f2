//! The app itself, as the browser loads it, and where it is cut into parts.

use rivulet_app::parts::{Later, Missing, Sources, Talk};
use wasm_split_helpers::wasm_split;

fn main() {
    rivulet_app::today(Sources { later: || Box::pin(later()), talk: || Box::pin(talk()) });
}

#[wasm_split(later, fallible)]
fn later() -> Result<Later, Missing> {
    Ok(Later::here())
}

#[wasm_split(talk, fallible)]
fn talk() -> Result<Talk, Missing> {
    Ok(Talk::here())
}
