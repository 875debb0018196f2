//! A newer version of the app: `public/boot.js` says when one waits, and starts it when it is told to.

use leptos::{ev, prelude::*};
use web_sys::CustomEvent;

/// Whether a newer version waits for leave to start.
pub(crate) fn waiting() -> RwSignal<bool> {
    let found_before = document()
        .document_element()
        .is_some_and(|root| root.get_attribute("data-update").as_deref() == Some("ready"));
    let waiting = RwSignal::new(found_before);
    // Lives as long as the page does: the handle is not kept.
    let _ = window_event_listener(ev::Custom::<CustomEvent>::new("rivulet:update-ready"), move |_| {
        waiting.set(true)
    });
    waiting
}

/// Starts the newer version; the page then loads anew.
pub(crate) fn use_it() {
    if let Ok(event) = CustomEvent::new("rivulet:use-new-version") {
        // The event is not cancelable.
        let _ = window().dispatch_event(&event);
    }
}
