//! Pages of the stream: opened and shown.

use futures::future::join_all;
use shared_events::{
    ids::EventId,
    record::{Header, Record},
};

use super::{Device, notes::opened};
use crate::platform::Platform;

/// What a record's body says, as far as it is needed.
pub(super) enum Page {
    /// No event, or not one that has a place.
    Nothing,
    /// The event is in the state; its place may be new.
    Known(EventId),
    /// It is new; without content its body does not open.
    New(EventId, Option<String>),
}

impl<P: Platform> Device<P> {
    /// Opens a page's events, to be put into the state.
    pub(super) async fn open_page(&self, records: &[Record]) -> Vec<Page> {
        let open = records.iter().map(|record| async move {
            let Ok(header) = Header::parse(&record.header) else { return Page::Nothing };
            // Another event may claim its id.
            if self.state.borrow().source(header.id).is_some_and(|known| known.header == record.header) {
                return Page::Known(header.id);
            }
            Page::New(header.id, self.open_body(&header, &record.body).await)
        });
        join_all(open).await
    }

    pub(super) fn apply_page(&self, records: &[Record], pages: Vec<Page>) {
        let (mut state, mut notes) = (self.state.borrow_mut(), self.notes.borrow_mut());
        for (record, page) in records.iter().zip(pages) {
            let Some(receipt) = record.receipt else { continue };
            match page {
                Page::Nothing => continue,
                Page::Known(id) => state.learn_place(id, record.link, receipt),
                Page::New(id, content) => state.apply(id, opened(record, content)),
            }
            notes.since_checkpoint += 1;
            self.engine.borrow_mut().merge_order(receipt.order);
        }
    }
}
