//! What could not be saved yet: shown, kept, tried again.

use leptos::prelude::*;
use rivulet_sync::store::StoreError;

use crate::{
    components::{
        icon,
        list::rows,
        live::{Live, memo, when, words},
    },
    platform::intl,
    session::Session,
    text::td,
    today::{self, Today},
};

/// Entries that are not saved yet, once saving has failed. Before that the button says "Saving".
#[component]
pub(crate) fn Held(session: Session, today: Live<Today>) -> impl IntoView {
    let texts = session.texts;
    let all = memo(move || today.with(|t| t.held.clone()));
    let error = memo(move || session.status().write_error);
    let is_shown = move || error.with(Option::is_some) && all.with(|all| !all.is_empty());
    let why = move || match error.get() {
        Some(StoreError::Full) => td!(texts, held.full),
        Some(StoreError::Closed(_)) => td!(texts, held.closed),
        _ => td!(texts, held.text),
    };
    let row = move |held: Live<today::Held>| {
        let at = move || intl::time(session.on_her_clock(held.with(|h| h.at)).time());
        view! {
            <li class="item">
                {icon::pebble("clock", "pebble bare")}
                <div class="body"><b>{move || held.with(|h| h.title.clone())}</b><span>{words(at)}</span></div>
            </li>
        }
        .into_any()
    };
    let shown = move || {
        view! {
            <section class="note sand stack tight" aria-labelledby="held">
                <h2 id="held">{td!(texts, section.held)}</h2>
                <p role="status">{move || why()}</p>
                <ul class="list">{rows(all, |h: &today::Held| h.id.to_string(), row)}</ul>
            </section>
        }
        .into_any()
    };
    when(is_shown, shown)
}
