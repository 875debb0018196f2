//! What goes wrong in the program itself goes to the console, and nowhere else. It says where, and nothing about
//! health: messages of panics here are fixed texts.

use web_sys::console;

/// Tells the console where the program stopped, should it ever. Of the build that ships the browser itself tells it:
/// that one carries no texts and places of panics, to be small.
pub(crate) fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        console::error_1(&format!("Rivulet stopped at {place}").into());
    }));
}
