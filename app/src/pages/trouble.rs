//! The app cannot start: what this browser keeps does not open, or a part of the app is not there. Nothing is lost by
//! either, and the page says what helps.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::{
    components::{icon::pebble, live::on_click},
    text::Texts,
};

/// What this browser keeps does not open; `why` is for the person who helps.
pub(crate) fn store(texts: Texts, why: String) -> AnyView {
    trouble(texts, td_string!(texts, note.store), td_string!(texts, note.store_more), why)
}

/// A part of the app could not be fetched.
pub(crate) fn incomplete(texts: Texts) -> AnyView {
    trouble(texts, td_string!(texts, note.incomplete), td_string!(texts, note.incomplete_more), String::new())
}

fn trouble(texts: Texts, title: &'static str, text: &'static str, why: String) -> AnyView {
    // Loading anew does not fail; were it to, the button can be tapped again.
    let again = move |_| drop(window().location().reload());
    view! {
        <div class="app alone">
            <main class="page fill" id="main">
                <div class="stack" role="alert">
                    {pebble("storage", "pebble huge sand")}
                    <h1>{title}</h1>
                    <p class="lead soft">{text}</p>
                    <p class="soft small">{why}</p>
                </div>
                <div class="dock">
                    <button class="btn primary" type="button" on:click=on_click(again)>{td_string!(texts, note.try_again)}</button>
                </div>
            </main>
        </div>
    }
    .into_any()
}
