//! A week: its days beside each other where there is room, else below each other.

use chrono::{Datelike as _, NaiveDate};
use leptos::prelude::*;
use shared_events::views::CalendarDay;

use super::{Beside, Look, head, looks, shown};
use crate::{
    calendar::{Line, day_number, days, monday, moved, says, week_begins},
    components::{
        live::{changing, memo},
        stream::{Runs, cell},
    },
    platform::intl,
    session::Session,
    text::{self, say, td},
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let date = shown(session);
    let first = memo(move || monday(date.get()));
    let title = move || {
        let (first, last) = (first.get(), moved(first.get(), 6));
        let (from, to) = (week_begins(session, first), day_number(session, last));
        (say!(texts, calendar.from_to, from = from, to = to), intl::month(last))
    };
    let beside = move || {
        [(-7, td!(texts, calendar.week_before)), (7, td!(texts, calendar.week_after))]
            .map(|(by, name)| Beside { path: Look::Week.path(moved(first.get(), by)), name: name.to_owned() })
    };
    // With the day before and the one after: the stream comes from there, and goes on.
    let week = memo(move || session.follow(|phone| days(session, phone, moved(first.get(), -1), 9)));
    let drawn = move || {
        let week = week.get();
        week.windows(3)
            .map(|three| match three {
                [before, (day, lines), after] => one(session, &before.0, day, lines, &after.0),
                _ => ().into_any(),
            })
            .collect_view()
            .into_any()
    };
    view! {
        {head(session, title, beside)}
        <div class="stack">
            {looks(session, Look::Week, date)}
            <ol class="week card">{changing(drawn)}</ol>
        </div>
    }
    .into_any()
}

fn one(
    session: Session,
    before: &CalendarDay,
    day: &CalendarDay,
    lines: &[Line],
    after: &CalendarDay,
) -> AnyView {
    let date: NaiveDate = day.date;
    let current = (date == session.today()).then_some("date");
    let line = |line: &Line| {
        let time = line.time.map(|time| view! { <b>{intl::time(time)}</b>" " });
        view! { <li>{time}{line.title.clone()}</li> }
    };
    view! {
        <li class="day" aria-current=current>
            <a href=Look::Day.path(date) aria-label=text::day(date)>
                <span class="soft small">{intl::weekday_short(date)}</span>
                <span class="date">{intl::number(&date.day().to_string())}</span>
            </a>
            <div class="wide">{cell(Runs::Along, Some(before), day, Some(after))}</div>
            <span class="flow slim">{cell(Runs::Down, Some(before), day, Some(after))}</span>
            <div class="body">
                <span>{says(session, day)}</span>
                <ul>{lines.iter().map(line).collect_view()}</ul>
            </div>
        </li>
    }
    .into_any()
}
