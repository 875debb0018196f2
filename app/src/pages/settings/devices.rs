//! The devices that may log, and whose they are.

use leptos::prelude::*;
use shared_events::{
    content::Role,
    views::{self, DeviceView},
};

use crate::{
    components::{
        beside::moment,
        icon::pebble,
        list::rows,
        live::{Live, memo, when},
    },
    session::Session,
    text::{say, td},
};

mod remove;

/// A patient may remove any, others their own; the server has the last word.
fn removable(session: Session, device: &DeviceView) -> bool {
    let me = session.identity();
    let is_mine = device.role == me.role && device.person.as_deref() == Some(&me.person);
    !device.revoked && (me.role == Role::Patient || is_mine)
}

/// The section.
pub(super) fn section(session: Session) -> AnyView {
    let texts = session.texts;
    let all = memo(move || session.follow(|phone| phone.with_state(views::devices)));
    let name = |device: &DeviceView| device.device.to_string();
    let help = move || say!(texts, settings.devices_more, whom = session.care_team());
    view! {
        <section class="stack tight" aria-labelledby="devices">
            <h2 id="devices">{td!(texts, settings.devices)}</h2>
            <ul class="card list">{rows(all, name, move |device| row(session, device))}</ul>
            <p class="hint">{help}</p>
        </section>
    }
    .into_any()
}

fn row(session: Session, device: Live<DeviceView>) -> AnyView {
    let texts = session.texts;
    let me = session.identity().device;
    let name = move || device.with(|device| called(session, device));
    let since = move || {
        let since = device.with(|device| device.since);
        say!(texts, medicines.since, from = moment(session, since))
    };
    let last = move || {
        device.with(|device| match (device.revoked, device.last) {
            (true, _) => say!(texts, settings.removed),
            (false, Some(last)) => say!(texts, settings.last_entry, when = moment(session, last)),
            (false, None) => String::new(),
        })
    };
    let is_me = device.with_untracked(|device| device.device == me);
    let here = is_me.then(|| view! { <span class="badge river">{td!(texts, settings.here)}</span> });
    let can_remove = move || !is_me && device.with(|device| removable(session, device));
    // Not drawn anew while the sheet behind it is open.
    let remove = move || {
        untrack(|| device.with(|device| remove::button(session, device.device, called(session, device))))
    };
    view! {
        <li class="item">
            {pebble("mobile", "pebble bare")}
            <div class="body"><b>{name}</b><span>{since}</span><span>{last}</span></div>
            {here}
            {when(can_remove, remove)}
        </li>
    }
    .into_any()
}

/// What it is called, of others with its person.
fn called(session: Session, device: &DeviceView) -> String {
    match device.person.clone().filter(|_| device.role == Role::Caregiver) {
        Some(person) => {
            say!(session.texts, settings.device_of, name = device.name.as_str(), person = person)
        }
        None => device.name.clone(),
    }
}
