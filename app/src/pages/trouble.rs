//! What this browser keeps does not open. Nothing is lost by that, and the page says what helps.

use leptos::prelude::*;

use crate::{
    components::{icon::pebble, live::on_click},
    text::{Texts, td},
};

/// What this browser keeps does not open; `why` is for the person who helps.
pub(crate) fn store(texts: Texts, why: String) -> AnyView {
    // Loading anew does not fail; were it to, the button can be tapped again.
    let again = move |_| drop(window().location().reload());
    view! {
        <div class="app alone">
            <main class="page fill" id="main">
                <div class="stack" role="alert">
                    {pebble("storage", "pebble huge sand")}
                    <h1>{td!(texts, note.store)}</h1>
                    <p class="lead soft">{td!(texts, note.store_more)}</p>
                    <p class="soft small">{why}</p>
                </div>
                <div class="dock">
                    <button class="btn primary" type="button" on:click=on_click(again)>{td!(texts, note.try_again)}</button>
                </div>
            </main>
        </div>
    }
    .into_any()
}
