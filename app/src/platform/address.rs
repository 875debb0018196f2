//! The page's address. The app has two pages, each a program of its own, so that no router is needed; the code of an
//! invitation stands in the fragment, which no browser sends to a server.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::CustomEvent;

/// The path that invitations point to.
const ENROL: &str = "/enrol";

/// The fragment without `#`, which is taken out of the address and of the history at once: who looks at the address
/// bar, or goes back, does not find the code.
pub(crate) fn take_fragment() -> Option<String> {
    let location = window().location();
    let fragment = location.hash().ok().filter(|hash| hash.len() > 1)?;
    replace(&location.pathname().unwrap_or_default());
    Some(fragment[1..].to_owned())
}

/// Whether the address is that of the page that sets a phone up. A server that gives the app there is not of this build.
pub(crate) fn is_enrolment() -> bool {
    window().location().pathname().is_ok_and(|path| path.trim_end_matches('/') == ENROL)
}

/// Starts the app in this page: `public/boot.js` loads it. Where the browser has no database, only this page knows who
/// this is.
pub(crate) fn open_today() {
    replace("/");
    if let Ok(event) = CustomEvent::new("rivulet:open-app") {
        // The event is not cancelable.
        let _ = window().dispatch_event(&event);
    }
}

/// Opens the page that sets a phone up, with what the fragment says, in place of this one.
pub(crate) fn open_enrolment() {
    let fragment = window().location().hash().unwrap_or_default();
    // Refused only in sandboxed frames; the page works all the same.
    let _ = window().location().replace(&format!("{ENROL}{fragment}"));
}

fn replace(path: &str) {
    if let Ok(history) = window().history() {
        // Refused only in sandboxed frames; the page works all the same.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}
