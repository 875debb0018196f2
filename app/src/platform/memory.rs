//! What this browser remembers of a choice that is no entry: nothing about health, and it may be lost.

use leptos::prelude::{document, window};
use rivulet_sync::browser::quota::Persistence;

const ZONE_SEEN: &str = "zone-seen";
const PERSISTENCE: &str = "persistence";

/// The time zone that this phone was in when it was last asked about it.
pub(crate) fn zone_seen() -> Option<String> {
    kept(ZONE_SEEN)
}

/// Remembers it; where that is refused the question comes once more.
pub(crate) fn see_zone(zone: &str) {
    keep(ZONE_SEEN, zone);
}

/// How this browser shows something, `theme` or `text`: `public/reading.js` sees to it before anything is shown. Nothing:
/// as the device has it.
pub(crate) fn reading(name: &str) -> String {
    kept(name).unwrap_or_default()
}

/// Shows it so from now on; where that cannot be kept, until the page is loaded anew.
pub(crate) fn read_with(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let attribute = format!("data-{name}");
        // Neither fails for these names.
        let _ = if value.is_empty() {
            root.remove_attribute(&attribute)
        } else {
            root.set_attribute(&attribute, value)
        };
    }
    keep(name, value);
}

/// What this phone reminds of, if nobody has turned it off.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reminder {
    Medicines,
    Appointments,
}

impl Reminder {
    const fn name(self) -> &'static str {
        match self {
            Self::Medicines => "remind-medicines",
            Self::Appointments => "remind-appointments",
        }
    }
}

/// Whether it does.
pub(crate) fn reminds(of: Reminder) -> bool {
    kept(of.name()).is_none_or(|kept| kept != "no")
}

/// Turns it on or off.
pub(crate) fn remind(of: Reminder, on: bool) {
    keep(of.name(), if on { "yes" } else { "no" });
}

/// Whether the browser keeps what is stored, as it said last.
pub(crate) fn persistence() -> Persistence {
    match kept(PERSISTENCE).as_deref() {
        Some("promised") => Persistence::Promised,
        Some("unknown") => Persistence::Unknown,
        _ => Persistence::BestEffort,
    }
}

/// Remembers it.
pub(crate) fn see_persistence(found: Persistence) {
    let name = match found {
        Persistence::Promised => "promised",
        Persistence::BestEffort => "best-effort",
        Persistence::Unknown => "unknown",
    };
    keep(PERSISTENCE, name);
}

/// Speaks this language from the next start on; none: the device's.
pub(crate) fn speak(language: &str) {
    keep("language", language);
}

fn kept(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&key(name)).ok()?
}

fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Full or refused.
        let _ = storage.set_item(&key(name), value);
    }
}

fn key(name: &str) -> String {
    format!("rivulet-{name}")
}
