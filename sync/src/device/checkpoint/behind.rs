//! The months that opening did without.

use std::rc::Rc;

use shared_events::content::Month;

use super::{named, segment_of};
use crate::{
    device::Device,
    platform::{Clock as _, Platform},
    store::Store as _,
};

/// How long to wait before a month is tried again, milliseconds.
const TRY_AGAIN_MS: u64 = 10_000;

/// The store or the key could not be used now.
struct Unread;

impl<P: Platform> Device<P> {
    /// Reads what the checkpoint holds of earlier months, the newest first. To be called once the screen is there:
    /// opening takes no longer, the longer a history is.
    pub async fn read_on(self: Rc<Self>) {
        let (mut read, mut tell_at) = (0, 1);
        while let Some(month) = self.next_behind() {
            let is_read = self.read_month(month).await;
            if self.closed.get() || self.next_behind() != Some(month) {
                return; // all was begun anew meanwhile, or somebody else reads
            }
            match is_read {
                Ok(true) => {}
                Ok(false) => {
                    // The checkpoint is not the one that was opened, or has a hole.
                    let pages_after = self.notes.borrow().pages_after;
                    self.begin_anew(pages_after);
                    // A store that cannot be read now is read at the next hint, or at the next opening.
                    let _ = self.look().await;
                    return;
                }
                Err(Unread) => {
                    self.platform.clock().sleep(TRY_AGAIN_MS).await;
                    continue;
                }
            }
            self.kept.borrow_mut().behind.pop();
            read += 1;
            // Whoever shows a year does not read it twelve times.
            if read == tell_at || self.kept.borrow().is_read() {
                tell_at *= 2;
                self.changed();
            }
        }
    }

    fn next_behind(&self) -> Option<Month> {
        self.kept.borrow().behind.last().copied()
    }

    /// Whether it is a part of the checkpoint that was opened.
    async fn read_month(&self, month: Month) -> Result<bool, Unread> {
        let name = month.to_string();
        let number = named(&self.kept.borrow().parts).find(|(known, _)| *known == name).map(|(_, n)| n);
        let sealed = self.platform.store().checkpoint_part(&name).await.map_err(|_| Unread)?;
        let (Some(number), Some(sealed)) = (number, sealed) else { return Ok(false) };
        let part = self.open_part(&name, &sealed).await.map_err(|_| Unread)?;
        if self.next_behind() != Some(month) {
            return Ok(false);
        }
        let mut state = self.state.borrow_mut();
        let segment = part.as_deref().and_then(|part| segment_of(part, number));
        if segment.and_then(|segment| state.read_segment(segment)).is_none() {
            return Ok(false);
        }
        // What could not be logged was found out after this was written.
        for look in self.notes.borrow().all_needing_look() {
            if state.source(look.id).is_some_and(|known| known.header == look.header) {
                state.remove(look.id);
            }
        }
        Ok(true)
    }
}
