//! A modal dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back to where it was.
//! What is done when it is closed is done at once, not when the browser comes to say so: what is opened next would be
//! closed by that.

use leptos::{html, prelude::*};

type OnClosed = StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>;

/// A dialog that is opened as soon as it is on the page.
#[derive(Clone, Copy)]
pub(crate) struct Modal {
    pub(crate) dialog: NodeRef<html::Dialog>,
    on_closed: OnClosed,
}

impl Modal {
    pub(crate) fn new(on_closed: impl FnOnce() + 'static) -> Self {
        let dialog = NodeRef::<html::Dialog>::new();
        dialog.on_load(|dialog| {
            // It is on the page and not open: this does not fail.
            let _ = dialog.show_modal();
        });
        Self { dialog, on_closed: StoredValue::new_local(Some(Box::new(on_closed))) }
    }

    pub(crate) fn close(self) {
        if let Some(dialog) = self.dialog.try_get_untracked().flatten() {
            dialog.close();
        }
        self.closed();
    }

    /// For the dialog's `cancel`: Escape.
    pub(crate) fn cancel(self, event: &web_sys::Event) {
        event.prevent_default();
        self.close();
    }

    /// For the dialog's `close`, should the browser close it by itself.
    pub(crate) fn closed(self) {
        if let Some(on_closed) = self.on_closed.try_update_value(Option::take).flatten() {
            on_closed();
        }
    }
}
