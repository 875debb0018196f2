//! What this browser remembers of a choice that is no entry: nothing about health, and it may be lost.

use leptos::prelude::window;

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
