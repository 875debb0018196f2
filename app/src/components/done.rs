//! What is done, where each entry is, and the way back.

use leptos::prelude::*;
use rivulet_sync::engine::Whereabouts;

use crate::{
    components::{
        dose::{once, opener},
        icon,
        list::{rows, section},
        live::{Live, memo, when, words},
    },
    session::Session,
    text::{Texts, say, td},
    today::{self, Today},
};

/// What was done today.
#[component]
pub(crate) fn Done(session: Session, today: Live<Today>) -> impl IntoView {
    let all = memo(move || today.with(|t| t.done.clone()));
    let title = td!(session.texts, section.done);
    let row = move |done| row(session, done);
    section("done", title, "card list flat", all, move || rows(all, |d: &today::Done| d.id.clone(), row))
}

fn row(session: Session, done: Live<today::Done>) -> AnyView {
    let texts = session.texts;
    let title = move || done.with(|d| d.title.clone());
    let tapped = move || done.with(|d| format!("undo-{}", d.id));
    let busy = move || session.is_busy(&tapped());
    let whereabouts = memo(move || done.with(|d| d.whereabouts.clone()));
    let undo = move || {
        let said = say!(texts, toast.undone, name = title());
        done.with_untracked(|d| session.take_back(tapped(), &d.undo, said));
    };
    let button = move || {
        view! {
            <button
                class="btn plain"
                type="button"
                aria-label=move || say!(texts, undo_named, name = title())
                aria-busy=move || busy().to_string()
                on:click=once(undo)
            >
                {move || if busy() { td!(texts, dose.saving) } else { td!(texts, undo) }}
            </button>
        }
        .into_any()
    };
    let said = view! {
        <b>{words(title)}</b>
        <span>{move || done.with(|d| d.detail.clone())}</span>
        {move || mark(texts, &whereabouts.get())}
        <span class="asks">{td!(texts, ask_why)}</span>
    }
    .into_any();
    view! {
        <li class="item">
            {icon::pebble("check", "pebble done")}
            {opener(session, Box::new(move || done.with_untracked(|d| d.id.clone())), said)}
            {when(move || done.with(|d| !d.undo.is_empty()), button)}
        </li>
    }
    .into_any()
}

/// Where an entry is: a mark and words.
pub(crate) fn mark(texts: Texts, whereabouts: &Whereabouts) -> AnyView {
    let (class, picture, words) = match whereabouts {
        Whereabouts::Held => ("sync", "clock", td!(texts, place.held)),
        Whereabouts::Saved => ("sync saved", "saved", td!(texts, place.saved)),
        Whereabouts::Sent => ("sync sent", "sent", td!(texts, place.sent)),
        Whereabouts::InRecord => ("sync record", "record", td!(texts, place.record)),
        Whereabouts::NeedsLook { .. } => ("sync", "info", td!(texts, section.look)),
    };
    view! { <span class=class>{icon::small(picture)}{words}</span> }.into_any()
}
