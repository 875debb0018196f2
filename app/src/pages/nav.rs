//! The way from each page to the others.

use leptos::prelude::*;

use crate::{
    components::{
        icon::icon,
        live::{Live, memo},
    },
    pages::later::Kind,
    session::Session,
    text::td,
    today::Today,
};

/// The links of the bar.
pub(crate) fn links(session: Session, _: Live<Today>) -> AnyView {
    let texts = session.texts;
    session.place.follow();
    let here = memo(move || Kind::of(&session.place.path()).section());
    let link = |path: &'static str, picture, words: &'static str| {
        let current = move || (here.get() == path).then_some("page");
        view! { <a href=path aria-current=current>{icon(picture)}<span>{words}</span></a> }
    };
    view! {
        <div class="brand">{icon("mark")}<span>{td!(texts, app_name)}</span></div>
        {link("/", "today", td!(texts, nav.today))}
        {link("/calendar", "calendar", td!(texts, nav.calendar))}
        {link("/medicines", "pill", td!(texts, nav.medicines))}
        {link("/more", "more", td!(texts, nav.more))}
    }
    .into_any()
}
