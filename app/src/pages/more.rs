//! More: what is not needed every day.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::{
    components::{
        freshness::Freshness,
        icon::{icon, pebble},
    },
    session::Session,
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let words = |title: &'static str, what: &'static str| view! { <b>{title}</b><span>{what}</span> };
    view! {
        <header class="top"><h1>{td_string!(texts, nav.more)}</h1></header>
        <Freshness session />
        <ul class="card list">
            <li class="item">
                {pebble("history", "pebble bare")}
                <a class="body" href="/history">{words(td_string!(texts, history.title), td_string!(texts, history.what))}</a>
                <span class="soft flip">{icon("next")}</span>
            </li>
            <li class="item">
                {pebble("storage", "pebble bare")}
                <a class="body" href="/settings">{words(td_string!(texts, settings.title), td_string!(texts, settings.what))}</a>
                <span class="soft flip">{icon("next")}</span>
            </li>
        </ul>
    }
    .into_any()
}
