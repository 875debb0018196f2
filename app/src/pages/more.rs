//! More: what is not needed every day.

use leptos::prelude::*;

use crate::{
    components::{
        freshness::Freshness,
        icon::{icon, pebble},
        live::on_click,
    },
    export,
    platform::file,
    session::{Phone, Session},
    text::{say, td},
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let words = |title: &'static str, what: &'static str| view! { <b>{title}</b><span>{what}</span> };
    view! {
        <header class="top"><h1>{td!(texts, nav.more)}</h1></header>
        <Freshness session />
        <div class="stack loose">
        <ul class="card list">
            <li class="item">
                {pebble("history", "pebble bare")}
                <a class="body" href="/history">{words(td!(texts, history.title), td!(texts, history.what))}</a>
                <span class="soft flip">{icon("next")}</span>
            </li>
            <li class="item">
                {pebble("storage", "pebble bare")}
                <a class="body" href="/settings">{words(td!(texts, settings.title), td!(texts, settings.what))}</a>
                <span class="soft flip">{icon("next")}</span>
            </li>
        </ul>
        <ul class="card list">
            <li class="item">
                {pebble("print", "pebble bare")}
                <div class="body">{words(td!(texts, export.title), td!(texts, export.what))}</div>
                <div class="row push">
                    {save(session, td!(texts, export.page), td!(texts, export.page_named), PAGE)}
                    {save(session, td!(texts, export.json), td!(texts, export.json_named), JSON)}
                </div>
            </li>
            <li class="item">
                {pebble("calendar", "pebble bare")}
                <div class="body">{words(td!(texts, export.calendar), td!(texts, export.calendar_what))}</div>
                <div class="row push">{save(session, td!(texts, export.save), td!(texts, export.save_named), CALENDAR)}</div>
            </li>
        </ul>
        </div>
    }
    .into_any()
}

/// The top of a page that is found here.
pub(crate) fn under_more(session: Session, title: &'static str) -> AnyView {
    view! {
        <header class="top">
            <a class="btn round" href="/more" aria-label=td!(session.texts, history.back)>
                <span class="flip">{icon("back")}</span>
            </a>
            <h1>{title}</h1>
        </header>
        <Freshness session />
    }
    .into_any()
}

/// A file that can be saved: how its name ends, what it is, and what stands in it.
type File = (&'static str, &'static str, fn(Session, &Phone) -> String);
const PAGE: File = ("html", "text/html", export::page);
const JSON: File = ("json", "application/json", export::json);
const CALENDAR: File = ("ics", "text/calendar", export::calendar);

/// Saves what this phone reminds of for another calendar.
pub(crate) fn save_calendar(session: Session) -> AnyView {
    let words = td!(session.texts, reminders.calendar);
    save(session, words, words, CALENDAR)
}

fn save(session: Session, words: &'static str, named: &'static str, (ending, kind, write): File) -> AnyView {
    let save = move |_| {
        let text = session.read(|phone| write(session, phone));
        let name = format!("rivulet-{}.{ending}", session.today());
        if !file::save(&name, kind, &text) {
            session.toaster.say(say!(session.texts, export.failed), Vec::new());
        }
    };
    view! { <button class="btn" type="button" aria-label=named on:click=on_click(save)>{words}</button> }
        .into_any()
}
