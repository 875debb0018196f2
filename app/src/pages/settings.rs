//! Settings: where the entries are, the devices, how things look here, and what holds on all devices.

use chrono::DateTime;
use leptos::{prelude::*, task::spawn_local};
use leptos_i18n::td_string;
use rivulet_sync::{
    browser::quota::{self, Persistence, Room},
    engine::Whereabouts,
};
use shared_events::{content::Role, views};

use crate::{
    components::{
        beside::moment,
        done::mark,
        freshness::Freshness,
        icon::{icon, pebble},
        live::{changing, memo, on_click},
        look::Look,
        settings,
    },
    platform::{intl, memory},
    session::Session,
    text::{Texts, say},
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    view! {
        <header class="top">
            <a class="btn round" href="/more" aria-label=td_string!(texts, history.back)>
                <span class="flip">{icon("back")}</span>
            </a>
            <h1>{td_string!(texts, settings.title)}</h1>
        </header>
        <Freshness session />
        <div class="panes even">
            <div class="stack loose">
                <Look session />
                {entries(session)}
                {storage(session)}
                {devices(session)}
                {reading(texts)}
            </div>
            {settings::form(session)}
        </div>
    }
    .into_any()
}

/// How many entries are where.
fn entries(session: Session) -> AnyView {
    let texts = session.texts;
    let counts = memo(move || {
        session.follow(|phone| {
            let mut counts = [phone.held().len(), 0, 0];
            let ids: Vec<_> = phone.with_state(|state| state.entries().map(|entry| entry.id()).collect());
            for id in ids {
                match phone.whereabouts(id) {
                    Some(Whereabouts::Saved | Whereabouts::NeedsLook { .. }) => counts[0] += 1,
                    Some(Whereabouts::Sent) => counts[1] += 1,
                    _ => counts[2] += 1,
                }
            }
            counts
        })
    });
    let row = move |n: usize, place: Whereabouts| {
        let number = move || intl::number(&counts.with(|counts| counts[n]).to_string());
        view! { <li class="item pairs">{mark(texts, &place)}<b>{number}</b></li> }
    };
    let contact = move || {
        let last = session.status().last_contact_ms.and_then(|ms| i64::try_from(ms).ok());
        match last.and_then(DateTime::from_timestamp_millis) {
            Some(at) => say!(texts, settings.contact_at, when = moment(session, at)),
            None => say!(texts, settings.no_contact),
        }
    };
    let now = move |_| session.phone().sync_now();
    view! {
        <section class="stack tight" aria-labelledby="where">
            <h2 id="where">{td_string!(texts, settings.entries)}</h2>
            <div class="card">
                <ul class="list">
                    {row(0, Whereabouts::Saved)}
                    {row(1, Whereabouts::Sent)}
                    {row(2, Whereabouts::InRecord)}
                </ul>
                <div class="row panel">
                    <div class="body"><span role="status">{contact}</span></div>
                    <button class="btn" type="button" on:click=on_click(now)>
                        {icon("refresh")}
                        {td_string!(texts, settings.try_now)}
                    </button>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn storage(session: Session) -> AnyView {
    let texts = session.texts;
    let (kept, room) = (RwSignal::new(None), RwSignal::new(None));
    let look = move |ask: bool| {
        spawn_local(async move {
            let found = if ask { quota::ask_to_keep().await } else { quota::kept().await };
            // The page may have been left.
            let _ = kept.try_set(Some(found));
            let _ = room.try_set(quota::room().await);
        });
    };
    look(false);
    let protected = move || {
        match kept.get() {
        Some(Persistence::Promised) => view! {
            <div class="body"><b>{td_string!(texts, settings.kept)}</b><span>{td_string!(texts, settings.kept_more)}</span></div>
        }
        .into_any(),
        Some(Persistence::BestEffort) => view! {
            <div class="body"><b>{td_string!(texts, settings.not_kept)}</b><span>{td_string!(texts, settings.not_kept_more)}</span></div>
            <button class="btn" type="button" on:click=on_click(move |_| look(true))>{td_string!(texts, settings.keep)}</button>
        }
        .into_any(),
        Some(Persistence::Unknown) | None => {
            view! { <div class="body"><b>{td_string!(texts, settings.kept_unknown)}</b></div> }.into_any()
        }
    }
    };
    let used = move || {
        room.get().map(|Room { used_bytes, quota_bytes }: Room| {
            let used = say!(texts, settings.used, size = size(texts, used_bytes));
            let of = say!(texts, settings.quota, size = size(texts, quota_bytes));
            view! { <li class="item">{pebble("storage", "pebble bare")}<div class="body"><b>{used}</b><span>{of}</span></div></li> }
        })
    };
    view! {
        <section class="stack tight" aria-labelledby="storage">
            <h2 id="storage">{td_string!(texts, settings.storage)}</h2>
            <ul class="card list">
                <li class="item">{pebble("shield", "pebble bare")}{changing(protected)}</li>
                {used}
            </ul>
        </section>
    }
    .into_any()
}

/// "4.2 MB", in powers of ten.
fn size(texts: Texts, bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    let (n, is_large) = if megabytes < 1000.0 { (megabytes, false) } else { (megabytes / 1000.0, true) };
    let n = intl::number(&format!("{n:.1}"));
    if is_large { say!(texts, settings.gigabytes, n = n) } else { say!(texts, settings.megabytes, n = n) }
}

fn devices(session: Session) -> AnyView {
    let texts = session.texts;
    let all = memo(move || session.follow(|phone| phone.with_state(views::devices)));
    let me = session.identity().device;
    let one = move |device: &views::DeviceView| {
        let is_me = device.device == me;
        let person = device.person.clone().filter(|_| device.role == Role::Caregiver);
        let name = match person {
            Some(person) => say!(texts, settings.device_of, name = device.name.as_str(), person = person),
            None => device.name.clone(),
        };
        let last = match (device.revoked, device.last) {
            (true, _) => say!(texts, settings.removed),
            (false, Some(last)) => say!(texts, settings.last_entry, when = moment(session, last)),
            (false, None) => String::new(),
        };
        let since = say!(texts, medicines.since, from = moment(session, device.since));
        let here =
            is_me.then(|| view! { <span class="badge river">{td_string!(texts, settings.here)}</span> });
        view! {
            <li class="item">
                {pebble("mobile", "pebble bare")}
                <div class="body"><b>{name}</b><span>{since}</span><span>{last}</span></div>
                {here}
            </li>
        }
    };
    let help = move || say!(texts, settings.devices_more, whom = session.care_team());
    view! {
        <section class="stack tight" aria-labelledby="devices">
            <h2 id="devices">{td_string!(texts, settings.devices)}</h2>
            <ul class="card list">{changing(move || all.with(|all| all.iter().map(one).collect_view().into_any()))}</ul>
            <p class="hint">{help}</p>
        </section>
    }
    .into_any()
}

/// How things look in this browser.
fn reading(texts: Texts) -> AnyView {
    let size = RwSignal::new(memory::reading("text").unwrap_or_default());
    let theme = RwSignal::new(memory::reading("theme").unwrap_or_default());
    let pick = |name: &'static str, of: RwSignal<String>, value: &'static str, words: &'static str| {
        let choose = move |_| {
            memory::read_with(name, value);
            of.set(value.to_owned());
        };
        view! {
            <label>
                <input type="radio" name=name value=value prop:checked=move || of.with(|of| of == value) on:change=choose />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <section class="stack" aria-labelledby="reading">
            <h2 id="reading">{td_string!(texts, settings.reading)}</h2>
            <fieldset>
                <legend>{td_string!(texts, settings.size)}</legend>
                <div class="row pick">
                    {pick("text", size, "", td_string!(texts, settings.standard))}
                    {pick("text", size, "large", td_string!(texts, settings.large))}
                    {pick("text", size, "larger", td_string!(texts, settings.larger))}
                    {pick("text", size, "largest", td_string!(texts, settings.largest))}
                </div>
            </fieldset>
            <fieldset>
                <legend>{td_string!(texts, settings.colours)}</legend>
                <div class="row pick">
                    {pick("theme", theme, "", td_string!(texts, settings.like_phone))}
                    {pick("theme", theme, "light", td_string!(texts, settings.light))}
                    {pick("theme", theme, "dark", td_string!(texts, settings.dark))}
                </div>
            </fieldset>
        </section>
    }
    .into_any()
}
