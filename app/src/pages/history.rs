//! History: everything that was logged, the newest first, to be searched.

use leptos::prelude::*;

use crate::{
    components::{
        done::mark,
        dose::opener,
        list::rows,
        live::{Live, changing, memo, on_click, on_event, when, when_or},
        why::picture,
    },
    pages::more::under_more,
    session::Session,
    text::{self, say, td},
    why::history::{Found, Kind, Row, history},
};

/// Rows at first, and more with each tap.
const ROWS: usize = 50;

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let texts = session.texts;
    let (kind, words, limit) = (RwSignal::new(Kind::All), RwSignal::new(String::new()), RwSignal::new(ROWS));
    let found = memo(move || {
        session.follow(|phone| words.with(|words| history(session, phone, kind.get(), words, limit.get())))
    });
    let days = memo(move || found.with(days));
    let day = move |day: Live<Day>| self::day(session, day);
    let nothing = move || view! { <p class="card flat soft">{td!(texts, history.nothing)}</p> }.into_any();
    let more = move || {
        view! {
            <button class="btn" type="button" on:click=on_click(move |_| limit.update(|n| *n += ROWS))>
                {td!(texts, history.older)}
            </button>
        }
        .into_any()
    };
    let is_loading = move || {
        let is_whole = session.follow(|phone| phone.coverage().is_whole());
        !is_whole && found.with(|found| !found.more)
    };
    view! {
        {under_more(session, td!(texts, history.title))}
        <div class="stack loose">
            <div class="field">
                <label for="search">{td!(texts, history.search)}</label>
                <input
                    id="search"
                    type="search"
                    autocomplete="off"
                    on:input=on_event(move |event| words.set(event_target_value(&event)))
                />
            </div>
            <div class="row" role="group" aria-label=td!(texts, history.show)>
                {Kind::ALL.map(|one| choice(session, kind, one)).collect_view()}
            </div>
            <div class="stack loose" aria-live="polite">
                {when_or(
                    move || days.with(|days| !days.is_empty()),
                    move || rows(days, |day: &Day| day.date.to_string(), day),
                    nothing,
                )}
            </div>
            {when(move || found.with(|found| found.more), more)}
            {when(is_loading, move || view! { <p class="soft" role="status">{td!(texts, history.loading)}</p> }.into_any())}
        </div>
    }
    .into_any()
}

fn choice(session: Session, kind: RwSignal<Kind>, one: Kind) -> AnyView {
    let texts = session.texts;
    let name = match one {
        Kind::All => td!(texts, history.all),
        Kind::Medicines => td!(texts, nav.medicines),
        Kind::Tasks => td!(texts, history.tasks),
        Kind::Changes => td!(texts, history.changes),
    };
    view! {
        <button
            class="btn"
            type="button"
            aria-pressed=move || (kind.get() == one).to_string()
            on:click=on_click(move |_| kind.set(one))
        >
            {name}
        </button>
    }
    .into_any()
}

/// What was logged on one day.
#[derive(Clone, Debug, PartialEq)]
struct Day {
    date: chrono::NaiveDate,
    rows: Vec<Row>,
}

fn days(found: &Found) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for row in &found.rows {
        match days.iter_mut().find(|day| day.date == row.date) {
            Some(day) => day.rows.push(row.clone()),
            None => days.push(Day { date: row.date, rows: vec![row.clone()] }),
        }
    }
    days
}

fn day(session: Session, day: Live<Day>) -> AnyView {
    let texts = session.texts;
    let date = day.with_untracked(|day| day.date);
    let heading = format!("logged-{date}");
    let labelled = heading.clone();
    let title = move || {
        let today = session.today();
        match today.signed_duration_since(date).num_days() {
            0 => say!(texts, history.today),
            1 => say!(texts, history.yesterday),
            _ => text::date(today, date),
        }
    };
    let all = memo(move || day.with(|day| day.rows.clone()));
    view! {
        <section class="stack tight" aria-labelledby=labelled>
            <h2 id=heading>{title}</h2>
            <ol class="card list">{rows(all, |row: &Row| row.id.to_string(), move |row| entry(session, row))}</ol>
        </section>
    }
    .into_any()
}

fn entry(session: Session, row: Live<Row>) -> AnyView {
    let texts = session.texts;
    let words = move || {
        view! {
            <b>{move || row.with(|row| row.title.clone())}</b>
            <span>{move || row.with(|row| row.detail.clone())}</span>
            {move || row.with(|row| row.but.clone()).map(|but| view! { <span>{but}</span> })}
            {changing(move || row.with(|row| mark(texts, &row.place)))}
        }
        .into_any()
    };
    let asks = row.with_untracked(|row| row.asks.clone());
    let body = match asks {
        Some(name) => opener(session, Box::new(move || name.clone()), words()),
        None => view! { <div class="body">{words()}</div> }.into_any(),
    };
    view! { <li class="item">{changing(move || row.with(|row| picture(&row.picture)))}{body}</li> }.into_any()
}
