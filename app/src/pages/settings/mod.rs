//! Settings: where the entries are, the devices, how things look here, and what holds on all devices.

mod devices;
mod reading;
mod reminders;
mod storage;

use chrono::DateTime;
use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::engine::{Refusal, Whereabouts};

use crate::{
    components::{
        beside::moment,
        done::mark,
        icon::icon,
        live::{memo, on_click},
        look::Look,
        settings,
    },
    pages::more::under_more,
    parts,
    platform::intl,
    session::{Phone, Session},
    text::{say, td},
};

/// The page.
pub(crate) fn page(session: Session, turned: RwSignal<()>) -> AnyView {
    let texts = session.texts;
    view! {
        {under_more(session, td!(texts, settings.title))}
        <div class="panes even">
            <div class="stack loose">
                <Look session />
                {entries(session)}
                {storage::section(session)}
                {devices::section(session)}
            </div>
            <div class="stack loose">
                {reading::section(texts)}
                {reminders::section(session, turned)}
                {settings::form(session)}
            </div>
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
            let ids: Vec<_> = phone.with_state(|state| {
                state.entries().map(|entry| entry.id()).chain(state.unopened().map(|(id, _)| *id)).collect()
            });
            for id in ids {
                match phone.whereabouts(id) {
                    Some(Whereabouts::Saved | Whereabouts::NeedsLook { .. }) => counts[0] += 1,
                    Some(Whereabouts::Sent) => counts[1] += 1,
                    Some(Whereabouts::InRecord) => counts[2] += 1,
                    Some(Whereabouts::Held) | None => (),
                }
            }
            counts
        })
    });
    let row = move |n: usize, place: Whereabouts| {
        let number = move || intl::number(&counts.with(|counts| counts[n]).to_string());
        view! { <li class="item pairs">{mark(texts, &place)}<b>{number}</b></li> }
    };
    // When somebody was heard of last as nobody answered: whatever comes later says that it is over.
    let (is_asking, failed) = (RwSignal::new(false), RwSignal::new(None));
    let contact = move || {
        let heard_ms = session.status().last_contact_ms;
        if failed.get() == Some(heard_ms) {
            return say!(texts, settings.no_answer);
        }
        let last = heard_ms.and_then(|ms| i64::try_from(ms).ok());
        match last.and_then(DateTime::from_timestamp_millis) {
            Some(at) => say!(texts, settings.contact_at, when = moment(session, at)),
            None => say!(texts, settings.no_contact),
        }
    };
    let greet = async move || match parts::fetch_talk().await {
        // A refusal is an answer, too: what it is about is said where it belongs.
        Ok(talk) => matches!((talk.greet)(session.phone()).await, Ok(()) | Err(Refusal::Problem(_))),
        Err(parts::Missing) => false,
    };
    // While all is sent the phone only waits to be told, and may not have heard from anybody for a while.
    spawn_local(async move {
        let _ = greet().await;
    });
    let now = move |_| {
        if is_asking.get_untracked() {
            return;
        }
        is_asking.set(true);
        failed.set(None);
        session.phone().sync_now();
        spawn_local(async move {
            let is_there = greet().await;
            // The page may have been left meanwhile.
            let heard_ms = session.read(Phone::status).last_contact_ms;
            let _ = (is_asking.try_set(false), failed.try_set((!is_there).then_some(heard_ms)));
        });
    };
    view! {
        <section class="stack tight" aria-labelledby="where">
            <h2 id="where">{td!(texts, settings.entries)}</h2>
            <div class="card">
                <ul class="list">
                    {row(0, Whereabouts::Saved)}
                    {row(1, Whereabouts::Sent)}
                    {row(2, Whereabouts::InRecord)}
                </ul>
                <div class="row panel">
                    <div class="body"><span role="status">{contact}</span></div>
                    <button
                        class="btn"
                        type="button"
                        aria-busy=move || is_asking.get().to_string()
                        on:click=on_click(now)
                    >
                        {icon("refresh")}
                        {move || if is_asking.get() { td!(texts, settings.asking) } else { td!(texts, settings.try_now) }}
                    </button>
                </div>
            </div>
        </section>
    }
    .into_any()
}
