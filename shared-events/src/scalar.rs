//! A value without parts: text, a whole number, yes or no, or nothing. What the fields of models hold.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

/// A scalar, kept as the JSON that it was written in.
#[derive(Clone, Debug)]
pub struct Scalar(Box<RawValue>);

impl Scalar {
    /// There is no value.
    #[must_use]
    pub fn nothing() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// Its JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// Whether it says that there is no value.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.as_json() == "null"
    }
}

/// From JSON that is a scalar; `None` for anything with parts.
fn scalar(raw: Box<RawValue>) -> Option<Scalar> {
    let has_parts = matches!(raw.get().bytes().next(), Some(b'{' | b'['));
    (!has_parts).then_some(Scalar(raw))
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        // Text is always JSON that can be written.
        serde_json::value::to_raw_value(text).map_or_else(|_| Self::nothing(), Self)
    }
}
impl TryFrom<&serde_json::Value> for Scalar {
    type Error = NotAScalar;
    fn try_from(value: &serde_json::Value) -> Result<Self, NotAScalar> {
        let raw = serde_json::value::to_raw_value(value).map_err(|_| NotAScalar)?;
        if value.is_f64() { Err(NotAScalar) } else { scalar(raw).ok_or(NotAScalar) }
    }
}

/// It has parts, or is a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a field holds text, a whole number, yes or no, or nothing: keep lists as maps by id, decimals as text"
)]
pub struct NotAScalar;

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}
impl Eq for Scalar {}
impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}
impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        scalar(Box::<RawValue>::deserialize(d)?).ok_or_else(|| D::Error::custom(NotAScalar))
    }
}
impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer", "boolean", "null"] })
    }
}
