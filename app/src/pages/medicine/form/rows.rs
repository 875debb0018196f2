//! What the form has several of: times of the day, steps of a taper.

use leptos::prelude::*;
use shared_events::{
    plan::Meal,
    wish::{Field, StepWish, Time},
};

use super::{Form, fields::wrong};
use crate::{
    components::{
        icon::icon,
        live::{changing, memo, on_click, on_event, when},
    },
    platform::intl,
    text::{Texts, say, td},
};

/// More than anyone plans.
const MOST: usize = 24;

/// The kinds of times that are offered.
const KINDS: [Option<Time>; 11] = [
    None,
    Some(Time::Before(Meal::Breakfast)),
    Some(Time::With(Meal::Breakfast)),
    Some(Time::After(Meal::Breakfast)),
    Some(Time::Before(Meal::Lunch)),
    Some(Time::With(Meal::Lunch)),
    Some(Time::After(Meal::Lunch)),
    Some(Time::Before(Meal::Dinner)),
    Some(Time::With(Meal::Dinner)),
    Some(Time::After(Meal::Dinner)),
    Some(Time::With(Meal::Bedtime)),
];

/// When on such a day.
pub(super) fn times(form: Form) -> AnyView {
    let texts = form.session.texts;
    let count = memo(move || form.wish.with(|wish| wish.times.len()));
    let more = move |_| {
        form.wish.update(|wish| {
            let next = if wish.times.len() == 1 { "20:00" } else { "12:00" };
            wish.times.push(Time::Clock(next.to_owned()));
        });
    };
    view! {
        <fieldset class="stack tight">
            <legend>{td!(texts, add.when)}</legend>
            {changing(move || {
                let count = count.get();
                untrack(|| (0..count).map(|n| time(form, n, count)).collect_view().into_any())
            })}
            {wrong(form, Field::Times)}
            {when(
                move || count.get() < MOST,
                move || view! {
                    <div class="row">
                        <button class="btn" type="button" on:click=on_click(more)>{icon("plus")}{td!(texts, add.another_time)}</button>
                    </div>
                }
                .into_any(),
            )}
        </fieldset>
    }
    .into_any()
}

fn time(form: Form, n: usize, count: usize) -> AnyView {
    let texts = form.session.texts;
    let number = intl::number(&(n + 1).to_string());
    let is_meal = |time: &Time| !matches!(time, Time::Clock(_));
    let at = move || form.wish.with(|wish| wish.times.get(n).cloned());
    let now = untrack(at);
    let option = |(i, kind): (usize, Option<Time>)| {
        let is_now = now.as_ref().filter(|time| is_meal(time)).cloned() == kind;
        view! { <option value=i.to_string() selected=is_now>{words(texts, kind.as_ref())}</option> }
    };
    let chosen = move |event| {
        let kind: Option<&Option<Time>> =
            event_target_value(&event).parse().ok().and_then(|i: usize| KINDS.get(i));
        let time = kind.cloned().flatten().unwrap_or_else(|| Time::Clock("08:00".to_owned()));
        form.wish.update(|wish| wish.times[n] = time);
    };
    let typed = move |event| form.wish.update(|wish| wish.times[n] = Time::Clock(event_target_value(&event)));
    let on_clock = move || matches!(at(), Some(Time::Clock(_)));
    let id = format!("time-{n}");
    let label = say!(texts, add.time_n, n = number.as_str());
    let field = move || {
        view! {
            <div class="field">
                <label class="sr" for=id.clone()>{label.clone()}</label>
                <input
                    id=id.clone()
                    type="time"
                    aria-invalid=move || form.wrong_at(Field::Times).map(|_| "true")
                    prop:value=move || if let Some(Time::Clock(text)) = at() { text } else { String::new() }
                    on:input=on_event(typed)
                />
            </div>
        }
        .into_any()
    };
    let remove = move |_| form.wish.update(|wish| drop(wish.times.remove(n)));
    let remove = (count > 1).then(|| {
        let name = say!(texts, add.remove_time, n = number.as_str());
        view! { <button class="btn round" type="button" aria-label=name on:click=on_click(remove)>{icon("close")}</button> }
    });
    view! {
        <div class="row steps">
            <div class="pair">
                <div class="field">
                    <label class="sr" for=format!("kind-{n}")>{say!(texts, add.kind_n, n = number.as_str())}</label>
                    <select id=format!("kind-{n}") on:change=on_event(chosen)>{KINDS.into_iter().enumerate().map(option).collect_view()}</select>
                </div>
                {when(on_clock, field)}
            </div>
            {remove}
        </div>
    }
    .into_any()
}

fn words(texts: Texts, kind: Option<&Time>) -> String {
    let meal = |meal: Meal| match meal {
        Meal::Breakfast => td!(texts, plan.breakfast),
        Meal::Lunch => td!(texts, plan.lunch),
        Meal::Dinner => td!(texts, plan.dinner),
        Meal::Bedtime => td!(texts, plan.bedtime),
    };
    match kind {
        None | Some(Time::Clock(_)) => say!(texts, add.at_a_time),
        Some(Time::Before(of)) => say!(texts, plan.before, meal = meal(*of)),
        Some(Time::With(of)) => say!(texts, plan.with, meal = meal(*of)),
        Some(Time::After(of)) => say!(texts, plan.after, meal = meal(*of)),
    }
}

/// A field of a step: how it is read and written.
type StepField = (fn(&StepWish) -> &String, fn(&mut StepWish) -> &mut String);

/// The steps of a taper.
pub(super) fn steps(form: Form) -> AnyView {
    let texts = form.session.texts;
    let count = memo(move || form.wish.with(|wish| wish.steps.len()));
    let more = move |_| {
        form.wish.update(|wish| {
            // The next one begins where the last one ends.
            let last = wish.steps.last().and_then(|step| shared_events::moment::parse_date(&step.to));
            let from = last.and_then(|date| date.succ_opt()).map(|date| date.to_string()).unwrap_or_default();
            wish.steps.push(StepWish { from, ..StepWish::default() });
        });
    };
    view! {
        <fieldset class="stack tight">
            <legend>{td!(texts, medicines.taper)}</legend>
            {changing(move || {
                let count = count.get();
                untrack(|| (0..count).map(|n| step(form, n, count)).collect_view().into_any())
            })}
            {wrong(form, Field::Steps)}
            {when(
                move || count.get() < MOST,
                move || view! {
                    <div class="row">
                        <button class="btn" type="button" on:click=on_click(more)>{icon("plus")}{td!(texts, add.another_step)}</button>
                    </div>
                }
                .into_any(),
            )}
        </fieldset>
    }
    .into_any()
}

fn step(form: Form, n: usize, count: usize) -> AnyView {
    let texts = form.session.texts;
    let number = intl::number(&(n + 1).to_string());
    let field = |name: &'static str, label: String, kind: &'static str, (get, set): StepField| {
        let id = format!("step-{name}-{n}");
        let value = move || {
            form.wish.with(|wish| wish.steps.get(n).map(|step| get(step).clone())).unwrap_or_default()
        };
        let typed = move |event| {
            form.wish.update(|wish| {
                if let Some(step) = wish.steps.get_mut(n) {
                    *set(step) = event_target_value(&event);
                }
            });
        };
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input
                    id=id
                    type=kind
                    inputmode=(kind == "text").then_some("decimal")
                    aria-invalid=move || form.wrong_at(Field::Steps).map(|_| "true")
                    prop:value=value
                    on:input=on_event(typed)
                />
            </div>
        }
    };
    let remove = move |_| form.wish.update(|wish| drop(wish.steps.remove(n)));
    let remove = (count > 1).then(|| {
        let name = say!(texts, add.remove_step, n = number.as_str());
        view! { <button class="btn round" type="button" aria-label=name on:click=on_click(remove)>{icon("close")}</button> }
    });
    let amount = say!(texts, add.step_amount, n = number.as_str());
    view! {
        <div class="card stack tight">
            <div class="pair">
                {field("from", say!(texts, add.step_from, n = number.as_str()), "date", (|s| &s.from, |s| &mut s.from))}
                {field("to", say!(texts, add.step_to, n = number.as_str()), "date", (|s| &s.to, |s| &mut s.to))}
            </div>
            <div class="row">
                {field("amount", amount, "text", (|s| &s.amount, |s| &mut s.amount))}
                {remove}
            </div>
        </div>
    }
    .into_any()
}
