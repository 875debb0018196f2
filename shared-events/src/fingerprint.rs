//! One hash of a whole state: how two devices, or a device and the log, see that they hold the same.

use sha2::{Digest, Sha256};

use crate::{
    ids::{EventId, Hash},
    record::event_hash,
    state::{Opened, State},
};

impl State {
    /// One hash that is equal for equal states: of every event, its place, and whether it could be read.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"rivulet/state/1\0");
        for e in self.entries() {
            hash_place(&mut hasher, e.header.id, &e.event_hash(), &e.source);
        }
        hasher.update(b"unopened");
        for (id, u) in self.unopened() {
            hash_place(&mut hasher, *id, &event_hash(&u.source.header), &u.source);
        }
        Hash(hasher.finalize().into())
    }
}

fn hash_place(hasher: &mut Sha256, id: EventId, event: &Hash, opened: &Opened) {
    hasher.update(id.as_bytes());
    hasher.update(event.0);
    hasher.update(opened.link.device.as_bytes());
    hasher.update(opened.link.sequence.get().to_be_bytes());
    hasher.update(opened.link.previous.0);
    match opened.receipt {
        None => hasher.update([0]),
        Some(receipt) => {
            hasher.update([1]);
            hasher.update(receipt.stream.0);
        }
    }
}
