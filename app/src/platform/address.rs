//! The page's address. The app has two pages, so that no router is needed; the code of an invitation stands in the
//! fragment, which no browser sends to a server.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The path that invitations point to.
const ENROL: &str = "/enrol";

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Today,
    Enrol,
}

/// What the address says now.
pub(crate) fn current() -> Address {
    let path = window().location().pathname().unwrap_or_default();
    if path.trim_end_matches('/') == ENROL { Address::Enrol } else { Address::Today }
}

/// The fragment without `#`, which is taken out of the address and of the history at once: who looks at the address
/// bar, or goes back, does not find the code.
pub(crate) fn take_fragment() -> Option<String> {
    let location = window().location();
    let fragment = location.hash().ok().filter(|hash| hash.len() > 1)?;
    replace(&location.pathname().unwrap_or_default());
    Some(fragment[1..].to_owned())
}

/// Shows Today's address in place of this one.
pub(crate) fn go_to_today() {
    replace("/");
}

fn replace(path: &str) {
    if let Ok(history) = window().history() {
        // Refused only in sandboxed frames; the page works all the same.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}
