//! Appointments: those that come next, on Today, and all that is known of one, on a sheet.

use leptos::prelude::*;
use shared_events::{
    content::AppointmentId,
    icalendar::calendar_file,
    views::{AppointmentStatus, AppointmentView},
};

use crate::{
    appointments,
    calendar::moved,
    components::{
        dose::opener,
        icon::icon,
        list::{rows, section},
        live::{Live, changing, memo, on_click},
        modal::Modal,
        why,
    },
    platform::{file, intl},
    session::Session,
    text::{say, td},
    why::appointment_id,
};

/// What comes next.
#[component]
pub(crate) fn Appointments(session: Session) -> impl IntoView {
    let all = memo(move || {
        let (today, now) = (session.today(), session.minute());
        let tomorrow = moved(today, 1);
        let mut all = session.follow(|phone| appointments::of(phone, today..=tomorrow));
        all.retain(|view| !appointments::is_over(view, now));
        all
    });
    let name = |view: &AppointmentView| view.appointment.0.to_string();
    let list = move || rows(all, name, move |view| row(session, view));
    section("appointments", td!(session.texts, appointment.title), "card list", all, list)
}

fn row(session: Session, view: Live<AppointmentView>) -> AnyView {
    let is_today = move || view.with(|view| view.local.date()) == session.today();
    let day = move || {
        (!is_today()).then(|| view.with(|view| view! { <span>{intl::weekday(view.local.date())}</span> }))
    };
    let words = view! {
        <b>{move || view.with(|view| view.title.clone())}</b>
        {day}
        <span>{move || view.with(|view| appointments::detail(session, view))}</span>
    }
    .into_any();
    view! {
        <li class="item">
            <time class="when">{move || view.with(|view| appointments::time(session, view))}</time>
            {opener(session, Box::new(move || view.with_untracked(|view| appointment_id(view.appointment))), words)}
            <span class="soft">{icon("place")}</span>
        </li>
    }
    .into_any()
}

/// The sheet of one.
pub(crate) fn sheet(session: Session, id: AppointmentId) -> AnyView {
    let Some(first) = session.read(|phone| appointments::one(phone, id)) else { return ().into_any() };
    let texts = session.texts;
    let dialog = Modal::new(move || session.sheet.set(None));
    let now = first.clone();
    let view =
        memo(move || session.follow(|phone| appointments::one(phone, id)).unwrap_or_else(|| now.clone()));
    let [ask, why] = why::asked(session, appointment_id(id));
    let inside = view! {
        <div class="row">
            <span class="pebble bare">{icon("place")}</span>
            <div class="body">
                <h2 id="appointment">{move || view.with(|view| view.title.clone())}</h2>
                <span>{move || view.with(|view| appointments::when(session, view))}</span>
            </div>
            {dialog.close_button(texts)}
        </div>
        {changing(move || view.with(|view| facts(session, view)))}
        {changing(move || view.with(|view| save(session, view.clone())))}
        {ask}
    };
    view! {
        {dialog.frame("sheet stack", "appointment", inside.into_any())}
        {why}
    }
    .into_any()
}

fn facts(session: Session, view: &AppointmentView) -> AnyView {
    let texts = session.texts;
    let fact = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    };
    let is_off = view.status != AppointmentStatus::Planned;
    let off = is_off.then(|| {
        view! { <div class="note sand">{icon("info")}<div>{appointments::detail(session, view)}</div></div> }
    });
    let moved = view.moved_from.map(|before| {
        let when = appointments::on(session, before, &intl::time(before.time()));
        view! { <p class="soft">{say!(texts, appointment.was, when = when)}</p> }
    });
    view! {
        {off}
        {moved}
        <dl class="facts">
            {fact(td!(texts, appointment.place), view.place.clone())}
            {fact(td!(texts, appointment.with), view.with.clone())}
            {fact(td!(texts, appointment.long), appointments::minutes(session, view))}
        </dl>
        {view.bring.clone().map(|bring| view! {
            <div class="stack tight"><h3>{td!(texts, appointment.bring)}</h3><p>{bring}</p></div>
        })}
    }
    .into_any()
}

fn save(session: Session, view: AppointmentView) -> AnyView {
    let texts = session.texts;
    if appointments::is_over(&view, session.minute()) {
        return ().into_any();
    }
    let save = move |_| {
        let made = session.read(|phone| phone.now());
        let text = calendar_file(&[appointments::reminder(&view)], made);
        if !file::save(&format!("rivulet-{}.ics", view.local.date()), "text/calendar", &text) {
            session.toaster.say(say!(texts, export.failed), Vec::new());
        }
    };
    view! {
        <div class="stack tight">
            <button class="btn tint" type="button" on:click=on_click(save)>{icon("calendar")}{td!(texts, appointment.save)}</button>
            <p class="hint">{td!(texts, appointment.save_more)}</p>
        </div>
    }
    .into_any()
}
