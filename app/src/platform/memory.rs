//! What this browser remembers of a choice that is no entry: nothing about health, and it may be lost.

use leptos::prelude::{document, window};

const ZONE_SEEN: &str = "rivulet-zone-seen";

/// The time zone that this phone was in when it was last asked about it.
pub(crate) fn zone_seen() -> Option<String> {
    window().local_storage().ok()??.get_item(ZONE_SEEN).ok()?
}

/// Remembers it.
pub(crate) fn see_zone(zone: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Full or refused: the question comes once more.
        let _ = storage.set_item(ZONE_SEEN, zone);
    }
}

/// How this browser shows something: `theme` or `text`; `public/reading.js` sees to it before anything is shown.
pub(crate) fn reading(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&key(name)).ok()?
}

/// Shows it so from now on; nothing: as the device has it.
pub(crate) fn read_with(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let attribute = format!("data-{name}");
        // Neither fails for these names.
        let _ = root.set_attribute(&attribute, value);
        if value.is_empty() {
            let _ = root.remove_attribute(&attribute);
        }
    }
    if let Ok(Some(storage)) = window().local_storage() {
        // Full or refused: it holds until the page is loaded anew.
        let _ = if value.is_empty() {
            storage.remove_item(&key(name))
        } else {
            storage.set_item(&key(name), value)
        };
    }
}

fn key(name: &str) -> String {
    format!("rivulet-{name}")
}
