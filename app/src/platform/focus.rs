//! Keeps the focus where a person left it, also when what had it is gone.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::timer;

/// Elements that could have the focus next, best first; found before a change takes the first of them away.
pub(crate) struct Heirs(Vec<Element>);

impl Heirs {
    /// Of the focused element: itself, the buttons of the rows after and before its own, its section's heading.
    pub(crate) fn of_focus() -> Self {
        let Some(focused) = document().active_element() else { return Self(Vec::new()) };
        let mut heirs = vec![focused.clone()];
        if let Ok(Some(row)) = focused.closest("li") {
            heirs.extend(row.next_element_sibling().and_then(|row| button_in(&row)));
            heirs.extend(row.previous_element_sibling().and_then(|row| button_in(&row)));
        }
        if let Ok(Some(section)) = focused.closest("section") {
            heirs.extend(section.query_selector("h2").ok().flatten());
        }
        Self(heirs)
    }

    /// Gives the focus to the first that is still there, if the change lost it. Waits until the change is on the page.
    pub(crate) async fn settle(self) {
        timer::next_frame().await;
        let document = document();
        let lost = document.active_element().is_none_or(|e| e.tag_name() == "BODY");
        if !lost {
            return;
        }
        let heading = document.query_selector("#main h1").ok().flatten();
        if let Some(heir) = self.0.into_iter().chain(heading).find(|heir| heir.is_connected()) {
            focus(&heir);
        }
    }
}

/// The last button: the row's action stands after its link.
fn button_in(row: &Element) -> Option<Element> {
    row.query_selector(".btn").ok().flatten().or_else(|| row.query_selector("button").ok().flatten())
}

/// Focuses an element; a heading is made focusable by script for it.
pub(crate) fn focus(element: &Element) {
    if !element.has_attribute("tabindex") && element.tag_name().starts_with('H') {
        let _ = element.set_attribute("tabindex", "-1");
    }
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Focuses the page's heading: a new page begins there.
pub(crate) async fn heading() {
    timer::next_frame().await;
    if let Ok(Some(heading)) = document().query_selector("#main h1") {
        focus(&heading);
    }
}

/// Focuses the first field of a form in which something is wrong, once that is on the page.
pub(crate) async fn first_wrong() {
    timer::next_frame().await;
    if let Ok(Some(field)) = document().query_selector("#main [aria-invalid]") {
        focus(&field);
    }
}

/// Whether the focus is within an element with this selector.
pub(crate) fn is_within(selector: &str) -> bool {
    document().active_element().is_some_and(|e| matches!(e.closest(selector), Ok(Some(_))))
}
