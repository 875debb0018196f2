//! The pool: what is due now. The one deep surface of the screen.

use chrono::Timelike as _;
use leptos::prelude::*;

use crate::{
    components::{
        dose::{due, once, take},
        icon::{icon, pebble},
        list::rows,
        live::{Live, memo, when, when_or, words},
    },
    platform::intl,
    session::Session,
    text::{self, Texts, say, td},
    today::{Day, Dose, Plan, Today},
};

/// What is due now, or what comes next.
#[component]
pub(crate) fn Pool(session: Session, today: Live<Today>) -> impl IntoView {
    let all = memo(move || today.with(|t| t.due.clone()));
    when_or(
        move || all.with(|all| !all.is_empty()),
        move || now(session, all),
        move || nothing(session, today),
    )
}

fn now(session: Session, all: Live<Vec<Dose>>) -> AnyView {
    let texts = session.texts;
    let several =
        memo(move || all.with(|all| all.windows(2).any(|w| w[0].view.planned_at != w[1].view.planned_at)));
    let heading = move || {
        let one = all.with(|all| all.last().map(|dose| part(texts, dose)));
        if several.get() { say!(texts, part.now) } else { one.unwrap_or_default().to_owned() }
    };
    let time = move || {
        let first = all.with(|all| all.first().map(|d| intl::time(d.at)));
        first.filter(|_| !several.get()).unwrap_or_default()
    };
    let busy = move || all.with(|all| all.iter().all(|d| session.is_busy(&d.id)));
    let take_all = move || {
        if busy() {
            return say!(texts, dose.saving);
        }
        say!(texts, dose.take_all, n = intl::number(&all.with(Vec::len).to_string()))
    };
    let take_all = move || {
        view! {
            <button
                class="btn primary big"
                type="button"
                aria-busy=move || busy().to_string()
                on:click=once(move || all.with_untracked(|all| take(session, all)))
            >
                {icon("check")}
                {words(take_all)}
            </button>
        }
        .into_any()
    };
    view! {
        <section class="pool stack tight" aria-labelledby="now">
            <div class="row"><h2 id="now">{words(heading)}</h2><time class="push soft">{words(time)}</time></div>
            <ul class="list">{rows(all, |d: &Dose| d.id.clone(), move |dose| due(session, dose, several))}</ul>
            {when(move || all.with(|all| all.len() > 1), take_all)}
        </section>
    }
    .into_any()
}

/// "This morning", by the patient's clock.
fn part(texts: Texts, dose: &Dose) -> &'static str {
    match (dose.day, dose.at.hour()) {
        (Day::Yesterday, _) => td!(texts, part.yesterday),
        (_, 4..=10) => td!(texts, part.morning),
        (_, 11..=13) => td!(texts, part.midday),
        (_, 14..=16) => td!(texts, part.afternoon),
        (_, 17..=21) => td!(texts, part.evening),
        _ => td!(texts, part.night),
    }
}

fn nothing(session: Session, today: Live<Today>) -> AnyView {
    let texts = session.texts;
    let title = move || {
        let next = today.with(|t| t.later.first().map(|dose| intl::time(dose.at)));
        next.map_or_else(|| say!(texts, nothing.more), |time| say!(texts, nothing.until, time = time))
    };
    let detail = move || {
        today.with(|t| {
            let next = t.later.first().map(|dose| {
                let how = text::dose(texts, &dose.view.dose, dose.view.instructions.as_deref());
                format!("{}{}{how}.", text::medicine(texts, &dose.view.medicine), td!(texts, comma))
            });
            let logged = t.open.is_empty() && !t.done.is_empty();
            let logged = logged.then(|| say!(texts, nothing.all_logged));
            [next, logged].into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
    };
    // What is still loading is not called "nothing".
    let is_known = move || today.with(|t| t.loading.is_empty() && t.frozen.is_empty());
    let known = move || {
        view! {
            <div class="card stack empty">
                {pebble("today", "pebble huge")}
                <h2 class="display">{words(title)}</h2>
                <p class="soft">{words(detail)}</p>
            </div>
        }
        .into_any()
    };
    when_or(
        move || today.with(|t| t.plan != Plan::Loading),
        move || when(is_known, known),
        move || loading(texts),
    )
}

fn loading(texts: Texts) -> AnyView {
    view! {
        <div class="card" aria-busy="true">
            <p class="soft" role="status">{td!(texts, section.loading)}</p>
            <div class="skel"><div></div><div></div><div></div></div>
        </div>
    }
    .into_any()
}
