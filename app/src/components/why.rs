//! "Why does it say this?": the entries that something on the screen came from, and the same at another time, over the
//! whole screen. Escape, its button and the browser's back button close it.

use leptos::prelude::*;
use shared_events::{ids::EventId, views::Question};

use crate::{
    components::{
        done::mark,
        dose::once,
        icon::{self, icon, pebble},
        live::{Live, changing, memo, on_click, when},
        look_back::{self, Chosen},
        modal::Modal,
    },
    session::Session,
    text::{Texts, counted, say, td},
    why::{self, Became, Picture, Step, Subject, Told},
};

/// The screen about what has this name on the screen below it.
pub(crate) fn screen(session: Session, name: &str, on_closed: impl Fn() + 'static) -> AnyView {
    match session.read(|phone| why::question(phone, name)) {
        Some(question) => open(session, question, on_closed),
        None => ().into_any(),
    }
}

/// What opens it from a sheet, and the screen itself above that.
pub(crate) fn asked(session: Session, name: String) -> [AnyView; 2] {
    let asks = RwSignal::new(false);
    let words = td!(session.texts, why.title);
    let button = view! {
        <button class="btn plain" type="button" aria-haspopup="dialog" on:click=on_click(move |_| asks.set(true))>
            {icon("why")}
            {words}
        </button>
    };
    let screen = when(move || asks.get(), move || screen(session, &name, move || asks.set(false)));
    [button.into_any(), screen.into_any()]
}

fn open(session: Session, question: Question, on_closed: impl Fn() + 'static) -> AnyView {
    let texts = session.texts;
    let chosen = Chosen::of(session);
    let told = memo(move || session.follow(|phone| why::told(session, phone, &question, chosen.back.get())));
    let dialog = Modal::new(on_closed);
    let inside = view! {
        <header class="top">
            <button class="btn round" type="button" aria-label=td!(texts, why.back) on:click=on_click(move |_| dialog.close())>
                {icon("back")}
            </button>
            <h2 id="why" tabindex="-1" autofocus>{td!(texts, why.title)}</h2>
        </header>
        <div class="stack loose">
            {look_back::banner(session, chosen)}
            {changing(move || told.with(|told| subject(texts, chosen, &told.subject)))}
            {changing(move || told.with(|told| steps(session, chosen, told)))}
            {look_back::day(session, chosen, told)}
            {look_back::form(session, chosen)}
        </div>
    };
    dialog.frame("sheet whole", "why", inside.into_any())
}

fn subject(texts: Texts, chosen: Chosen, subject: &Subject) -> AnyView {
    let picture = picture(&subject.picture);
    // What was lies on a card; the pool holds what is.
    let class = if chosen.back.get().is_some() { "card stack" } else { "pool stack" };
    view! {
        <section class=class aria-label=td!(texts, why.shown)>
            <div class="row">
                {picture}
                <div class="body"><span>{subject.about.clone()}</span><b class="display">{subject.says.clone()}</b></div>
            </div>
        </section>
    }
    .into_any()
}

/// What is asked about, as a picture.
pub(crate) fn picture(of: &Picture) -> AnyView {
    match of {
        Picture::Medicine(Some(medicine)) => icon::medicine(medicine),
        Picture::Medicine(None) => pebble("pill", "pebble"),
        Picture::Task(name) => pebble(icon::of_task(name.as_deref()), "pebble"),
    }
}

fn steps(session: Session, chosen: Chosen, told: &Told) -> AnyView {
    let texts = session.texts;
    let n = told.steps.len();
    let title = match (n, chosen.back.get()) {
        (0, None) => say!(texts, why.none),
        (0, Some(_)) => say!(texts, why.none_then),
        _ => counted!(texts, n, why.entries),
    };
    view! {
        <section class="stack" aria-labelledby="because">
            <h3 id="because">{title}</h3>
            <ol class="chain">{told.steps.iter().map(|step| entry(session, step)).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn entry(session: Session, step: &Step) -> AnyView {
    let texts = session.texts;
    let (class, picture) = match step.became {
        Became::Counts => ("", "check"),
        Became::Disagrees => ("", "split"),
        Became::DoesNotCount => ("ahead", "undo"),
    };
    let fact = |label: &'static str, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let received = step.received.clone().unwrap_or_else(|| say!(texts, why.not_sent));
    view! {
        <li class=class>
            <b>{step.title.clone()}</b>
            <p class="soft small">{step.who.clone()}</p>
            <p class="small became">{icon::small(picture)}{step.because.clone()}</p>
            <dl class="facts">
                {fact(td!(texts, why.true_at), step.true_at.clone())}
                {fact(td!(texts, why.logged), step.logged.clone())}
                {fact(td!(texts, why.received), received)}
            </dl>
            {step.place.as_ref().map(|place| mark(texts, place))}
            {step.undo.map(|id| undo(session, step.title.clone(), id))}
        </li>
    }
    .into_any()
}

/// Takes an entry back that was logged by mistake.
fn undo(session: Session, title: String, id: EventId) -> AnyView {
    let texts = session.texts;
    let label = say!(texts, undo_named, name = title.as_str());
    let undo = move || {
        let said = say!(texts, toast.undone, name = title.as_str());
        session.take_back(format!("undo-{id}"), &[id], said);
    };
    view! {
        <button class="btn plain" type="button" aria-label=label on:click=once(undo)>
            {icon("undo")}
            {td!(texts, undo)}
        </button>
    }
    .into_any()
}

/// What is told, as it changes.
pub(crate) type Telling = Live<Told>;
