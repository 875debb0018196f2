//! The folded state, kept sealed so that opening need not fold the whole history again. A cache: whatever does not
//! read, or is of another build, is left aside and the rows and pages are read instead.
//!
//! It is kept in parts ([`Segment`]), and a frame that says which, and what they stand for. Opening reads the part that
//! any day needs and those of the last months; the others follow when the screen is there ([`Device::read_on`]). Until
//! then [`Device::coverage`] says of which days nothing can be said.

mod behind;
mod keep;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use shared_events::{
    checkpoint::Segment,
    content::Month,
    ids::{DeviceId, EventId, Hlc, Sequence},
    json,
    views::coverage::FILED_WITHIN_DAYS,
};
use uuid::Uuid;

use super::{Device, folded::Folded, notes::NeedsLook};
use crate::{
    platform::{KeyError, Keys as _, Platform},
    store::Store as _,
};

/// A month's calendar begins with days of the month before.
const BEFORE_THE_MONTH: TimeDelta = TimeDelta::days(7);
/// What is read of the past when opening, at least: see `Coverage::covers_filed`.
const RECENT: TimeDelta = TimeDelta::days(FILED_WITHIN_DAYS + 2);
/// As which the frame is sealed.
const FRAME: &str = "frame";

/// What a checkpoint stands for: everything in the store up to these places.
#[derive(Serialize, Deserialize)]
struct Frame {
    device: DeviceId,
    rows: Sequence,
    judged: Sequence,
    page: u64,
    pages_after: u64,
    /// The latest receipt's.
    order: Hlc,
    looks: Vec<NeedsLook>,
    /// Its parts: `2026-11:NUMBER always:NUMBER`. The number was drawn when the part was written: a part of another
    /// checkpoint is none of this. As text, because a phone loads code for each kind of list.
    parts: String,
}

/// The parts of a frame: each with its number.
fn named(parts: &str) -> impl Iterator<Item = (&str, u64)> {
    parts
        .split(' ')
        .filter_map(|part| part.split_once(':'))
        .filter_map(|(name, n)| Some((name, n.parse().ok()?)))
}

/// The checkpoint in the store, as far as this device knows it.
#[derive(Default)]
pub(super) struct Kept {
    /// As it is stored; `None`: there is none of this state.
    frame: Option<Vec<u8>>,
    parts: String,
    /// Months that are not in the state yet, ascending.
    behind: Vec<Month>,
}

impl Kept {
    /// Whether all of it is in the state.
    pub(super) fn is_read(&self) -> bool {
        self.behind.is_empty()
    }

    /// From when on the doses of a day are in the state, milliseconds since 1970; 0: all are.
    pub(super) fn doses_from_ms(&self) -> i64 {
        let from = |month: &Month| (month.next().first_day()).and_time(NaiveTime::MIN).and_utc();
        self.behind.last().map_or(0, |month| from(month).timestamp_millis())
    }
}

/// The first month that opening reads.
fn first_month(now: DateTime<Utc>) -> Month {
    let somewhere = (now - TimeDelta::days(1)).date_naive();
    let of_calendar = Month::of(somewhere).first_day() - BEFORE_THE_MONTH;
    Month::of(of_calendar.min((now - RECENT).date_naive()))
}

/// Names a piece by its part and its place in it.
fn piece_id(name: &str, number: usize) -> EventId {
    let mut id = (number as u128).to_be_bytes();
    id.iter_mut().zip(name.bytes().take(8)).for_each(|(to, from)| *to = from);
    EventId(Uuid::from_bytes(id))
}

impl<P: Platform> Device<P> {
    /// Begins with the checkpoint; `None`: there is none, or something of it is missing.
    pub(super) async fn load_checkpoint(&self) -> Option<()> {
        let first = first_month(self.now());
        let stored = self.platform.store().checkpoint(&first.to_string()).await.ok()??;
        let frame = self.open_part(FRAME, &stored.frame).await.ok()??;
        let frame = json::from_str::<Frame>(std::str::from_utf8(&frame).ok()?).ok()?;
        if frame.device != self.identity.device {
            return None; // of the device that this browser was before
        }
        let (mut state, mut behind) = (Folded::default(), Vec::new());
        // What every checkpoint has says of which build it is.
        let mut is_ours = false;
        for (name, number) in named(&frame.parts) {
            match name.parse().ok()? {
                Segment::Month(month) if month < first => behind.push(month),
                _ => {
                    let (_, sealed) = stored.parts.iter().find(|(known, _)| known == name)?;
                    let part = self.open_part(name, sealed).await.ok()??;
                    state.read_segment(segment_of(&part, number)?)?;
                    is_ours |= name == "always";
                }
            }
        }
        if !is_ours {
            return None;
        }
        *self.state.borrow_mut() = state;
        self.engine.borrow_mut().merge_order(frame.order);
        let mut notes = self.notes.borrow_mut();
        (notes.rows, notes.judged) = (frame.rows, frame.judged);
        (notes.page, notes.pages_after) = (frame.page, frame.pages_after);
        for look in frame.looks {
            notes.look_at(look);
        }
        *self.kept.borrow_mut() = Kept { frame: Some(stored.frame), parts: frame.parts, behind };
        Some(())
    }

    /// Opens what [`Device::seal_part`] sealed; `None`: it is not that, or not of this patient.
    async fn open_part(&self, name: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        let mut opened = Vec::new();
        for (number, piece) in pieces(sealed).into_iter().enumerate() {
            let id = piece_id(name, number);
            match self.platform.keys().open(id, self.identity.patient, piece).await? {
                Some(plain) => opened.extend(plain),
                None => return Ok(None),
            }
        }
        Ok(pieces(&opened).first().map(|part| part.to_vec()))
    }
}

/// A part without the number that it was written with, if that is this one.
fn segment_of(part: &[u8], number: u64) -> Option<&[u8]> {
    part.strip_prefix(&number.to_be_bytes())
}

/// Pieces, each behind its length; a rest that is shorter than it says is padding.
fn pieces(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((piece, rest)) = rest.split_at_checked(length) else { break };
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}
