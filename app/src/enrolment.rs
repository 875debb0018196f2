//! The root of the page that sets this phone up.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::browser::{connection::Notice, profile::Profile};

use crate::{
    enrolling::Enrolling,
    opening,
    pages::{enrol::Enrol, opening::Opening, trouble},
    platform::address,
    text::Texts,
};

/// Which page is shown.
#[derive(Clone)]
enum Stage {
    Opening,
    Enrol(Enrolling),
    /// What the browser keeps does not open; why, for the person who helps.
    Closed(String),
}

/// Opens what this browser keeps, then asks for a code or goes on with the one of the address.
#[component]
pub(crate) fn Enrolment(texts: Texts) -> impl IntoView {
    let stage = RwSignal::new(Stage::Opening);
    let owner = Owner::current().unwrap_or_default();
    spawn_local(open(stage, owner, texts));
    move || match stage.get() {
        Stage::Opening => view! { <Opening texts /> }.into_any(),
        Stage::Enrol(enrolling) => view! { <Enrol enrolling texts /> }.into_any(),
        Stage::Closed(why) => trouble::store(texts, why),
    }
}

async fn open(stage: RwSignal<Stage>, owner: Owner, texts: Texts) {
    let on_notice = move |notice| match notice {
        Notice::Blocked => stage.set(Stage::Closed(String::new())),
        // The newer build's tab has the database now; this one starts anew with it.
        Notice::Outdated => drop(window().location().reload()),
    };
    match opening::profile(on_notice).await {
        Ok(profile) => match profile.look_for_pending().await {
            Ok(()) => show(stage, owner, texts, profile),
            Err(error) => stage.set(Stage::Closed(error.to_string())),
        },
        Err(error) => stage.set(Stage::Closed(error.to_string())),
    }
}

fn show(stage: RwSignal<Stage>, owner: Owner, texts: Texts, profile: Rc<Profile>) {
    let code = address::take_fragment().and_then(|text| rivulet_sync::invitation::code_in(&text));
    if profile.identity().is_some() && code.is_none() {
        return address::open_today();
    }
    let enrolling = owner.with(|| Enrolling::new(texts, profile, code));
    stage.set(Stage::Enrol(enrolling));
}
