//! A planned dose as a row, and taking it.

use leptos::prelude::*;
use shared_events::commands;
use web_sys::MouseEvent;

use crate::{
    components::{
        icon,
        list::{rows, section},
        live::{Live, on_click, words},
    },
    platform::intl,
    session::{Session, Undo},
    text::{self, say, td},
    today::{Day, Dose, DoseId},
};

/// Takes these doses now, or first asks about those that there is something to know of, once that part is there.
pub(crate) fn take(session: Session, doses: &[Dose]) {
    session.later.with_untracked(|later| later.map_or(take_now as Take, |later| later.take))(session, doses);
}

/// Takes doses, or asks first.
pub(crate) type Take = fn(Session, &[Dose]);

/// Takes these doses now.
pub(crate) fn take_now(session: Session, doses: &[Dose]) {
    let texts = session.texts;
    let now = session.now();
    let parts = doses.iter().map(|d| (d.view.treatment, d.view.key.clone(), d.view.dose.clone()));
    let drafts = commands::take_many(parts, now);
    let time = intl::time(now.at.time());
    let said = match doses {
        [dose] => {
            let name = text::medicine(texts, &dose.view.medicine);
            say!(texts, toast.taken, name = name, time = time)
        }
        many => say!(texts, toast.taken_many, n = intl::number(&many.len().to_string()), time = time),
    };
    session.record(doses.iter().map(|d| d.id.clone()).collect(), drafts, said, Undo::Offered);
}

/// What a tap does. The second click of a double click does nothing: the list may have moved, so that it meets another
/// medicine.
pub(crate) fn once(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    on_click(move |click| {
        if click.detail() <= 1 {
            act();
        }
    })
}

/// A due dose, on the pool.
pub(crate) fn due(session: Session, dose: Live<Dose>, several_times: Live<bool>) -> AnyView {
    let texts = session.texts;
    let name = move || dose.with(|d| d.view.medicine.name.clone());
    let detail = move || {
        dose.with(|d| {
            let strength = d.view.medicine.strength.as_ref().map(|s| text::amount(texts, s));
            let what = text::dose(texts, &d.view.dose, d.view.instructions.as_deref());
            let time = several_times.get().then(|| intl::time(d.at));
            [time, strength, Some(what)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let busy = move || dose.with(|d| session.is_busy(&d.id));
    view! {
        <li class="item">
            {move || dose.with(|d| icon::medicine(&d.view.medicine))}
            {body(session, id_of(dose), name, detail)}
            <button
                class="btn tint"
                type="button"
                aria-label=move || say!(texts, dose.take_named, name = name())
                aria-busy=move || busy().to_string()
                on:click=once(move || dose.with_untracked(|d| take(session, std::slice::from_ref(d))))
            >
                {move || if busy() { td!(texts, dose.saving) } else { td!(texts, dose.take) }}
            </button>
        </li>
    }
    .into_any()
}

fn id_of(dose: Live<Dose>) -> impl Fn() -> DoseId + 'static {
    move || dose.with_untracked(|d| d.id.clone())
}

/// What opens the sheet of a dose: the row's words.
fn body(
    session: Session,
    id: impl Fn() -> DoseId + 'static,
    title: impl Fn() -> String + Send + 'static,
    detail: impl Fn() -> String + Send + 'static,
) -> AnyView {
    opener(session, Box::new(id), view! { <b>{words(title)}</b><span>{words(detail)}</span> }.into_any())
}

/// A row's words, which open what is behind it.
pub(crate) fn opener(session: Session, id: Box<dyn Fn() -> String>, words: AnyView) -> AnyView {
    view! {
        <button class="body" type="button" aria-haspopup="dialog" on:click=on_click(move |_| open(session, id()))>
            {words}
        </button>
    }
    .into_any()
}

/// Opens what is behind a row.
pub(crate) fn open(session: Session, id: String) {
    if session.later.with_untracked(Option::is_none) {
        // It opens by itself once it is there.
        session.toaster.say(say!(session.texts, toast.on_its_way), Vec::new());
    }
    session.sheet.set(Some(id));
}

/// A section of doses of the day in the order of time; a tap opens the sheet.
pub(crate) fn timed(
    session: Session,
    id: &'static str,
    title: &'static str,
    all: Live<Vec<Dose>>,
) -> AnyView {
    let texts = session.texts;
    let row = move |dose: Live<Dose>| {
        let title = move || dose.with(|d| text::medicine(texts, &d.view.medicine));
        let detail = move || dose.with(|d| text::dose(texts, &d.view.dose, d.view.instructions.as_deref()));
        view! {
            <li class="item">
                <time class="when">{move || dose.with(|d| intl::time(d.at))}</time>
                {body(session, id_of(dose), title, detail)}
                <span class="soft">{move || icon::icon(dose.with(|d| icon::of_form(d.view.medicine.form)))}</span>
            </li>
        }
        .into_any()
    };
    section(id, title, "card list", all, move || rows(all, |d: &Dose| d.id.clone(), row))
}

/// A section of doses that ask for nothing but can be logged.
pub(crate) fn to_log(
    session: Session,
    id: &'static str,
    title: &'static str,
    all: Live<Vec<Dose>>,
    why: fn(Session, &Dose) -> String,
) -> AnyView {
    let texts = session.texts;
    let row = move |dose: Live<Dose>| {
        let name = move || dose.with(|d| text::medicine(texts, &d.view.medicine));
        let title = move || {
            let amount = dose.with(|d| text::amount(texts, &d.view.dose));
            format!("{}{}{amount}", name(), td!(texts, comma))
        };
        view! {
            <li class="item">
                {move || icon::pebble(dose.with(|d| icon::of_form(d.view.medicine.form)), "pebble bare")}
                <div class="body"><b>{words(title)}</b><span>{move || dose.with(|d| why(session, d))}</span></div>
                {log_button(session, name, move || dose.with(|d| d.id.clone()))}
            </li>
        }
        .into_any()
    };
    section(id, title, "card list", all, move || rows(all, |d: &Dose| d.id.clone(), row))
}

/// Opens the sheet of what has this name and id.
pub(crate) fn log_button(
    session: Session,
    name: impl Fn() -> String + Send + 'static,
    id: impl Fn() -> DoseId + Copy + Send + 'static,
) -> AnyView {
    let texts = session.texts;
    let busy = move || session.is_busy(&id());
    view! {
        <button
            class="btn"
            type="button"
            aria-label=move || say!(texts, dose.log_named, name = name())
            aria-haspopup="dialog"
            aria-busy=move || busy().to_string()
            on:click=on_click(move |_| open(session, untrack(id)))
        >
            {move || if busy() { td!(texts, dose.saving) } else { td!(texts, dose.log_it) }}
        </button>
    }
    .into_any()
}

/// "Planned yesterday at 21:00".
pub(crate) fn planned(session: Session, dose: &Dose) -> String {
    let (texts, time) = (session.texts, intl::time(dose.at));
    match dose.day {
        Day::Yesterday => say!(texts, dose.planned_yesterday, time = time),
        Day::Today => say!(texts, dose.planned_today, time = time),
        Day::On(date) => format!("{} {time}", text::day(date)),
    }
}
