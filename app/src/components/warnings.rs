//! What a person should know before she logs a dose. Warnings give the fact and whom to call; the button stays.

use chrono::NaiveDate;
use leptos::prelude::*;
use shared_events::{
    decide::{self, Warning},
    schedule,
    views::DoseStatus,
};

use crate::{
    components::{
        beside::moment,
        dose::take_now,
        icon::icon,
        live::memo,
        sheet::{Choice, How, taking},
    },
    session::Session,
    text::say,
    today::{Day, Dose},
};

/// The warnings of an open sheet, for what is chosen in it.
pub(crate) fn of(session: Session, choice: Choice, dose: &Dose, date: NaiveDate) -> AnyView {
    let texts = session.texts;
    let loading = (dose.view.status == DoseStatus::StillLoading).then(|| say!(texts, sheet.loading));
    let asked = dose.clone();
    let warnings = memo(move || {
        // What is too soon now is not in a while.
        let _ = session.minute();
        let (command, when) = (choice.command(&asked), choice.when(session, date));
        let found = session.follow(|phone| phone.with_state(|state| decide::warnings(state, &command, when)));
        let mut all: Vec<_> = found.iter().map(|warning| words(session, warning)).collect();
        all.dedup();
        all
    });
    let is_ahead = memo(move || {
        let now = session.now().at.naive_local();
        choice.how.get() == How::AtAnotherTime
            && choice.day.get() == Day::Today
            && date.and_time(choice.time.get()) > now
    });
    view! {
        <div class="stack tight" role="status">
            {loading.map(sand)}
            {move || warnings.get().into_iter().map(sand).collect_view()}
            {move || is_ahead.get().then(|| sand(say!(texts, sheet.ahead)))}
        </div>
    }
    .into_any()
}

/// Takes these doses now, but for those that there is something to know of first: the sheet of one of them opens.
pub(crate) fn take(session: Session, doses: &[Dose]) {
    let now = session.now();
    let is_warned = |dose: &Dose| {
        let command = taking(dose);
        session.read(|phone| phone.with_state(|state| !decide::warnings(state, &command, now).is_empty()))
    };
    let (warned, plain): (Vec<_>, Vec<_>) = doses.iter().cloned().partition(is_warned);
    if !plain.is_empty() {
        take_now(session, &plain);
    }
    if let Some(first) = warned.into_iter().next() {
        session.sheet.set(Some(first.id));
    }
}

fn words(session: Session, warning: &Warning) -> String {
    let (texts, whom) = (session.texts, session.care_team());
    match warning {
        Warning::AlreadyLogged { .. } => say!(texts, sheet.logged_already),
        Warning::Early { planned_at, .. } => {
            let when = moment(session, *planned_at);
            say!(texts, sheet.early, when = when)
        }
        Warning::AsNeeded(_, schedule::Warning::TooSoon { earliest }) => {
            let when = moment(session, *earliest);
            say!(texts, sheet.too_soon, when = when, whom = whom)
        }
        Warning::AsNeeded(_, schedule::Warning::TooMuchOnDate | schedule::Warning::TooMuchIn24Hours) => {
            say!(texts, sheet.too_much, whom = whom)
        }
        Warning::AsNeeded(_, schedule::Warning::OtherUnit) => say!(texts, sheet.other_unit),
        Warning::Paused(_) => say!(texts, sheet.paused, whom = whom),
        Warning::Stopped(_) => say!(texts, sheet.stopped, whom = whom),
        Warning::NotKnown(_) => say!(texts, dose.unknown),
        Warning::NotUnderstood(_) => say!(texts, sheet.frozen_more, whom = whom),
    }
}

fn sand(text: String) -> AnyView {
    view! { <div class="note sand">{icon("info")}<div>{text}</div></div> }.into_any()
}
