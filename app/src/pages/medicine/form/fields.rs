//! The fields of the form, each with what is wrong in it.

use leptos::prelude::*;
use shared_events::{
    plan::Day,
    wish::{Field, Often, Wish},
};

use super::Form;
use crate::{
    calendar::{monday, moved},
    components::{
        choice::radio,
        icon,
        live::{changing, on_event},
    },
    platform::intl,
    text::td,
};

/// How a field of text is read from the form and written into it.
pub(super) type Reads = fn(&Wish) -> String;
pub(super) type Writes = fn(&mut Wish, String);

/// What is typed into a field: its kind, and which keys a phone shows for it.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) of: &'static str,
    pub(super) keys: &'static str,
}

pub(super) const TEXT: Kind = Kind { of: "text", keys: "text" };
pub(super) const DECIMAL: Kind = Kind { of: "text", keys: "decimal" };
pub(super) const WHOLE: Kind = Kind { of: "text", keys: "numeric" };
pub(super) const DATE: Kind = Kind { of: "date", keys: "none" };
pub(super) const TIME: Kind = Kind { of: "time", keys: "none" };

/// What is wrong at a field; it is said as soon as it is there.
pub(super) fn wrong(form: Form, field: Field) -> AnyView {
    let said = move || {
        let words = form.wrong_at(field);
        words.map(|words| view! { <p class="error" id=format!("{field:?}-wrong")>{icon::small("care")}{words}</p> }).into_any()
    };
    view! { <div role="alert">{changing(said)}</div> }.into_any()
}

/// A labelled field of text.
pub(super) fn input(
    form: Form,
    id: &'static str,
    label: &'static str,
    kind: Kind,
    (field, get, set): (Field, Reads, Writes),
) -> AnyView {
    let is_wrong = move || form.wrong_at(field).is_some();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind.of
                inputmode=(kind.keys != "none").then_some(kind.keys)
                maxlength="200"
                autocomplete="off"
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then(|| format!("{field:?}-wrong"))
                prop:value=move || form.wish.with(get)
                on:input=on_event(move |event| form.wish.update(|wish| set(wish, event_target_value(&event))))
            />
        </div>
    }
    .into_any()
}

/// What it is called.
pub(super) fn name(form: Form) -> AnyView {
    let label = td!(form.session.texts, add.name);
    view! {
        <div>
            {input(form, "name", label, TEXT, (Field::Name, |w| w.name.clone(), |w, text| w.name = text))}
            {wrong(form, Field::Name)}
        </div>
    }
    .into_any()
}

/// The units that are offered, by UCUM.
const UNITS: [&str; 7] = ["{tablet}", "{capsule}", "{sachet}", "{drop}", "mL", "mg", "g"];

/// How much each time.
pub(super) fn amount(form: Form) -> AnyView {
    let texts = form.session.texts;
    let words = |unit: &'static str| match unit {
        "{tablet}" => td!(texts, add.tablets),
        "{capsule}" => td!(texts, add.capsules),
        "{sachet}" => td!(texts, add.sachets),
        "{drop}" => td!(texts, add.drops),
        unit => unit,
    };
    let of_form = form.wish.with_untracked(|wish| wish.unit.clone());
    let other = (!UNITS.contains(&&*of_form))
        .then(|| view! { <option value=of_form.clone()>{of_form.clone()}</option> });
    let option =
        |unit: &'static str| view! { <option value=unit selected=unit == of_form>{words(unit)}</option> };
    let chosen = move |event| form.wish.update(|wish| wish.unit = event_target_value(&event));
    view! {
        <div>
            <div class="pair">
                {input(form, "amount", td!(texts, add.amount), DECIMAL, (Field::Amount, |w| w.amount.clone(), |w, text| w.amount = text))}
                <div class="field">
                    <label for="unit">{td!(texts, add.unit)}</label>
                    <select id="unit" on:change=on_event(chosen)>{other}{UNITS.map(option).collect_view()}</select>
                </div>
            </div>
            {wrong(form, Field::Amount)}
        </div>
    }
    .into_any()
}

/// How often.
pub(super) fn often(form: Form) -> AnyView {
    let texts = form.session.texts;
    let words = |often| match often {
        Often::EveryDay => td!(texts, add.every_day),
        Often::OnWeekdays => td!(texts, add.on_weekdays),
        Often::EveryFewDays => td!(texts, add.every_few_days),
        Often::Monthly => td!(texts, add.monthly),
        Often::Yearly => td!(texts, add.yearly),
        Often::InCycles => td!(texts, add.in_cycles),
        Often::EveryFewHours => td!(texts, add.every_few_hours),
        Often::InSteps => td!(texts, add.in_steps),
        Often::WhenNeeded => td!(texts, add.when_needed),
    };
    let now = form.wish.with_untracked(|wish| wish.often);
    let option = |often: Often| {
        view! { <option value=format!("{often:?}") selected=often == now>{words(often)}</option> }
    };
    let chosen = move |event| {
        let value = event_target_value(&event);
        if let Some(often) = Often::ALL.into_iter().find(|often| format!("{often:?}") == value) {
            form.wish.update(|wish| {
                wish.often = often;
                // What is meant by most.
                wish.every = match often {
                    Often::EveryFewHours => "8",
                    Often::InCycles => "21",
                    Often::EveryFewDays => "2",
                    _ => "1",
                }
                .to_owned();
            });
        }
    };
    view! {
        <div class="field">
            <label for="often">{td!(texts, add.often)}</label>
            <select id="often" on:change=on_event(chosen)>{Often::ALL.map(option).collect_view()}</select>
        </div>
    }
    .into_any()
}

const DAYS: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

/// On which days of the week.
pub(super) fn weekdays(form: Form) -> AnyView {
    let texts = form.session.texts;
    let first = monday(form.session.today());
    let one = |day: Day| {
        let date = moved(first, day as i64);
        let chosen = move |event| {
            let is_on = event_target_checked(&event);
            form.wish.update(|wish| {
                let kept = wish.weekdays.iter().copied().filter(|other| *other != day);
                wish.weekdays = kept.chain(is_on.then_some(day)).collect();
            });
        };
        view! {
            <label>
                <input
                    type="checkbox"
                    aria-label=intl::weekday(date)
                    prop:checked=move || form.wish.with(|wish| wish.weekdays.contains(&day))
                    on:change=on_event(chosen)
                />
                <span aria-hidden="true">{intl::weekday_short(date)}</span>
            </label>
        }
    };
    let is_wrong = move || form.wrong_at(Field::Weekdays).map(|_| "true");
    view! {
        <fieldset aria-invalid=is_wrong tabindex="-1">
            <legend>{td!(texts, add.weekdays)}</legend>
            <div class="row pick">{DAYS.map(one).collect_view()}</div>
            {wrong(form, Field::Weekdays)}
        </fieldset>
    }
    .into_any()
}

/// Every so many.
pub(super) fn every(form: Form) -> AnyView {
    let texts = form.session.texts;
    let label = match form.wish.with_untracked(|wish| wish.often) {
        Often::OnWeekdays => td!(texts, add.every_weeks),
        Often::Monthly => td!(texts, add.every_months),
        Often::Yearly => td!(texts, add.every_years),
        Often::EveryFewHours => td!(texts, add.every_hours),
        Often::InCycles => td!(texts, add.cycle),
        _ => td!(texts, add.every_days),
    };
    view! {
        <div>
            {input(form, "every", label, WHOLE, (Field::Every, |w| w.every.clone(), |w, text| w.every = text))}
            {wrong(form, Field::Every)}
        </div>
    }
    .into_any()
}

/// Days of the month, or of the cycle.
pub(super) fn days(form: Form) -> AnyView {
    let texts = form.session.texts;
    let is_monthly = form.wish.with_untracked(|wish| wish.often == Often::Monthly);
    let label = if is_monthly { td!(texts, add.month_days) } else { td!(texts, add.cycle_days) };
    view! {
        <div>
            {input(form, "days", label, TEXT, (Field::Days, |w| w.days.clone(), |w, text| w.days = text))}
            <p class="hint">{td!(texts, add.days_hint)}</p>
            {wrong(form, Field::Days)}
        </div>
    }
    .into_any()
}

/// What hours count from, and in which part of the day.
pub(super) fn hours(form: Form) -> AnyView {
    let texts = form.session.texts;
    let follows: RwSignal<bool> = RwSignal::new(form.wish.with_untracked(|wish| wish.follows_taken));
    Effect::new(move || {
        let follows = follows.get();
        form.wish.update(|wish| wish.follows_taken = follows);
    });
    let choice = move |value, words: &'static str| {
        radio("choice", "from", follows, value, view! { <span>{words}</span> }.into_any())
    };
    view! {
        <div>
            {input(form, "first", td!(texts, add.first_time), TIME, (Field::FirstTime, |w| w.first_time.clone(), |w, text| w.first_time = text))}
            {wrong(form, Field::FirstTime)}
        </div>
        <fieldset class="stack tight">
            <legend>{td!(texts, add.hours_from)}</legend>
            {choice(false, td!(texts, add.by_plan))}
            {choice(true, td!(texts, add.by_last))}
        </fieldset>
        <div>
            <div class="pair">
                {input(form, "opens", td!(texts, add.opens), TIME, (Field::Window, |w| w.opens.clone(), |w, text| w.opens = text))}
                {input(form, "closes", td!(texts, add.closes), TIME, (Field::Window, |w| w.closes.clone(), |w, text| w.closes = text))}
            </div>
            {wrong(form, Field::Window)}
        </div>
    }
    .into_any()
}

/// What to be warned about.
pub(super) fn needed(form: Form) -> AnyView {
    let texts = form.session.texts;
    view! {
        <div>
            <div class="pair">
                {input(form, "gap", td!(texts, add.gap), WHOLE, (Field::Gap, |w| w.gap_hours.clone(), |w, text| w.gap_hours = text))}
                {input(form, "daily", td!(texts, add.daily), WHOLE, (Field::Daily, |w| w.daily.clone(), |w, text| w.daily = text))}
            </div>
            {wrong(form, Field::Gap)}
            {wrong(form, Field::Daily)}
        </div>
    }
    .into_any()
}

/// From when to when.
pub(super) fn span(form: Form) -> AnyView {
    let texts = form.session.texts;
    view! {
        <div>
            <div class="pair">
                {input(form, "start", td!(texts, add.start), DATE, (Field::Start, |w| w.start.clone(), |w, text| w.start = text))}
                {input(form, "end", td!(texts, add.end), DATE, (Field::End, |w| w.end.clone(), |w, text| w.end = text))}
            </div>
            {wrong(form, Field::Start)}
            {wrong(form, Field::End)}
        </div>
    }
    .into_any()
}

/// What it is for, if she likes to say.
pub(super) fn purpose(form: Form) -> AnyView {
    let texts = form.session.texts;
    let typed = move |event| form.wish.update(|wish| wish.purpose = event_target_value(&event));
    view! {
        <div class="field">
            <label for="purpose">{td!(texts, add.purpose)}</label>
            <p class="hint" id="purpose-hint">{td!(texts, add.purpose_hint)}</p>
            <textarea
                id="purpose"
                rows="2"
                maxlength="500"
                aria-describedby="purpose-hint"
                prop:value=move || form.wish.with(|wish| wish.purpose.clone())
                on:input=on_event(typed)
            ></textarea>
        </div>
    }
    .into_any()
}
