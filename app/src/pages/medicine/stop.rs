//! Stopping a medicine of her own.

use leptos::prelude::*;
use shared_events::{commands, views::PresentView};

use crate::{
    components::{
        live::{Live, on_event, on_submit},
        modal::{Modal, asking},
    },
    session::{Session, Undo},
    text::{say, td},
};

/// The button, and what it asks before anything is recorded: of the plan as it is then.
pub(super) fn button(session: Session, plan: Live<PresentView>) -> AnyView {
    asking(td!(session.texts, medicines.stop), None, move |dialog| {
        sheet(session, plan.get_untracked(), dialog)
    })
}

fn sheet(session: Session, plan: PresentView, dialog: Modal) -> AnyView {
    let texts = session.texts;
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
    let inside = view! {
        {dialog.head(texts, "stop", title)}
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
    };
    dialog.frame("sheet stack", "stop", inside.into_any())
}
