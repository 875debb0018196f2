//! What this phone reminds of. It cannot ring by itself: it lists what is due when it is opened, and writes a file for a
//! calendar that can.

use leptos::prelude::*;

use crate::{
    components::icon::pebble,
    pages::more,
    platform::memory::{self, Reminder},
    session::Session,
    text::td,
};

/// The section.
pub(super) fn section(session: Session, turned: RwSignal<()>) -> AnyView {
    let texts = session.texts;
    let switch = |of: Reminder, picture: &'static str, name: &'static str, how: &'static str| {
        let turn = move |event| {
            memory::remind(of, event_target_checked(&event));
            turned.set(());
        };
        view! {
            <li>
                <label class="item">
                    {pebble(picture, "pebble bare")}
                    <span class="body"><b>{name}</b><span>{how}</span></span>
                    <input class="switch" type="checkbox" role="switch" prop:checked=memory::reminds(of) on:change=turn />
                </label>
            </li>
        }
    };
    view! {
        <section class="stack tight" aria-labelledby="reminders">
            <h2 id="reminders">{td!(texts, reminders.title)}</h2>
            <ul class="card list">
                {switch(Reminder::Medicines, "bell", td!(texts, nav.medicines), td!(texts, reminders.medicines))}
                {switch(Reminder::Appointments, "place", td!(texts, appointment.title), td!(texts, reminders.appointments))}
            </ul>
            <p class="hint">{td!(texts, reminders.hint)}</p>
            <div class="row">{more::save_calendar(session)}</div>
        </section>
    }
    .into_any()
}
