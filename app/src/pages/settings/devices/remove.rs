//! Taking a device away: a phone that was lost, or is somebody else's now.

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::engine::Refusal;
use shared_events::ids::DeviceId;

use crate::{
    components::{
        icon::icon,
        live::{on_click, on_event, when},
        modal::Modal,
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
    let asks = RwSignal::new(false);
    let label = say!(session.texts, settings.remove_named, name = name.as_str());
    view! {
        <button class="btn" type="button" aria-label=label aria-haspopup="dialog" on:click=on_click(move |_| asks.set(true))>
            {td!(session.texts, settings.remove)}
        </button>
        {when(move || asks.get(), move || sheet(session, device, name.clone(), asks))}
    }
    .into_any()
}

fn sheet(session: Session, device: DeviceId, name: String, asks: RwSignal<bool>) -> AnyView {
    let texts = session.texts;
    let dialog = Modal::new(move || {
        // The page may have been left.
        let _ = asks.try_set(false);
    });
    let title = say!(texts, settings.remove_title, name = name.as_str());
    let (is_busy, trouble) = (RwSignal::new(false), RwSignal::new(None));
    let remove = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        trouble.set(None);
        let (phone, said) = (session.phone(), say!(texts, settings.removed_named, name = name.as_str()));
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
    let said = move || trouble.get().map(|text| view! { <p class="error">{icon("info")}{text}</p> });
    view! {
        <dialog
            class="sheet stack"
            aria-labelledby="remove"
            node_ref=dialog.dialog
            on:cancel=on_event(move |event| dialog.cancel(&event))
            on:close=on_event(move |_| dialog.closed())
        >
            <div class="row">
                <h2 class="body" id="remove">{title}</h2>
                <button class="btn round" type="button" aria-label=td!(texts, close) on:click=on_click(move |_| dialog.close())>
                    {icon("close")}
                </button>
            </div>
            <p class="soft">{td!(texts, settings.remove_more)}</p>
            <div role="alert">{said}</div>
            <button
                class="btn danger big"
                type="button"
                aria-busy=move || is_busy.get().to_string()
                on:click=on_click(remove)
            >
                {icon("trash")}
                {td!(texts, settings.remove_it)}
            </button>
        </dialog>
    }
    .into_any()
}
