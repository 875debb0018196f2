//! Appending: ordinal, position, order and stream hash, in one place.

use shared_events::{
    ids::{Hash, PatientId, Position},
    record::{Header, Link, Receipt, order, shard, stream_hash},
};

use super::{
    StorageError, Tables,
    rows::{Logged, Tail},
};

/// Appends to one patient's stream within a transaction. Ends with [`Appender::finish`].
#[derive(Debug)]
pub struct Appender {
    patient: PatientId,
    now_ms: u64,
    shard: u8,
    position: Position,
    tail: Tail,
}

/// An event that was found good.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Good<'a> {
    pub header: &'a Header,
    pub header_text: String,
    pub event_hash: Hash,
    pub body: Vec<u8>,
    pub link: Link,
    pub link_hash: Hash,
}

impl Appender {
    /// Reads where the stream and its shard end.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(tables: &mut dyn Tables, patient: PatientId, now_ms: u64) -> Result<Self, StorageError> {
        let shard = shard(patient);
        let (position, tail) = (tables.position(shard)?, tables.tail(patient)?);
        Ok(Self { patient, now_ms, shard, position, tail })
    }

    /// The stream's end so far.
    #[must_use]
    pub const fn tail(&self) -> &Tail {
        &self.tail
    }

    /// Milliseconds since 1970 that the next receipt says: the clock's, but never before the stream's last.
    #[must_use]
    pub fn received_ms(&self) -> u64 {
        self.now_ms.max(self.tail.received_ms)
    }

    /// Appends one event.
    ///
    /// # Errors
    /// The database's.
    pub fn append(&mut self, tables: &mut dyn Tables, good: Good<'_>) -> Result<Receipt, StorageError> {
        let received_ms = self.received_ms();
        self.position = self.position.next();
        let mut receipt = Receipt {
            ordinal: self.tail.ordinal.next(),
            position: self.position,
            order: order(good.header.recorded_at, received_ms),
            received_ms,
            stream: Hash::ZERO,
        };
        receipt.stream = stream_hash(self.patient, &self.tail.stream, &good.link_hash, &receipt);
        self.tail = Tail { ordinal: receipt.ordinal, stream: receipt.stream, received_ms };
        tables.append(&Logged {
            patient: self.patient,
            shard: self.shard,
            receipt,
            link: good.link,
            link_hash: good.link_hash,
            id: good.header.id,
            event_hash: good.event_hash,
            class: good.header.class,
            header: good.header_text,
            body: Some(good.body),
        })?;
        Ok(receipt)
    }

    /// Writes where stream and shard end now.
    ///
    /// # Errors
    /// The database's.
    pub fn finish(self, tables: &mut dyn Tables) -> Result<Tail, StorageError> {
        tables.set_position(self.shard, self.position)?;
        tables.set_tail(self.patient, &self.tail)?;
        Ok(self.tail)
    }
}
