//! The way from each page to the others.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::{
    components::{
        icon::icon,
        live::{Live, memo},
    },
    session::Session,
    today::Today,
};

/// The links of the bar.
pub(crate) fn links(session: Session, _: Live<Today>) -> AnyView {
    let texts = session.texts;
    session.place.follow();
    let here = memo(move || section(&session.place.path()));
    let link = |path: &'static str, picture, words: &'static str| {
        let current = move || (here.get() == path).then_some("page");
        view! { <a href=path aria-current=current>{icon(picture)}<span>{words}</span></a> }
    };
    view! {
        <div class="brand">{icon("mark")}<span>{td_string!(texts, app_name)}</span></div>
        {link("/", "today", td_string!(texts, nav.today))}
        {link("/calendar", "calendar", td_string!(texts, nav.calendar))}
        {link("/medicines", "pill", td_string!(texts, nav.medicines))}
        {link("/more", "more", td_string!(texts, nav.more))}
    }
    .into_any()
}

/// Where the way to a page begins.
fn section(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("calendar") => "/calendar",
        Some("medicines") => "/medicines",
        Some("more" | "history" | "settings") => "/more",
        _ => "/",
    }
}
