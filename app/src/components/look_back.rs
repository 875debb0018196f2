//! Looking back: how it was at another time, marked so that it is not taken for now. Nothing can be logged from it.

use chrono::{NaiveDate, NaiveTime, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared_events::{
    moment::parse_date,
    plan::{hour_minute, parse_hour_minute},
};

use crate::{
    components::{
        choice::radio,
        icon::icon,
        live::{changing, on_click, on_event, on_submit},
        why::Telling,
    },
    platform::{focus, timer},
    session::Session,
    text::{self, say, td},
    why::{Back, Kind, Line},
};

/// What a person chose to look at.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    /// What is shown; `None`: now.
    pub(crate) back: RwSignal<Option<Back>>,
    kind: RwSignal<Kind>,
    date: RwSignal<NaiveDate>,
    time: RwSignal<NaiveTime>,
}

impl Chosen {
    /// Now, and now to begin choosing from.
    pub(crate) fn of(session: Session) -> Self {
        let now = session.on_her_clock(untrack(move || session.minute())).naive_local();
        Self {
            back: RwSignal::new(None),
            kind: RwSignal::new(Kind::Known),
            date: RwSignal::new(now.date()),
            time: RwSignal::new(now.time()),
        }
    }

    fn look(self, session: Session) {
        let local = self.date.get_untracked().and_time(self.time.get_untracked());
        let at = session.at_her_clock(local).with_timezone(&Utc);
        self.back.set(Some(Back { kind: self.kind.get_untracked(), at }));
        read_on("#looking-back");
    }

    fn return_to_now(self) {
        self.back.set(None);
        read_on("#why");
    }
}

/// Reading goes on at a heading, once it is there.
fn read_on(heading: &'static str) {
    spawn_local(async move {
        timer::next_frame().await;
        if let Ok(Some(heading)) = document().query_selector(heading) {
            focus::focus(&heading);
        }
    });
}

/// Says that this is not now.
pub(crate) fn banner(session: Session, chosen: Chosen) -> AnyView {
    let texts = session.texts;
    changing(move || {
        let Some(back) = chosen.back.get() else { return ().into_any() };
        let local = session.on_her_clock(back.at).naive_local();
        let (day, time) = (text::day(local.date()), text::time(local));
        let title = match back.kind {
            Kind::Known => say!(texts, back.banner_known, day = day, time = time),
            Kind::True => say!(texts, back.banner_true, day = day, time = time),
        };
        view! {
            <div class="note sand">
                {icon("history")}
                <div class="stack tight">
                    <h3 id="looking-back">{title}</h3>
                    <p>{td!(texts, back.not_now)}</p>
                    <div class="row">
                        <button class="btn primary" type="button" on:click=on_click(move |_| chosen.return_to_now())>
                            {td!(texts, back.now)}
                        </button>
                    </div>
                </div>
            </div>
        }
        .into_any()
    })
}

/// The day that it was then.
pub(crate) fn day(session: Session, chosen: Chosen, told: Telling) -> AnyView {
    let texts = session.texts;
    let line = |line: &Line| {
        view! {
            <li class="item">
                <time class="when">{line.time.clone()}</time>
                <div class="body"><b>{line.name.clone()}</b><span>{line.says.clone()}</span></div>
            </li>
        }
    };
    changing(move || {
        let day = chosen.back.get().and_then(|_| told.with(|told| told.day.clone()));
        let Some(day) = day else { return ().into_any() };
        let lines = if day.lines.is_empty() {
            view! { <p class="soft">{td!(texts, back.nothing)}</p> }.into_any()
        } else {
            view! { <ul class="card list">{day.lines.iter().map(line).collect_view()}</ul> }.into_any()
        };
        view! {
            <section class="stack tight" aria-labelledby="that-day">
                <h3 id="that-day">{text::day(day.date)}</h3>
                {lines}
            </section>
        }
        .into_any()
    })
}

/// Chooses another time.
pub(crate) fn form(session: Session, chosen: Chosen) -> AnyView {
    let texts = session.texts;
    let option = move |kind: Kind, title: &'static str, more: &'static str| {
        let words = view! { <span class="body"><b>{title}</b><span>{more}</span></span> }.into_any();
        radio("choice", "look-back", chosen.kind, kind, words)
    };
    // A field that is half filled in has no value yet: the last one stands.
    let dated = move |event| {
        if let Some(date) = parse_date(&event_target_value(&event)) {
            chosen.date.set(date);
        }
    };
    let timed = move |event| {
        if let Some(time) = parse_hour_minute(&event_target_value(&event)) {
            chosen.time.set(time);
        }
    };
    view! {
        <details class="fold">
            <summary>{icon("history")}{td!(texts, back.title)}{icon("down")}</summary>
            <form class="stack" on:submit=on_submit(move || chosen.look(session))>
                <fieldset class="stack tight">
                    <legend class="sr">{td!(texts, back.which)}</legend>
                    {option(Kind::Known, td!(texts, back.known), td!(texts, back.known_more))}
                    {option(Kind::True, td!(texts, back.was_true), td!(texts, back.was_true_more))}
                </fieldset>
                <div class="pair">
                    <div class="field">
                        <label for="back-day">{td!(texts, back.day)}</label>
                        <input id="back-day" type="date" prop:value=move || chosen.date.get().to_string() on:change=on_event(dated) />
                    </div>
                    <div class="field">
                        <label for="back-time">{td!(texts, back.time)}</label>
                        <input id="back-time" type="time" prop:value=move || hour_minute(chosen.time.get()) on:change=on_event(timed) />
                    </div>
                </div>
                <button class="btn" type="submit">{td!(texts, back.show)}</button>
            </form>
        </details>
    }
    .into_any()
}
