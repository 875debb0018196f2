//! A modal dialog of the browser's own: it holds the focus, Escape and the back button close it, and the focus goes back
//! to where it was.
//! What is done when it is closed is done at once, not when the browser comes to say so: what is opened next would be
//! closed by that.

use leptos::{html, prelude::*};

use crate::{
    components::{
        icon::icon,
        live::{on_click, on_event, when},
    },
    platform::back::{self, Over},
    text::{Texts, td},
};

type OnClosed = StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>;

/// A dialog that is opened as soon as it is on the page.
#[derive(Clone, Copy)]
pub(crate) struct Modal {
    dialog: NodeRef<html::Dialog>,
    on_closed: OnClosed,
}

impl Modal {
    pub(crate) fn new(on_closed: impl FnOnce() + 'static) -> Self {
        let dialog = NodeRef::<html::Dialog>::new();
        dialog.on_load(|dialog| {
            // It is on the page and not open: this does not fail.
            let _ = dialog.show_modal();
        });
        let over = StoredValue::new(None::<Over>);
        let closed = move || {
            if let Some(over) = over.try_update_value(Option::take).flatten() {
                over.leave();
            }
            on_closed();
        };
        let modal = Self { dialog, on_closed: StoredValue::new_local(Some(Box::new(closed))) };
        over.set_value(Some(back::closes(move || modal.close())));
        modal
    }

    pub(crate) fn close(self) {
        if let Some(dialog) = self.dialog.try_get_untracked().flatten() {
            dialog.close();
        }
        self.closed();
    }

    /// Should the browser close it by itself, or once it was closed.
    fn closed(self) {
        if let Some(on_closed) = self.on_closed.try_update_value(Option::take).flatten() {
            on_closed();
        }
    }

    /// The dialog; the heading with this id says what it is.
    pub(crate) fn frame(self, class: &'static str, heading: &'static str, inside: AnyView) -> AnyView {
        // Escape.
        let cancel = move |event: web_sys::Event| {
            event.prevent_default();
            self.close();
        };
        view! {
            <dialog
                class=class
                aria-labelledby=heading
                node_ref=self.dialog
                on:cancel=on_event(cancel)
                on:close=on_event(move |_| self.closed())
            >
                {inside}
            </dialog>
        }
        .into_any()
    }

    /// The button that closes it.
    pub(crate) fn close_button(self, texts: Texts) -> AnyView {
        view! {
            <button class="btn round" type="button" aria-label=td!(texts, close) on:click=on_click(move |_| self.close())>
                {icon("close")}
            </button>
        }
        .into_any()
    }

    /// What stands at its top: what it is about, as its heading with this id.
    pub(crate) fn head(self, texts: Texts, heading: &'static str, title: String) -> AnyView {
        view! { <div class="row"><h2 class="body" id=heading>{title}</h2>{self.close_button(texts)}</div> }
            .into_any()
    }
}

/// A button, and the sheet with which it asks before anything is done.
pub(crate) fn asking(
    words: &'static str,
    label: Option<String>,
    sheet: impl Fn(Modal) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let asks = RwSignal::new(false);
    let closed = move || {
        // The page may have been left.
        let _ = asks.try_set(false);
    };
    view! {
        <button class="btn" type="button" aria-label=label aria-haspopup="dialog" on:click=on_click(move |_| asks.set(true))>
            {words}
        </button>
        {when(move || asks.get(), move || sheet(Modal::new(closed)))}
    }
    .into_any()
}
