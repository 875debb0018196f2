//! The treatments: what is prescribed, from when it is stopped, and whether this build may show it as due.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    amount::Amount,
    content::{Entity, TreatmentId},
    events::{Event, MedicineAdded, TreatmentChanged, TreatmentPrescribed},
    ids::EventId,
    model,
    plan::{DoseKey, Form, Medicine, Rule, Schedule, SlotId, WallClock},
    schedule::{self, Change, Course, Intake, LastTaken, Pause, ZoneTimeline},
    sorted::SortedMap,
    state::State,
    views::facts::doses_of,
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

/// A treatment as it is shown; what was prescribed, and what happened to it since.
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
    /// The patient added it; nobody has prescribed it.
    pub is_added: bool,
    /// What was changed since, in fold order.
    pub changes: Vec<(EventId, TreatmentChanged)>,
    /// When nothing is due.
    pub pauses: Vec<Pause>,
    /// Doses planned at or after this are no longer planned.
    pub stopped_from: Option<DateTime<Utc>>,
    /// "This changed; update before taking."
    pub frozen: bool,
}

/// What a treatment began with: it was prescribed, or she added it.
#[derive(Clone, Copy)]
pub(crate) struct Basis<'a> {
    pub(crate) medicine: &'a Medicine,
    pub(crate) dose: &'a Amount,
    pub(crate) instructions: Option<&'a String>,
    pub(crate) schedule: &'a Schedule,
    /// In her words, what it is for.
    pub(crate) purpose: Option<&'a String>,
    pub(crate) is_added: bool,
}

impl<'a> Basis<'a> {
    /// What an event says a treatment begins with.
    fn of(event: &'a Event, of: TreatmentId) -> Option<Self> {
        let (medicine, dose, instructions, schedule, purpose) = match event {
            Event::TreatmentPrescribed(e) if e.treatment == of => {
                let TreatmentPrescribed { medicine, dose, instructions, schedule, .. } = e;
                (medicine, dose, instructions, schedule, None)
            }
            Event::MedicineAdded(e) if e.treatment == of => {
                let MedicineAdded { medicine, dose, instructions, schedule, purpose, .. } = e;
                (medicine, dose, instructions, schedule, purpose.as_ref())
            }
            _ => return None,
        };
        let is_added = matches!(event, Event::MedicineAdded(_));
        Some(Self { medicine, dose, instructions: instructions.as_ref(), schedule, purpose, is_added })
    }
}

/// What holds for one treatment.
pub(crate) struct Plan<'a> {
    pub(crate) treatment: TreatmentId,
    pub(crate) prescribed: Basis<'a>,
    pub(crate) entry: EventId,
    /// With all that happened to it.
    pub(crate) course: Course<'a>,
    changes: Vec<(DateTime<Utc>, EventId, &'a TreatmentChanged)>,
    pub(crate) frozen: bool,
    /// When a slot was first planned: what lies before that was not missed.
    written: SortedMap<&'a SlotId, DateTime<Utc>>,
}

impl<'a> Plan<'a> {
    /// Of several prescriptions the last in fold order holds, and the changes and pauses that follow it; what was only
    /// added holds where nothing is prescribed. A stop holds
    /// until it is retracted, whatever is prescribed beside it, and of two the earlier instant: a medicine too few is
    /// asked about, one too many is taken.
    pub(crate) fn of(state: &'a State, treatment: TreatmentId) -> Option<Self> {
        let entity = Entity::Treatment(treatment);
        let mut last: Option<(Basis<'_>, EventId)> = None;
        // What the hours of an interval count from: as long as their rule is the same, the first that said so.
        let mut anchor = None;
        let mut stopped_from: Option<DateTime<Utc>> = None;
        let mut written = SortedMap::new();
        let (mut changes, mut pauses) = (Vec::new(), Vec::new());
        for (entry, event) in state.holding(&entity) {
            let said = entry.content.occurred_at.at.to_utc();
            let basis = Basis::of(event, treatment);
            // What is added does not change what is prescribed.
            let basis = basis.filter(|new| !new.is_added || last.is_none_or(|(before, _)| before.is_added));
            let rule = match event {
                _ if let Some(new) = basis => {
                    if last.is_none_or(|(before, _)| !counts_like(before.schedule, new.schedule)) {
                        anchor = Some(entry.id());
                    }
                    last = Some((new, entry.id()));
                    changes.clear();
                    pauses.clear();
                    Some(&new.schedule.rule)
                }
                Event::TreatmentChanged(change) if change.treatment == treatment => {
                    changes.push((change.from.to_utc(), entry.id(), change));
                    change.rule.as_ref()
                }
                Event::TreatmentPaused(pause) if pause.treatment == treatment => {
                    let to = pause.to.map(|to| to.to_utc());
                    pauses.push(Pause { from: pause.from.to_utc(), to });
                    None
                }
                Event::TreatmentResumed(resumed) if resumed.treatment == treatment => {
                    let from = resumed.from.to_utc();
                    for pause in &mut pauses {
                        pause.to = Some(pause.to.map_or(from, |to| to.min(from)));
                    }
                    None
                }
                Event::TreatmentStopped(s) if s.treatment == treatment => {
                    let from = s.from.to_utc();
                    stopped_from = Some(stopped_from.map_or(from, |earlier| earlier.min(from)));
                    None
                }
                _ => None,
            };
            for slot in rule.map(Rule::slots).unwrap_or_default() {
                let first = written.or_insert_with(slot, || said);
                *first = said.min(*first);
            }
        }
        let (prescribed, entry) = last?;
        // A pause that was resumed before it began is none.
        pauses.retain(|pause| pause.to.is_none_or(|to| to > pause.from));
        let change = |(from, entry, change): &(DateTime<Utc>, EventId, &'a TreatmentChanged)| Change {
            entry: *entry,
            from: *from,
            dose: change.dose.as_ref(),
            rule: change.rule.as_ref(),
        };
        let course = Course {
            changes: changes.iter().map(change).collect(),
            pauses,
            stopped_from,
            ..Course::new(prescribed.schedule, prescribed.dose, anchor.unwrap_or(entry))
        };
        // Looked up for the few plans that go by them.
        let last_taken = if course.follows_taken() {
            last_taken(state, treatment, DateTime::<Utc>::MAX_UTC)
        } else {
            None
        };
        let meals = if course.follows_meals() { model::read(state) } else { None };
        // What follows the patient's clock hangs on her zones as well.
        let floats = prescribed.schedule.clock == WallClock::Floating;
        let frozen = state.is_frozen(&entity) || (floats && state.is_frozen(&Entity::Zone));
        let course = Course { last_taken, meals, ..course };
        Some(Self { treatment, prescribed, entry, course, changes, frozen, written })
    }

    /// When this dose was first planned; `None`: it follows one that was taken.
    pub(crate) fn written(&self, state: &State, key: &DoseKey) -> Option<DateTime<Utc>> {
        match key {
            DoseKey::Planned { slot, .. } => self.written.get(slot).copied(),
            DoseKey::Interval { anchor, .. } => {
                let entry = state.entry(*anchor)?;
                let is_plan = entry.content.about.contains(&Entity::Treatment(self.treatment));
                is_plan.then(|| entry.content.occurred_at.at.to_utc())
            }
            DoseKey::AsNeeded => None,
        }
    }

    /// The plan as it was or would be after this dose was taken, for hours that count from the last one.
    pub(crate) fn after(&self, state: &State, anchor: EventId) -> Option<Course<'a>> {
        let entry = state.entry(anchor).filter(|_| self.course.follows_taken())?;
        let is_taken =
            matches!(entry.event(), Some(Event::MedicineTaken(e)) if e.treatment == self.treatment);
        let last_taken =
            is_taken.then(|| LastTaken { entry: anchor, at: entry.content.occurred_at.at.to_utc() });
        Some(Course { last_taken, ..self.course.clone() })
    }

    /// What the care team says about a dose at this instant.
    pub(crate) fn instructions(&self, at: DateTime<Utc>) -> Option<String> {
        let of_change = |(from, entry, change): &(DateTime<Utc>, EventId, &'a TreatmentChanged)| {
            let text = change.instructions.as_ref().filter(|_| *from <= at)?;
            Some(((*from, *entry), text))
        };
        let last = self.changes.iter().filter_map(of_change).max();
        last.map(|(_, text)| text).or(self.prescribed.instructions).cloned()
    }

    /// What the plan says of one more dose as needed, in the light of those that hold, one of them left out.
    pub(crate) fn as_needed(
        &self,
        state: &'a State,
        next: Intake<'_>,
        but: Option<EventId>,
    ) -> Vec<schedule::Warning> {
        let rule = self.rule_at(next.at);
        let (Rule::AsNeeded(rule), Some(timeline)) = (rule, ZoneTimeline::of(state).timeline) else {
            return Vec::new();
        };
        let others = self.taken(state).filter(|(id, _)| Some(*id) != but).map(|(_, intake)| intake);
        rule.warnings(&others.collect::<Vec<_>>(), next, &timeline)
    }

    /// Every dose of it that was taken, whatever it was logged as.
    pub(crate) fn taken(&self, state: &'a State) -> impl Iterator<Item = (EventId, Intake<'a>)> {
        let treatment = self.treatment;
        let holding = doses_of(state, treatment).flat_map(|(entity, _)| state.holding(entity));
        holding.filter_map(move |(entry, event)| match event {
            Event::MedicineTaken(e) if e.treatment == treatment => {
                Some((entry.id(), Intake { at: entry.content.occurred_at.at.to_utc(), amount: &e.amount }))
            }
            _ => None,
        })
    }

    /// The rule as it is at this instant.
    pub(crate) fn rule_at(&self, at: DateTime<Utc>) -> &Rule {
        self.last_change(at, |change| change.rule).unwrap_or(&self.prescribed.schedule.rule)
    }

    /// How much each time, as it is at this instant.
    pub(crate) fn dose_at(&self, at: DateTime<Utc>) -> &Amount {
        self.last_change(at, |change| change.dose).unwrap_or(self.prescribed.dose)
    }

    fn last_change<T: ?Sized>(
        &self,
        at: DateTime<Utc>,
        of: impl Fn(&Change<'a>) -> Option<&'a T>,
    ) -> Option<&'a T> {
        let changed = self.course.changes.iter().filter(|change| change.from <= at);
        let said = changed.filter_map(|change| Some(((change.from, change.entry), of(change)?)));
        said.max_by_key(|(place, _)| *place).map(|(_, what)| what)
    }

    /// What it is called; of one that was added, as that was put right last, whenever its author's clock said so.
    pub(crate) fn name(&self) -> &'a str {
        let said = self.changes.iter().rev().filter(|_| self.prescribed.is_added);
        let last = said.filter_map(|(.., change)| change.medicine.as_ref()).next();
        last.map_or(&self.prescribed.medicine.name, |medicine| &medicine.name)
    }

    pub(crate) fn medicine(&self) -> MedicineView {
        let (medicine, name) = (self.prescribed.medicine, self.name());
        MedicineView {
            name: name.to_owned(),
            strength: medicine.strength.clone(),
            form: medicine.form,
            stone: stone(name),
        }
    }
}

/// A tint by the name, so that every device chooses the same and two treatments of one medicine look alike (FNV-1a).
fn stone(name: &str) -> u8 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
    let hash = name.trim().bytes().fold(0x811c_9dc5, step);
    u8::try_from((hash >> 16) % 4).unwrap_or(0) + 1
}

/// Whether the doses of two plans every so many hours are counted alike. Those of slots have names of their own.
fn counts_like(a: &Schedule, b: &Schedule) -> bool {
    match (&a.rule, &b.rule) {
        (Rule::Hours(of_a), Rule::Hours(of_b)) => a.start == b.start && of_a == of_b,
        (Rule::Hours(_), _) | (_, Rule::Hours(_)) => false,
        _ => true,
    }
}

/// The last dose of a treatment that was taken up to then, whatever it was logged as.
pub(super) fn last_taken(state: &State, treatment: TreatmentId, until: DateTime<Utc>) -> Option<LastTaken> {
    let months: Vec<_> = doses_of(state, treatment).map(|(month, _)| month).collect();
    let of_month = |month: &Entity| {
        let taken = state.holding(month).filter_map(|(entry, event)| match event {
            Event::MedicineTaken(e) if e.treatment == treatment => {
                Some((entry.content.occurred_at.at.to_utc(), entry.id()))
            }
            _ => None,
        });
        taken.filter(|(at, _)| *at <= until).max()
    };
    // A dose can be filed in the month before the one in which it was taken.
    let last = months.into_iter().rev().filter_map(of_month).take(2).max();
    last.map(|(at, entry)| LastTaken { entry, at })
}

/// All treatments that are known, also those of which only doses are.
pub(crate) fn treatments(state: &State) -> Vec<TreatmentId> {
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
            instructions: plan.prescribed.instructions.cloned(),
            schedule: plan.prescribed.schedule.clone(),
            prescribed: plan.entry,
            is_added: plan.prescribed.is_added,
            stopped_from: plan.course.stopped_from,
            changes: plan.changes.iter().map(|(_, id, change)| (*id, (*change).clone())).collect(),
            pauses: plan.course.pauses,
            frozen: plan.frozen,
        })
        .collect();
    views.sort_by(|a, b| (&a.medicine.name, a.treatment).cmp(&(&b.medicine.name, b.treatment)));
    views
}
