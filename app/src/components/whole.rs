//! A modal dialog of the browser's own over the whole screen: it holds the focus; Escape, its button and the browser's
//! back button close it, and the focus goes back to where it was.

use leptos::{html, prelude::*};

use crate::{
    components::{
        icon::icon,
        live::{on_click, on_event},
    },
    platform::back,
};

/// Closes the dialog.
#[derive(Clone, Copy)]
pub(crate) struct Close(NodeRef<html::Dialog>);

impl Close {
    pub(crate) fn now(self) {
        if let Some(dialog) = self.0.try_get_untracked().flatten() {
            dialog.close();
        }
    }
}

/// What stands at its top.
pub(crate) struct Top {
    /// The heading's id.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// What its button says that closes it.
    pub(crate) back: &'static str,
}

/// Opens it.
pub(crate) fn whole(
    top: Top,
    on_closed: impl Fn() + 'static,
    content: impl FnOnce(Close) -> AnyView,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        // It is on the page and not open: this does not fail.
        let _ = dialog.show_modal();
    });
    let close = Close(dialog);
    back::closes(move || close.now());
    let closed = move || {
        back::leave();
        on_closed();
    };
    let content = content(close);
    view! {
        <dialog class="sheet whole" aria-labelledby=top.id node_ref=dialog on:close=on_event(move |_| closed())>
            <header class="top">
                <button class="btn round" type="button" aria-label=top.back on:click=on_click(move |_| close.now())>
                    {icon("back")}
                </button>
                <h2 id=top.id tabindex="-1" autofocus>{top.title}</h2>
            </header>
            {content}
        </dialog>
    }
    .into_any()
}
