//! Identifiers, counters and hashes as types of their own, so that one cannot be passed for another.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// Counters stay below this bound, so that JavaScript reads them exactly (2^53).
pub const COUNTER_LIMIT: u64 = 1 << 53;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The 16 raw bytes, as they enter hashes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                let id = Uuid::parse_str(&text).map_err(D::Error::custom)?;
                if *text == *id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) {
                    Ok(Self(id))
                } else {
                    Err(D::Error::custom("a UUID is written in lower case with hyphens"))
                }
            }
        }
    };
}

uuid_id!(/// A patient: a random `UUIDv4`. All events of one patient are one stream.
    PatientId);
uuid_id!(/// A device that signs events: a phone, a tablet, or the server's own device of one patient.
    DeviceId);
uuid_id!(/// An event: a `UUIDv7`, made by the device that recorded it.
    EventId);
uuid_id!(/// A log (one database): a random `UUIDv4` made when the log is created.
    LogId);

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Before the first one.
            pub const ZERO: Self = Self(0);

            /// `None` at or above 2^53.
            #[must_use]
            pub const fn new(value: u64) -> Option<Self> {
                if value < COUNTER_LIMIT { Some(Self(value)) } else { None }
            }
            /// The plain number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
            /// The one after this; stays at the limit, which no log reaches (a million a second for 285 years).
            #[must_use]
            pub const fn next(self) -> Self {
                if self.0 + 1 < COUNTER_LIMIT { Self(self.0 + 1) } else { self }
            }
            /// The one before this; zero stays zero.
            #[must_use]
            pub const fn before(self) -> Self {
                Self(self.0.saturating_sub(1))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let value = u64::deserialize(d)?;
                Self::new(value).ok_or_else(|| D::Error::custom("a counter must be below 2^53"))
            }
        }
    };
}

counter!(/// Place of an event in the chain of its device, from 1; 0 stands for "none yet".
    Sequence);
counter!(/// Place of an event in its patient's stream, from 1, gap-free; 0 stands for "none yet".
    Ordinal);
counter!(/// Place of an event in its shard of the log, from 1, gap-free; 0 stands for "none yet".
    Position);
counter!(/// How often a log was put back to an older state and declared anew; starts at 1.
    Generation);

/// A SHA-256 hash; in JSON base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 32 zero bytes: what stands before the first event of a stream.
    pub const ZERO: Self = Self([0; 32]);
}
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_base64url(&self.0))
    }
}
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}
impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&to_base64url(&self.0))
    }
}
impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let bytes = base64url::deserialize(d)?;
        let bytes = bytes.try_into().map_err(|_| D::Error::custom("a hash has 32 bytes"))?;
        Ok(Self(bytes))
    }
}

impl JsonSchema for Hash {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hash".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{43}$" })
    }
}

/// A hybrid logical clock's reading: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16; the
/// counter carries. In JSON 16 hex digits, so that text sorts as time does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The first reading of a millisecond.
    #[must_use]
    pub const fn at_ms(ms: u64) -> Self {
        Self(ms << 16)
    }
    /// The physical part, milliseconds since 1970.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0 >> 16
    }
}
impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
impl Serialize for Hlc {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Hlc {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 16 || !text.bytes().all(lower_hex) {
            return Err(D::Error::custom("a clock reading is 16 lower-case hex digits"));
        }
        u64::from_str_radix(&text, 16).map(Self).map_err(D::Error::custom)
    }
}

/// Bytes as base64url without padding, the one form that this project writes.
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding; anything else is refused, so that bytes have one text.
///
/// # Errors
/// The text is not unpadded base64url.
pub fn from_base64url(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    URL_SAFE_NO_PAD.decode(text)
}

/// For `#[serde(with = "base64url")]` on byte fields.
pub mod base64url {
    use super::{Deserialize, Deserializer, Serializer, from_base64url, to_base64url};
    use serde::de::Error as _;

    /// Writes bytes as base64url.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&to_base64url(bytes))
    }
    /// Reads bytes from base64url.
    ///
    /// # Errors
    /// The text is not unpadded base64url.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        from_base64url(&text).map_err(D::Error::custom)
    }
}
