//! The tables in SQLite.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use shared_events::{
    ids::{DeviceId, EventId, Hash, Ordinal, PatientId, Position, Sequence},
    record::{Class, FillReason},
};

use super::{
    convert::{
        DEVICE, EVENT, PATIENT, Read, device, event, failed, hash, int, invitation, ordinal, patient,
        position, role_text, sequence, uint,
    },
    writer::Numbers,
};
use crate::ledger::{
    StorageError, Tables,
    rows::{Device, Filled, Head, Invitation, Logged, Patient, Purpose, Quarantined, Tail},
    tables::{QUARANTINE_LIMIT, Room, Span},
};

type Result<T> = std::result::Result<T, StorageError>;

/// One transaction's view.
pub(super) struct SqliteTables<'c> {
    connection: &'c Connection,
    patients: Numbers<PatientId>,
    devices: Numbers<DeviceId>,
}

impl<'c> SqliteTables<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, patients: Numbers::new(), devices: Numbers::new() }
    }

    /// After a savepoint was undone: what was numbered in it may not be there.
    pub(super) fn forget(&mut self) {
        self.patients.clear();
        self.devices.clear();
    }

    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> Read<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.query_row(params, read).optional().map_err(failed)
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> Read<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map(params, read).map_err(failed)?;
        rows.collect::<Read<_>>().map_err(failed)
    }

    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<()> {
        self.changed(sql, params).map(|_| ())
    }

    /// How many rows it changed.
    pub(super) fn changed(&self, sql: &str, params: impl Params) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.execute(params).map_err(failed)
    }

    pub(super) fn patient_no(&mut self, id: PatientId) -> Result<i64> {
        if let Some(no) = self.patients.get(&id) {
            return Ok(*no);
        }
        let no = self.one("SELECT no FROM patients WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?;
        let no = no.ok_or_else(|| StorageError::Corrupt(format!("patient {id} is missing")))?;
        self.patients.insert(id, no);
        Ok(no)
    }

    fn device_no(&mut self, id: DeviceId) -> Result<i64> {
        if let Some(no) = self.devices.get(&id) {
            return Ok(*no);
        }
        let no = self.one("SELECT no FROM devices WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?;
        let no = no.ok_or_else(|| StorageError::Corrupt(format!("device {id} is missing")))?;
        self.devices.insert(id, no);
        Ok(no)
    }

    fn event_where(&self, condition: &str, params: impl Params) -> Result<Option<Logged>> {
        self.one(&select(condition), params, event)
    }

    fn events_where(&self, condition: &str, params: impl Params, mut room: Room) -> Result<Vec<Logged>> {
        let mut statement = self.connection.prepare_cached(&select(condition)).map_err(failed)?;
        let mut rows = statement.query(params).map_err(failed)?;
        let mut events = Vec::new();
        while room.records > 0 {
            let Some(row) = rows.next().map_err(failed)? else { break };
            let next = event(row).map_err(failed)?;
            if !room.take(&next) && !events.is_empty() {
                break;
            }
            events.push(next);
        }
        Ok(events)
    }
}

fn select(condition: &str) -> String {
    format!(
        "SELECT {EVENT} FROM events e JOIN patients p ON p.no = e.patient_no \
         JOIN devices d ON d.no = e.device_no WHERE {condition}"
    )
}

impl Tables for SqliteTables<'_> {
    fn patient(&mut self, id: PatientId) -> Result<Option<Patient>> {
        self.one(&format!("SELECT {PATIENT} FROM patients p WHERE p.id = ?1"), [id.as_bytes()], patient)
    }

    fn patient_by_external(&mut self, external: &Hash) -> Result<Option<Patient>> {
        let sql = format!("SELECT {PATIENT} FROM patients p WHERE p.external = ?1");
        self.one(&sql, [external.0], patient)
    }

    fn patients(&mut self) -> Result<Vec<Patient>> {
        self.all(&format!("SELECT {PATIENT} FROM patients p ORDER BY p.no"), [], patient)
    }

    fn add_patient(&mut self, p: &Patient) -> Result<()> {
        self.run(
            "INSERT INTO patients(id, server_device, external, profile, test, created_ms, erased_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                p.id.as_bytes(),
                p.server_device.as_bytes(),
                p.external.map(|h| h.0),
                p.profile,
                p.purpose == Purpose::Test,
                int(p.created_ms),
                p.erased_ms.map(int)
            ],
        )
    }

    fn erase(&mut self, patient: PatientId, now_ms: u64) -> Result<()> {
        let no = self.patient_no(patient)?;
        self.run("UPDATE events SET body = NULL WHERE patient_no = ?1", [no])?;
        self.run("DELETE FROM quarantine WHERE patient_no = ?1", [no])?;
        self.run("DELETE FROM invitations WHERE patient_no = ?1", [no])?;
        self.run("DELETE FROM effects WHERE patient_no = ?1", [no])?;
        self.run(
            "UPDATE patients SET erased_ms = coalesce(erased_ms, ?2), profile = x'', external = NULL WHERE no = ?1",
            params![no, int(now_ms)],
        )
    }

    fn device(&mut self, id: DeviceId) -> Result<Option<Device>> {
        let sql =
            format!("SELECT {DEVICE} FROM devices d JOIN patients p ON p.no = d.patient_no WHERE d.id = ?1");
        self.one(&sql, [id.as_bytes()], device)
    }

    fn devices(&mut self, patient: PatientId) -> Result<Vec<Device>> {
        let no = self.patient_no(patient)?;
        let sql = format!(
            "SELECT {DEVICE} FROM devices d JOIN patients p ON p.no = d.patient_no \
             WHERE d.patient_no = ?1 ORDER BY d.no"
        );
        self.all(&sql, [no], device)
    }

    fn add_device(&mut self, d: &Device) -> Result<()> {
        let patient_no = self.patient_no(d.patient)?;
        self.run(
            "INSERT INTO devices(id, patient_no, spki, role, person, enrolled, revoked_ms, mark, head)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                d.id.as_bytes(),
                patient_no,
                d.spki,
                role_text(d.role),
                d.person.as_bytes(),
                int(d.enrolled.get()),
                d.revoked_ms.map(int),
                int(d.mark.get()),
                d.head.0
            ],
        )
    }

    fn set_head(&mut self, device: DeviceId, mark: Sequence, head: &Hash) -> Result<()> {
        let no = self.device_no(device)?;
        let sql = "UPDATE devices SET mark = ?2, head = ?3 WHERE no = ?1";
        self.run(sql, params![no, int(mark.get()), head.0])
    }

    fn set_revoked(&mut self, device: DeviceId, now_ms: u64) -> Result<()> {
        let no = self.device_no(device)?;
        let sql = "UPDATE devices SET revoked_ms = coalesce(revoked_ms, ?2) WHERE no = ?1";
        self.run(sql, params![no, int(now_ms)])
    }

    fn invitation(&mut self, code: &Hash) -> Result<Option<Invitation>> {
        self.one(
            "SELECT i.code, p.id, i.role, i.person, i.name, i.expires_ms, i.attempts, i.device, i.spki
             FROM invitations i JOIN patients p ON p.no = i.patient_no WHERE i.code = ?1",
            [code.0],
            invitation,
        )
    }

    fn put_invitation(&mut self, i: &Invitation) -> Result<()> {
        let patient_no = self.patient_no(i.patient)?;
        let device = i.bound.as_ref().map(|b| *b.device.as_bytes());
        let spki = i.bound.as_ref().map(|b| &b.spki);
        self.run(
            "INSERT OR REPLACE INTO
             invitations(code, patient_no, role, person, name, expires_ms, attempts, device, spki)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                i.code.0,
                patient_no,
                role_text(i.role),
                i.person.as_bytes(),
                i.name,
                int(i.expires_ms),
                i.attempts,
                device,
                spki
            ],
        )
    }

    fn drop_invitations(&mut self, expired_before_ms: u64) -> Result<()> {
        self.run("DELETE FROM invitations WHERE expires_ms < ?1", [int(expired_before_ms)])
    }

    fn tail(&mut self, patient: PatientId) -> Result<Tail> {
        let no = self.patient_no(patient)?;
        let sql = "SELECT ordinal, stream, received_ms FROM streams WHERE patient_no = ?1";
        let tail = self.one(sql, [no], |row| {
            Ok(Tail { ordinal: ordinal(row, 0)?, stream: hash(row, 1)?, received_ms: uint(row, 2)? })
        })?;
        Ok(tail.unwrap_or(Tail::EMPTY))
    }

    fn set_tail(&mut self, patient: PatientId, tail: &Tail) -> Result<()> {
        let no = self.patient_no(patient)?;
        self.run(
            "INSERT INTO streams(patient_no, ordinal, stream, received_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(patient_no) DO UPDATE SET
             ordinal = excluded.ordinal, stream = excluded.stream, received_ms = excluded.received_ms",
            params![no, int(tail.ordinal.get()), tail.stream.0, int(tail.received_ms)],
        )
    }

    fn position(&mut self, shard: u8) -> Result<Position> {
        let found =
            self.one("SELECT position FROM shards WHERE shard = ?1", [shard], |row| position(row, 0))?;
        Ok(found.unwrap_or(Position::ZERO))
    }

    fn set_position(&mut self, shard: u8, position: Position) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO shards(shard, position) VALUES (?1, ?2)";
        self.run(sql, params![shard, int(position.get())])
    }

    fn append(&mut self, e: &Logged) -> Result<()> {
        let (patient_no, device_no) = (self.patient_no(e.patient)?, self.device_no(e.link.device)?);
        self.run(
            "INSERT INTO events(patient_no, ordinal, shard, position, fold_order, received_ms, stream, device_no,
             sequence, previous, link, id, event, standing, header, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                patient_no,
                int(e.receipt.ordinal.get()),
                e.shard,
                int(e.receipt.position.get()),
                int(e.receipt.order.0),
                int(e.receipt.received_ms),
                e.receipt.stream.0,
                device_no,
                int(e.link.sequence.get()),
                e.link.previous.0,
                e.link_hash.0,
                e.id.as_bytes(),
                e.event_hash.0,
                e.class == Class::Standing,
                e.header,
                e.body
            ],
        )
    }

    fn event(&mut self, patient: PatientId, id: EventId) -> Result<Option<Logged>> {
        let no = self.patient_no(patient)?;
        self.event_where("e.patient_no = ?1 AND e.id = ?2", params![no, id.as_bytes()])
    }

    fn event_at(&mut self, patient: PatientId, ordinal: Ordinal) -> Result<Option<Logged>> {
        let no = self.patient_no(patient)?;
        self.event_where("e.patient_no = ?1 AND e.ordinal = ?2", [no, int(ordinal.get())])
    }

    fn event_of(&mut self, device: DeviceId, sequence: Sequence) -> Result<Option<Logged>> {
        let no = self.device_no(device)?;
        self.event_where("e.device_no = ?1 AND e.sequence = ?2", [no, int(sequence.get())])
    }

    fn event_hashes(&mut self, patient: PatientId, ids: &[EventId]) -> Result<HashMap<EventId, Hash>> {
        let no = self.patient_no(patient)?;
        // A search for each: a push's ids are close together in time, but another's may lie between.
        let sql = "SELECT event FROM events WHERE patient_no = ?1 AND id = ?2";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut hashes = HashMap::new();
        for id in ids {
            let found = statement.query_row(params![no, id.as_bytes()], |row| hash(row, 0));
            if let Some(hash) = found.optional().map_err(failed)? {
                hashes.insert(*id, hash);
            }
        }
        Ok(hashes)
    }

    fn links(
        &mut self,
        device: DeviceId,
        places: RangeInclusive<Sequence>,
    ) -> Result<BTreeMap<Sequence, Hash>> {
        let no = self.device_no(device)?;
        let found = self.all(
            "SELECT sequence, link FROM fills WHERE device_no = ?1 AND sequence BETWEEN ?2 AND ?3
             UNION ALL
             SELECT sequence, link FROM events WHERE device_no = ?1 AND sequence BETWEEN ?2 AND ?3",
            [no, int(places.start().get()), int(places.end().get())],
            |row| Ok((sequence(row, 0)?, hash(row, 1)?)),
        )?;
        Ok(found.into_iter().collect())
    }

    fn events(&mut self, patient: PatientId, span: Span, room: Room) -> Result<Vec<Logged>> {
        let no = self.patient_no(patient)?;
        match span {
            Span::Standing { after, until } => self.events_where(
                "e.patient_no = ?1 AND e.standing = 1 AND e.ordinal > ?2 AND e.ordinal <= ?3 ORDER BY e.ordinal",
                [no, int(after.get()), int(until.get())],
                room,
            ),
            Span::After(after) => self.events_where(
                "e.patient_no = ?1 AND e.ordinal > ?2 ORDER BY e.ordinal",
                [no, int(after.get())],
                room,
            ),
            Span::OccurrencesDownFrom(from) => self.events_where(
                "e.patient_no = ?1 AND e.standing = 0 AND e.ordinal <= ?2 ORDER BY e.ordinal DESC",
                [no, int(from.get())],
                room,
            ),
        }
    }

    fn shard_events(&mut self, shard: u8, after: Position, room: Room) -> Result<Vec<Logged>> {
        let condition = "e.shard = ?1 AND e.position > ?2 ORDER BY e.position";
        self.events_where(condition, [i64::from(shard), int(after.get())], room)
    }

    fn filled(&mut self, device: DeviceId, at: Sequence) -> Result<Option<Filled>> {
        let no = self.device_no(device)?;
        let found = self.one(
            "SELECT sequence, link, repeated, why, ordinal FROM fills WHERE device_no = ?1 AND sequence = ?2",
            [no, int(at.get())],
            |row| {
                let reason = if row.get(2)? { FillReason::Repeated } else { FillReason::Unreadable };
                let logged: Option<i64> = row.get(4)?;
                let ordinal = if logged.is_some() { Some(ordinal(row, 4)?) } else { None };
                Ok((sequence(row, 0)?, hash(row, 1)?, reason, row.get(3)?, ordinal))
            },
        )?;
        Ok(found.map(|(sequence, link, reason, why, ordinal)| Filled {
            device,
            sequence,
            link,
            reason,
            why,
            ordinal,
        }))
    }

    fn add_filled(&mut self, f: &Filled) -> Result<()> {
        let no = self.device_no(f.device)?;
        self.run(
            "INSERT INTO fills(device_no, sequence, link, repeated, why, ordinal) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                no,
                int(f.sequence.get()),
                f.link.0,
                f.reason == FillReason::Repeated,
                f.why,
                f.ordinal.map(|o| int(o.get()))
            ],
        )
    }

    fn add_head(&mut self, h: &Head) -> Result<()> {
        let no = self.device_no(h.device)?;
        self.run(
            "INSERT INTO heads(device_no, sequence, link, signature) VALUES (?1, ?2, ?3, ?4)",
            params![no, int(h.sequence.get()), h.link.0, h.signature],
        )
    }

    fn heads(&mut self, device: DeviceId) -> Result<Vec<Head>> {
        let no = self.device_no(device)?;
        let sql = "SELECT sequence, link, signature FROM heads WHERE device_no = ?1 ORDER BY sequence";
        let found = self.all(sql, [no], |row| Ok((sequence(row, 0)?, hash(row, 1)?, row.get(2)?)))?;
        let head = |(sequence, link, signature)| Head { device, sequence, link, signature };
        Ok(found.into_iter().map(head).collect())
    }

    fn quarantine(&mut self, q: &Quarantined) -> Result<()> {
        let no = self.patient_no(q.patient)?;
        let record = serde_json::to_string(&q.record).map_err(|e| StorageError::Failed(e.to_string()))?;
        self.run(
            "INSERT INTO quarantine(patient_no, record, why, received_ms) VALUES (?1, ?2, ?3, ?4)",
            params![no, record, q.why, int(q.received_ms)],
        )?;
        self.run(
            "DELETE FROM quarantine WHERE no IN
             (SELECT no FROM quarantine WHERE patient_no = ?1 ORDER BY no DESC LIMIT -1 OFFSET ?2)",
            params![no, QUARANTINE_LIMIT],
        )
    }

    fn quarantined(&mut self, patient: PatientId) -> Result<Vec<Quarantined>> {
        let no = self.patient_no(patient)?;
        let sql = "SELECT record, why, received_ms FROM quarantine WHERE patient_no = ?1 ORDER BY no";
        let found = self.all(sql, [no], |row| Ok((row.get(0)?, row.get(1)?, uint(row, 2)?)))?;
        let read = |(record, why, received_ms): (String, String, u64)| {
            let record = serde_json::from_str(&record).map_err(|e| StorageError::Corrupt(e.to_string()))?;
            Ok(Quarantined { patient, record, why, received_ms })
        };
        found.into_iter().map(read).collect()
    }
}
