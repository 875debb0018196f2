//! One of several: a radio button and its words.

use leptos::prelude::*;

use crate::components::live::on_event;

/// The button that chooses this value of a signal.
pub(crate) fn radio<T: Copy + PartialEq + Send + Sync + 'static>(
    class: &'static str,
    name: &'static str,
    of: RwSignal<T>,
    value: T,
    words: AnyView,
) -> AnyView {
    view! {
        <label class=class>
            <input
                type="radio"
                name=name
                prop:checked=move || of.get() == value
                on:change=on_event(move |_| of.set(value))
            />
            {words}
        </label>
    }
    .into_any()
}
