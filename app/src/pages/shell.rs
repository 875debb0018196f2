//! What all pages have: the way to the others, and what lies over them.

use leptos::prelude::*;
use rivulet_sync::engine::Trouble;

use crate::{
    components::{
        live::{Live, changing, memo, when_or},
        toast::Toasts,
    },
    pages::{opening::skeleton, today},
    parts::{Draw, Later},
    session::Session,
    text::td,
    today::Today,
};

/// The page that the address names, and what leads on from it.
#[component]
pub(crate) fn Shell(session: Session) -> impl IntoView {
    let texts = session.texts;
    let today = memo(move || Today::follow(session));
    // An erased record is gone from the screen, too.
    let is_erased = memo(move || session.status().trouble == Some(Trouble::Erased));
    view! {
        <div class="app">
            <a class="btn primary skip" href="#main">{td!(texts, skip_to_page)}</a>
            <nav class="nav" aria-label=td!(texts, nav.name)>{later(session, today, |part| part.nav)}</nav>
            <main class="page full" id="main">
                {when_or(move || !is_erased.get(), move || page(session, today), move || later(session, today, |part| part.erased))}
            </main>
            {later(session, today, |part| part.sheet)}
            <Toasts session />
        </div>
    }
}

fn page(session: Session, today: Live<Today>) -> AnyView {
    let other = move || match session.later.get() {
        Some(part) => (part.page)(session, today),
        None => skeleton(session.texts),
    };
    // What other addresses show, that part knows.
    let is_today = move || session.place.path() == "/";
    when_or(is_today, move || today::shown(session, today), move || changing(other))
}

/// Something that comes behind the rest of the screen.
pub(crate) fn later(session: Session, today: Live<Today>, which: fn(&Later) -> Draw) -> AnyView {
    changing(move || match session.later.get() {
        Some(part) => which(&part)(session, today),
        None => ().into_any(),
    })
}
