//! What a person must know about the record or this phone before she trusts the screen. Nothing here stops her from
//! logging.

use leptos::prelude::*;
use leptos_i18n::td_string;
use rivulet_sync::{browser::profile::Storage, engine::Trouble};

use crate::{
    components::{
        icon::icon,
        live::{Live, memo},
    },
    session::Session,
    text::{Texts, say},
    today::{Plan, Today},
};

/// Notes about the plan and about this phone's standing with the hospital.
#[component]
pub(crate) fn Notes(session: Session, today: Live<Today>) -> impl IntoView {
    let trouble = memo(move || session.status().trouble);
    let plan = memo(move || today.with(|t| t.plan));
    view! {
        {of_storage(session.texts, session.storage)}
        {move || trouble.get().map(|trouble| of_trouble(session, trouble))}
        {move || of_plan(session, plan.get())}
    }
}

/// Says loudly when this window keeps nothing.
pub(crate) fn of_storage(texts: Texts, storage: Storage) -> Option<AnyView> {
    let volatile = || note("storage", td_string!(texts, note.volatile), say!(texts, note.volatile_more));
    (storage == Storage::Volatile).then(volatile)
}

fn of_trouble(session: Session, trouble: Trouble) -> AnyView {
    let texts = session.texts;
    let whom = session.care_team();
    let whom = whom.as_str();
    let (picture, title, more) = match trouble {
        Trouble::Diverged => ("history", td_string!(texts, note.diverged), say!(texts, note.diverged_more)),
        Trouble::Revoked => {
            ("mobile", td_string!(texts, note.revoked), say!(texts, note.revoked_more, whom = whom))
        }
        Trouble::Forked => {
            ("split", td_string!(texts, note.forked), say!(texts, note.forked_more, whom = whom))
        }
        Trouble::UnknownDevice => (
            "mobile",
            td_string!(texts, note.unknown_device),
            say!(texts, note.unknown_device_more, whom = whom),
        ),
        // The whole page says so; or the app opens anew at once.
        Trouble::Erased | Trouble::Moved => return ().into_any(),
    };
    note(picture, title, more)
}

fn of_plan(session: Session, plan: Plan) -> Option<AnyView> {
    let texts = session.texts;
    let title = match plan {
        Plan::Whole | Plan::Loading => return None,
        Plan::Incomplete => td_string!(texts, note.plan),
        Plan::NoZone => td_string!(texts, note.no_zone),
    };
    let whom = session.care_team();
    Some(note("info", title, say!(texts, note.plan_more, whom = whom)))
}

/// A note in sand: take care, and what to do.
pub(crate) fn note(picture: &'static str, title: &'static str, more: String) -> AnyView {
    view! {
        <div class="note sand" role="status">
            {icon(picture)}
            <div class="stack tight"><b>{title}</b><p class="small">{more}</p></div>
        </div>
    }
    .into_any()
}
