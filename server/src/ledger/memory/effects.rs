//! The tables of effects in memory.

use shared_events::{
    effects::EffectId,
    ids::{Ordinal, PatientId},
};

use super::{MemoryTables, Result, missing};
use crate::ledger::{
    Tables as _,
    effects::{By, EffectRow, EffectTables, Fate},
};

impl MemoryTables<'_> {
    fn write_effect(&mut self, effect: &EffectRow) {
        let number = self.data.numbered.get(&()).copied().unwrap_or(0) + 1;
        self.put(|d| &mut d.numbered, (), number);
        self.put(|d| &mut d.effects, effect.id, (number, effect.clone()));
    }

    fn effects_where(&self, holds: impl Fn(&EffectRow) -> bool) -> Vec<(u64, EffectRow)> {
        self.data.effects.values().filter(|(_, effect)| holds(effect)).cloned().collect()
    }

    fn waiting(&self, by: By) -> Vec<(u64, EffectRow)> {
        self.effects_where(|effect| effect.fate == Fate::Waiting && By::of(effect.kind) == by)
    }

    pub(super) fn drop_effects(&mut self, patient: PatientId) {
        let of_patient = self.effects_where(|effect| effect.patient == patient);
        of_patient.iter().for_each(|(_, effect)| self.take(|d| &mut d.effects, &effect.id));
    }
}

impl EffectTables for MemoryTables<'_> {
    fn behind(&mut self) -> Result<Vec<PatientId>> {
        let tails: Vec<_> = self.data.tails.iter().map(|(patient, tail)| (*patient, tail.ordinal)).collect();
        let mut behind = Vec::new();
        for (patient, tail) in tails {
            let is_there = self.unerased(patient)?.is_some();
            if is_there && tail > self.reacted(patient)? {
                behind.push(patient);
            }
        }
        Ok(behind)
    }

    fn reacted(&mut self, patient: PatientId) -> Result<Ordinal> {
        Ok(self.data.reacted.get(&patient).copied().unwrap_or(Ordinal::ZERO))
    }

    fn set_reacted(&mut self, patient: PatientId, until: Ordinal) -> Result<()> {
        let until = until.max(self.reacted(patient)?);
        self.put(|d| &mut d.reacted, patient, until);
        Ok(())
    }

    fn add_effect(&mut self, effect: &EffectRow) -> Result<bool> {
        let is_new = !self.data.effects.contains_key(&effect.id);
        if is_new {
            self.patient(effect.patient)?.ok_or_else(|| missing("the patient"))?;
            self.write_effect(effect);
        }
        Ok(is_new)
    }

    fn set_effect(&mut self, effect: &EffectRow) -> Result<()> {
        self.write_effect(effect);
        Ok(())
    }

    fn effect(&mut self, id: EffectId) -> Result<Option<EffectRow>> {
        Ok(self.data.effects.get(&id).map(|(_, effect)| effect.clone()))
    }

    fn effects(&mut self, patient: PatientId) -> Result<Vec<EffectRow>> {
        let mut found = self.effects_where(|effect| effect.patient == patient);
        found.sort_by_key(|(_, effect)| (effect.ordinal, effect.id));
        Ok(found.into_iter().map(|(_, effect)| effect).collect())
    }

    fn due_effects(&mut self, by: By, until_ms: u64, limit: u32) -> Result<Vec<EffectRow>> {
        let mut due = self.waiting(by);
        due.retain(|(_, effect)| effect.next_ms <= until_ms);
        due.sort_by_key(|(number, effect)| (effect.attempts, effect.next_ms, *number));
        Ok(due.into_iter().take(limit as usize).map(|(_, effect)| effect).collect())
    }

    fn next_effect_ms(&mut self, by: By) -> Result<Option<u64>> {
        Ok(self.waiting(by).iter().map(|(_, effect)| effect.next_ms).min())
    }

    fn wake_effects(&mut self, now_ms: u64) -> Result<()> {
        let is_asleep = |effect: &EffectRow| match effect.fate {
            Fate::Waiting => effect.next_ms > now_ms,
            Fate::Lapsed => effect.valid_until_ms > now_ms,
            Fate::Done | Fate::Withheld => false,
        };
        for (number, effect) in self.effects_where(is_asleep) {
            let awake = EffectRow { fate: Fate::Waiting, next_ms: now_ms, ended_ms: None, ..effect };
            self.put(|d| &mut d.effects, awake.id, (number, awake));
        }
        Ok(())
    }

    fn last_effect(&mut self) -> Result<u64> {
        Ok(self.data.effects.values().map(|(number, _)| *number).max().unwrap_or(0))
    }

    fn effects_since(&mut self, number: u64, limit: u32) -> Result<Vec<(u64, EffectRow)>> {
        let mut since: Vec<_> = self.data.effects.values().filter(|(n, _)| *n > number).cloned().collect();
        since.sort_by_key(|(n, _)| *n);
        since.truncate(limit as usize);
        Ok(since)
    }
}
