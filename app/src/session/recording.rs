//! Recording what was tapped, as a task of the application.

use leptos::{prelude::*, task::spawn_local};
use shared_events::{commands, draft::Draft, ids::EventId};

use super::Session;
use crate::{platform::focus::Heirs, text::say};

/// Whether what is said of an entry comes with a way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undo {
    Offered,
    None,
}

impl Session {
    /// Whether something with this name is being recorded.
    pub(crate) fn is_busy(self, name: &str) -> bool {
        self.busy.with(|busy| busy.iter().any(|busy| busy == name))
    }

    /// Records what was tapped, and says `said` once it is durable. A second tap on the same thing before that is the
    /// same tap.
    pub(crate) fn record(self, tapped: Vec<String>, drafts: Vec<Draft>, said: String, undo: Undo) {
        if drafts.is_empty() || self.busy.with_untracked(|busy| tapped.iter().any(|t| busy.contains(t))) {
            return;
        }
        let heirs = Heirs::of_focus();
        self.busy.update(|busy| busy.extend(tapped.iter().cloned()));
        let phone = self.phone();
        spawn_local(async move {
            let outcome = phone.record(drafts).await;
            self.busy.update(|busy| busy.retain(|b| !tapped.contains(b)));
            match outcome {
                Ok(ids) => self.toaster.say(said, if undo == Undo::Offered { ids } else { Vec::new() }),
                Err(_) => self.toaster.say(say!(self.texts, toast.not_saved), Vec::new()),
            }
            heirs.settle().await;
        });
    }

    /// Takes entries back, by an entry of its own for each.
    pub(crate) fn take_back(self, tapped: String, entries: &[EventId], said: String) {
        let drafts = self.retractions(entries);
        self.record(vec![tapped], drafts, said, Undo::None);
    }

    /// The entries that take these back.
    pub(crate) fn retractions(self, entries: &[EventId]) -> Vec<Draft> {
        let now = self.now();
        self.read(|phone| {
            phone.with_state(|state| {
                let known = entries.iter().filter_map(|id| state.entry(*id));
                known.map(|entry| commands::retract(entry, None, now)).collect()
            })
        })
    }
}
