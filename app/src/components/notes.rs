//! What a person must know about the record or this phone before she trusts the screen. Nothing here stops her from
//! logging.

use leptos::prelude::*;
use rivulet_sync::browser::profile::Storage;

use crate::{
    components::{
        icon::icon,
        live::{Live, memo},
    },
    session::Session,
    text::{Texts, say, td},
    today::{Plan, Today},
};

/// Notes about the plan and about this window.
#[component]
pub(crate) fn Notes(session: Session, today: Live<Today>) -> impl IntoView {
    let plan = memo(move || today.with(|t| t.plan));
    view! {
        {of_storage(session.texts, session.storage)}
        {move || of_plan(session, plan.get())}
    }
}

/// Says loudly when this window keeps nothing.
pub(crate) fn of_storage(texts: Texts, storage: Storage) -> Option<AnyView> {
    let volatile = || note("storage", td!(texts, note.volatile), say!(texts, note.volatile_more));
    (storage == Storage::Volatile).then(volatile)
}

fn of_plan(session: Session, plan: Plan) -> Option<AnyView> {
    let texts = session.texts;
    let title = match plan {
        Plan::Whole | Plan::Loading => return None,
        Plan::Incomplete => td!(texts, note.plan),
        Plan::NoZone => td!(texts, note.no_zone),
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
