//! The browser's back button closes what lies over the page, as Escape does.

use std::cell::Cell;

use leptos::prelude::{on_cleanup, window, window_event_listener_untyped};
use wasm_bindgen::JsValue;

/// Marks the entry of the browser's history that stands for what lies over the page.
const OVER: &str = "over";

thread_local! {
    /// Going back takes the browser a moment; what is opened meanwhile is not what is left.
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// From now on the back button closes what was opened, until its view is gone.
pub(crate) fn closes(close: impl Fn() + 'static) {
    let waits = Cell::new(LEAVING.get());
    if !waits.get() {
        enter();
    }
    let listener =
        window_event_listener_untyped(
            "popstate",
            move |_| {
                if waits.replace(false) { enter() } else { close() }
            },
        );
    on_cleanup(move || listener.remove());
}

/// What lay over the page was closed in another way: the back button is the page's again.
pub(crate) fn leave() {
    let Ok(history) = window().history() else { return };
    if LEAVING.get() || history.state().ok().and_then(|state| state.as_string()).as_deref() != Some(OVER) {
        return;
    }
    LEAVING.set(true);
    // It lives as long as the page: whoever goes back, nobody is leaving any more.
    let _ = window_event_listener_untyped("popstate", |_| LEAVING.set(false));
    // Refused only in sandboxed frames; the page works all the same.
    let _ = history.back();
}

fn enter() {
    if let Ok(history) = window().history() {
        let _ = history.push_state(&JsValue::from(OVER), "");
    }
}
