//! Pages of the stream: asked for, stored, opened and shown. Fetching is the slowest part of a fresh device's first
//! minutes, so nothing waits for what it does not need: while a page is being stored, its bodies are opened and the
//! page behind it is on its way.

use std::rc::Rc;

use futures::{
    channel::oneshot,
    future::{join, join_all},
};
use shared_events::{
    ids::{EventId, Sequence},
    record::{Header, Record},
};

use super::{Device, notes::opened};
use crate::{
    engine::{Attempt, Input, Refusal},
    platform::Platform,
    protocol::{Cursor, PullAnswer, path},
    store::{Moved, Progress, Store as _, StoreError},
};

/// A page that was asked for before the one in front of it was stored.
pub(super) struct Ahead {
    cursor: Cursor,
    /// What the server had acknowledged then: its answer says how far it is, and is compared with this.
    acked: Sequence,
    answer: oneshot::Receiver<Result<PullAnswer, Refusal>>,
}

/// What a record's body says, as far as it is needed.
enum Page {
    /// No event, or not one that has a place.
    Nothing,
    /// The event is in the state; its place may be new.
    Known(EventId),
    /// It is new; without content its body does not open.
    New(Option<String>),
}

impl<P: Platform> Device<P> {
    pub(super) async fn pull(self: &Rc<Self>, attempt: Attempt, cursor: Option<Cursor>) {
        let result = match self.take_ahead(cursor) {
            // Whoever had asked has gone; that is as if nobody had answered.
            Some(answer) => answer.await.unwrap_or(Err(Refusal::NoAnswer)),
            None => self.ask_page(cursor).await,
        };
        self.input(Input::PullAnswered { attempt, result });
    }

    /// What was asked for ahead, if it is what is wanted now.
    fn take_ahead(&self, cursor: Option<Cursor>) -> Option<oneshot::Receiver<Result<PullAnswer, Refusal>>> {
        let ahead = self.ahead.borrow_mut().take()?;
        let fits = Some(ahead.cursor) == cursor && ahead.acked == self.engine.borrow().acked();
        fits.then_some(ahead.answer)
    }

    async fn ask_page(&self, cursor: Option<Cursor>) -> Result<PullAnswer, Refusal> {
        let query = cursor.map(|c| c.to_query()).unwrap_or_default();
        self.ask("GET", path::PULL, query, Vec::new(), super::perform::TIMEOUT_MS).await
    }

    fn ask_ahead(self: &Rc<Self>, cursor: Cursor) {
        if cursor.is_whole() {
            return; // whether there is more is not known: that is asked with a long poll
        }
        let (tell, answer) = oneshot::channel();
        let acked = self.engine.borrow().acked();
        *self.ahead.borrow_mut() = Some(Ahead { cursor, acked, answer });
        let device = Rc::clone(self);
        self.spawn(async move {
            // Nobody may want it any more.
            let _ = tell.send(device.ask_page(Some(cursor)).await);
        });
    }

    pub(super) async fn store_page(
        self: &Rc<Self>,
        attempt: Attempt,
        records: Vec<Record>,
        from: Option<Progress>,
        to: Progress,
    ) {
        self.ask_ahead(to.cursor);
        let (result, pages) = match serde_json::to_vec(&records) {
            Ok(bytes) => {
                join(self.platform.store().add_page(bytes, from, to), self.open_page(&records)).await
            }
            Err(e) => (Err(StoreError::Failed(e.to_string())), Vec::new()),
        };
        if result == Ok(Moved::Stored) {
            self.apply_page(&records, pages);
            self.notes.borrow_mut().page += 1;
            self.applied.set(Some(to));
            self.platform.tell_other_tabs();
        }
        self.input(Input::PageStored { attempt, result });
        self.keep_checkpoint().await;
    }

    /// Opens a page's events and puts them into the state.
    pub(super) async fn show_page(&self, records: &[Record]) {
        let pages = self.open_page(records).await;
        self.apply_page(records, pages);
    }

    async fn open_page(&self, records: &[Record]) -> Vec<Page> {
        let open = records.iter().map(|record| async move {
            let Ok(header) = Header::parse(&record.header) else { return Page::Nothing };
            if self.state.borrow().source(header.id).is_some() {
                return Page::Known(header.id);
            }
            Page::New(self.open_body(&header, &record.body).await)
        });
        join_all(open).await
    }

    fn apply_page(&self, records: &[Record], pages: Vec<Page>) {
        let (mut state, mut notes) = (self.state.borrow_mut(), self.notes.borrow_mut());
        for (record, page) in records.iter().zip(pages) {
            let Some(receipt) = record.receipt else { continue };
            match page {
                Page::Nothing => continue,
                Page::Known(id) => state.learn_place(id, record.link, receipt),
                Page::New(content) => {
                    state.apply(opened(record, content));
                }
            }
            notes.since_checkpoint += 1;
            self.engine.borrow_mut().merge_order(receipt.order);
        }
    }
}
