//! The tables of effects in SQLite.

use rusqlite::{Row, params, types::Type};
use shared_events::{
    effects::{EffectId, Kind},
    ids::{EventId, Ordinal, PatientId},
};

use super::{
    convert::{Read, bad, hash, int, optional_uint, ordinal, uint, uuid},
    tables::SqliteTables,
};
use crate::ledger::{
    StorageError,
    effects::{By, EffectRow, EffectTables, Fate},
};

type Result<T> = std::result::Result<T, StorageError>;

const EFFECT: &str = "f.no, f.id, p.id, f.kind, f.event, f.ordinal, f.detail, f.found_ms, f.valid_until_ms, f.fate, \
     f.attempts, f.next_ms, f.ended_ms, f.outcome FROM effects f JOIN patients p ON p.no = f.patient_no";

fn named<T: Copy>(row: &Row<'_>, i: usize, all: &[T], name: fn(T) -> &'static str) -> Read<T> {
    let text: String = row.get(i)?;
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| bad(i, Type::Text))
}

fn effect(row: &Row<'_>) -> Read<(u64, EffectRow)> {
    let effect = EffectRow {
        id: EffectId(hash(row, 1)?),
        patient: PatientId(uuid(row, 2)?),
        kind: named(row, 3, &Kind::ALL, Kind::name)?,
        event: EventId(uuid(row, 4)?),
        ordinal: ordinal(row, 5)?,
        detail: row.get(6)?,
        found_ms: uint(row, 7)?,
        valid_until_ms: uint(row, 8)?,
        fate: named(row, 9, &Fate::ALL, Fate::name)?,
        attempts: row.get(10)?,
        next_ms: uint(row, 11)?,
        ended_ms: optional_uint(row, 12)?,
        outcome: row.get(13)?,
    };
    Ok((uint(row, 0)?, effect))
}

impl SqliteTables<'_> {
    /// Writes an effect under a new number; `or` says what to do if it is there. How many rows that were.
    fn write_effect(&mut self, or: &str, e: &EffectRow) -> Result<usize> {
        let no = self.patient_no(e.patient)?;
        self.changed(
            &format!(
                "INSERT OR {or} INTO effects(id, patient_no, kind, event, ordinal, detail, found_ms, valid_until_ms,
                 fate, attempts, next_ms, ended_ms, outcome, by_server)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
            ),
            params![
                e.id.0.0,
                no,
                e.kind.name(),
                e.event.as_bytes(),
                int(e.ordinal.get()),
                e.detail,
                int(e.found_ms),
                int(e.valid_until_ms),
                e.fate.name(),
                e.attempts,
                int(e.next_ms),
                e.ended_ms.map(int),
                e.outcome,
                By::of(e.kind) == By::Server
            ],
        )
    }
}

impl EffectTables for SqliteTables<'_> {
    fn behind(&mut self) -> Result<Vec<PatientId>> {
        self.all(
            "SELECT p.id FROM streams s JOIN patients p ON p.no = s.patient_no
             WHERE s.ordinal > s.reacted AND p.erased_ms IS NULL",
            [],
            |row| uuid(row, 0).map(PatientId),
        )
    }

    fn reacted(&mut self, patient: PatientId) -> Result<Ordinal> {
        let no = self.patient_no(patient)?;
        let sql = "SELECT reacted FROM streams WHERE patient_no = ?1";
        Ok(self.one(sql, [no], |row| ordinal(row, 0))?.unwrap_or(Ordinal::ZERO))
    }

    fn set_reacted(&mut self, patient: PatientId, until: Ordinal) -> Result<()> {
        let no = self.patient_no(patient)?;
        let sql = "UPDATE streams SET reacted = ?2 WHERE patient_no = ?1 AND reacted < ?2";
        self.run(sql, [no, int(until.get())])
    }

    fn add_effect(&mut self, effect: &EffectRow) -> Result<bool> {
        Ok(self.write_effect("IGNORE", effect)? > 0)
    }

    fn set_effect(&mut self, effect: &EffectRow) -> Result<()> {
        self.write_effect("REPLACE", effect).map(|_| ())
    }

    fn effect(&mut self, id: EffectId) -> Result<Option<EffectRow>> {
        let found = self.one(&format!("SELECT {EFFECT} WHERE f.id = ?1"), [id.0.0], effect)?;
        Ok(found.map(|(_, effect)| effect))
    }

    fn effects(&mut self, patient: PatientId) -> Result<Vec<EffectRow>> {
        let no = self.patient_no(patient)?;
        let sql = format!("SELECT {EFFECT} WHERE f.patient_no = ?1 ORDER BY f.ordinal, f.id");
        Ok(self.all(&sql, [no], effect)?.into_iter().map(|(_, effect)| effect).collect())
    }

    fn due_effects(&mut self, by: By, until_ms: u64, limit: u32) -> Result<Vec<EffectRow>> {
        let sql = format!(
            "SELECT {EFFECT} WHERE f.fate = 'waiting' AND f.by_server = ?1 AND f.next_ms <= ?2
             ORDER BY f.attempts, f.next_ms, f.no LIMIT ?3"
        );
        let found = self.all(&sql, [i64::from(by == By::Server), int(until_ms), i64::from(limit)], effect)?;
        Ok(found.into_iter().map(|(_, effect)| effect).collect())
    }

    fn next_effect_ms(&mut self, by: By) -> Result<Option<u64>> {
        let sql = "SELECT min(next_ms) FROM effects WHERE fate = 'waiting' AND by_server = ?1";
        Ok(self.one(sql, [by == By::Server], |row| optional_uint(row, 0))?.flatten())
    }

    fn wake_effects(&mut self, now_ms: u64) -> Result<()> {
        let sql = "UPDATE effects SET next_ms = ?1 WHERE fate = 'waiting' AND next_ms > ?1";
        self.run(sql, [int(now_ms)])?;
        let sql = "UPDATE effects SET fate = 'waiting', next_ms = ?1, ended_ms = NULL
                   WHERE fate = 'lapsed' AND valid_until_ms > ?1";
        self.run(sql, [int(now_ms)])
    }

    fn last_effect(&mut self) -> Result<u64> {
        Ok(self.one("SELECT coalesce(max(no), 0) FROM effects", [], |row| uint(row, 0))?.unwrap_or(0))
    }

    fn effects_since(&mut self, number: u64, limit: u32) -> Result<Vec<(u64, EffectRow)>> {
        let sql = format!("SELECT {EFFECT} WHERE f.no > ?1 ORDER BY f.no LIMIT ?2");
        self.all(&sql, [int(number), i64::from(limit)], effect)
    }
}
