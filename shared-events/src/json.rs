//! Reading JSON (RFC 8259) into our types, as strictly as `serde_json` and in a quarter of its code: phones load this
//! reader with every type that it reads, so it forms no messages, knows no floats (nothing here has any) and reads a
//! struct from an object only. What is wrong with a text is told by where it is. Writing is `serde_json`'s.

use std::{borrow::Cow, fmt};

use serde::de::{self, DeserializeOwned, DeserializeSeed, Visitor};

mod fields;

pub(crate) use fields::{Fields, Read, reads};

/// Arrays and objects lie at most so deep in each other, so that no text exhausts the stack.
const DEPTH_LIMIT: u8 = 64;
/// By this name `serde_json`'s `RawValue` asks for the text of a value as it stands.
const RAW: &str = "$serde_json::private::RawValue";

/// The text is not the JSON that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not what was expected at byte {at}")]
pub struct NotRead {
    /// How many bytes were read before it went wrong.
    pub at: usize,
}

/// Reads a whole text as one value.
///
/// # Errors
/// Not JSON, or not of this shape.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, NotRead> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let read = T::deserialize(&mut reader);
    match (read, reader.next()) {
        (Ok(value), None) => Ok(value),
        _ => Err(NotRead { at: reader.at }),
    }
}

/// Something does not fit. Where, the reader knows.
#[derive(Debug)]
struct Bad;

impl fmt::Display for Bad {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
impl std::error::Error for Bad {}
impl de::Error for Bad {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A text, and how far it is read.
struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it is not read yet.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.here(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
        self.here()
    }

    fn take(&mut self, byte: u8) -> Result<(), Bad> {
        if self.next() != Some(byte) {
            return Err(Bad);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Bad> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Bad);
        }
        self.at += word.len();
        Ok(())
    }

    fn open(&mut self, byte: u8) -> Result<(), Bad> {
        self.take(byte)?;
        self.depth += 1;
        if self.depth > DEPTH_LIMIT { Err(Bad) } else { Ok(()) }
    }

    fn close(&mut self, byte: u8) -> Result<(), Bad> {
        self.depth -= 1;
        self.take(byte)
    }

    /// Whether another item follows in an array or object that `end` closes.
    fn another(&mut self, first: &mut bool, end: u8) -> Result<bool, Bad> {
        if self.next() == Some(end) {
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.take(b',')?;
        }
        Ok(true)
    }

    /// Reads on to what ends the plain text of a string: whether that ends the string, else an escape follows.
    fn plain(&mut self) -> Result<bool, Bad> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
        match self.here() {
            Some(b'"') => Ok(true),
            Some(b'\\') => Ok(false),
            _ => Err(Bad),
        }
    }

    fn string(&mut self) -> Result<Cow<'de, str>, Bad> {
        self.take(b'"')?;
        let mut text = Cow::Borrowed("");
        loop {
            let from = self.at;
            let is_end = self.plain()?;
            let plain = self.text.get(from..self.at).ok_or(Bad)?;
            self.at += 1;
            if text.is_empty() {
                text = Cow::Borrowed(plain);
            } else {
                text.to_mut().push_str(plain);
            }
            if is_end {
                return Ok(text);
            }
            let escaped = self.escaped()?;
            text.to_mut().push(escaped);
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, Bad> {
        let byte = self.here().ok_or(Bad)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.four()?;
                if (0xd800..0xdc00).contains(&first) {
                    self.word("\\u")?;
                    let second = self.four()?.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Bad)?;
                    char::from_u32(0x10000 + ((first - 0xd800) << 10) + second).ok_or(Bad)?
                } else {
                    char::from_u32(first).ok_or(Bad)?
                }
            }
            _ => return Err(Bad),
        })
    }

    /// Four hexadecimal digits.
    fn four(&mut self) -> Result<u32, Bad> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = char::from(self.here().ok_or(Bad)?).to_digit(16).ok_or(Bad)?;
            number = number << 4 | digit;
            self.at += 1;
        }
        Ok(number)
    }

    /// A whole number, and whether it is below zero.
    fn whole(&mut self) -> Result<(bool, u64), Bad> {
        let negative = self.next() == Some(b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.here() {
            let digit = u64::from(digit - b'0');
            number = number.checked_mul(10).and_then(|n| n.checked_add(digit)).ok_or(Bad)?;
            self.at += 1;
        }
        let leads = self.text.as_bytes().get(first) == Some(&b'0') && self.at - first > 1;
        let fraction = matches!(self.here(), Some(b'.' | b'e' | b'E'));
        if self.at == first || leads || fraction { Err(Bad) } else { Ok((negative, number)) }
    }

    fn unsigned(&mut self) -> Result<u64, Bad> {
        match self.whole()? {
            (true, 1..) => Err(Bad),
            (_, number) => Ok(number),
        }
    }

    fn signed(&mut self) -> Result<i64, Bad> {
        let (negative, number) = self.whole()?;
        if negative { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }.ok_or(Bad)
    }

    /// Reads over any value.
    fn skip(&mut self) -> Result<(), Bad> {
        match self.next().ok_or(Bad)? {
            b'"' => self.skip_string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'[' => self.skip_items(b'[', b']'),
            b'{' => self.skip_items(b'{', b'}'),
            _ => self.skip_number(),
        }
    }

    fn skip_items(&mut self, open: u8, close: u8) -> Result<(), Bad> {
        self.open(open)?;
        let mut first = true;
        while self.another(&mut first, close)? {
            if open == b'{' {
                self.skip_string()?;
                self.take(b':')?;
            }
            self.skip()?;
        }
        self.close(close)
    }

    /// Of what is only kept, an escape need not stand for a character.
    fn skip_string(&mut self) -> Result<(), Bad> {
        self.take(b'"')?;
        loop {
            let is_end = self.plain()?;
            self.at += 1;
            if is_end {
                return Ok(());
            }
            if self.here() == Some(b'u') {
                self.at += 1;
                self.four()?;
            } else {
                self.escaped()?;
            }
        }
    }

    fn skip_number(&mut self) -> Result<(), Bad> {
        self.at += usize::from(self.here() == Some(b'-'));
        let leads = self.here() == Some(b'0');
        if self.skip_digits()? > 1 && leads {
            return Err(Bad);
        }
        if self.here() == Some(b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(self.here(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.here(), Some(b'+' | b'-')));
            self.skip_digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) -> Result<usize, Bad> {
        let first = self.at;
        while matches!(self.here(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == first { Err(Bad) } else { Ok(self.at - first) }
    }
}

macro_rules! whole {
    ($($name:ident $read:ident $visit:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
            visitor.$visit(self.$read()?)
        })*
    };
}
macro_rules! unsupported {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Bad> {
            Err(Bad)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Bad;

    whole! {
        deserialize_u8 unsigned visit_u64
        deserialize_u16 unsigned visit_u64
        deserialize_u32 unsigned visit_u64
        deserialize_u64 unsigned visit_u64
        deserialize_i8 signed visit_i64
        deserialize_i16 signed visit_i64
        deserialize_i32 signed visit_i64
        deserialize_i64 signed visit_i64
    }
    // None of our types asks for these; a type that does fails its first test.
    unsupported! {
        deserialize_any deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes deserialize_byte_buf
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        let yes = self.next() == Some(b't');
        self.word(if yes { "true" } else { "false" })?;
        visitor.visit_bool(yes)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        visitor.visit_str(&self.string()?)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.deserialize_str(visitor)
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.deserialize_str(visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        if self.next() == Some(b'n') {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.next();
        self.word("null")?;
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, v: V) -> Result<V::Value, Bad> {
        self.deserialize_unit(v)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, v: V) -> Result<V::Value, Bad> {
        if name != RAW {
            return v.visit_newtype_struct(self);
        }
        self.next();
        let from = self.at;
        self.skip()?;
        v.visit_map(Raw(self.text.get(from..self.at)))
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.open(b'[')?;
        let value = visitor.visit_seq(Items { reader: self, first: true })?;
        self.close(b']')?;
        Ok(value)
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Bad> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Bad> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.open(b'{')?;
        let value = visitor.visit_map(Items { reader: self, first: true })?;
        self.close(b'}')?;
        Ok(value)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Bad> {
        self.deserialize_map(visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Bad> {
        let has_data = self.next() == Some(b'{');
        if has_data {
            self.open(b'{')?;
        }
        let value = visitor.visit_enum(Variant { reader: self, has_data })?;
        if has_data {
            self.close(b'}')?;
        }
        Ok(value)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Bad> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// The items of an array, or the members of an object.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = Bad;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Bad> {
        if !self.reader.another(&mut self.first, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> de::MapAccess<'de> for Items<'_, 'de> {
    type Error = Bad;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Bad> {
        if !self.reader.another(&mut self.first, b'}')? {
            return Ok(None);
        }
        if self.reader.next() != Some(b'"') {
            return Err(Bad);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Bad> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// One of several: its name alone, or an object with its name and its data.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    has_data: bool,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Bad;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Bad> {
        let name = seed.deserialize(&mut *self.reader)?;
        if self.has_data {
            self.reader.take(b':')?;
        }
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Bad;

    fn unit_variant(self) -> Result<(), Bad> {
        // A name with data is another variant than this one.
        if self.has_data { Err(Bad) } else { Ok(()) }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Bad> {
        if self.has_data { seed.deserialize(self.reader) } else { Err(Bad) }
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Bad> {
        if self.has_data { de::Deserializer::deserialize_seq(self.reader, visitor) } else { Err(Bad) }
    }
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Bad> {
        if self.has_data { de::Deserializer::deserialize_map(self.reader, visitor) } else { Err(Bad) }
    }
}

/// A value's text as it stands, handed over in the way that `RawValue` takes it.
struct Raw<'de>(Option<&'de str>);

impl<'de> de::MapAccess<'de> for Raw<'de> {
    type Error = Bad;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Bad> {
        let Some(_) = self.0 else { return Ok(None) };
        seed.deserialize(de::value::StrDeserializer::<Bad>::new(RAW)).map(Some)
    }
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Bad> {
        seed.deserialize(de::value::StrDeserializer::<Bad>::new(self.0.take().ok_or(Bad)?))
    }
}
