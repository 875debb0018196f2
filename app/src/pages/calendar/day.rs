//! A day, by its parts.

use leptos::prelude::*;

use super::{Beside, Look, head, looks, row, shown};
use crate::{
    calendar::{Line, Part, day, is_read, moved},
    components::{
        list::rows,
        live::{Live, memo, when_or},
    },
    platform::intl,
    session::Session,
    text::{self, Texts, td},
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let date = shown(session);
    let title = move || (intl::weekday(date.get()), intl::day_month(date.get()));
    let beside = move || {
        [-1, 1].map(|by| {
            let there = moved(date.get(), by);
            Beside { path: Look::Day.path(there), name: text::day(there) }
        })
    };
    let parts = memo(move || session.follow(|phone| day(session, phone, date.get())));
    let is_read = memo(move || session.follow(|phone| is_read(phone, date.get())));
    let nothing = move || {
        let says = move || {
            if is_read.get() { td!(texts, calendar.nothing_day) } else { td!(texts, section.loading) }
        };
        view! { <p class="card flat soft">{says}</p> }.into_any()
    };
    let name = |(part, _): &(Part, Vec<Line>)| format!("{part:?}");
    view! {
        {head(session, title, beside)}
        <div class="stack loose">
            {looks(session, Look::Day, date)}
            {when_or(
                move || parts.with(|parts| !parts.is_empty()),
                move || rows(parts, name, move |part| section(session, part)),
                nothing,
            )}
        </div>
    }
    .into_any()
}

fn section(session: Session, part: Live<(Part, Vec<Line>)>) -> AnyView {
    let which = part.with_untracked(|(part, _)| *part);
    let id = format!("part-{which:?}");
    let labelled = id.clone();
    let lines = memo(move || part.with(|(_, lines)| lines.clone()));
    view! {
        <section class="stack tight" aria-labelledby=labelled>
            <h2 id=id>{title(session.texts, which)}</h2>
            <ol class="card list">{rows(lines, |line: &Line| line.id.clone(), move |line| row(session, line))}</ol>
        </section>
    }
    .into_any()
}

fn title(texts: Texts, part: Part) -> &'static str {
    match part {
        Part::Any => td!(texts, calendar.any),
        Part::Night => td!(texts, calendar.night),
        Part::Morning => td!(texts, calendar.morning),
        Part::Midday => td!(texts, calendar.midday),
        Part::Afternoon => td!(texts, calendar.afternoon),
        Part::Evening => td!(texts, calendar.evening),
    }
}
