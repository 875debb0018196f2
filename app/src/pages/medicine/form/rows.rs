//! What the form has several of: times of the day, steps of a taper.

use leptos::prelude::*;
use shared_events::{
    plan::Meal,
    wish::{Field, Often, StepWish, Time, TimeWish, Wish},
};

use super::{Form, fields::wrong};
use crate::{
    components::{
        icon::icon,
        live::{changing, memo, on_click, on_event, when},
    },
    platform::intl,
    schedule,
    text::{say, td},
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

/// A list of fields of one kind, to which more can be added.
#[derive(Clone, Copy)]
struct Several {
    field: Field,
    title: &'static str,
    another: &'static str,
    count: fn(&Wish) -> usize,
    add: fn(&mut Wish),
    /// One of them; the last argument says how many there are.
    one: fn(Form, usize, usize) -> AnyView,
}

fn several(form: Form, of: Several) -> AnyView {
    let count = memo(move || form.wish.with(of.count));
    let more = move || {
        let add = move |_| form.wish.update(of.add);
        view! { <div class="row"><button class="btn" type="button" on:click=on_click(add)>{icon("plus")}{of.another}</button></div> }
            .into_any()
    };
    view! {
        <fieldset class="stack tight">
            <legend>{of.title}</legend>
            {changing(move || {
                let count = count.get();
                untrack(|| (0..count).map(|n| (of.one)(form, n, count)).collect_view().into_any())
            })}
            {wrong(form, of.field)}
            {when(move || count.get() < MOST, more)}
        </fieldset>
    }
    .into_any()
}

/// The button that takes one of several out.
fn remove(name: String, remove: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <button class="btn round" type="button" aria-label=name on:click=on_click(move |_| remove())>{icon("close")}</button>
    }
    .into_any()
}

/// A field of one of several.
struct Cell {
    of: Field,
    id: String,
    label: String,
    /// The field's type, and which keys a phone shows.
    kind: (&'static str, Option<&'static str>),
}

fn cell(
    form: Form,
    Cell { of, id, label, kind: (kind, keys) }: Cell,
    get: impl Fn(&Wish) -> Option<String> + Send + Sync + 'static,
    set: impl Fn(&mut Wish, String) + Send + Sync + 'static,
) -> AnyView {
    let typed = move |event| form.wish.update(|wish| set(wish, event_target_value(&event)));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type=kind
                inputmode=keys
                aria-invalid=move || form.wrong_at(of).map(|_| "true")
                prop:value=move || form.wish.with(&get).unwrap_or_default()
                on:input=on_event(typed)
            />
        </div>
    }
    .into_any()
}

const DATE: (&str, Option<&str>) = ("date", None);
const DECIMAL: (&str, Option<&str>) = ("text", Some("decimal"));
const WHOLE: (&str, Option<&str>) = ("text", Some("numeric"));

/// When on such a day.
pub(super) fn times(form: Form) -> AnyView {
    let texts = form.session.texts;
    let add = |wish: &mut Wish| {
        let next = if wish.times.len() == 1 { "20:00" } else { "12:00" };
        wish.times.push(TimeWish::at(Time::Clock(next.to_owned())));
    };
    let (title, another) = (td!(texts, add.when), td!(texts, add.another_time));
    several(form, Several { field: Field::Times, title, another, count: |w| w.times.len(), add, one: time })
}

fn time(form: Form, n: usize, count: usize) -> AnyView {
    let texts = form.session.texts;
    let number = intl::number(&(n + 1).to_string());
    let at = move || form.wish.with(|wish| wish.times.get(n).map(|time| time.at.clone()));
    let now = untrack(at);
    let option = |(i, kind): (usize, Option<Time>)| {
        let is_now = now.clone().filter(|time| !matches!(time, Time::Clock(_))) == kind;
        let words = match &kind {
            Some(time) => schedule::by_meal(texts, time),
            None => say!(texts, add.at_a_time),
        };
        view! { <option value=i.to_string() selected=is_now>{words}</option> }
    };
    let chosen = move |event| {
        let kind: Option<&Option<Time>> =
            event_target_value(&event).parse().ok().and_then(|i: usize| KINDS.get(i));
        let time = kind.cloned().flatten().unwrap_or_else(|| Time::Clock("08:00".to_owned()));
        form.wish.update(|wish| wish.times[n].at = time);
    };
    let typed =
        move |event| form.wish.update(|wish| wish.times[n].at = Time::Clock(event_target_value(&event)));
    let on_clock = move || matches!(at(), Some(Time::Clock(_)));
    let (id, label) = (format!("time-{n}"), say!(texts, add.time_n, n = number.as_str()));
    let clock = move || {
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
    let is_apart = move || matches!(at(), Some(Time::Before(_) | Time::After(_)));
    let apart = say!(texts, add.minutes_n, n = number.as_str());
    let minutes = move || {
        let of = Cell { of: Field::Times, id: format!("minutes-{n}"), label: apart.clone(), kind: WHOLE };
        let get = move |wish: &Wish| Some(wish.times.get(n)?.minutes.clone());
        cell(form, of, get, move |wish, text| wish.times[n].minutes = text)
    };
    // One time is asked for it only where it has its own, as when another one was removed: what is hidden must not count.
    // Of a taper the steps say how much.
    let has_own =
        form.wish.with_untracked(|wish| wish.times.get(n).is_some_and(|time| !time.amount.is_empty()));
    let has_amount = move || (count > 1 || has_own) && form.wish.with(|wish| wish.often != Often::InSteps);
    let other = say!(texts, add.amount_n, n = number.as_str());
    let amount = move || {
        let of = Cell { of: Field::Times, id: format!("amount-{n}"), label: other.clone(), kind: DECIMAL };
        let get = move |wish: &Wish| Some(wish.times.get(n)?.amount.clone());
        cell(form, of, get, move |wish, text| wish.times[n].amount = text)
    };
    let is_one_of = (count > 1).then(|| {
        let name = say!(texts, add.remove_time, n = number.as_str());
        remove(name, move || form.wish.update(|wish| wish.remove_time(n)))
    });
    view! {
        <div class="card stack tight">
            <div class="row">
                <div class="body pair">
                    <div class="field">
                        <label class="sr" for=format!("kind-{n}")>{say!(texts, add.kind_n, n = number.as_str())}</label>
                        <select id=format!("kind-{n}") on:change=on_event(chosen)>{KINDS.into_iter().enumerate().map(option).collect_view()}</select>
                    </div>
                    {when(on_clock, clock)}
                </div>
                {is_one_of}
            </div>
            <div class="pair">{when(is_apart, minutes)}{when(has_amount, amount)}</div>
        </div>
    }
    .into_any()
}

/// The steps of a taper.
pub(super) fn steps(form: Form) -> AnyView {
    let texts = form.session.texts;
    let add = |wish: &mut Wish| {
        // The next one begins where the last one ends.
        let last = wish.steps.last().and_then(|step| shared_events::moment::parse_date(&step.to));
        let from = last.and_then(|date| date.succ_opt()).map(|date| date.to_string()).unwrap_or_default();
        wish.steps.push(StepWish { from, ..StepWish::default() });
    };
    let (title, another) = (td!(texts, medicines.taper), td!(texts, add.another_step));
    several(form, Several { field: Field::Steps, title, another, count: |w| w.steps.len(), add, one: step })
}

fn step(form: Form, n: usize, count: usize) -> AnyView {
    let texts = form.session.texts;
    let number = intl::number(&(n + 1).to_string());
    let date = move |name: &str, label: String, field: fn(&mut StepWish) -> &mut String| {
        let of = Cell { of: Field::Steps, id: format!("step-{name}-{n}"), label, kind: DATE };
        let get = move |wish: &Wish| Some(field(&mut wish.steps.get(n)?.clone()).clone());
        cell(form, of, get, move |wish, text| *field(&mut wish.steps[n]) = text)
    };
    let name = say!(texts, add.remove_step, n = number.as_str());
    let is_one_of = (count > 1).then(|| {
        remove(name, move || {
            form.wish.update(|wish| drop((n < wish.steps.len()).then(|| wish.steps.remove(n))))
        })
    });
    let amounts = memo(move || {
        form.wish.with(|wish| wish.times.iter().map(|time| time.at.clone()).collect::<Vec<_>>())
    });
    let step_n = number.clone();
    let amounts = move || {
        let times = amounts.get();
        let one = |(time, at): (usize, &Time)| {
            let label = match times.len() {
                1 => say!(texts, add.step_amount, n = step_n.as_str()),
                _ => {
                    say!(texts, add.step_amount_at, n = step_n.as_str(), time = schedule::by_meal(texts, at))
                }
            };
            let of = Cell { of: Field::Steps, id: format!("step-amount-{n}-{time}"), label, kind: DECIMAL };
            let get = move |wish: &Wish| wish.steps.get(n)?.amounts.get(time).cloned();
            cell(form, of, get, move |wish, text| {
                let amounts = &mut wish.steps[n].amounts;
                amounts.resize(amounts.len().max(time + 1), String::new());
                amounts[time] = text;
            })
        };
        untrack(|| times.iter().enumerate().map(one).collect_view().into_any())
    };
    view! {
        <div class="card stack tight">
            <div class="row">
                <div class="body pair">
                    {date("from", say!(texts, add.step_from, n = number.as_str()), |step| &mut step.from)}
                    {date("to", say!(texts, add.step_to, n = number.as_str()), |step| &mut step.to)}
                </div>
                {is_one_of}
            </div>
            <div class="pair">{changing(amounts)}</div>
        </div>
    }
    .into_any()
}
