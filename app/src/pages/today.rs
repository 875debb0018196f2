//! Today: what is due, what comes, what is done, and how recent all of it is.

use leptos::prelude::*;

use crate::{
    components::{
        done::Done,
        dose::{planned, timed, to_log},
        freshness::Freshness,
        held::Held,
        icon::icon,
        live::{Live, memo, soon},
        notes::Notes,
        pool::Pool,
        tasks::Tasks,
    },
    pages::shell::later,
    parts::Draw,
    platform::intl,
    session::Session,
    text::{say, td},
    today::{self, Dose},
};

/// The page.
pub(crate) fn shown(session: Session, today: Live<today::Today>) -> AnyView {
    view! {
        {header(session, today)}
        <Freshness session />
        <div class="stack notices">
            {later(session, today, |part| part.trouble)}
            <Notes session today />
            <Held session today />
            {later(session, today, |part| part.zone)}
        </div>
        {panes(session, today)}
    }
    .into_any()
}

/// Doses stand first: nothing that comes behind the screen moves them.
fn panes(session: Session, today: Live<today::Today>) -> AnyView {
    let parts = |draw: Draw| {
        // The first screen comes in parts; whoever comes back finds all of it.
        let is_first = session.later.get_untracked().is_none();
        if is_first { soon(move || draw(session, today)) } else { draw(session, today) }
    };
    view! {
        <div class="panes">
            <div class="stack loose">
                {parts(|session, today| view! { <Pool session today /> }.into_any())}
                {parts(planned_doses)}
                {later(session, today, |part| part.appointments)}
            </div>
            <div class="stack loose">{parts(beside_doses)}</div>
        </div>
    }
    .into_any()
}

fn beside_doses(session: Session, today: Live<today::Today>) -> AnyView {
    view! {
        {later(session, today, |part| part.disagreements)}
        {later(session, today, |part| part.look)}
        <Tasks session today />
        {later(session, today, |part| part.beside)}
        <Done session today />
    }
    .into_any()
}

fn header(session: Session, today: Live<today::Today>) -> AnyView {
    let texts = session.texts;
    let date = memo(move || today.with(|t| t.date));
    let whom = session.care_team();
    let phone = session.identity().care_team.phone;
    let call = phone.map(|phone| {
        let label = say!(texts, call, whom = whom);
        let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! { <a class="btn round" href=format!("tel:{number}") aria-label=label>{icon("call")}</a> }
    });
    view! {
        <header class="top">
            <h1>
                {move || intl::weekday(date.get())}" "<span class="soft">{move || intl::day_month(date.get())}</span>
            </h1>
            {call}
        </header>
    }
    .into_any()
}

/// Everything planned that is not due now and not done.
fn planned_doses(session: Session, today: Live<today::Today>) -> AnyView {
    let texts = session.texts;
    let of = move |section: fn(&today::Today) -> &Vec<Dose>| memo(move || today.with(|t| section(t).clone()));
    let changed = |session: Session, _: &Dose| say!(session.texts, dose.frozen);
    let before =
        |session: Session, dose: &Dose| say!(session.texts, dose.before_plan, time = intl::time(dose.at));
    view! {
        {to_log(session, "changed", td!(texts, section.frozen), of(|t| &t.frozen), changed)}
        {to_log(session, "open", td!(texts, section.open), of(|t| &t.open), planned)}
        {to_log(session, "loading", td!(texts, section.loading), of(|t| &t.loading), planned)}
        {timed(session, "later", td!(texts, section.later), of(|t| &t.later))}
        {to_log(session, "earlier", td!(texts, section.earlier), of(|t| &t.earlier), before)}
    }
    .into_any()
}
