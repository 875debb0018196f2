//! Rivulet, the patient's app: mounts the root component on the page's body.

use leptos::prelude::*;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

use i18n::*;

fn main() {
    mount_to_body(App);
}

/// The root component: texts for all below it, then the page.
#[component]
fn App() -> impl IntoView {
    view! {
        <I18nContextProvider>
            <Shell />
        </I18nContextProvider>
    }
}

/// What stands on the page before there is anything else to show.
#[component]
fn Shell() -> impl IntoView {
    let texts = use_i18n();
    view! {
        <main class="page" id="main">
            <h1>{t!(texts, app_name)}</h1>
        </main>
    }
}
