//! A patient's state, folded from her stream as far as it was read, and what the events of it led to that nothing has
//! reacted to yet.

use shared_events::{
    effects::{Behaviour, Effect, react},
    ids::{Ordinal, PatientId},
    record::Header,
    state::State,
};

use super::Service;
use crate::{
    error::Error,
    keys::PatientKeys,
    ledger::{
        Ledger, Tables,
        tables::{Room, Span},
    },
};

/// Events that are read at once.
const PAGE: Room = Room { records: 1_000, bytes: 8 << 20 };

/// A state, as of an ordinal of the stream.
#[derive(Default)]
pub(crate) struct Folded {
    pub(crate) state: State,
    pub(crate) until: Ordinal,
    /// Effects of events above what was reacted to, with the ordinals of these, until they are kept.
    pub(crate) found: Vec<(Ordinal, Effect)>,
}

impl Folded {
    /// Reads a page; whether there may be more.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn read_page(
        &mut self,
        tables: &mut dyn Tables,
        of: PatientId,
        keys: &PatientKeys,
    ) -> Result<bool, Error> {
        let events = tables.events(of, Span::After(self.until), PAGE)?;
        if events.is_empty() {
            return Ok(false);
        }
        let reacted = tables.reacted(of)?;
        for event in events {
            let (ordinal, content) = (event.receipt.ordinal, event.content(keys.sealing()));
            let opened = event.into_opened(content);
            let id = Header::parse(&opened.header).ok().map(|header| header.id);
            self.state.apply(opened);
            self.until = ordinal;
            if ordinal > reacted
                && let Some(entry) = id.and_then(|id| self.state.entry(id))
            {
                let effects = react(&self.state, entry.id(), Behaviour::of(entry));
                self.found.extend(effects.into_iter().map(|effect| (ordinal, effect)));
            }
        }
        Ok(true)
    }

    /// Reads whatever is left.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn read_to_end(
        &mut self,
        tables: &mut dyn Tables,
        of: PatientId,
        keys: &PatientKeys,
    ) -> Result<(), Error> {
        while self.read_page(tables, of, keys)? {}
        Ok(())
    }
}

impl<L: Ledger> Service<L> {
    /// Reads a stream on to its end, in short transactions of its own.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn read_on(
        &self,
        patient: PatientId,
        mut folded: Folded,
        keys: &PatientKeys,
    ) -> Result<Folded, Error> {
        loop {
            let keys = keys.clone();
            let read = move |tables: &mut dyn Tables| {
                let more = folded.read_page(tables, patient, &keys)?;
                Ok((folded, more))
            };
            let (next, more) = self.ledger.read(read).await?;
            folded = next;
            if !more {
                return Ok(folded);
            }
        }
    }
}
