//! Where in the app a person is: the path of the page's address. Links of the app's own change it without loading a page
//! anew, and so do the browser's back and forward buttons.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, MouseEvent};

/// The path that is shown; a name of what the app's root owns.
#[derive(Clone, Copy)]
pub(crate) struct Place(RwSignal<String>);

impl Place {
    pub(crate) fn here() -> Self {
        Self(RwSignal::new(path()))
    }

    /// The path that is shown.
    pub(crate) fn path(self) -> String {
        self.0.get()
    }

    /// Follows links and the browser's buttons, as long as what asks for it is shown.
    pub(crate) fn follow(self) {
        let listeners = [
            window_event_listener_untyped("popstate", move |_| self.show(path())),
            window_event_listener_untyped("click", move |event| {
                if let Some(path) = followed(&event) {
                    event.prevent_default();
                    self.go(&path);
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    }

    /// Goes to another page; it begins at its top.
    pub(crate) fn go(self, path: &str) {
        if let Ok(history) = window().history() {
            // Refused only in sandboxed frames; the page works all the same.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
        }
        self.show(path.to_owned());
    }

    fn show(self, path: String) {
        // What lies over a page has an entry of its own in the history, and the page's path.
        let before = self.0.get_untracked();
        if before != path {
            let is_other = page(&before) != page(&path);
            self.0.set(path);
            // The next month is the same page: the focus stays on what led to it.
            if is_other {
                leptos::task::spawn_local(super::focus::heading());
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        }
    }
}

/// What names the page: what follows from the first digit on says what it shows.
fn page(path: &str) -> &str {
    path.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().trim_end_matches('/')
}

fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The path of the link that was tapped, if it is one of the app's own and is to open here.
fn followed(event: &Event) -> Option<String> {
    let click: &MouseEvent = event.dyn_ref()?;
    if click.button() != 0 || click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key() {
        return None;
    }
    let link = click.target()?.dyn_into::<Element>().ok()?.closest("a[href^='/']").ok()??;
    link.get_attribute("href")
}
