//! Between columns and types.

use rusqlite::{Row, ffi::ErrorCode, types::Type};
use shared_events::{
    content::Role,
    ids::{Hash, Hlc, Ordinal, Position, Sequence},
    record::{Class, Link, Receipt},
};
use uuid::Uuid;

use crate::ledger::{
    StorageError,
    rows::{Bound, Device, Invitation, Logged, Patient, Purpose},
};

pub(super) type Read<T> = rusqlite::Result<T>;

/// An error of the database, as callers can act on it.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn failed(error: rusqlite::Error) -> StorageError {
    match &error {
        rusqlite::Error::SqliteFailure(e, _) => match e.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StorageError::Busy,
            ErrorCode::ConstraintViolation | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StorageError::Corrupt(error.to_string())
            }
            _ => StorageError::Failed(error.to_string()),
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..) => StorageError::Corrupt(error.to_string()),
        _ => StorageError::Failed(error.to_string()),
    }
}

/// Counters and clocks stay far below 2^63.
pub(super) const fn int(value: u64) -> i64 {
    value.cast_signed()
}

pub(super) fn bad(column: usize, kind: Type) -> rusqlite::Error {
    let what = std::io::Error::new(std::io::ErrorKind::InvalidData, "not in the column's form");
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(what))
}

pub(super) fn uint(row: &Row<'_>, i: usize) -> Read<u64> {
    let value: i64 = row.get(i)?;
    u64::try_from(value).map_err(|_| bad(i, Type::Integer))
}

pub(super) fn optional_uint(row: &Row<'_>, i: usize) -> Read<Option<u64>> {
    let value: Option<i64> = row.get(i)?;
    value.map(u64::try_from).transpose().map_err(|_| bad(i, Type::Integer))
}

pub(super) fn sequence(row: &Row<'_>, i: usize) -> Read<Sequence> {
    Sequence::new(uint(row, i)?).ok_or_else(|| bad(i, Type::Integer))
}
pub(super) fn ordinal(row: &Row<'_>, i: usize) -> Read<Ordinal> {
    Ordinal::new(uint(row, i)?).ok_or_else(|| bad(i, Type::Integer))
}
pub(super) fn position(row: &Row<'_>, i: usize) -> Read<Position> {
    Position::new(uint(row, i)?).ok_or_else(|| bad(i, Type::Integer))
}
pub(super) fn hash(row: &Row<'_>, i: usize) -> Read<Hash> {
    row.get(i).map(Hash)
}
pub(super) fn uuid(row: &Row<'_>, i: usize) -> Read<Uuid> {
    row.get(i).map(Uuid::from_bytes)
}

pub(super) const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Patient => "patient",
        Role::Caregiver => "caregiver",
        Role::CareTeam => "care_team",
        Role::Server => "server",
    }
}

fn role(row: &Row<'_>, i: usize) -> Read<Role> {
    let text: String = row.get(i)?;
    let all = [Role::Patient, Role::Caregiver, Role::CareTeam, Role::Server];
    all.into_iter().find(|r| role_text(*r) == text).ok_or_else(|| bad(i, Type::Text))
}

pub(super) const PATIENT: &str =
    "p.id, p.server_device, p.external, p.profile, p.test, p.created_ms, p.erased_ms";

pub(super) fn patient(row: &Row<'_>) -> Read<Patient> {
    let external: Option<[u8; 32]> = row.get(2)?;
    Ok(Patient {
        id: shared_events::ids::PatientId(uuid(row, 0)?),
        server_device: shared_events::ids::DeviceId(uuid(row, 1)?),
        external: external.map(Hash),
        profile: row.get(3)?,
        purpose: if row.get(4)? { Purpose::Test } else { Purpose::Care },
        created_ms: uint(row, 5)?,
        erased_ms: optional_uint(row, 6)?,
    })
}

pub(super) const DEVICE: &str =
    "d.id, p.id, d.spki, d.role, d.person, d.enrolled, d.revoked_ms, d.mark, d.head";

pub(super) fn device(row: &Row<'_>) -> Read<Device> {
    Ok(Device {
        id: shared_events::ids::DeviceId(uuid(row, 0)?),
        patient: shared_events::ids::PatientId(uuid(row, 1)?),
        spki: row.get(2)?,
        role: role(row, 3)?,
        person: uuid(row, 4)?,
        enrolled: ordinal(row, 5)?,
        revoked_ms: optional_uint(row, 6)?,
        mark: sequence(row, 7)?,
        head: hash(row, 8)?,
    })
}

pub(super) fn invitation(row: &Row<'_>) -> Read<Invitation> {
    let device: Option<[u8; 16]> = row.get(7)?;
    let spki: Option<Vec<u8>> = row.get(8)?;
    Ok(Invitation {
        code: hash(row, 0)?,
        patient: shared_events::ids::PatientId(uuid(row, 1)?),
        role: role(row, 2)?,
        person: uuid(row, 3)?,
        name: row.get(4)?,
        expires_ms: uint(row, 5)?,
        attempts: row.get(6)?,
        bound: device.zip(spki).map(|(device, spki)| Bound {
            device: shared_events::ids::DeviceId(Uuid::from_bytes(device)),
            spki,
        }),
    })
}

pub(super) const EVENT: &str = "p.id, e.shard, e.ordinal, e.position, e.fold_order, e.received_ms, e.stream, d.id, \
     e.sequence, e.previous, e.link, e.id, e.event, e.standing, e.header, e.body";

pub(super) fn event(row: &Row<'_>) -> Read<Logged> {
    Ok(Logged {
        patient: shared_events::ids::PatientId(uuid(row, 0)?),
        shard: row.get(1)?,
        receipt: Receipt {
            ordinal: ordinal(row, 2)?,
            position: position(row, 3)?,
            order: Hlc(uint(row, 4)?),
            received_ms: uint(row, 5)?,
            stream: hash(row, 6)?,
        },
        link: Link {
            device: shared_events::ids::DeviceId(uuid(row, 7)?),
            sequence: sequence(row, 8)?,
            previous: hash(row, 9)?,
        },
        link_hash: hash(row, 10)?,
        id: shared_events::ids::EventId(uuid(row, 11)?),
        event_hash: hash(row, 12)?,
        class: if row.get(13)? { Class::Standing } else { Class::Occurrence },
        header: row.get(14)?,
        body: row.get(15)?,
    })
}
