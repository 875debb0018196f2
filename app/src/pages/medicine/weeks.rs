//! The last weeks of a medicine.

use chrono::NaiveDate;
use leptos::prelude::*;
use shared_events::{
    content::TreatmentId,
    views::{self, CalendarDay, Flow},
};

use crate::{
    calendar::{monday, moved, week_name},
    components::{
        icon::icon,
        live::{changing, memo},
        stream,
    },
    platform::intl,
    session::Session,
    text::{say, td},
};

/// Weeks that are looked back on.
const WEEKS: i64 = 6;

/// As a stream, and the same in numbers.
pub(super) fn weeks(session: Session, treatment: TreatmentId) -> AnyView {
    let read = memo(move || {
        let (now, today) = (session.minute(), session.today());
        let dates = moved(monday(today), -7 * (WEEKS - 1))..=moved(monday(today), 6);
        session.follow(|phone| {
            let coverage = phone.coverage();
            phone.with_state(|state| views::calendar(state, dates, Some(treatment), now, coverage))
        })
    });
    changing(move || {
        read.with(
            |days| {
                if days.iter().any(|day| is_past(&day)) { drawn(session, days) } else { ().into_any() }
            },
        )
    })
}

/// Whether something of a day could have been logged.
const fn is_past(day: &&CalendarDay) -> bool {
    matches!(day.flow, Flow::None | Flow::Some | Flow::All)
}

fn drawn(session: Session, days: &[CalendarDay]) -> AnyView {
    let texts = session.texts;
    let n = |n: u32| intl::number(&n.to_string());
    let of = |logged: u32, planned: u32| say!(texts, medicines.of, logged = n(logged), planned = n(planned));
    let sum = |days: &[CalendarDay]| {
        let past: Vec<&CalendarDay> = days.iter().filter(is_past).collect();
        (past.iter().map(|day| day.logged).sum::<u32>(), past.iter().map(|day| day.planned).sum::<u32>())
    };
    let many = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (logged, planned) = sum(days);
    // Weeks from before the plan say nothing.
    let shown: Vec<_> = days.chunks(7).filter(|week| week.iter().any(|day| day.planned > 0)).collect();
    let on_time = days.iter().map(|day| day.tally.on_time).sum();
    let taken = days.iter().map(|day| day.tally.taken).sum();
    let past = days.iter().filter(is_past).count();
    let full = days.iter().filter(|day| day.flow == Flow::All).count();
    let name =
        |week: &[CalendarDay]| week.first().map(|first| week_name(session, first.date)).unwrap_or_default();
    let week = |week: &[CalendarDay]| {
        let (logged, planned) = sum(week);
        view! {
            <tr><th scope="row">{name(week)}</th><td>{stream::days(week)}</td><td>{of(logged, planned)}</td></tr>
        }
    };
    let cell = |day: &CalendarDay| {
        let text = if is_past(&day) { n(day.logged) } else { "–".to_owned() };
        view! { <td>{text}</td> }
    };
    let row = |week: &[CalendarDay]| {
        view! { <tr><th scope="row">{name(week)}</th>{week.iter().map(cell).collect_view()}</tr> }
    };
    let column = |date: NaiveDate| view! { <th scope="col">{intl::weekday_short(date)}</th> };
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let columns = monday(session.today()).iter_days().take(7).map(column).collect_view();
    view! {
        <section class="card stack" aria-labelledby="weeks">
            <h2 id="weeks">{td!(texts, medicines.weeks)}</h2>
            <table class="weeks">
                <caption class="sr">{td!(texts, medicines.weeks_more)}</caption>
                <thead class="sr">
                    <tr>
                        <th scope="col">{td!(texts, calendar.week)}</th>
                        <th scope="col">{td!(texts, medicines.days)}</th>
                        <th scope="col">{td!(texts, medicines.logged)}</th>
                    </tr>
                </thead>
                <tbody>{shown.iter().copied().map(week).collect_view()}</tbody>
            </table>
            <dl class="facts">
                {fact(td!(texts, medicines.logged), of(logged, planned))}
                {fact(td!(texts, medicines.full), of(many(full), many(past)))}
                {fact(td!(texts, medicines.on_time), of(on_time, taken))}
            </dl>
            <details class="fold">
                <summary>{td!(texts, medicines.table)}{icon("down")}</summary>
                <div>
                    <div class="scroll" role="region" aria-label=td!(texts, medicines.each_day) tabindex="0">
                        <table class="data">
                            <caption class="hint">{td!(texts, medicines.dash)}</caption>
                            <thead><tr><th scope="col">{td!(texts, calendar.week)}</th>{columns}</tr></thead>
                            <tbody>{shown.iter().copied().map(row).collect_view()}</tbody>
                        </table>
                    </div>
                </div>
            </details>
        </section>
    }
    .into_any()
}
