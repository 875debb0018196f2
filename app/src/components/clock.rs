//! The choices of the sheet: how, and if at another time, when.

use chrono::TimeDelta;
use leptos::prelude::*;
use shared_events::plan::{hour_minute, parse_hour_minute};

use crate::{
    components::{
        choice::radio,
        icon::icon,
        live::{on_click, on_event, when, words},
        sheet::{Choice, How},
    },
    platform::intl,
    session::Session,
    text::{self, REASONS, say, td},
    today::Day,
};

/// Minutes that a tap on plus or minus moves the clock by.
const STEP: TimeDelta = TimeDelta::minutes(10);

/// Taken now, at another time, or left out.
#[component]
pub(crate) fn Clock(session: Session, choice: Choice) -> impl IntoView {
    let texts = session.texts;
    let now = move || {
        let now = intl::time(session.on_her_clock(session.minute()).time());
        say!(texts, sheet.now, time = now)
    };
    let option = move |how: How, words: AnyView| {
        radio("choice", "how", choice.how, how, view! { <span>{words}</span> }.into_any())
    };
    view! {
        <fieldset class="stack tight">
            <legend class="sr">{td!(texts, sheet.when)}</legend>
            {option(How::Now, words(now))}
            {option(How::AtAnotherTime, td!(texts, sheet.other).into_any())}
            {when(move || choice.how.get() == How::AtAnotherTime, move || time(session, choice))}
            {choice.is_planned.then(|| option(How::Skipped, td!(texts, sheet.skip).into_any()))}
        </fieldset>
        {when(move || choice.how.get() == How::Skipped, move || reasons(session, choice))}
    }
}

/// The day and the clock.
fn time(session: Session, choice: Choice) -> AnyView {
    let texts = session.texts;
    let day = move |day: Day, words: &'static str| {
        radio("", "day", choice.day, day, view! { <span>{words}</span> }.into_any())
    };
    // A dose of an earlier day was taken on that day; another one is logged without a planned dose.
    let days = (!matches!(choice.day.get_untracked(), Day::On(_))).then(|| {
        view! {
            <fieldset>
                <legend class="sr">{td!(texts, sheet.day)}</legend>
                <div class="pick center">
                    {day(Day::Yesterday, td!(texts, sheet.yesterday))}
                    {day(Day::Today, td!(texts, sheet.today))}
                </div>
            </fieldset>
        }
    });
    let typed = move |event| {
        // A field that is half filled in has no value yet: the last time stands. The browser lets no empty one through.
        if let Some(time) = parse_hour_minute(&event_target_value(&event)) {
            choice.time.set(time);
        }
    };
    view! {
        <div class="stack panel">
            {days}
            <div class="clock">
                <button
                    class="btn round"
                    type="button"
                    aria-label=td!(texts, sheet.earlier)
                    on:click=on_click(move |_| step(choice, -STEP))
                >
                    {icon("minus")}
                </button>
                <div class="field">
                    <label class="sr" for="time">{td!(texts, sheet.time)}</label>
                    <input
                        id="time"
                        type="time"
                        required
                        prop:value=move || hour_minute(choice.time.get())
                        on:change=on_event(typed)
                    />
                </div>
                <button
                    class="btn round"
                    type="button"
                    aria-label=td!(texts, sheet.later)
                    on:click=on_click(move |_| step(choice, STEP))
                >
                    {icon("plus")}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Moves the clock, and over midnight the day: from today back to yesterday and on again.
fn step(choice: Choice, by: TimeDelta) {
    let (time, wrapped_s) = choice.time.get_untracked().overflowing_add_signed(by);
    match (wrapped_s, choice.day.get_untracked()) {
        (0, _) => choice.time.set(time),
        (..0, Day::Today) => {
            choice.day.set(Day::Yesterday);
            choice.time.set(time);
        }
        (1.., Day::Yesterday) => {
            choice.day.set(Day::Today);
            choice.time.set(time);
        }
        // Not before yesterday, not after today.
        _ => {}
    }
}

/// Why it was left out, if she likes to say.
fn reasons(session: Session, choice: Choice) -> AnyView {
    let texts = session.texts;
    let one = move |reason: &'static str| {
        let words = view! { <span>{text::reason(texts, reason)}</span> }.into_any();
        radio("", "why", choice.reason, Some(reason), words)
    };
    view! {
        <fieldset>
            <legend>{td!(texts, sheet.why)}</legend>
            <div class="pick">{REASONS.into_iter().map(one).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
