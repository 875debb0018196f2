//! Writing what has changed, and the frame with it.

use std::collections::BTreeMap;

use shared_events::{checkpoint::Segment, record::PLAINTEXT_LIMIT};

use super::{FRAME, Frame, Kept, named, piece_id};
use crate::{
    device::{Device, notes::Notes},
    platform::{Keys as _, Platform},
    store::{Moved, Store as _, StoredCheckpoint},
};

/// A part before it is sealed: its name; the number that is drawn for it and the segment's bytes.
type Part = (String, Vec<u8>);

impl<P: Platform> Device<P> {
    /// Keeps a checkpoint once enough has come and nothing more is on its way.
    pub(in crate::device) async fn keep_checkpoint(&self) {
        let life = {
            let notes = self.notes.borrow();
            let is_due = notes.since_checkpoint >= self.platform.checkpoint_every();
            if !is_due || notes.life != notes.whole_life || !self.is_quiet() || self.keeping.replace(true) {
                return;
            }
            notes.life
        };
        self.notes.borrow_mut().since_checkpoint = 0;
        let (from, frame, parts) = self.write_down();
        let kept = self.store_checkpoint(from, frame, parts).await;
        if self.notes.borrow().life == life {
            // Where it could not be stored, or another tab has stored one, the next is written whole.
            *self.kept.borrow_mut() = kept.unwrap_or_default();
        }
        self.keeping.set(false);
    }

    /// What has changed since the frame that is given first; all, where there is none.
    fn write_down(&self) -> (Option<Vec<u8>>, Frame, Vec<Part>) {
        let (mut state, notes, kept) = (self.state.borrow_mut(), self.notes.borrow(), self.kept.borrow());
        let touched = state.take_touched().filter(|_| kept.frame.is_some());
        let is_touched = |segment: Segment| touched.as_ref().is_none_or(|touched| touched.contains(&segment));
        let from = if touched.is_some() { kept.frame.clone() } else { None };
        let known = if touched.is_some() { kept.parts.as_str() } else { "" };
        let mut numbers: BTreeMap<String, u64> =
            named(known).map(|(name, number)| (name.to_owned(), number)).collect();
        let mut parts = Vec::new();
        for (segment, bytes) in state.write_segments(is_touched) {
            let mut number = [0; 8];
            self.platform.keys().random(&mut number);
            let name = segment.to_string();
            numbers.insert(name.clone(), u64::from_be_bytes(number));
            parts.push((name, [&number[..], &bytes].concat()));
        }
        let named: Vec<_> = numbers.iter().map(|(name, number)| format!("{name}:{number}")).collect();
        let order = state.entries().filter_map(|e| e.receipt).map(|receipt| receipt.order).max();
        let Notes { rows, judged, page, pages_after, .. } = *notes;
        let frame = Frame {
            device: self.identity.device,
            rows,
            judged,
            page,
            pages_after,
            order: order.unwrap_or_default(),
            looks: notes.all_needing_look(),
            parts: named.join(" "),
        };
        (from, frame, parts)
    }

    /// `None`: it was not stored. It can be made again.
    async fn store_checkpoint(&self, from: Option<Vec<u8>>, frame: Frame, parts: Vec<Part>) -> Option<Kept> {
        let sealed = self.seal_part(FRAME, &serde_json::to_vec(&frame).ok()?).await?;
        let mut to = StoredCheckpoint { frame: sealed.clone(), parts: Vec::new() };
        for (name, part) in parts {
            let sealed = self.seal_part(&name, &part).await?;
            to.parts.push((name, sealed));
        }
        if self.closed.get() || self.platform.store().put_checkpoint(from, to).await != Ok(Moved::Stored) {
            return None;
        }
        Some(Kept { frame: Some(sealed), parts: frame.parts, behind: Vec::new() })
    }

    /// In pieces that can be sealed, each behind its length; so is the whole, for sealing pads it.
    async fn seal_part(&self, name: &str, plain: &[u8]) -> Option<Vec<u8>> {
        let plain = [&length(plain)?[..], plain].concat();
        let mut sealed = Vec::with_capacity(plain.len() + plain.len() / 1_000);
        for (number, piece) in plain.chunks(PLAINTEXT_LIMIT).enumerate() {
            let (keys, id) = (self.platform.keys(), piece_id(name, number));
            let body = keys.seal(id, self.identity.patient, piece.to_vec()).await.ok()?;
            sealed.extend(length(&body)?);
            sealed.extend(body);
        }
        Some(sealed)
    }
}

fn length(of: &[u8]) -> Option<[u8; 4]> {
    u32::try_from(of.len()).ok().map(u32::to_be_bytes)
}
