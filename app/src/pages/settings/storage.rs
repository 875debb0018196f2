//! Whether the browser keeps what is stored, and how full it is.

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::browser::quota::{self, Persistence, Room};

use crate::{
    components::{
        icon::pebble,
        live::{changing, on_click},
    },
    platform::{intl, memory},
    session::Session,
    text::{Texts, say, td},
};

/// The section.
pub(super) fn section(session: Session) -> AnyView {
    let texts = session.texts;
    // As it was when it was asked last: what stands below must not move when the answer comes.
    let (kept, room) = (RwSignal::new(memory::persistence()), RwSignal::new(None));
    let look = move |ask: bool| {
        spawn_local(async move {
            let found = if ask { quota::ask_to_keep().await } else { quota::kept().await };
            if ask && found == Persistence::BestEffort {
                session.toaster.say(say!(texts, settings.keep_refused), Vec::new());
            }
            memory::see_persistence(found);
            // The page may have been left.
            let _ = kept.try_set(found);
            let _ = room.try_set(quota::room().await);
        });
    };
    look(false);
    let picture =
        move || pebble(if kept.get() == Persistence::BestEffort { "info" } else { "shield" }, "pebble bare");
    let protected = move || {
        match kept.get() {
        Persistence::Promised => view! {
            <div class="body"><b>{td!(texts, settings.kept)}</b><span>{td!(texts, settings.kept_more)}</span></div>
        }
        .into_any(),
        Persistence::BestEffort => view! {
            <div class="body"><b>{td!(texts, settings.not_kept)}</b><span>{td!(texts, settings.not_kept_more)}</span></div>
            <button class="btn" type="button" on:click=on_click(move |_| look(true))>{td!(texts, settings.keep)}</button>
        }
        .into_any(),
        Persistence::Unknown => {
            view! { <div class="body"><b>{td!(texts, settings.kept_unknown)}</b></div> }.into_any()
        }
    }
    };
    let used = move || {
        // Two lines, whatever they will say.
        let words = room.get().map_or(["\u{a0}", "\u{a0}"].map(str::to_owned), |room: Room| {
            let used = say!(texts, settings.used, size = size(texts, room.used_bytes));
            [used, say!(texts, settings.quota, size = size(texts, room.quota_bytes))]
        });
        let [used, of] = words;
        view! { <li class="item">{pebble("storage", "pebble bare")}<div class="body"><b>{used}</b><span>{of}</span></div></li> }
    };
    view! {
        <section class="stack tight" aria-labelledby="storage">
            <h2 id="storage">{td!(texts, settings.storage)}</h2>
            <ul class="card list">
                <li class="item">{changing(picture)}{changing(protected)}</li>
                {used}
            </ul>
        </section>
    }
    .into_any()
}

/// "4.2 MB", in powers of ten.
fn size(texts: Texts, bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    let (n, is_large) = if megabytes < 1000.0 { (megabytes, false) } else { (megabytes / 1000.0, true) };
    let n = intl::number(&format!("{n:.1}"));
    if is_large { say!(texts, settings.gigabytes, n = n) } else { say!(texts, settings.megabytes, n = n) }
}
