//! The record was erased: nothing of it is shown any more.

use leptos::prelude::*;

use crate::{
    components::{icon::pebble, live::Live},
    session::Session,
    text::td,
    today::Today,
};

/// The page.
pub(crate) fn page(session: Session, _: Live<Today>) -> AnyView {
    let texts = session.texts;
    view! {
        <div class="stack" role="alert">
            {pebble("trash", "pebble huge sand")}
            <h1>{td!(texts, trouble.erased)}</h1>
            <p class="lead soft">{td!(texts, trouble.erased_more)}</p>
        </div>
    }
    .into_any()
}
