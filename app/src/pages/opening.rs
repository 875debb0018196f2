//! Before anything is open: nothing for a moment, then shapes where the page will be.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::live::when,
    platform::timer,
    text::{Texts, td},
};

/// What is on the phone is mostly there before this.
const SHORT: Duration = Duration::from_millis(200);

/// Shown while the phone's storage opens.
#[component]
pub(crate) fn Opening(texts: Texts) -> impl IntoView {
    let takes_long = RwSignal::new(false);
    spawn_local(async move {
        timer::sleep(SHORT).await;
        // The page may have come in the meantime.
        let _ = takes_long.try_set(true);
    });
    view! {
        <div class="app alone">
            <main class="page full" id="main">
                {when(move || takes_long.get(), move || skeleton(texts))}
            </main>
        </div>
    }
}

/// Shapes where something will be.
pub(crate) fn skeleton(texts: Texts) -> AnyView {
    view! {
        <div class="card" aria-busy="true">
            <span class="sr">{td!(texts, loading)}</span>
            <div class="skel"><div></div><div></div><div></div></div>
        </div>
    }
    .into_any()
}
