//! Pictures of the one sprite, `public/icons.svg`. They stand beside words and say nothing of their own.

use leptos::prelude::*;
use shared_events::{plan::Form, views::MedicineView};

thread_local! {
    /// Where the build put the sprite; the page says so.
    static SPRITE: String = document()
        .query_selector("meta[name=rivulet-icons]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default();
}

/// A picture by its name.
pub(crate) fn icon(name: &'static str) -> AnyView {
    sized(name, "icon")
}

/// A picture as tall as the text beside it.
pub(crate) fn small(name: &'static str) -> AnyView {
    sized(name, "icon s")
}

fn sized(name: &'static str, class: &'static str) -> AnyView {
    let href = SPRITE.with(|sprite| format!("{sprite}#{name}"));
    view! { <svg class=class aria-hidden="true"><use href=href></use></svg> }.into_any()
}

/// A picture on a pebble.
pub(crate) fn pebble(name: &'static str, class: &'static str) -> AnyView {
    view! { <span class=class>{icon(name)}</span> }.into_any()
}

/// What a medicine looks like.
pub(crate) fn of_form(form: Form) -> &'static str {
    match form {
        Form::Tablet => "tablet",
        Form::Sachet => "sachet",
        Form::Lotion => "lotion",
        Form::Capsule | Form::Drops | Form::Other => "pill",
    }
}

/// A medicine's pebble, in its own tint.
pub(crate) fn medicine(medicine: &MedicineView) -> AnyView {
    let class = match medicine.stone {
        2 => "pebble sand",
        3 => "pebble moss",
        4 => "pebble clay",
        _ => "pebble",
    };
    pebble(of_form(medicine.form), class)
}

/// The picture that a task names, if the sprite has it.
pub(crate) fn of_task(name: Option<&str>) -> &'static str {
    const KNOWN: [&str; 9] = ["survey", "thermo", "lotion", "lab", "bell", "call", "place", "note", "flag"];
    name.and_then(|name| KNOWN.into_iter().find(|known| *known == name)).unwrap_or("task")
}
