//! Stopping a medicine of her own.

use leptos::prelude::*;
use shared_events::{commands, views::PresentView};

use crate::{
    components::{
        icon::icon,
        live::{on_click, on_event, on_submit, when},
        modal::Modal,
    },
    session::{Session, Undo},
    text::{say, td},
};

/// The button, and what it asks before anything is recorded.
pub(super) fn button(session: Session, plan: PresentView) -> AnyView {
    let asks = RwSignal::new(false);
    view! {
        <button class="btn" type="button" aria-haspopup="dialog" on:click=on_click(move |_| asks.set(true))>
            {td!(session.texts, medicines.stop)}
        </button>
        {when(move || asks.get(), move || sheet(session, plan.clone(), asks))}
    }
    .into_any()
}

fn sheet(session: Session, plan: PresentView, asks: RwSignal<bool>) -> AnyView {
    let texts = session.texts;
    let dialog = Modal::new(move || {
        // The page may have been left.
        let _ = asks.try_set(false);
    });
    let reason = RwSignal::new(String::new());
    let name = plan.medicine.name.clone();
    let title = say!(texts, add.stop_title, name = name.as_str());
    let stop = move || {
        let now = session.now();
        let reason = Some(reason.get_untracked().trim().to_owned()).filter(|reason| !reason.is_empty());
        let draft = commands::stop(plan.treatment, now.at, reason, now);
        dialog.close();
        let said = say!(texts, add.stopped, name = name.as_str());
        session.record(vec![plan.treatment.0.to_string()], vec![draft], said, Undo::Offered);
    };
    view! {
        <dialog
            class="sheet stack"
            aria-labelledby="stop"
            node_ref=dialog.dialog
            on:cancel=on_event(move |event| dialog.cancel(&event))
            on:close=on_event(move |_| dialog.closed())
        >
            <div class="row">
                <h2 class="body" id="stop">{title}</h2>
                <button class="btn round" type="button" aria-label=td!(texts, close) on:click=on_click(move |_| dialog.close())>
                    {icon("close")}
                </button>
            </div>
            <p class="soft">{td!(texts, add.stop_more)}</p>
            <form class="stack" on:submit=on_submit(stop)>
                <div class="field">
                    <label for="stop-reason">{td!(texts, add.stop_why)}</label>
                    <textarea
                        id="stop-reason"
                        rows="2"
                        maxlength="500"
                        on:input=on_event(move |event| reason.set(event_target_value(&event)))
                    ></textarea>
                </div>
                <button class="btn primary big" type="submit">{td!(texts, add.stop_it)}</button>
            </form>
        </dialog>
    }
    .into_any()
}
