//! Lists whose rows stay the same elements while what they show changes, so that focus and taps stay where they are.

use leptos::prelude::*;

/// The rows of a list; `name` tells them apart, `row` draws one from what it shows at any time.
pub(crate) fn rows<T, N, R>(all: Memo<Vec<T>>, name: N, row: R) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    N: Fn(&T) -> String + Copy + Send + Sync + 'static,
    R: Fn(Memo<T>) -> AnyView + Copy + Send + 'static,
{
    view! {
        <For
            each=move || all.get()
            key=move |item| name(item)
            children=move |first: T| {
                let mine = name(&first);
                // A row that is about to go still shows what it showed.
                let item = Memo::new(move |last: Option<&T>| {
                    let found = all.with(|all| all.iter().find(|item| name(item) == mine).cloned());
                    found.or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
                });
                row(item)
            }
        />
    }
    .into_any()
}

/// A titled section that is there only while it has rows.
pub(crate) fn section<T>(
    id: &'static str,
    title: &'static str,
    class: &'static str,
    all: Memo<Vec<T>>,
    rows: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: PartialEq + Send + Sync + 'static,
{
    let has_rows = Memo::new(move |_| all.with(|all| !all.is_empty()));
    view! {
        <Show when=move || has_rows.get()>
            <section class="stack tight" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <ul class=class>{rows()}</ul>
            </section>
        </Show>
    }
    .into_any()
}
