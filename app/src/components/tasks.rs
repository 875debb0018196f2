//! What can be done at any time of the day.

use leptos::prelude::*;
use shared_events::{
    commands,
    views::{TaskStatus, TaskView},
};

use crate::{
    components::{
        dose::{once, opener},
        icon,
        list::{rows, section},
        live::{Live, memo, words},
    },
    session::{Session, Undo},
    text::{self, say, td},
    today::Today,
};

/// Tasks that are not done yet.
#[component]
pub(crate) fn Tasks(session: Session, today: Live<Today>) -> impl IntoView {
    let all = memo(move || today.with(|t| t.tasks.clone()));
    let title = td!(session.texts, section.any);
    let row = move |task| row(session, today, task);
    section("any", title, "card list", all, move || rows(all, name, row))
}

fn name(task: &TaskView) -> String {
    task.task.0.to_string()
}

fn row(session: Session, today: Live<Today>, task: Live<TaskView>) -> AnyView {
    let texts = session.texts;
    let title = move || task.with(|t| t.title.clone());
    let busy = move || task.with(|t| session.is_busy(&name(t)));
    let detail = move || {
        task.with(|t| {
            let date = today.with(|today| today.date);
            let from = t.date.filter(|on| *on < date).map(|on| say!(texts, task.from, day = text::day(on)));
            let status = match t.status {
                TaskStatus::Frozen => Some(say!(texts, task.frozen)),
                TaskStatus::StillLoading => Some(say!(texts, section.loading)),
                _ => None,
            };
            [t.hint.clone(), from, status].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let done = move || {
        let name = name(&task.get_untracked());
        let draft = commands::complete_task(task.with_untracked(|t| t.task), None, session.now());
        let said = say!(texts, toast.done, name = title());
        session.record(vec![name], vec![draft], said, Undo::Offered);
    };
    let said = view! {
        <b>{words(title)}</b>
        <span>{words(detail)}</span>
        <span class="asks">{td!(texts, ask_why)}</span>
    }
    .into_any();
    view! {
        <li class="item">
            {move || icon::pebble(task.with(|t| icon::of_task(t.icon.as_deref())), "pebble bare")}
            {opener(session, Box::new(move || name(&task.get_untracked())), said)}
            <button
                class="btn"
                type="button"
                aria-label=move || say!(texts, task.done_named, name = title())
                aria-busy=move || busy().to_string()
                on:click=once(done)
            >
                {move || if busy() { td!(texts, dose.saving) } else { td!(texts, task.done) }}
            </button>
        </li>
    }
    .into_any()
}
