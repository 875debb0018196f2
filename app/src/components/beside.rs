//! Medicines that no day plans and that can be logged all the same: when they are needed, and while they are paused.

use chrono::{DateTime, Datelike as _, Utc};
use leptos::prelude::*;
use shared_events::{
    plan::DoseKey,
    views::{
        BesideView, DoseStatus, DoseView,
        beside::{Why, beside},
    },
};

use crate::{
    components::{
        dose::{log_button, opener},
        icon,
        list::{rows, section},
        live::{Live, memo, words},
    },
    platform::intl,
    session::{Phone, Session},
    text::{self, say, td},
    today::{Day, Dose, dose_id},
};

/// Both sections.
#[component]
pub(crate) fn Beside(session: Session) -> impl IntoView {
    let texts = session.texts;
    let all = memo(move || follow(session));
    let of = move |is_paused: bool| {
        memo(move || {
            let mut some = all.get();
            some.retain(|view| matches!(view.why, Why::Paused { .. }) == is_paused);
            some
        })
    };
    let (needed, paused) = (of(false), of(true));
    let list = move |all| rows(all, name, move |view| row(session, view));
    view! {
        {section("needed", td!(texts, beside.needed_title), "card list", needed, move || list(needed))}
        {section("paused", td!(texts, beside.paused_title), "card list", paused, move || list(paused))}
    }
}

fn follow(session: Session) -> Vec<BesideView> {
    // Read again at every minute, but as of this moment: what was just taken was taken before it.
    let _ = session.minute();
    session.follow(|phone| phone.with_state(|state| beside(state, phone.now())))
}

fn name(view: &BesideView) -> String {
    dose_id(view.treatment, &DoseKey::AsNeeded)
}

fn row(session: Session, view: Live<BesideView>) -> AnyView {
    let texts = session.texts;
    let medicine = move || view.with(|v| text::medicine(texts, &v.medicine));
    let detail = move || view.with(|v| detail(session, v));
    let body = view! { <b>{words(medicine)}</b><span>{words(detail)}</span> }.into_any();
    view! {
        <li class="item">
            {move || view.with(|v| icon::medicine(&v.medicine))}
            {opener(session, Box::new(move || view.with_untracked(name)), body)}
            {log_button(session, medicine, move || view.with(name))}
        </li>
    }
    .into_any()
}

fn detail(session: Session, view: &BesideView) -> String {
    let texts = session.texts;
    if view.frozen {
        return say!(texts, dose.frozen);
    }
    let last = view.last.map_or_else(
        || say!(texts, beside.never),
        |at| {
            let when = moment(session, at);
            say!(texts, beside.last, when = when)
        },
    );
    match view.why {
        Why::AsNeeded { too_much: true, .. } => say!(texts, beside.too_much, last = last),
        Why::AsNeeded { from: Some(from), .. } => {
            let when = moment(session, from);
            say!(texts, beside.from, last = last, when = when)
        }
        Why::AsNeeded { from: None, .. } => last,
        Why::Paused { until: Some(until) } => {
            let when = moment(session, until);
            say!(texts, beside.until, when = when)
        }
        Why::Paused { until: None } => {
            let whom = session.care_team();
            say!(texts, beside.paused, whom = whom)
        }
    }
}

/// "05:02" today, "24 November, 05:02" on another day.
pub(crate) fn moment(session: Session, at: DateTime<Utc>) -> String {
    let local = session.on_her_clock(at).naive_local();
    let time = text::time(local);
    if local.date() == session.today() {
        return time;
    }
    let is_near = local.date().year() == session.today().year();
    let day = if is_near { text::day(local.date()) } else { intl::day_month_year(local.date()) };
    say!(session.texts, beside.on, day = day, time = time)
}

/// One of them as a dose that can be logged now.
pub(crate) fn dose(session: Session, id: &str) -> Option<Dose> {
    // To the moment, as the list has it: it may have been paused this very second.
    let now = session.on_her_clock(session.read(Phone::now));
    let views = session.read(|phone| phone.with_state(|state| beside(state, now.to_utc())));
    let view = views.into_iter().find(|view| name(view) == id)?;
    Some(Dose {
        id: id.to_owned(),
        at: now.time(),
        day: Day::Today,
        view: DoseView {
            treatment: view.treatment,
            medicine: view.medicine,
            dose: view.dose,
            instructions: view.instructions,
            key: DoseKey::AsNeeded,
            planned_at: now.to_utc(),
            status: DoseStatus::Planned,
            facts: Vec::new(),
            possible_double: None,
        },
    })
}
