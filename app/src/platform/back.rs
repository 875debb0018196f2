//! The browser's back button closes what lies over the page, the uppermost first, as Escape does.

use std::cell::{Cell, RefCell};

use leptos::prelude::{on_cleanup, window, window_event_listener_untyped};
use wasm_bindgen::JsValue;

/// Marks the entry of the browser's history that stands for something that lies over the page.
const OVER: &str = "over";

/// Something that lies over the page.
struct Layer {
    over: Over,
    close: Box<dyn Fn()>,
    /// Whether the history has its entry.
    is_entered: bool,
}

/// Names what [`closes`] was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Over(u32);

thread_local! {
    /// The uppermost last.
    static LAYERS: RefCell<Vec<Layer>> = const { RefCell::new(Vec::new()) };
    /// Going back takes the browser a moment: so many entries are being left.
    static LEAVING: Cell<u32> = const { Cell::new(0) };
    /// How many there were; with the first this begins to listen.
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// From now on the back button closes what was opened, until its view is gone.
pub(crate) fn closes(close: impl Fn() + 'static) -> Over {
    let over = Over(COUNT.get());
    COUNT.set(over.0 + 1);
    if over.0 == 0 {
        // It lives as long as the page.
        let _ = window_event_listener_untyped("popstate", |_| went_back());
    }
    LAYERS.with_borrow_mut(|layers| layers.push(Layer { over, close: Box::new(close), is_entered: false }));
    enter();
    on_cleanup(move || {
        // A link has led on already: then its entry is the page's.
        if over.take().is_some_and(|layer| layer.is_entered) && is_over() {
            go_back();
        }
    });
    over
}

impl Over {
    /// It was closed in another way: the back button is again that of what lies below.
    pub(crate) fn leave(self) {
        if self.take().is_some_and(|layer| layer.is_entered) {
            go_back();
        }
    }

    /// `None`: it lies there no more.
    fn take(self) -> Option<Layer> {
        LAYERS.with_borrow_mut(|layers| {
            let at = layers.iter().position(|layer| layer.over == self)?;
            Some(layers.remove(at))
        })
    }
}

fn go_back() {
    // Refused only in sandboxed frames; the page works all the same.
    if window().history().and_then(|history| history.back()).is_ok() {
        LEAVING.set(LEAVING.get() + 1);
    }
}

/// Whether the history stands at an entry of something that lies over the page.
fn is_over() -> bool {
    let state = window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(OVER))
}

fn went_back() {
    let leaving = LEAVING.get();
    if leaving > 0 {
        // Browsers may make one step of several: at a page's own entry all are left.
        LEAVING.set(if is_over() { leaving - 1 } else { 0 });
        enter();
    } else if let Some(layer) = LAYERS.with_borrow_mut(Vec::pop) {
        (layer.close)();
    }
}

/// Gives an entry to everything that has none. What is opened while others are left waits for that.
fn enter() {
    let Ok(history) = window().history() else { return };
    if LEAVING.get() > 0 {
        return;
    }
    LAYERS.with_borrow_mut(|layers| {
        for layer in layers.iter_mut().filter(|layer| !layer.is_entered) {
            layer.is_entered = history.push_state(&JsValue::from(OVER), "").is_ok();
        }
    });
}
