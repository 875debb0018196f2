//! A month: the stream of its days, and what today holds.

use chrono::{Datelike as _, NaiveDate};
use leptos::prelude::*;
use shared_events::views::{AppointmentStatus, AppointmentView, CalendarDay, Flow};

use super::{Beside, Look, head, looks, row, shown};
use crate::{
    appointments,
    calendar::{Line, days, monday, month, moved, says, weeks},
    components::{
        list::rows,
        live::{Live, changing, memo, when},
        stream::{Runs, cell, sample},
    },
    platform::intl,
    session::Session,
    text,
    text::td,
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let date = shown(session);
    let first = memo(move || month(date.get(), 0));
    let title = move || (intl::month(first.get()), intl::year(first.get()));
    let beside = move || {
        [-1, 1].map(|by| {
            let there = month(first.get(), by);
            Beside { path: Look::Month.path(there), name: intl::month(there) }
        })
    };
    // The other looks begin at today where it lies in this month, else at its first day.
    let begins = memo(move || {
        let today = session.today();
        if month(today, 0) == first.get() { today } else { first.get() }
    });
    let has_today = memo(move || month(session.today(), 0) == first.get());
    let legend = |flow, words: &'static str| view! { <li>{sample(flow)}{words}</li> };
    view! {
        {head(session, title, beside)}
        <div class="stack">
            {looks(session, Look::Month, begins)}
            <div class="panes">
                <div class="stack">
                    {table(session, first)}
                    <ul class="legend">
                        {legend(Flow::All, td!(texts, calendar.all))}
                        {legend(Flow::Some, td!(texts, calendar.some))}
                        {legend(Flow::None, td!(texts, calendar.none))}
                        {legend(Flow::Ahead, td!(texts, calendar.ahead))}
                        <li><i class="mark visit"></i>{td!(texts, calendar.visit)}</li>
                    </ul>
                </div>
                {when(move || has_today.get(), move || of_today(session))}
            </div>
        </div>
    }
    .into_any()
}

fn table(session: Session, first: Live<NaiveDate>) -> AnyView {
    let weeks = memo(move || session.follow(|phone| weeks(session, phone, first.get())));
    let visits = memo(move || {
        let (first, last) = (monday(first.get()), moved(month(first.get(), 1), 6));
        session.follow(|phone| appointments::of(phone, first..=last))
    });
    let caption = move || format!("{} {}", intl::month(first.get()), intl::year(first.get()));
    let names = monday(NaiveDate::default()).iter_days().take(7);
    let column = |date| view! { <th scope="col">{intl::weekday_short(date)}</th> };
    let body = move || {
        let (weeks, visits) = (weeks.get(), visits.get());
        let all: Vec<CalendarDay> = weeks.concat();
        let mut n = 0_usize;
        let rows = weeks.iter().map(|week| {
            let cells = week.iter().map(|day| {
                let (before, after) = (n.checked_sub(1).and_then(|n| all.get(n)), all.get(n + 1));
                n += 1;
                one(session, first.get(), before, day, after, &visits)
            });
            view! { <tr>{cells.collect_view()}</tr> }
        });
        rows.collect_view().into_any()
    };
    view! {
        <table class="month">
            <caption class="sr">{caption}</caption>
            <thead><tr>{names.map(column).collect_view()}</tr></thead>
            <tbody>{changing(body)}</tbody>
        </table>
    }
    .into_any()
}

fn one(
    session: Session,
    of: NaiveDate,
    before: Option<&CalendarDay>,
    day: &CalendarDay,
    after: Option<&CalendarDay>,
    visits: &[AppointmentView],
) -> AnyView {
    let date = day.date;
    let current = (date == session.today()).then_some("date");
    let visits = visits
        .iter()
        .filter(|visit| visit.local.date() == date && visit.status == AppointmentStatus::Planned);
    let titles = visits.clone().map(|visit| visit.title.clone());
    let words: Vec<String> = [text::day(date), says(session, day)].into_iter().chain(titles).collect();
    let label = words.join(td!(session.texts, comma));
    let mark = visits.clone().next().map(|_| view! { <i class="mark visit"></i> });
    view! {
        <td class=(date.month() != of.month()).then_some("off")>
            <a href=Look::Day.path(date) aria-label=label aria-current=current>
                <span class="date">{intl::number(&date.day().to_string())}</span>
                {cell(Runs::Along, before, day, after)}
                <span class="marks">{mark}</span>
            </a>
        </td>
    }
    .into_any()
}

fn of_today(session: Session) -> AnyView {
    let texts = session.texts;
    let date = memo(move || session.today());
    let lines = memo(move || {
        let days = session.follow(|phone| days(session, phone, date.get(), 1));
        days.into_iter().flat_map(|(_, lines)| lines).collect::<Vec<_>>()
    });
    view! {
        <section class="stack tight" aria-labelledby="today">
            <div class="row">
                <h2 id="today">{move || text::day(date.get())}</h2>
                <a class="btn plain push" href=move || Look::Day.path(date.get())>{td!(texts, calendar.whole)}</a>
            </div>
            <ol class="card list">{rows(lines, |line: &Line| line.id.clone(), move |line| row(session, line))}</ol>
        </section>
    }
    .into_any()
}
