//! Taking a device away: a phone that was lost, or is somebody else's now.

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::engine::Refusal;
use shared_events::ids::DeviceId;

use crate::{
    components::{
        icon::icon,
        live::on_click,
        modal::{Modal, asking},
    },
    parts,
    session::Session,
    text::{say, td},
};

/// Why it was not removed, as far as is known.
enum Why {
    Refused,
    NotAsked,
    NotKnown,
}

/// The button, and what it asks before anything is done.
pub(super) fn button(session: Session, device: DeviceId, name: String) -> AnyView {
    let label = say!(session.texts, settings.remove_named, name = name.as_str());
    let sheet = move |dialog| sheet(session, device, &name, dialog);
    asking(td!(session.texts, settings.remove), Some(label), sheet)
}

fn sheet(session: Session, device: DeviceId, name: &str, dialog: Modal) -> AnyView {
    let texts = session.texts;
    let (title, said) =
        (say!(texts, settings.remove_title, name = name), say!(texts, settings.removed_named, name = name));
    let (is_busy, trouble) = (RwSignal::new(false), RwSignal::new(None));
    let remove = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        trouble.set(None);
        let (phone, said) = (session.phone(), said.clone());
        spawn_local(async move {
            let outcome = match parts::fetch_talk().await {
                Ok(talk) => (talk.remove)(phone, device).await.map_err(|refusal| match refusal {
                    Refusal::Problem(_) => Why::Refused,
                    // It may have arrived: asked again it is the same.
                    Refusal::NoAnswer | Refusal::Nonsense => Why::NotKnown,
                }),
                Err(parts::Missing) => Err(Why::NotAsked),
            };
            let _ = is_busy.try_set(false);
            match outcome {
                Ok(()) => {
                    dialog.close();
                    session.toaster.say(said, Vec::new());
                    // The record says so, and tells it to this phone, too.
                    session.phone().sync_now();
                }
                Err(why) => {
                    let why = match why {
                        Why::Refused => td!(texts, settings.remove_refused),
                        Why::NotAsked => td!(texts, settings.remove_offline),
                        Why::NotKnown => td!(texts, settings.remove_unknown),
                    };
                    // The page may have been left meanwhile: she hears of it all the same.
                    if trouble.try_set(Some(why)).is_some() {
                        session.toaster.say(why.to_owned(), Vec::new());
                    }
                    session.phone().sync_now();
                }
            }
        });
    };
    let wrong = move || trouble.get().map(|text| view! { <p class="error">{icon("info")}{text}</p> });
    let inside = view! {
        {dialog.head(texts, "remove", title)}
        <p class="soft">{td!(texts, settings.remove_more)}</p>
        <div role="alert">{wrong}</div>
        <button
            class="btn danger big"
            type="button"
            aria-busy=move || is_busy.get().to_string()
            on:click=on_click(remove)
        >
            {icon("trash")}
            {td!(texts, settings.remove_it)}
        </button>
    };
    dialog.frame("sheet stack", "remove", inside.into_any())
}
