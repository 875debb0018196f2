//! The next doses, as the form stands.

use chrono::{DateTime, NaiveDateTime, Utc};
use leptos::prelude::*;
use shared_events::amount::Amount;

use super::{Form, Told};
use crate::{
    components::{icon::icon, live::changing},
    platform::intl,
    schedule,
    session::Session,
    text::{self, say, td},
};

/// The section.
pub(super) fn section(form: Form) -> AnyView {
    let texts = form.session.texts;
    view! {
        <section class="card stack" aria-labelledby="next">
            <h2 id="next">{td!(texts, add.next)}</h2>
            <div class="stack" aria-live="polite">{changing(move || form.told.with(|told| drawn(form.session, told)))}</div>
        </section>
    }
    .into_any()
}

fn drawn(session: Session, told: &Told) -> AnyView {
    let texts = session.texts;
    let Told::Plan { dose, schedule, preview } = told else {
        return view! { <p class="soft">{td!(texts, add.not_yet)}</p> }.into_any();
    };
    let words = schedule::words(texts, &schedule.rule, dose);
    let words = match schedule.end {
        Some(end) => say!(texts, add.until, plan = words, day = text::date(session.today(), end)),
        None => words,
    };
    let gaps = preview.uncovered.iter().map(|(from, to)| {
        let (first, last) = (text::date(session.today(), *from), text::date(session.today(), *to));
        let days = if from == to { first } else { say!(texts, calendar.from_to, from = first, to = last) };
        view! { <div class="note sand">{icon("info")}<div>{say!(texts, add.uncovered, days = days)}</div></div> }
    });
    view! {
        <ol class="list">{preview.next.iter().map(|next| row(session, next)).collect_view()}</ol>
        {gaps.collect_view()}
        <p class="hint">{words}</p>
    }
    .into_any()
}

fn row(session: Session, (_, local, amount): &(DateTime<Utc>, NaiveDateTime, Amount)) -> AnyView {
    let is_today = local.date() == session.today();
    let day = if is_today { say!(session.texts, sheet.today) } else { text::day(local.date()) };
    view! {
        <li class="item">
            <b class="when">{intl::time(local.time())}</b>
            <span class="body">{day}</span>
            <span class="soft">{text::amount(session.texts, amount)}</span>
        </li>
    }
    .into_any()
}
