//! The calendar: a month, a week or a day, any of them by its address.

pub(crate) mod day;
pub(crate) mod month;
pub(crate) mod week;

use chrono::{Datelike as _, NaiveDate};
use leptos::prelude::*;
use shared_events::moment::parse_date;

use crate::{
    calendar::Line,
    components::{
        dose::opener,
        freshness::Freshness,
        icon::icon,
        live::{Live, changing, memo},
    },
    platform::intl,
    session::Session,
    text::td,
};

/// The three ways to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Month,
    Week,
    Day,
}

impl Look {
    fn path(self, date: NaiveDate) -> String {
        match self {
            Self::Month => format!("/calendar/{:04}-{:02}", date.year(), date.month()),
            Self::Week => format!("/calendar/week/{date}"),
            Self::Day => format!("/calendar/day/{date}"),
        }
    }
}

/// The date that the address names at its end, or today.
fn shown(session: Session) -> Live<NaiveDate> {
    memo(move || {
        let path = session.place.path();
        let named = path.rsplit('/').next().unwrap_or_default();
        parse_date(named).or_else(|| parse_date(&format!("{named}-01"))).unwrap_or_else(|| session.today())
    })
}

/// A way to what lies beside what is shown.
struct Beside {
    path: String,
    name: String,
}

/// The heading, and the ways to what lies before and after.
fn head(
    session: Session,
    title: impl Fn() -> (String, String) + Send + Sync + 'static,
    beside: impl Fn() -> [Beside; 2] + Send + Sync + Clone + 'static,
) -> AnyView {
    let title = memo(title);
    let to = |which: usize, picture: &'static str| {
        let (path, name) = (beside.clone(), beside.clone());
        let path = move || path()[which].path.clone();
        let name = move || name()[which].name.clone();
        view! { <a class="btn round" href=path aria-label=name><span class="flip">{icon(picture)}</span></a> }
    };
    view! {
        <header class="top">
            <h1>
                {move || title.with(|(first, _)| first.clone())}" "
                <span class="soft">{move || title.with(|(_, rest)| rest.clone())}</span>
            </h1>
            {to(0, "back")}
            {to(1, "next")}
        </header>
        <Freshness session />
    }
    .into_any()
}

/// The ways to the other looks at this date.
fn looks(session: Session, look: Look, date: Live<NaiveDate>) -> AnyView {
    let texts = session.texts;
    let way = |to: Look, words: &'static str| {
        let current = (to == look).then_some("page");
        view! { <a href=move || to.path(date.get()) aria-current=current>{words}</a> }
    };
    view! {
        <nav class="seg" aria-label=td!(texts, calendar.look)>
            {way(Look::Month, td!(texts, calendar.month))}
            {way(Look::Week, td!(texts, calendar.week))}
            {way(Look::Day, td!(texts, calendar.day))}
        </nav>
    }
    .into_any()
}

/// A line of a day, as a row.
fn row(session: Session, line: Live<Line>) -> AnyView {
    let time = move || line.with(|line| line.time.map(intl::time)).unwrap_or_default();
    let words = view! {
        <b>{move || line.with(|line| line.title.clone())}</b>
        <span>{move || line.with(|line| line.detail.clone())}</span>
    }
    .into_any();
    let end = move || {
        line.with(|line| match line.badge {
            Some(badge) => view! { <span class="badge sand">{badge}</span> }.into_any(),
            None => view! { <span class="soft">{icon(line.picture)}</span> }.into_any(),
        })
    };
    view! {
        <li class="item">
            <time class="when">{time}</time>
            {opener(session, Box::new(move || line.with_untracked(|line| line.id.clone())), words)}
            {changing(end)}
        </li>
    }
    .into_any()
}
