//! The devices that may log, and whose they are.

use leptos::prelude::*;
use shared_events::{content::Role, views};

use crate::{
    components::{
        beside::moment,
        icon::pebble,
        live::{changing, memo},
    },
    session::Session,
    text::{say, td},
};

mod remove;

/// A patient may remove any, others their own; the server has the last word.
fn removable(session: Session, device: &views::DeviceView) -> bool {
    let me = session.identity();
    let is_mine = device.role == me.role && device.person.as_deref() == Some(&me.person);
    !device.revoked && (me.role == Role::Patient || is_mine)
}

/// The section.
pub(super) fn section(session: Session) -> AnyView {
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
        let end = if is_me {
            view! { <span class="badge river">{td!(texts, settings.here)}</span> }.into_any()
        } else if removable(session, device) {
            remove::button(session, device.device, name.clone())
        } else {
            ().into_any()
        };
        view! {
            <li class="item">
                {pebble("mobile", "pebble bare")}
                <div class="body"><b>{name}</b><span>{since}</span><span>{last}</span></div>
                {end}
            </li>
        }
    };
    let help = move || say!(texts, settings.devices_more, whom = session.care_team());
    view! {
        <section class="stack tight" aria-labelledby="devices">
            <h2 id="devices">{td!(texts, settings.devices)}</h2>
            <ul class="card list">{changing(move || all.with(|all| all.iter().map(one).collect_view().into_any()))}</ul>
            <p class="hint">{help}</p>
        </section>
    }
    .into_any()
}
