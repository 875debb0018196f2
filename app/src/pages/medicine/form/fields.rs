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
type Reads = fn(&Wish) -> String;
type Writes = fn(&mut Wish, String);
/// What a field of text is bound to.
type Bound = (Field, Reads, Writes);

/// What is typed into a field: its kind, and which keys a phone shows for it.
#[derive(Clone, Copy)]
struct Kind {
    of: &'static str,
    keys: &'static str,
}

const TEXT: Kind = Kind { of: "text", keys: "text" };
const DECIMAL: Kind = Kind { of: "text", keys: "decimal" };
const WHOLE: Kind = Kind { of: "text", keys: "numeric" };
const DATE: Kind = Kind { of: "date", keys: "none" };
const TIME: Kind = Kind { of: "time", keys: "none" };

/// What is wrong at a field; it is said as soon as it is there.
pub(super) fn wrong(form: Form, field: Field) -> AnyView {
    let said = move || {
        let words = form.wrong_at(field);
        words.map(|words| view! { <p class="error" id=format!("{field:?}-wrong")>{icon::small("care")}{words}</p> }).into_any()
    };
    view! { <div role="alert">{changing(said)}</div> }.into_any()
}

/// A labelled field of text.
fn input(form: Form, id: &'static str, label: &'static str, kind: Kind, (field, get, set): Bound) -> AnyView {
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

/// Fields side by side, and below them what is wrong in these.
fn group<const N: usize, const M: usize>(form: Form, inputs: [AnyView; N], fields: [Field; M]) -> AnyView {
    let wrong = fields.map(|field| wrong(form, field));
    view! { <div><div class="pair">{inputs.collect_view()}</div>{wrong.collect_view()}</div> }.into_any()
}

/// What it is called.
pub(super) fn name(form: Form) -> AnyView {
    let label = td!(form.session.texts, add.name);
    let name = input(form, "name", label, TEXT, (Field::Name, |w| w.name.clone(), |w, text| w.name = text));
    group(form, [name], [Field::Name])
}

/// The units of what one of it holds, by UCUM, with what people write.
const STRENGTHS: [(&str, &str); 6] =
    [("mg", "mg"), ("ug", "µg"), ("g", "g"), ("mL", "mL"), ("mg/mL", "mg/mL"), ("[iU]", "IU")];

/// What one of it holds, if she likes to say.
pub(super) fn strength(form: Form) -> AnyView {
    let texts = form.session.texts;
    let reads: Bound = (Field::Strength, |w| w.strength.clone(), |w, text| w.strength = text);
    let now = form.wish.with_untracked(|wish| wish.strength_unit.clone());
    let option = |(unit, words): (&'static str, &'static str)| {
        view! { <option value=unit selected=unit == now>{words}</option> }
    };
    let chosen = move |event| form.wish.update(|wish| wish.strength_unit = event_target_value(&event));
    let unit = view! {
        <div class="field">
            <label for="strength-unit">{td!(texts, add.strength_unit)}</label>
            <select id="strength-unit" on:change=on_event(chosen)>{STRENGTHS.map(option).collect_view()}</select>
        </div>
    };
    let value = input(form, "strength", td!(texts, add.strength), DECIMAL, reads);
    group(form, [value, unit.into_any()], [Field::Strength])
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
    let reads: Bound = (Field::Amount, |w| w.amount.clone(), |w, text| w.amount = text);
    let unit = view! {
        <div class="field">
            <label for="unit">{td!(texts, add.unit)}</label>
            <select id="unit" on:change=on_event(chosen)>{other}{UNITS.map(option).collect_view()}</select>
        </div>
    };
    let amount = input(form, "amount", td!(texts, add.amount), DECIMAL, reads);
    group(form, [amount, unit.into_any()], [Field::Amount])
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
    let every =
        input(form, "every", label, WHOLE, (Field::Every, |w| w.every.clone(), |w, text| w.every = text));
    group(form, [every], [Field::Every])
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
    let first: Bound = (Field::FirstTime, |w| w.first_time.clone(), |w, text| w.first_time = text);
    let opens: Bound = (Field::Window, |w| w.opens.clone(), |w, text| w.opens = text);
    let closes: Bound = (Field::Window, |w| w.closes.clone(), |w, text| w.closes = text);
    let window = [
        input(form, "opens", td!(texts, add.opens), TIME, opens),
        input(form, "closes", td!(texts, add.closes), TIME, closes),
    ];
    view! {
        {group(form, [input(form, "first", td!(texts, add.first_time), TIME, first)], [Field::FirstTime])}
        <fieldset class="stack tight">
            <legend>{td!(texts, add.hours_from)}</legend>
            {choice(false, td!(texts, add.by_plan))}
            {choice(true, td!(texts, add.by_last))}
        </fieldset>
        {group(form, window, [Field::Window])}
    }
    .into_any()
}

/// What to be warned about.
pub(super) fn needed(form: Form) -> AnyView {
    let texts = form.session.texts;
    let gap: Bound = (Field::Gap, |w| w.gap_hours.clone(), |w, text| w.gap_hours = text);
    let gap_to: Bound = (Field::Gap, |w| w.gap_to_hours.clone(), |w, text| w.gap_to_hours = text);
    let daily: Bound = (Field::Daily, |w| w.daily.clone(), |w, text| w.daily = text);
    let amount: Bound = (Field::Daily, |w| w.daily_amount.clone(), |w, text| w.daily_amount = text);
    let gaps = [
        input(form, "gap", td!(texts, add.gap), DECIMAL, gap),
        input(form, "gap-to", td!(texts, add.gap_to), DECIMAL, gap_to),
    ];
    let most = [
        input(form, "daily", td!(texts, add.daily), WHOLE, daily),
        input(form, "daily-amount", td!(texts, add.daily_amount), DECIMAL, amount),
    ];
    view! { {group(form, gaps, [Field::Gap])}{group(form, most, [Field::Daily])} }.into_any()
}

/// From when to when.
pub(super) fn span(form: Form) -> AnyView {
    let texts = form.session.texts;
    let start: Bound = (Field::Start, |w| w.start.clone(), |w, text| w.start = text);
    let end: Bound = (Field::End, |w| w.end.clone(), |w, text| w.end = text);
    let dates = [
        input(form, "start", td!(texts, add.start), DATE, start),
        input(form, "end", td!(texts, add.end), DATE, end),
    ];
    group(form, dates, [Field::Start, Field::End])
}

/// After how many days or doses it is over by itself.
pub(super) fn how_long(form: Form) -> AnyView {
    let texts = form.session.texts;
    let days: Bound = (Field::HowLong, |w| w.for_days.clone(), |w, text| w.for_days = text);
    let doses: Bound = (Field::HowLong, |w| w.for_doses.clone(), |w, text| w.for_doses = text);
    let both = [
        input(form, "for-days", td!(texts, add.for_days), WHOLE, days),
        input(form, "for-doses", td!(texts, add.for_doses), WHOLE, doses),
    ];
    let is_open = form.wish.with_untracked(|wish| !wish.for_days.is_empty() || !wish.for_doses.is_empty());
    view! {
        <details class="fold" open=is_open>
            <summary>{td!(texts, add.ends)}{icon::icon("down")}</summary>
            {group(form, both, [Field::HowLong])}
        </details>
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
