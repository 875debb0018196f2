//! The ledger in memory: deterministic, without threads, for simulations and as the model in the contract suite.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
};

use shared_events::{
    effects::EffectId,
    ids::{DeviceId, EventId, Generation, Hash, Ordinal, PatientId, Position, Sequence},
    record::Class,
};
use tokio::sync::watch;

use super::{
    Identity, Ledger, StorageError, Tables,
    effects::EffectRow,
    rows::{Device, Filled, Head, Invitation, Logged, Patient, Quarantined, Tail},
    tables::{QUARANTINE_LIMIT, Room, Span},
};
use crate::error::Error;

mod effects;

type Result<T> = std::result::Result<T, StorageError>;
type Undo = Box<dyn FnOnce(&mut Data) + Send>;

/// The tables.
#[derive(Clone, Default)]
struct Data {
    patients: BTreeMap<PatientId, (u64, Patient)>,
    devices: BTreeMap<DeviceId, (u64, Device)>,
    invitations: BTreeMap<Hash, Invitation>,
    tails: BTreeMap<PatientId, Tail>,
    positions: BTreeMap<u8, Position>,
    events: BTreeMap<(PatientId, Ordinal), Arc<Logged>>,
    standing: BTreeMap<(PatientId, Ordinal), Arc<Logged>>,
    by_id: BTreeMap<(PatientId, EventId), Ordinal>,
    by_place: BTreeMap<(DeviceId, Sequence), (PatientId, Ordinal)>,
    by_position: BTreeMap<(u8, Position), (PatientId, Ordinal)>,
    fills: BTreeMap<(DeviceId, Sequence), Filled>,
    heads: BTreeMap<(DeviceId, Sequence), Head>,
    quarantine: BTreeMap<PatientId, Vec<Quarantined>>,
    reacted: BTreeMap<PatientId, Ordinal>,
    effects: BTreeMap<EffectId, (u64, EffectRow)>,
    /// The last number that an effect got: numbers are not used again.
    numbered: BTreeMap<(), u64>,
}

/// The ledger in memory. A clone is another handle to the same; [`MemoryLedger::copy`] is a backup.
#[derive(Clone)]
pub struct MemoryLedger {
    identity: Arc<Mutex<Identity>>,
    data: Arc<Mutex<Data>>,
    changes: Arc<watch::Sender<u64>>,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        let identity = Arc::new(Mutex::new(identity));
        Self { identity, data: Arc::default(), changes: Arc::new(watch::Sender::new(0)) }
    }

    /// A ledger that holds what this one holds now and goes its own way from there: a backup.
    #[must_use]
    pub fn copy(&self) -> Self {
        let data = self.data.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let changes = Arc::new(watch::Sender::new(0));
        let identity = Arc::new(Mutex::new(self.identity()));
        Self { identity, data: Arc::new(Mutex::new(data)), changes }
    }

    fn run<T>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> std::result::Result<T, Error>,
    ) -> std::result::Result<T, Error> {
        let mut data = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tables = MemoryTables { data: &mut data, undo: Vec::new() };
        let result = job(&mut tables);
        if result.is_err() {
            let undo = std::mem::take(&mut tables.undo);
            undo.into_iter().rev().for_each(|step| step(tables.data));
        }
        result
    }
}

impl Ledger for MemoryLedger {
    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> std::result::Result<T, Error> + Send + 'static,
    ) -> std::result::Result<T, Error> {
        let result = self.run(job);
        if result.is_ok() {
            self.changes.send_modify(|n| *n += 1);
        }
        result
    }

    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Tables) -> std::result::Result<T, Error> + Send + 'static,
    ) -> std::result::Result<T, Error> {
        self.run(job)
    }

    async fn scrub(&self) -> Result<()> {
        Ok(())
    }

    fn identity(&self) -> Identity {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn begin_later_life(&self) -> Result<Identity> {
        let mut identity = self.identity.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Generation::new(identity.generation.get() + 1);
        identity.generation = next.ok_or_else(|| missing("the generation's successor"))?;
        Ok(*identity)
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

/// One transaction: what it changes can be undone.
struct MemoryTables<'a> {
    data: &'a mut Data,
    undo: Vec<Undo>,
}

fn twice(what: &str) -> StorageError {
    StorageError::Corrupt(format!("{what} is there already"))
}
fn missing(what: &str) -> StorageError {
    StorageError::Corrupt(format!("{what} is missing"))
}

impl MemoryTables<'_> {
    /// Puts a value, remembering what was there.
    fn put<K: Ord + Clone + Send + 'static, V: Clone + Send + 'static>(
        &mut self,
        table: fn(&mut Data) -> &mut BTreeMap<K, V>,
        key: K,
        value: V,
    ) {
        let old = table(self.data).insert(key.clone(), value);
        self.undo.push(Box::new(move |data| {
            match old {
                Some(old) => table(data).insert(key, old),
                None => table(data).remove(&key),
            };
        }));
    }

    fn take<K: Ord + Clone + Send + 'static, V: Clone + Send + 'static>(
        &mut self,
        table: fn(&mut Data) -> &mut BTreeMap<K, V>,
        key: &K,
    ) {
        if let Some(old) = table(self.data).remove(key) {
            let key = key.clone();
            self.undo.push(Box::new(move |data| {
                table(data).insert(key, old);
            }));
        }
    }

    fn fitting<'e>(events: impl Iterator<Item = &'e Arc<Logged>>, mut room: Room) -> Vec<Logged> {
        let mut taken = Vec::new();
        for event in events {
            if room.records == 0 || (!room.take(event) && !taken.is_empty()) {
                break;
            }
            taken.push(Logged::clone(event));
        }
        taken
    }
}

impl Tables for MemoryTables<'_> {
    fn patient(&mut self, id: PatientId) -> Result<Option<Patient>> {
        Ok(self.data.patients.get(&id).map(|(_, p)| p.clone()))
    }
    fn patient_by_external(&mut self, external: &Hash) -> Result<Option<Patient>> {
        let mut all = self.data.patients.values();
        Ok(all.find(|(_, p)| p.external.as_ref() == Some(external)).map(|(_, p)| p.clone()))
    }
    fn patients(&mut self) -> Result<Vec<Patient>> {
        let mut all: Vec<_> = self.data.patients.values().cloned().collect();
        all.sort_by_key(|(no, _)| *no);
        Ok(all.into_iter().map(|(_, p)| p).collect())
    }
    fn add_patient(&mut self, patient: &Patient) -> Result<()> {
        let external = match &patient.external {
            Some(external) => self.patient_by_external(external)?,
            None => None,
        };
        if external.is_some() || self.data.patients.contains_key(&patient.id) {
            return Err(twice("the patient"));
        }
        let no = self.data.patients.len() as u64;
        self.put(|d| &mut d.patients, patient.id, (no, patient.clone()));
        Ok(())
    }
    fn erase(&mut self, patient: PatientId, now_ms: u64) -> Result<()> {
        let (no, mut row) =
            self.data.patients.get(&patient).cloned().ok_or_else(|| missing("the patient"))?;
        row.erased_ms = row.erased_ms.or(Some(now_ms));
        row.profile = Vec::new();
        row.external = None;
        self.put(|d| &mut d.patients, patient, (no, row));
        let range = (patient, Ordinal::ZERO)..;
        let events: Vec<_> = self
            .data
            .events
            .range(range)
            .take_while(|((p, _), _)| *p == patient)
            .map(|(k, e)| (*k, e.clone()))
            .collect();
        for (key, event) in events {
            let dropped = Arc::new(Logged { body: None, ..Logged::clone(&event) });
            if dropped.class == Class::Standing {
                self.put(|d| &mut d.standing, key, Arc::clone(&dropped));
            }
            self.put(|d| &mut d.events, key, dropped);
        }
        self.take(|d| &mut d.quarantine, &patient);
        self.drop_effects(patient);
        let codes: Vec<_> =
            self.data.invitations.values().filter(|i| i.patient == patient).map(|i| i.code).collect();
        codes.iter().for_each(|code| self.take(|d| &mut d.invitations, code));
        Ok(())
    }

    fn device(&mut self, id: DeviceId) -> Result<Option<Device>> {
        Ok(self.data.devices.get(&id).map(|(_, d)| d.clone()))
    }
    fn devices(&mut self, patient: PatientId) -> Result<Vec<Device>> {
        let mut all: Vec<_> =
            self.data.devices.values().filter(|(_, d)| d.patient == patient).cloned().collect();
        all.sort_by_key(|(no, _)| *no);
        Ok(all.into_iter().map(|(_, d)| d).collect())
    }
    fn add_device(&mut self, device: &Device) -> Result<()> {
        if self.data.devices.contains_key(&device.id) {
            return Err(twice("the device"));
        }
        let no = self.data.devices.len() as u64;
        self.put(|d| &mut d.devices, device.id, (no, device.clone()));
        Ok(())
    }
    fn set_head(&mut self, device: DeviceId, mark: Sequence, head: &Hash) -> Result<()> {
        let (no, row) = self.data.devices.get(&device).cloned().ok_or_else(|| missing("the device"))?;
        self.put(|d| &mut d.devices, device, (no, Device { mark, head: *head, ..row }));
        Ok(())
    }
    fn set_revoked(&mut self, device: DeviceId, now_ms: u64) -> Result<()> {
        let (no, row) = self.data.devices.get(&device).cloned().ok_or_else(|| missing("the device"))?;
        let revoked_ms = row.revoked_ms.or(Some(now_ms));
        self.put(|d| &mut d.devices, device, (no, Device { revoked_ms, ..row }));
        Ok(())
    }

    fn invitation(&mut self, code: &Hash) -> Result<Option<Invitation>> {
        Ok(self.data.invitations.get(code).cloned())
    }
    fn put_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        self.put(|d| &mut d.invitations, invitation.code, invitation.clone());
        Ok(())
    }
    fn drop_invitations(&mut self, expired_before_ms: u64) -> Result<()> {
        let all = self.data.invitations.values();
        let codes: Vec<_> = all.filter(|i| i.expires_ms < expired_before_ms).map(|i| i.code).collect();
        codes.iter().for_each(|code| self.take(|d| &mut d.invitations, code));
        Ok(())
    }

    fn tail(&mut self, patient: PatientId) -> Result<Tail> {
        Ok(self.data.tails.get(&patient).copied().unwrap_or(Tail::EMPTY))
    }
    fn set_tail(&mut self, patient: PatientId, tail: &Tail) -> Result<()> {
        self.put(|d| &mut d.tails, patient, *tail);
        Ok(())
    }
    fn position(&mut self, shard: u8) -> Result<Position> {
        Ok(self.data.positions.get(&shard).copied().unwrap_or(Position::ZERO))
    }
    fn set_position(&mut self, shard: u8, position: Position) -> Result<()> {
        self.put(|d| &mut d.positions, shard, position);
        Ok(())
    }
    fn append(&mut self, e: &Logged) -> Result<()> {
        let key = (e.patient, e.receipt.ordinal);
        let (id, place) = ((e.patient, e.id), (e.link.device, e.link.sequence));
        let position = (e.shard, e.receipt.position);
        if self.data.events.contains_key(&key)
            || self.data.by_id.contains_key(&id)
            || self.data.by_place.contains_key(&place)
            || self.data.by_position.contains_key(&position)
        {
            return Err(twice("the event"));
        }
        let event = Arc::new(e.clone());
        if e.class == Class::Standing {
            self.put(|d| &mut d.standing, key, Arc::clone(&event));
        }
        self.put(|d| &mut d.events, key, event);
        self.put(|d| &mut d.by_id, id, e.receipt.ordinal);
        self.put(|d| &mut d.by_place, place, key);
        self.put(|d| &mut d.by_position, position, key);
        Ok(())
    }

    fn event(&mut self, patient: PatientId, id: EventId) -> Result<Option<Logged>> {
        let Some(ordinal) = self.data.by_id.get(&(patient, id)).copied() else { return Ok(None) };
        self.event_at(patient, ordinal)
    }
    fn event_at(&mut self, patient: PatientId, ordinal: Ordinal) -> Result<Option<Logged>> {
        Ok(self.data.events.get(&(patient, ordinal)).map(|e| Logged::clone(e)))
    }
    fn event_of(&mut self, device: DeviceId, sequence: Sequence) -> Result<Option<Logged>> {
        let Some(key) = self.data.by_place.get(&(device, sequence)) else { return Ok(None) };
        Ok(self.data.events.get(key).map(|e| Logged::clone(e)))
    }
    fn event_hashes(&mut self, patient: PatientId, ids: &[EventId]) -> Result<HashMap<EventId, Hash>> {
        let Data { by_id, events, .. } = &*self.data;
        let hash = |id: &EventId| {
            let ordinal = by_id.get(&(patient, *id))?;
            Some((*id, events.get(&(patient, *ordinal))?.event_hash))
        };
        Ok(ids.iter().filter_map(hash).collect())
    }
    fn links(
        &mut self,
        device: DeviceId,
        places: RangeInclusive<Sequence>,
    ) -> Result<BTreeMap<Sequence, Hash>> {
        let Data { by_place, events, fills, .. } = &*self.data;
        let range = (device, *places.start())..=(device, *places.end());
        let filled = fills.range(range.clone()).map(|((_, s), f)| (*s, f.link));
        let logged = by_place.range(range).filter_map(|((_, s), key)| Some((*s, events.get(key)?.link_hash)));
        Ok(filled.chain(logged).collect())
    }
    fn events(&mut self, patient: PatientId, span: Span, room: Room) -> Result<Vec<Logged>> {
        let inside = |e: &&Arc<Logged>| span.contains(e.receipt.ordinal, e.class);
        let Data { events, standing, .. } = &*self.data;
        Ok(match span {
            Span::Standing { after, until } if after >= until => Vec::new(),
            Span::Standing { after, until } => {
                let range = (patient, after.next())..=(patient, until);
                Self::fitting(standing.range(range).map(|(_, e)| e), room)
            }
            Span::After(after) => {
                let range = events.range((patient, after.next())..);
                Self::fitting(range.take_while(|((p, _), _)| *p == patient).map(|(_, e)| e), room)
            }
            Span::OccurrencesDownFrom(from) => {
                let range = events.range((patient, Ordinal::ZERO)..=(patient, from));
                Self::fitting(range.rev().map(|(_, e)| e).filter(inside), room)
            }
        })
    }
    fn shard_events(&mut self, shard: u8, after: Position, room: Room) -> Result<Vec<Logged>> {
        let range = self.data.by_position.range((shard, after.next())..);
        let keys = range.take_while(|((s, _), _)| *s == shard).map(|(_, key)| key);
        Ok(Self::fitting(keys.filter_map(|key| self.data.events.get(key)), room))
    }

    fn filled(&mut self, device: DeviceId, sequence: Sequence) -> Result<Option<Filled>> {
        Ok(self.data.fills.get(&(device, sequence)).cloned())
    }
    fn add_filled(&mut self, filled: &Filled) -> Result<()> {
        self.put(|d| &mut d.fills, (filled.device, filled.sequence), filled.clone());
        Ok(())
    }
    fn add_head(&mut self, head: &Head) -> Result<()> {
        self.put(|d| &mut d.heads, (head.device, head.sequence), head.clone());
        Ok(())
    }
    fn heads(&mut self, device: DeviceId) -> Result<Vec<Head>> {
        let range = self.data.heads.range((device, Sequence::ZERO)..);
        Ok(range.take_while(|((d, _), _)| *d == device).map(|(_, h)| h.clone()).collect())
    }
    fn quarantine(&mut self, q: &Quarantined) -> Result<()> {
        let mut all = self.data.quarantine.get(&q.patient).cloned().unwrap_or_default();
        all.push(q.clone());
        let over = all.len().saturating_sub(QUARANTINE_LIMIT as usize);
        all.drain(..over);
        self.put(|d| &mut d.quarantine, q.patient, all);
        Ok(())
    }
    fn quarantined(&mut self, patient: PatientId) -> Result<Vec<Quarantined>> {
        Ok(self.data.quarantine.get(&patient).cloned().unwrap_or_default())
    }
}
