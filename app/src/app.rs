//! The root of the app: opens what this browser keeps and shows Today.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::{
    browser::{connection::Notice, profile::Profile},
    engine::Trouble,
};

use crate::{
    components::toast::Toaster,
    opening::{self, Started},
    pages::{opening::Opening, shell::Shell, trouble},
    platform::{address, focus, timer},
    session::{Phone, Session},
    text::Texts,
};

/// Which page is shown.
#[derive(Clone)]
enum Stage {
    Opening,
    Today(Session),
    /// What the browser keeps does not open; why, for the person who helps.
    Closed(String),
}

/// Names of things that the root owns.
#[derive(Clone, Copy)]
struct Root {
    stage: RwSignal<Stage>,
    texts: Texts,
    toaster: Toaster,
    /// Keeps the device and its listeners.
    started: StoredValue<Option<Started>, LocalStorage>,
    owner: StoredValue<Option<Owner>>,
}

/// The root component: opens, then shows Today.
#[component]
pub(crate) fn App(texts: Texts) -> impl IntoView {
    let root = Root {
        stage: RwSignal::new(Stage::Opening),
        texts,
        toaster: Toaster::new(),
        started: StoredValue::new_local(None),
        owner: StoredValue::new(Owner::current()),
    };
    spawn_local(open(root));
    move || match root.stage.get() {
        Stage::Opening => view! { <Opening texts=root.texts /> }.into_any(),
        Stage::Today(session) => view! { <Shell session /> }.into_any(),
        Stage::Closed(why) => trouble::store(root.texts, why),
    }
}

async fn open(root: Root) {
    let on_notice = move |notice| match notice {
        Notice::Blocked => root.stage.set(Stage::Closed(String::new())),
        // The newer build's tab has the database now; this one starts anew with it.
        Notice::Outdated => drop(window().location().reload()),
    };
    match opening::profile(on_notice).await {
        Ok(profile) => today(root, profile).await,
        Err(error) => root.stage.set(Stage::Closed(error.to_string())),
    }
}

/// Starts the device and shows Today; a phone that is not set up is sent to be.
async fn today(root: Root, profile: Rc<Profile>) {
    match opening::start(&profile).await {
        Ok(Some(started)) => {
            let phone = Rc::clone(&started.phone);
            root.started.set_value(Some(started));
            let owner = root.owner.get_value().unwrap_or_default();
            let storage = profile.storage();
            let session = owner.with(|| Session::new(Rc::clone(&phone), storage, root.texts, root.toaster));
            watch_for_move(root, profile, &phone);
            // What was read is shown in a task of its own.
            timer::sleep(Duration::ZERO).await;
            root.stage.set(Stage::Today(session));
            focus::heading().await;
        }
        Ok(None) if address::is_enrolment() => root.stage.set(Stage::Closed(String::new())),
        Ok(None) => address::open_enrolment(),
        Err(error) => root.stage.set(Stage::Closed(error.to_string())),
    }
}

/// Another tab set this browser up anew: this one goes on as the new device, and records there what is held.
fn watch_for_move(root: Root, profile: Rc<Profile>, phone: &Rc<Phone>) {
    let (old, moved) = (Rc::downgrade(phone), Rc::new(Cell::new(false)));
    phone.on_change(move || {
        let Some(old) = old.upgrade() else { return };
        if old.status().trouble != Some(Trouble::Moved) || moved.replace(true) {
            return;
        }
        let (profile, moved) = (Rc::clone(&profile), Rc::clone(&moved));
        spawn_local(async move {
            if profile.reload().await.is_ok() {
                today(root, profile).await;
            }
            let new = root.started.with_value(|started| started.as_ref().map(|s| Rc::clone(&s.phone)));
            let Some(new) = new.filter(|new| !Rc::ptr_eq(new, &old)) else {
                // It keeps what it holds, and the next change tries again.
                return moved.set(false);
            };
            let held: Vec<_> = old.held().into_iter().map(|(_, draft)| draft).collect();
            old.close();
            // What cannot be saved is held and shown by the new device.
            let _ = new.record_held(held).await;
        });
    });
}
