//! What pops up: what was just logged, with a way back for ten seconds, and that a newer version waits.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared_events::ids::EventId;

use crate::{
    components::live::{on_click, when},
    platform::{focus, timer, update},
    session::Session,
    text::{say, td},
};

const STAYS: Duration = Duration::from_secs(10);
/// While the focus is on it, it stays longer.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq)]
struct Toast {
    number: u32,
    text: String,
    /// The entries that "Undo" takes back.
    undo: Vec<EventId>,
}

/// The one toast that is shown. Its time runs in a task of the application.
#[derive(Clone, Copy)]
pub(crate) struct Toaster {
    current: RwSignal<Option<Toast>>,
    count: StoredValue<u32>,
    update: RwSignal<bool>,
}

impl Toaster {
    /// Made once, in the app's root.
    pub(crate) fn new() -> Self {
        Self { current: RwSignal::new(None), count: StoredValue::new(0), update: update::waiting() }
    }

    /// Shows a text in place of what was shown, with "Undo" if there is something to take back.
    pub(crate) fn say(self, text: String, undo: Vec<EventId>) {
        let number = self.count.get_value().wrapping_add(1);
        self.count.set_value(number);
        self.current.set(Some(Toast { number, text, undo }));
        spawn_local(async move {
            timer::sleep(STAYS).await;
            while focus::is_within(".toasts") && self.shows(number) {
                timer::sleep(LOOK_AGAIN).await;
            }
            if self.shows(number) {
                self.current.set(None);
            }
        });
    }

    fn shows(self, number: u32) -> bool {
        self.current.with_untracked(|toast| toast.as_ref().is_some_and(|t| t.number == number))
    }
}

/// The place where they pop up; it is always there, so that screen readers say what comes into it.
#[component]
pub(crate) fn Toasts(session: Session) -> impl IntoView {
    let texts = session.texts;
    let Toaster { current, update, .. } = session.toaster;
    let undo = move |toast: &Toast| {
        let said = say!(texts, toast.undone, name = toast.text.as_str());
        session.take_back(format!("toast-{}", toast.number), &toast.undo, said);
        current.set(None);
    };
    let shown = move |toast: Toast| {
        let can_undo = !toast.undo.is_empty();
        let text = toast.text.clone();
        view! {
            <div class="toast">
                <span class="body">{text}</span>
                {can_undo.then(|| {
                    view! {
                        <button class="btn plain" type="button" on:click=on_click(move |_| undo(&toast))>
                            {td!(texts, undo)}
                        </button>
                    }
                })}
            </div>
        }
        .into_any()
    };
    let offer = move || {
        view! {
            <div class="toast">
                <span class="body">{td!(texts, toast.update)}</span>
                <button class="btn plain" type="button" on:click=on_click(move |_| update.set(false))>
                    {td!(texts, later)}
                </button>
                <button class="btn plain" type="button" on:click=on_click(move |_| update::use_it())>
                    {td!(texts, toast.use_it)}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="toasts stack tight" role="status">
            {move || current.get().map(shown)}
            {when(move || update.get(), offer)}
        </div>
    }
}
