//! The folded state, kept sealed so that opening need not fold the whole history again. A cache: whatever does not
//! read, or is of another build, is left aside and the rows and pages are read instead.

use serde::{Deserialize, Serialize};
use shared_events::{
    ids::{DeviceId, EventId, Sequence},
    json,
    record::PLAINTEXT_LIMIT,
    state::State,
};
use uuid::Uuid;

use super::{
    Device,
    notes::{NeedsLook, Notes},
};
use crate::{
    platform::{Keys as _, Platform},
    store::Store as _,
};

/// Events taken in since the last checkpoint that make a new one worth while.
const WORTH_WHILE: usize = 500;

/// What a checkpoint stands for: everything in the store up to these places.
#[derive(Serialize, Deserialize)]
struct Checkpoint {
    device: DeviceId,
    rows: Sequence,
    judged: Sequence,
    page: u64,
    pages_after: u64,
    looks: Vec<NeedsLook>,
}

/// Sealed pieces, each with the number of its place as its id.
fn piece_id(number: usize) -> EventId {
    EventId(Uuid::from_u128(number as u128))
}

impl<P: Platform> Device<P> {
    /// Keeps a checkpoint once enough has come and nothing more is on its way.
    pub(super) async fn keep_checkpoint(&self) {
        if self.notes.borrow().since_checkpoint < WORTH_WHILE || !self.is_quiet() {
            return;
        }
        self.notes.borrow_mut().since_checkpoint = 0;
        if let Some(plain) = self.checkpoint_bytes()
            && let Some(sealed) = self.seal_pieces(&plain).await
            && !self.closed.get()
        {
            // It can be made again.
            let _ = self.platform.store().put_checkpoint(sealed).await;
        }
    }

    fn checkpoint_bytes(&self) -> Option<Vec<u8>> {
        let (state, notes) = (self.state.borrow(), self.notes.borrow());
        let segments = state.write_segments();
        let Notes { rows, judged, page, pages_after, .. } = *notes;
        let looks = notes.all_needing_look();
        let frame = Checkpoint { device: self.identity.device, rows, judged, page, pages_after, looks };
        let mut bytes = Vec::new();
        let frame = serde_json::to_vec(&frame).ok()?;
        for part in std::iter::once(&frame).chain(segments.values()) {
            bytes.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
            bytes.extend(part);
        }
        Some(bytes)
    }

    async fn seal_pieces(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = Vec::with_capacity(plain.len() + plain.len() / 1_000);
        for (number, piece) in plain.chunks(PLAINTEXT_LIMIT).enumerate() {
            let keys = self.platform.keys();
            let body = keys.seal(piece_id(number), self.identity.patient, piece.to_vec()).await.ok()?;
            sealed.extend(u32::try_from(body.len()).ok()?.to_be_bytes());
            sealed.extend(body);
        }
        Some(sealed)
    }

    pub(super) async fn load_checkpoint(&self) {
        let Ok(Some(sealed)) = self.platform.store().checkpoint().await else { return };
        let mut plain = Vec::new();
        for (number, body) in parts(&sealed).into_iter().enumerate() {
            let opened = self.platform.keys().open(piece_id(number), self.identity.patient, body).await;
            let Ok(Some(piece)) = opened else { return };
            plain.extend(piece);
        }
        let parts = parts(&plain);
        let Some((frame, segments)) = parts.split_first() else { return };
        let Ok(frame) = std::str::from_utf8(frame) else { return };
        let Ok(frame) = json::from_str::<Checkpoint>(frame) else { return };
        if frame.device != self.identity.device {
            return; // of the device that this browser was before
        }
        let Ok(state) = State::from_checkpoint(segments.iter().copied()) else { return };
        *self.state.borrow_mut() = state;
        let mut notes = self.notes.borrow_mut();
        (notes.rows, notes.judged) = (frame.rows, frame.judged);
        (notes.page, notes.pages_after) = (frame.page, frame.pages_after);
        for look in frame.looks {
            notes.look_at(look);
        }
    }
}

/// Parts, each behind its length; a rest that is shorter than it says is padding.
fn parts(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((part, rest)) = rest.split_at_checked(length) else { break };
        parts.push(part);
        bytes = rest;
    }
    parts
}
