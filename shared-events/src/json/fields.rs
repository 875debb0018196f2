//! Reading a struct by its fields: an object is split into the texts of its fields once, and each field's type reads its
//! own. What `serde` derives does the same in four times the code, and a phone loads it for every type of event. Other
//! programs read with what is derived; a test holds both against each other.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde_json::value::RawValue;

use super::{Bad, Reader, from_str};
use crate::{
    amount::Amount,
    content::{AppointmentId, Entity, Precision, Role, TaskId, TreatmentId},
    ids::{DeviceId, EventId, Hash},
    moment::{parse_date, parse_instant},
    plan::{After, At, Day, DoseKey, Form, SlotId, WallClock, Window, parse_hour_minute},
    scalar::Scalar,
    sorted::{SortedMap, SortedSet},
};

/// What is read from the JSON text of a value.
pub(crate) trait Read: Sized {
    /// `None`: not JSON, or not of this shape.
    fn read(text: &str) -> Option<Self>;

    /// What it is where its field is not there; `None`: it has to be.
    fn absent() -> Option<Self> {
        None
    }

    /// What a list of it is where its field is not there.
    fn absent_list() -> Option<Vec<Self>> {
        None
    }

    /// What a map of it is where its field is not there.
    fn absent_map() -> Option<SortedMap<String, Self>> {
        None
    }
}

/// The fields of an object, as they stand.
pub(crate) struct Fields<'a>(pub(crate) Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Fields<'a> {
    /// Those of a text that is an object.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        Self::split(text).ok()
    }

    fn split(text: &'a str) -> Result<Self, Bad> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let (mut fields, mut first) = (Vec::new(), true);
        reader.open(b'{')?;
        while reader.another(&mut first, b'}')? {
            let name = reader.string()?;
            reader.take(b':')?;
            reader.next();
            let from = reader.at;
            reader.skip()?;
            fields.push((name, text.get(from..reader.at).ok_or(Bad)?));
        }
        reader.close(b'}')?;
        if reader.next().is_none() { Ok(Self(fields)) } else { Err(Bad) }
    }

    /// A field's text; of one that stands there twice nobody knows which is meant.
    fn text(&self, name: &str) -> Result<Option<&'a str>, Bad> {
        let mut all = self.0.iter().filter(|(field, _)| field == name).map(|(_, text)| *text);
        let first = all.next();
        if all.next().is_some() { Err(Bad) } else { Ok(first) }
    }

    /// A field.
    pub(crate) fn get<T: Read>(&self, name: &str) -> Option<T> {
        self.text(name).ok()?.map_or_else(T::absent, T::read)
    }

    /// A field that may be left out.
    pub(crate) fn get_or<T: Read>(&self, name: &str, otherwise: T) -> Option<T> {
        self.text(name).ok()?.map_or(Some(otherwise), T::read)
    }

    /// The only field, such as the name of a variant.
    pub(crate) fn only(&self) -> Option<(&str, &'a str)> {
        if let [(name, text)] = &*self.0 { Some((name, *text)) } else { None }
    }
}

/// How a struct is read: its fields, and what those are that may be left out beyond options and maps.
macro_rules! reads {
    ($type:ident { $($field:ident $(= $otherwise:expr)?),* $(,)? }) => {
        impl $crate::json::Read for $type {
            fn read(text: &str) -> Option<Self> {
                let fields = $crate::json::Fields::of(text)?;
                Some(Self { $($field: reads!(@get fields $field $($otherwise)?)),* })
            }
        }
    };
    (@get $fields:ident $field:ident) => { $fields.get(stringify!($field))? };
    (@get $fields:ident $field:ident $otherwise:expr) => {
        $fields.get_or(stringify!($field), $otherwise)?
    };
}
pub(crate) use reads;

/// Values that are no structs, and structs that are small.
macro_rules! by_serde {
    ($($type:ty),* $(,)?) => {
        $(impl Read for $type {
            fn read(text: &str) -> Option<Self> {
                from_str(text).ok()
            }
        })*
    };
}

by_serde! {
    String, bool, u8, u16, u32, u64, i64, Scalar, Box<RawValue>, Precision, Entity, Role, Amount,
    TreatmentId, TaskId, AppointmentId, EventId, DeviceId,
    DoseKey, SlotId, Form, Day, At, After, WallClock, Window, SortedSet<Day>,
}

impl<T: Read> Read for Option<T> {
    fn read(text: &str) -> Option<Self> {
        if text == "null" { Some(None) } else { T::read(text).map(Some) }
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}
impl<T: Read> Read for Box<T> {
    fn read(text: &str) -> Option<Self> {
        T::read(text).map(Self::new)
    }
}
impl Read for DateTime<FixedOffset> {
    fn read(text: &str) -> Option<Self> {
        parse_instant(&String::read(text)?)
    }
}
impl Read for NaiveDate {
    fn read(text: &str) -> Option<Self> {
        parse_date(&String::read(text)?)
    }
}
impl Read for NaiveTime {
    fn read(text: &str) -> Option<Self> {
        parse_hour_minute(&String::read(text)?)
    }
}
impl<V: Read> Read for SortedMap<String, V> {
    fn read(text: &str) -> Option<Self> {
        let fields = Fields::of(text)?.0.into_iter();
        fields.map(|(name, text)| Some((name.into_owned(), V::read(text)?))).collect()
    }
    fn absent() -> Option<Self> {
        V::absent_map()
    }
}
impl<V: Read> Read for SortedMap<SlotId, V> {
    fn read(text: &str) -> Option<Self> {
        let fields = Fields::of(text)?.0.into_iter();
        fields.map(|(name, text)| Some((SlotId(name.into_owned()), V::read(text)?))).collect()
    }
}
impl<T: Read> Read for Vec<T> {
    fn read(text: &str) -> Option<Self> {
        items(text).ok()?.into_iter().map(T::read).collect()
    }
    fn absent() -> Option<Self> {
        T::absent_list()
    }
    fn absent_map() -> Option<SortedMap<String, Self>> {
        T::absent_list().map(|_| SortedMap::new())
    }
}
impl Read for Hash {
    fn read(text: &str) -> Option<Self> {
        from_str(text).ok()
    }
    fn absent_list() -> Option<Vec<Self>> {
        Some(Vec::new())
    }
}

/// The texts of an array's items.
fn items(text: &str) -> Result<Vec<&str>, Bad> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let (mut items, mut first) = (Vec::new(), true);
    reader.open(b'[')?;
    while reader.another(&mut first, b']')? {
        reader.next();
        let from = reader.at;
        reader.skip()?;
        items.push(text.get(from..reader.at).ok_or(Bad)?);
    }
    reader.close(b']')?;
    if reader.next().is_none() { Ok(items) } else { Err(Bad) }
}
