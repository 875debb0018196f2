//! A time zone of this build's table: what its clocks show at an instant.
//!
//! The table is that of `chrono-tz` from 1970 to 2100, packed by `examples/pack_zones.rs` to a tenth of what phones
//! would load otherwise. Before 1970 a zone keeps its first offset, after 2099 its last one.

mod table;

use std::{fmt, str::FromStr};

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset as _, TimeDelta, Utc};

/// A zone by its number in the table; cheap to hand on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(u16);

/// A name that this build's table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this time zone is not known: choose one by its IANA name, such as Europe/Berlin, or update")]
pub struct UnknownZone;

impl Zone {
    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        table::names().nth(self.0.into()).unwrap_or("UTC")
    }

    /// How far its clocks are ahead of UTC (seconds east) at an instant (seconds since 1970).
    #[must_use]
    pub fn offset_seconds(self, at: i64) -> i32 {
        let changes = table::changes(self.0);
        let next = changes.partition_point(|change| change.from <= at);
        changes.get(next.saturating_sub(1)).map_or(0, |change| change.offset)
    }

    /// What its clocks show at an instant.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::seconds(self.offset_seconds(at.timestamp()).into())
    }

    /// The instant together with what its clocks show.
    #[must_use]
    pub fn at(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(self.offset_seconds(at.timestamp()));
        at.with_timezone(&offset.unwrap_or_else(|| Utc.fix()))
    }

    /// All zones of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(table::names()).map(|(number, _)| Self(number))
    }
}

/// The release of the IANA time zone database that the table was made of, such as `2025b`.
#[must_use]
pub fn tzdata_version() -> &'static str {
    table::version()
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let number = table::names().position(|known| known == name).ok_or(UnknownZone)?;
        u16::try_from(number).map(Self).map_err(|_| UnknownZone)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
