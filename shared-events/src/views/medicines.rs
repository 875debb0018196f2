//! The treatments: what is prescribed, from when it is stopped, and whether this build may show it as due.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    amount::Amount,
    content::{Entity, TreatmentId},
    events::{Event, TreatmentPrescribed},
    ids::EventId,
    plan::{Form, Schedule, SlotId, WallClock},
    sorted::SortedMap,
    state::State,
};

/// A medicine as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct MedicineView {
    pub name: String,
    pub strength: Option<Amount>,
    pub form: Form,
    /// The tint of its pebble, 1 to 4: one a medicine's name, so that it is found again.
    pub stone: u8,
}

/// A treatment as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TreatmentView {
    pub treatment: TreatmentId,
    pub medicine: MedicineView,
    pub dose: Amount,
    pub instructions: Option<String>,
    pub schedule: Schedule,
    /// The entry that says so.
    pub prescribed: EventId,
    /// Doses planned at or after this are no longer planned.
    pub stopped_from: Option<DateTime<Utc>>,
    /// "This changed; update before taking."
    pub frozen: bool,
}

/// What holds for one treatment.
pub(super) struct Plan<'a> {
    pub(super) treatment: TreatmentId,
    pub(super) prescribed: &'a TreatmentPrescribed,
    pub(super) entry: EventId,
    pub(super) stopped_from: Option<DateTime<Utc>>,
    pub(super) frozen: bool,
    /// When a slot was first planned: what lies before that was not missed.
    written: SortedMap<&'a SlotId, DateTime<Utc>>,
}

impl<'a> Plan<'a> {
    /// Of several prescriptions the last in fold order holds. A stop holds until it is retracted, whatever is
    /// prescribed beside it, and of two the earlier instant: a medicine too few is asked about, one too many is taken.
    pub(super) fn of(state: &'a State, treatment: TreatmentId) -> Option<Self> {
        let entity = Entity::Treatment(treatment);
        let mut last = None;
        let mut stopped_from: Option<DateTime<Utc>> = None;
        let mut written = SortedMap::new();
        for (entry, event) in state.holding(&entity) {
            match event {
                Event::TreatmentPrescribed(p) if p.treatment == treatment => {
                    let said = entry.content.occurred_at.at.to_utc();
                    for slot in p.schedule.rule.slots() {
                        let first = written.or_insert_with(slot, || said);
                        *first = said.min(*first);
                    }
                    last = Some((p, entry.id()));
                }
                Event::TreatmentStopped(s) if s.treatment == treatment => {
                    let from = s.from.to_utc();
                    stopped_from = Some(stopped_from.map_or(from, |earlier| earlier.min(from)));
                }
                _ => {}
            }
        }
        let (prescribed, entry) = last?;
        // What follows the patient's clock hangs on her zones as well.
        let floats = prescribed.schedule.clock == WallClock::Floating;
        let frozen = state.is_frozen(&entity) || (floats && state.is_frozen(&Entity::Zone));
        Some(Self { treatment, prescribed, entry, stopped_from, frozen, written })
    }

    /// When this slot was first planned.
    pub(super) fn written(&self, slot: &SlotId) -> Option<DateTime<Utc>> {
        self.written.get(slot).copied()
    }

    pub(super) fn medicine(&self) -> MedicineView {
        let medicine = &self.prescribed.medicine;
        MedicineView {
            name: medicine.name.clone(),
            strength: medicine.strength.clone(),
            form: medicine.form,
            stone: stone(&medicine.name),
        }
    }
}

/// A tint by the name, so that every device chooses the same and two treatments of one medicine look alike (FNV-1a).
fn stone(name: &str) -> u8 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
    let hash = name.trim().bytes().fold(0x811c_9dc5, step);
    u8::try_from((hash >> 16) % 4).unwrap_or(0) + 1
}

/// All treatments that are known, also those of which only doses are.
pub(super) fn treatments(state: &State) -> Vec<TreatmentId> {
    let first = Entity::Treatment(TreatmentId(Uuid::nil()));
    let mut found: Vec<_> = state
        .entities_from(&first)
        .map_while(|(entity, _)| match entity {
            Entity::Treatment(id) | Entity::Doses(id, _) => Some(*id),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// All treatments with a prescription that holds, by the medicine's name.
#[must_use]
pub fn medicines(state: &State) -> Vec<TreatmentView> {
    let plans = treatments(state).into_iter().filter_map(|id| Plan::of(state, id));
    let mut views: Vec<_> = plans
        .map(|plan| TreatmentView {
            treatment: plan.treatment,
            medicine: plan.medicine(),
            dose: plan.prescribed.dose.clone(),
            instructions: plan.prescribed.instructions.clone(),
            schedule: plan.prescribed.schedule.clone(),
            prescribed: plan.entry,
            stopped_from: plan.stopped_from,
            frozen: plan.frozen,
        })
        .collect();
    views.sort_by(|a, b| (&a.medicine.name, a.treatment).cmp(&(&b.medicine.name, b.treatment)));
    views
}
