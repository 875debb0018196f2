//! Lists whose rows stay the same elements while what they show changes, so that focus and taps stay where they are.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::live::{Live, Shown, when};

/// The rows of a list; `name` tells them apart, `row` draws one from what it shows at any time.
pub(crate) fn rows<T>(
    all: Live<Vec<T>>,
    name: fn(&T) -> String,
    row: impl Fn(Live<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let names = move || all.with(|all| all.iter().map(name).collect());
    let find = move |all: &Shown, mine: &str| {
        let all: &Vec<T> = all.value()?;
        all.iter().find(|item| name(item) == mine).cloned().map(Shown::new)
    };
    found(all.shown(), Box::new(names), Arc::new(find), Box::new(move |item| row(Live::of(item))))
}

/// Finds the item of a name among all.
type Find = Arc<dyn Fn(&Shown, &str) -> Option<Shown> + Send + Sync>;

fn found(
    all: Memo<Shown>,
    names: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    find: Find,
    row: Box<dyn Fn(Memo<Shown>) -> AnyView + Send + Sync>,
) -> AnyView {
    let draw = move |mine: String| {
        let Some(first) = find(&all.get_untracked(), &mine) else { return ().into_any() };
        let find = Arc::clone(&find);
        // A row that is about to go still shows what it showed.
        row(Memo::new(move |last: Option<&Shown>| {
            find(&all.get(), &mine).or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
        }))
    };
    named(names, Arc::new(draw))
}

/// One row for each name, drawn once.
pub(crate) fn named(
    names: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    draw: Arc<dyn Fn(String) -> AnyView + Send + Sync>,
) -> AnyView {
    view! { <For each=move || names() key=String::clone children=move |name| draw(name) /> }.into_any()
}

/// A titled section that is there only while it has rows.
pub(crate) fn section<T>(
    id: &'static str,
    title: &'static str,
    class: &'static str,
    all: Live<Vec<T>>,
    rows: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: PartialEq + Send + Sync + 'static,
{
    frame(id, title, class, Box::new(move || all.with(|all| !all.is_empty())), Box::new(rows))
}

fn frame(
    id: &'static str,
    title: &'static str,
    class: &'static str,
    has_rows: Box<dyn Fn() -> bool + Send + Sync>,
    rows: Box<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    when(has_rows, move || {
        view! {
            <section class="stack tight" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <ul class=class>{rows()}</ul>
            </section>
        }
        .into_any()
    })
}
