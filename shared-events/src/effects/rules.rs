//! The rules: each looks at one event and the state with it, and asks for what should be done.

use std::cell::OnceCell;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Ask, Kind, arrived};
use crate::{
    content::{Entity, Role, TreatmentId},
    events::{
        AppointmentCancelled, AppointmentRescheduled, AppointmentScheduled, Event, MedicineSkipped,
        MedicineTaken, TreatmentChanged,
    },
    fields::conflicts_of,
    plan::DoseKey,
    schedule::{Intake, PlannedDose, Warning, ZoneTimeline},
    state::{Entry, State},
    views::{
        facts::{FactView, Said, facts_of, groups},
        medicines::Plan,
        planned_before,
    },
};

/// A rule and its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) asks: fn(&Case<'_>) -> Vec<Ask>,
}

/// How long something stays worth doing.
const FOR_A_LOOK: TimeDelta = TimeDelta::days(14);
const FOR_NOW: TimeDelta = TimeDelta::days(2);

/// One dose was logged more than once, and the entries do not witness one another.
pub(super) const DOUBLE_DOSE: Rule = Rule {
    name: "double_dose",
    asks: |case| {
        let Some(dose) = case.dose() else { return Vec::new() };
        let times = groups(&dose.facts).len();
        case.ask_about(times > 1, dose, |name| {
            format!("{name}: one planned dose may have been taken {times} times")
        })
    },
};

/// One dose was said to be taken and to be left out.
pub(super) const CONTRADICTION: Rule = Rule {
    name: "taken_and_left_out",
    asks: |case| {
        let Some(dose) = case.dose() else { return Vec::new() };
        let taken = dose.facts.iter().any(|fact| matches!(fact.said, Said::Taken { .. }));
        let skipped = dose.facts.iter().any(|fact| matches!(fact.said, Said::Skipped { .. }));
        case.ask_about(taken && skipped, dose, |name| {
            format!("{name}: one dose is logged as taken and as left out")
        })
    },
};

/// A dose was taken after its treatment was stopped.
pub(super) const AFTER_STOP: Rule = Rule {
    name: "after_stop",
    asks: |case| {
        let Some((_, plan, at)) = case.taken() else { return Vec::new() };
        case.ask_of_entry(plan.course.is_stopped(at), |name| format!("{name}: taken after it was stopped"))
    },
};

/// A dose was taken while its treatment was paused.
pub(super) const IN_PAUSE: Rule = Rule {
    name: "in_pause",
    asks: |case| {
        let Some((_, plan, at)) = case.taken() else { return Vec::new() };
        case.ask_of_entry(plan.course.is_paused(at), |name| format!("{name}: taken while it was paused"))
    },
};

/// A dose as needed came too soon after another, or is too much for a day.
pub(super) const AS_NEEDED: Rule = Rule {
    name: "as_needed",
    asks: |case| {
        let Some((taken, plan, at)) = case.taken() else { return Vec::new() };
        let next = Intake { at, amount: &taken.amount };
        let warnings = plan.as_needed(case.state, next, Some(case.entry.id()));
        let words = warnings.iter().filter_map(|warning| match warning {
            Warning::TooSoon { .. } => Some("sooner after another dose than the plan allows"),
            Warning::TooMuchOnDate | Warning::TooMuchIn24Hours => Some("more than the plan allows in a day"),
            Warning::OtherUnit => None,
        });
        let mut words: Vec<_> = words.collect();
        words.dedup();
        let words = words.join(", and ");
        case.ask_of_entry(!words.is_empty(), |name| format!("{name}: taken {words}"))
    },
};

/// How many doses that follow one another have to be left out to be worth a word.
const IN_A_ROW: usize = 3;

/// A run of this length has been told of.
const LONG_RUN: TimeDelta = TimeDelta::days(28);

/// Three doses in a row were left out; once for each run, however long it gets.
pub(super) const LEFT_OUT: Rule = Rule {
    name: "left_out_in_a_row",
    asks: |case| {
        let Event::MedicineSkipped(MedicineSkipped { treatment, dose, .. }) = case.event else {
            return Vec::new();
        };
        let Some(timeline) = ZoneTimeline::of(case.state).timeline else { return Vec::new() };
        let Some(plan) = case.plan() else { return Vec::new() };
        let before = planned_before(plan, &timeline, dose, case.entry.content.occurred_at.at.to_utc());
        let is_left_out = |planned: &&PlannedDose| {
            let facts = facts_of(case.state, *treatment, &planned.key);
            !facts.is_empty() && facts.iter().all(|fact| matches!(fact.said, Said::Skipped { .. }))
        };
        let run: Vec<_> = before.iter().rev().take_while(is_left_out).collect();
        let (Some(last), Some(first)) = (run.first(), run.last()) else { return Vec::new() };
        // A run that reaches back beyond what is looked at was told when it began.
        if run.len() < IN_A_ROW || last.at - first.at > LONG_RUN {
            return Vec::new();
        }
        vec![Ask {
            kind: Kind::NotifyCareTeam,
            entity: Entity::Treatment(*treatment),
            episode: episode(&first.key),
            message: format!("{}: {IN_A_ROW} doses in a row left out", plan.name()),
            valid: FOR_A_LOOK,
        }]
    },
};

/// Two people wrote one field, and neither saw what the other wrote.
pub(super) const DISAGREEMENT: Rule = Rule {
    name: "disagreement",
    asks: |case| {
        if !matches!(case.event, Event::TreatmentChanged(_) | Event::ModelChanged(_)) {
            return Vec::new();
        }
        let entities = case.entry.content.about.iter();
        let found = entities.flat_map(|entity| conflicts_of(case.state, entity));
        let ask = |conflict: crate::fields::Conflict| {
            let ids: Vec<_> = conflict.choices.iter().map(|choice| choice.event.to_string()).collect();
            Ask {
                kind: Kind::RequestReview,
                entity: conflict.entity,
                episode: format!("{} {}", conflict.field, ids.join(" ")),
                message: format!("{}: two changes that do not know of each other", conflict.field),
                valid: FOR_A_LOOK,
            }
        };
        found.map(ask).collect()
    },
};

/// The patient should look at a plan that is not what it was.
pub(super) const PLAN_CHANGED: Rule = Rule {
    name: "plan_changed",
    asks: |case| {
        // What is about a treatment itself, and not about its doses, is its plan.
        let Some(Entity::Treatment(treatment)) = case.event.about(NaiveDate::default()).and_then(first)
        else {
            return Vec::new();
        };
        vec![Ask {
            kind: Kind::RemindPatient,
            entity: Entity::Treatment(treatment),
            episode: case.entry.id().to_string(),
            message: "Your plan has changed. Open Rivulet to see it.".to_owned(),
            valid: FOR_NOW,
        }]
    },
};

/// The same; what she or hers changed of her own medicine they know.
pub(super) const PLAN_CHANGED_BY_OTHERS: Rule = Rule {
    name: "plan_changed",
    asks: |case| {
        let by = case.entry.content.actor.role;
        if matches!(by, Role::Patient | Role::Caregiver) { Vec::new() } else { (PLAN_CHANGED.asks)(case) }
    },
};

/// The care team should know what she takes besides what they prescribed.
pub(super) const MEDICINE_ADDED: Rule = Rule {
    name: "medicine_added",
    asks: |case| {
        let added = matches!(case.event, Event::MedicineAdded(_));
        case.ask_of_entry(added, |name| format!("{name}: taken besides the plan"))
    },
};

/// The same of another name: it may be another medicine.
pub(super) const MEDICINE_NAMED: Rule = Rule {
    name: "medicine_named",
    asks: |case| {
        let Event::TreatmentChanged(TreatmentChanged { medicine: Some(medicine), .. }) = case.event else {
            return Vec::new();
        };
        let is_added = case.plan().is_some_and(|plan| plan.prescribed.is_added);
        case.ask_of_entry(is_added, |_| {
            format!("{}: what is taken besides the plan is called so now", medicine.name)
        })
    },
};

/// She should look at where she is expected.
pub(super) const APPOINTMENT: Rule = Rule {
    name: "appointment",
    asks: |case| {
        let (Event::AppointmentScheduled(AppointmentScheduled { appointment, .. })
        | Event::AppointmentRescheduled(AppointmentRescheduled { appointment, .. })
        | Event::AppointmentCancelled(AppointmentCancelled { appointment, .. })) = case.event
        else {
            return Vec::new();
        };
        vec![Ask {
            kind: Kind::RemindPatient,
            entity: Entity::Appointment(*appointment),
            episode: case.entry.id().to_string(),
            message: "Your appointments have changed. Open Rivulet to see it.".to_owned(),
            valid: FOR_NOW,
        }]
    },
};

/// Another amount, or other times: what was sorted into a pill box is wrong now.
pub(super) const PILL_BOX: Rule = Rule {
    name: "pill_box",
    asks: |case| {
        let Event::TreatmentChanged(TreatmentChanged { treatment, dose, rule, .. }) = case.event else {
            return Vec::new();
        };
        let Some(plan) = case.plan().filter(|_| dose.is_some() || rule.is_some()) else { return Vec::new() };
        vec![Ask {
            kind: Kind::AssignTask,
            entity: Entity::Treatment(*treatment),
            episode: case.entry.id().to_string(),
            message: format!("Sort {} into your pill box anew", plan.name()),
            valid: FOR_A_LOOK,
        }]
    },
};

/// One event, and what is known with it; what several rules look at is looked up once.
pub(super) struct Case<'a> {
    state: &'a State,
    entry: &'a Entry,
    event: &'a Event,
    /// When it arrived.
    pub(super) at: DateTime<Utc>,
    plan: OnceCell<Option<Plan<'a>>>,
    dose: OnceCell<Option<Dose>>,
}

/// A dose that the event speaks of.
struct Dose {
    treatment: TreatmentId,
    key: DoseKey,
    facts: Vec<FactView>,
}

impl<'a> Case<'a> {
    /// `None`: it does not hold, or is not understood.
    pub(super) fn of(state: &'a State, entry: &'a Entry) -> Option<Self> {
        let event = entry.event()?;
        let holds = state.is_live(entry) && state.is_allowed(entry);
        let (plan, dose) = (OnceCell::new(), OnceCell::new());
        holds.then(|| Self { state, entry, event, at: arrived(entry), plan, dose })
    }

    /// The planned dose that it logs.
    fn dose(&self) -> Option<&Dose> {
        let read = || {
            let (Event::MedicineTaken(MedicineTaken { treatment, dose, .. })
            | Event::MedicineSkipped(MedicineSkipped { treatment, dose, .. })) = self.event
            else {
                return None;
            };
            let facts = || facts_of(self.state, *treatment, dose);
            let is_planned = *dose != DoseKey::AsNeeded;
            is_planned.then(|| Dose { treatment: *treatment, key: dose.clone(), facts: facts() })
        };
        self.dose.get_or_init(read).as_ref()
    }

    /// What was taken, of which plan, and when.
    fn taken(&self) -> Option<(&'a MedicineTaken, &Plan<'a>, DateTime<Utc>)> {
        let Event::MedicineTaken(taken) = self.event else { return None };
        Some((taken, self.plan()?, self.entry.content.occurred_at.at.to_utc()))
    }

    /// The plan of the treatment that it speaks of.
    fn plan(&self) -> Option<&Plan<'a>> {
        let read = || Plan::of(self.state, self.treatment()?);
        self.plan.get_or_init(read).as_ref()
    }

    fn treatment(&self) -> Option<TreatmentId> {
        match self.event.about(NaiveDate::default()).and_then(first)? {
            Entity::Treatment(treatment) | Entity::Doses(treatment, _) => Some(treatment),
            _ => None,
        }
    }

    fn name(&self) -> &str {
        self.plan().map_or("A medicine", |plan| plan.name())
    }

    /// Something to look at about a dose.
    fn ask_about(&self, holds: bool, dose: &Dose, message: impl Fn(&str) -> String) -> Vec<Ask> {
        let ask = || Ask {
            kind: Kind::RequestReview,
            entity: Entity::Treatment(dose.treatment),
            episode: episode(&dose.key),
            message: message(self.name()),
            valid: FOR_A_LOOK,
        };
        holds.then(ask).into_iter().collect()
    }

    /// Something to tell the care team of this very entry.
    fn ask_of_entry(&self, holds: bool, message: impl Fn(&str) -> String) -> Vec<Ask> {
        let ask = |treatment| Ask {
            kind: Kind::NotifyCareTeam,
            entity: Entity::Treatment(treatment),
            episode: self.entry.id().to_string(),
            message: message(self.name()),
            valid: FOR_A_LOOK,
        };
        self.treatment().filter(|_| holds).map(ask).into_iter().collect()
    }
}

fn first(about: Vec<Entity>) -> Option<Entity> {
    about.into_iter().next()
}

/// A dose's key as text.
fn episode(key: &DoseKey) -> String {
    match key {
        DoseKey::Planned { date, slot, repeat } => format!("{date} {} {repeat}", slot.0),
        DoseKey::Interval { anchor, n } => format!("{anchor} {n}"),
        DoseKey::AsNeeded => "as needed".to_owned(),
    }
}
