//! What the browser says of the network and of the page: the triggers of syncing.

use gloo_events::EventListener;
use web_sys::{VisibilityState, Window};

/// Something that happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// There may be a network again.
    Online,
    /// There is none.
    Offline,
    /// The page is looked at.
    Visible,
    /// It is not; it may be frozen or ended without another word.
    Hidden,
    /// It goes away, perhaps into the back-forward cache.
    Leaving,
    /// It came back from there, with all its state of then.
    Returned,
}

/// Hears signals until it is dropped.
pub struct Signals {
    _listeners: Vec<EventListener>,
}

impl Signals {
    /// Calls `on_signal` for every signal from now on.
    #[must_use]
    pub fn listen(on_signal: impl Fn(Signal) + Clone + 'static) -> Self {
        let Some(window) = web_sys::window() else { return Self { _listeners: Vec::new() } };
        let events = [
            ("online", Signal::Online),
            ("offline", Signal::Offline),
            ("pagehide", Signal::Leaving),
            ("pageshow", Signal::Returned),
        ];
        let mut listeners: Vec<_> = events
            .into_iter()
            .map(|(event, signal)| {
                let on_signal = on_signal.clone();
                EventListener::new(&window, event, move |_| on_signal(signal))
            })
            .collect();
        if let Some(document) = window.document() {
            let shown = document.clone();
            listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
                let visible = shown.visibility_state() == VisibilityState::Visible;
                on_signal(if visible { Signal::Visible } else { Signal::Hidden });
            }));
        }
        Self { _listeners: listeners }
    }
}

/// [`Signal::Online`] or [`Signal::Offline`], as the browser sees it: offline is sure, online is a guess.
#[must_use]
pub fn network() -> Signal {
    let online = web_sys::window().is_none_or(|window: Window| window.navigator().on_line());
    if online { Signal::Online } else { Signal::Offline }
}
