//! What a person should know before she logs a dose. Warnings give the fact and whom to call; the button stays.

use chrono::NaiveDate;
use leptos::prelude::*;
use shared_events::views::DoseStatus;

use crate::{
    components::{
        icon::icon,
        live::{Live, memo},
        sheet::{Choice, How},
    },
    session::Session,
    text::say,
    today::{Dose, Today},
};

/// The warnings of an open sheet.
pub(crate) fn of(
    session: Session,
    today: Live<Today>,
    choice: Choice,
    dose: &Dose,
    date: NaiveDate,
) -> AnyView {
    let texts = session.texts;
    let standing = match dose.view.status {
        DoseStatus::Frozen => {
            let whom = session.care_team();
            Some(say!(texts, dose.frozen_more, whom = whom))
        }
        DoseStatus::StillLoading => Some(say!(texts, dose.loading)),
        _ => None,
    };
    let id = dose.id.clone();
    let is_logged = memo(move || today.with(|t| t.done.iter().any(|done| done.id == id)));
    let is_ahead = memo(move || {
        let now = session.now().at.naive_local();
        choice.how.get() == How::AtAnotherTime
            && choice.day.get() == crate::today::Day::Today
            && date.and_time(choice.time.get()) > now
    });
    view! {
        <div role="status">
            {standing.map(sand)}
            {move || is_logged.get().then(|| sand(say!(texts, sheet.logged_already)))}
            {move || is_ahead.get().then(|| sand(say!(texts, sheet.ahead)))}
        </div>
    }
    .into_any()
}

fn sand(text: String) -> AnyView {
    view! { <div class="note sand">{icon("info")}<div>{text}</div></div> }.into_any()
}
