//! A modal dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back to where it was.

use leptos::{html, prelude::*};

/// A dialog that is opened as soon as it is on the page.
#[derive(Clone, Copy)]
pub(crate) struct Modal(pub(crate) NodeRef<html::Dialog>);

impl Modal {
    pub(crate) fn new() -> Self {
        let dialog = NodeRef::<html::Dialog>::new();
        dialog.on_load(|dialog| {
            // It is on the page and not open: this does not fail.
            let _ = dialog.show_modal();
        });
        Self(dialog)
    }

    pub(crate) fn close(self) {
        if let Some(dialog) = self.0.try_get_untracked().flatten() {
            dialog.close();
        }
    }
}
