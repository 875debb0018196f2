//! The months that opening did without.

use std::rc::Rc;

use shared_events::content::Month;

use super::{named, segment_of};
use crate::{device::Device, platform::Platform, store::Store as _};

impl<P: Platform> Device<P> {
    /// Reads what the checkpoint holds of earlier months, the newest first. To be called once the screen is there:
    /// opening takes no longer, the longer a history is.
    pub async fn read_on(self: Rc<Self>) {
        let (mut read, mut tell_at) = (0, 1);
        while let Some(month) = self.next_behind() {
            let is_read = self.read_month(month).await.is_some();
            if self.closed.get() || self.next_behind() != Some(month) {
                return; // all was begun anew meanwhile, or somebody else reads
            }
            if !is_read {
                // The checkpoint is not the one that was opened, or has a hole.
                let pages_after = self.notes.borrow().pages_after;
                self.begin_anew(pages_after);
                // A store that cannot be read now is read at the next hint, or at the next opening.
                let _ = self.look().await;
                return;
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

    async fn read_month(&self, month: Month) -> Option<()> {
        let name = month.to_string();
        let number = named(&self.kept.borrow().parts).find(|(known, _)| *known == name)?.1;
        let sealed = self.platform.store().checkpoint_part(&name).await.ok()??;
        let part = self.open_part(&name, &sealed).await?;
        if self.next_behind() != Some(month) {
            return None;
        }
        let mut state = self.state.borrow_mut();
        state.read_segment(segment_of(&part, number)?)?;
        // What could not be logged was found out after this was written.
        for look in self.notes.borrow().all_needing_look() {
            state.remove(look.id);
        }
        Some(())
    }
}
