//! A push, within one transaction: judged by [`admit`], then appended, filled and quarantined.

use std::collections::BTreeMap;

use rivulet_sync::protocol::{Problem, SignedHead, Verdict};
use shared_events::{
    content::Role,
    draft::Clear,
    events::{Event, EventUnreadable},
    ids::{EventId, Sequence},
    record::{FillReason, Fills, Link, Receipt, Record, genesis},
};

use super::{
    StorageError, Tables,
    admit::{Candidate, Chain, Flaw, Prepared, Step, admit},
    append::{Appender, Good},
    rows::{Device, Filled, Head, Quarantined, Tail},
};
use crate::{
    error::Error,
    scribe::{Saying, Scribe, utc},
};

/// What came of a push.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Pushed {
    pub verdicts: Vec<Verdict>,
    pub mark: Sequence,
    pub tail: Tail,
}

/// Does a push of `device`. `scribe` opens the server's own device, which fills places; it is asked only if one has
/// to be filled.
///
/// # Errors
/// Refused as a whole, or the database's: nothing is stored.
pub fn push(
    tables: &mut dyn Tables,
    device: &Device,
    push: Prepared,
    now_ms: u64,
    scribe: &dyn Fn() -> Result<Scribe, Error>,
) -> Result<Pushed, Error> {
    let mut authors = tables.devices(device.patient)?;
    authors.retain(|d| d.person == device.person && d.enrolled <= device.enrolled);
    let chain = Chain {
        patient: device.patient,
        device: device.id,
        role: device.role,
        mark: device.mark,
        head: device.head,
        authors: authors.iter().map(|d| d.id).collect(),
    };
    let links = match push.wants_links(chain.mark) {
        Some(places) => tables.links(device.id, places)?,
        None => BTreeMap::new(),
    };
    let events = tables.event_hashes(device.patient, &push.wants_events(chain.mark))?;
    let genesis = genesis(device.patient, device.id, &device.spki);
    let steps = admit(&chain, &genesis, &push, &links, &events)
        .map_err(|refusal| Error::Refused(Box::new(Problem::from(refusal))))?;
    Work { device, appender: Appender::begin(tables, device.patient, now_ms)?, scribe, opened: None, now_ms }
        .run(tables, push, &steps)
}

struct Work<'a> {
    device: &'a Device,
    appender: Appender,
    scribe: &'a dyn Fn() -> Result<Scribe, Error>,
    opened: Option<Scribe>,
    now_ms: u64,
}

impl Work<'_> {
    fn run(mut self, tables: &mut dyn Tables, push: Prepared, steps: &[Step]) -> Result<Pushed, Error> {
        let Prepared { candidates, head } = push;
        let mut verdicts = Vec::with_capacity(steps.len());
        for (candidate, step) in candidates.into_iter().zip(steps) {
            verdicts.push(match step {
                Step::Known => self.known(tables, &candidate)?,
                Step::Append => self.append(tables, candidate)?,
                Step::Repeat(id) => self.repeat(tables, &candidate, *id)?,
                Step::Quarantine(flaw) => self.quarantine(tables, &candidate, *flaw)?,
            });
        }
        let mark = self.device.mark.max(head.sequence);
        if mark > self.device.mark {
            let SignedHead { link, signature, .. } = head;
            tables.set_head(self.device.id, mark, &link)?;
            tables.add_head(&Head { device: self.device.id, sequence: mark, link, signature })?;
        }
        let tail = self.appender.finish(tables)?;
        Ok(Pushed { verdicts, mark, tail })
    }

    fn known(&self, tables: &mut dyn Tables, candidate: &Candidate) -> Result<Verdict, Error> {
        let sequence = candidate.record.link.sequence;
        if let Some(logged) = tables.event_of(self.device.id, sequence)? {
            return Ok(Verdict::Duplicate { receipt: logged.receipt, logged: None });
        }
        let filled = tables.filled(self.device.id, sequence)?;
        let filled = filled.ok_or_else(|| StorageError::Corrupt("a place below the mark is empty".into()))?;
        let Some(ordinal) = filled.ordinal else { return Ok(Verdict::Quarantined { reason: filled.why }) };
        let logged = tables.event_at(self.device.patient, ordinal)?;
        let logged = logged.ok_or_else(|| StorageError::Corrupt("a repeated event is missing".into()))?;
        Ok(Verdict::Duplicate { receipt: logged.receipt, logged: Some(logged.link) })
    }

    fn append(&mut self, tables: &mut dyn Tables, candidate: Candidate) -> Result<Verdict, Error> {
        let Ok(header) = &candidate.header else {
            return self.quarantine(tables, &candidate, Flaw::Header);
        };
        let Record { header: header_text, body, link, .. } = candidate.record;
        let (event_hash, link_hash) = (candidate.event_hash, candidate.claimed);
        let good = Good { header, header_text, event_hash, body, link, link_hash };
        Ok(Verdict::Accepted { receipt: self.appender.append(tables, good)? })
    }

    fn repeat(
        &mut self,
        tables: &mut dyn Tables,
        candidate: &Candidate,
        id: EventId,
    ) -> Result<Verdict, Error> {
        let logged = tables.event(self.device.patient, id)?;
        let logged = logged.ok_or_else(|| StorageError::Corrupt("a repeated event is missing".into()))?;
        let why = "the entry is in the log under another link";
        self.fill(tables, candidate, FillReason::Repeated, why, Some(logged.receipt))?;
        Ok(Verdict::Duplicate { receipt: logged.receipt, logged: Some(logged.link) })
    }

    fn quarantine(
        &mut self,
        tables: &mut dyn Tables,
        candidate: &Candidate,
        flaw: Flaw,
    ) -> Result<Verdict, Error> {
        let reason = flaw.to_string();
        let Link { device, sequence, .. } = candidate.record.link;
        if flaw == Flaw::SameId {
            tracing::error!(%device, sequence = sequence.get(), "alarm: two events with one id");
        } else {
            tracing::warn!(%device, sequence = sequence.get(), flaw = ?flaw, "quarantined");
        }
        tables.quarantine(&Quarantined {
            patient: self.device.patient,
            record: candidate.record.clone(),
            why: reason.clone(),
            received_ms: self.now_ms,
        })?;
        self.fill(tables, candidate, FillReason::Unreadable, &reason, None)?;
        Ok(Verdict::Quarantined { reason })
    }

    /// Fills the place, in the same transaction, by an event of the server's device that says the claimed link.
    fn fill(
        &mut self,
        tables: &mut dyn Tables,
        candidate: &Candidate,
        reason: FillReason,
        why: &str,
        logged: Option<Receipt>,
    ) -> Result<(), Error> {
        let Link { device, sequence, .. } = candidate.record.link;
        let link = candidate.claimed;
        tables.add_filled(&Filled {
            device,
            sequence,
            link,
            reason,
            why: why.to_owned(),
            ordinal: logged.map(|r| r.ordinal),
        })?;
        let event = Event::EventUnreadable(EventUnreadable { device });
        let fills = Some(Fills { device, sequence, link, reason });
        let saying =
            Saying::of(&event, utc(self.now_ms), Role::Server)?.in_clear(Clear { fills, ..Clear::default() });
        let scribe = match &mut self.opened {
            Some(scribe) => scribe,
            closed => closed.insert((self.scribe)()?),
        };
        scribe.say(tables, &mut self.appender, &[saying])?;
        Ok(())
    }
}
