//! A page of a stream: standing events first, then what is new, then the past.

use rivulet_sync::protocol::{BATCH_BYTES, BATCH_RECORDS, Cursor, ProblemKind};
use shared_events::{
    ids::{Hash, Ordinal, PatientId},
    record::Record,
};

use super::{
    Identity, Tables,
    rows::Tail,
    tables::{Room, Span},
};
use crate::error::Error;

/// One page.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Page {
    pub records: Vec<Record>,
    pub cursor: Cursor,
    pub low_received_ms: u64,
    pub tail: Tail,
}

/// The next page after `cursor`; without one, the first. At most `limit` records.
///
/// # Errors
/// `Diverged` if the cursor is not of this log; `Malformed` if it says what no cursor can; the database's.
pub fn pull(
    tables: &mut dyn Tables,
    identity: Identity,
    patient: PatientId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page, Error> {
    let tail = tables.tail(patient)?;
    let mut cursor = match cursor {
        Some(cursor) => checked(tables, identity, patient, &tail, cursor)?,
        None => Cursor {
            log: identity.log,
            generation: identity.generation,
            base: tail.ordinal,
            standing: Ordinal::ZERO,
            low: tail.ordinal,
            through: tail.ordinal,
            stream: tail.stream,
        },
    };
    // Room for the answer's frame is left.
    let room = Room { records: limit.clamp(1, BATCH_RECORDS), bytes: BATCH_BYTES - 4096 };
    let mut events = Vec::new();
    if cursor.standing < cursor.base {
        events =
            tables.events(patient, Span::Standing { after: cursor.standing, until: cursor.base }, room)?;
        cursor.standing = events.last().map_or(cursor.base, |e| e.receipt.ordinal);
        let rest = Span::Standing { after: cursor.standing, until: cursor.base };
        if tables.events(patient, rest, Room { records: 1, ..room })?.is_empty() {
            cursor.standing = cursor.base;
        }
    }
    if events.is_empty() && tail.ordinal > cursor.through {
        events = tables.events(patient, Span::After(cursor.through), room)?;
        if let Some(last) = events.last() {
            (cursor.through, cursor.stream) = (last.receipt.ordinal, last.receipt.stream);
        }
    }
    if events.is_empty() && cursor.low > Ordinal::ZERO {
        events = tables.events(patient, Span::OccurrencesDownFrom(cursor.low), room)?;
        cursor.low = events.last().map_or(Ordinal::ZERO, |e| e.receipt.ordinal.before());
        let rest = Span::OccurrencesDownFrom(cursor.low);
        if tables.events(patient, rest, Room { records: 1, ..room })?.is_empty() {
            cursor.low = Ordinal::ZERO;
        }
    }
    let low_received_ms = tables.event_at(patient, cursor.low)?.map_or(0, |e| e.receipt.received_ms);
    let records = events.into_iter().map(super::rows::Logged::into_record).collect();
    Ok(Page { records, cursor, low_received_ms, tail })
}

fn checked(
    tables: &mut dyn Tables,
    identity: Identity,
    patient: PatientId,
    tail: &Tail,
    cursor: Cursor,
) -> Result<Cursor, Error> {
    let Cursor { log, generation, base, standing, low, through, stream } = cursor;
    if standing > base || base > through || low > base {
        return Err(Error::refused(
            ProblemKind::Malformed,
            "This is no cursor of an answer: send the one of the last answer, or none.",
        ));
    }
    let known = match through {
        Ordinal::ZERO => Some(Hash::ZERO),
        _ if through == tail.ordinal => Some(tail.stream),
        _ => tables.event_at(patient, through)?.map(|e| e.receipt.stream),
    };
    if log != identity.log || generation != identity.generation || known != Some(stream) {
        return Err(Error::refused(
            ProblemKind::Diverged,
            "The server was put back to an older copy, or replaced. Delete nothing, push your own entries again, \
             and call the care team.",
        ));
    }
    Ok(cursor)
}
