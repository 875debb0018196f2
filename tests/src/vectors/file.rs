//! The shape of `tests/vectors/record.json`; what its fields mean is told in the README beside it.

#![allow(missing_docs, reason = "described once, in tests/vectors/README.md")]

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_events::ids::{DeviceId, EventId, Hash, Hlc, Ordinal, PatientId, Position, Sequence, base64url};
use shared_events::record::Record;

/// Bytes, in JSON base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(#[serde(with = "base64url")] pub Vec<u8>);

/// The whole file, by groups.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    pub hlc: Vec<HlcCase>,
    pub order: Vec<OrderCase>,
    pub key_id: Vec<KeyIdCase>,
    pub shard: Vec<ShardCase>,
    pub padding: Vec<PaddingCase>,
    pub seal: Vec<SealCase>,
    pub not_opening: Vec<NotOpeningCase>,
    pub header: Vec<HeaderCase>,
    pub header_refused: Vec<HeaderRefusedCase>,
    pub encoding_refused: Vec<EncodingRefusedCase>,
    pub device: Vec<DeviceCase>,
    pub genesis: Vec<GenesisCase>,
    pub link: Vec<LinkCase>,
    pub stream: Vec<StreamCase>,
    pub head: Vec<HeadCase>,
    pub head_refused: Vec<HeadCase>,
    pub log: Vec<LogCase>,
}

macro_rules! cases {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => { $(
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { pub name: String, $(pub $field: $type),* }
    )* };
}

cases! {
    HlcCase { milliseconds: u64, counter: u16, hex: Hlc, next: Hlc }
    OrderCase { recorded_at: Hlc, received_at: Option<u64>, order: Hlc }
    KeyIdCase { key: Bytes, id: Hash }
    ShardCase { patient: PatientId, shard: u8 }
    PaddingCase { length: usize, padded: Option<usize> }
    SealCase {
        key: Bytes, nonce: Bytes, id: EventId, patient: PatientId, plaintext: String, body: Bytes, body_hash: Hash
    }
    NotOpeningCase { key: Bytes, id: EventId, patient: PatientId, body: Bytes }
    HeaderCase { header: String, length: usize, event: Hash, fields: Map<String, Value> }
    HeaderRefusedCase { header: String }
    EncodingRefusedCase { kind: Encoding, value: Value }
    DeviceCase { private: Bytes, spki: Bytes }
    GenesisCase { patient: PatientId, device: DeviceId, spki: Bytes, genesis: Hash }
    LinkCase {
        patient: PatientId, device: DeviceId, sequence: Sequence, previous: Hash, event: Hash, link: Hash
    }
    StreamCase {
        patient: PatientId, previous: Option<Hash>, ordinal: Ordinal, link: Hash, position: Position, order: Hlc,
        received_at: u64, stream: Hash
    }
    HeadCase {
        spki: Bytes, patient: PatientId, device: DeviceId, sequence: Sequence, link: Hash, signature: Bytes
    }
    LogCase { patient: PatientId, key: Bytes, records: Vec<LogRecord>, heads: Vec<LogHead> }
}

/// A form that a text must not be taken for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    Base64url,
    Hash,
    Uuid,
    Hex64,
    Counter,
}

/// A record as it travels, and what comes out of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogRecord {
    pub record: Record,
    pub event: Hash,
    pub link: Hash,
    pub plaintext: String,
}

/// The last place of a chain, signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHead {
    pub device: DeviceId,
    pub sequence: Sequence,
    pub signature: Bytes,
}
