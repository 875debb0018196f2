//! The entries behind something, in words: what each says, who said it, when, and what became of it.

use chrono::{DateTime, Utc};
use rivulet_sync::engine::Whereabouts;
use shared_events::{
    amount::Amount,
    content::{OccurredAt, Precision, Role, TreatmentId},
    events::{Event, TreatmentChanged},
    ids::EventId,
    plan::{Medicine, On, Rule},
    state::Entry,
    views::{Part, Question, Step as Found, Who, why},
};

use super::Teller;
use crate::{
    components::disagree,
    schedule,
    text::{self, say, td},
};

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) title: String,
    /// Who said it, with her own words.
    pub(crate) who: String,
    pub(crate) true_at: String,
    pub(crate) logged: String,
    /// `None`: not sent yet.
    pub(crate) received: Option<String>,
    /// Where it is now.
    pub(crate) place: Option<Whereabouts>,
    pub(crate) became: Became,
    /// That in words.
    pub(crate) because: String,
    /// What a person takes back who has logged it by mistake.
    pub(crate) undo: Option<EventId>,
}

/// What became of an entry, as a picture shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    Counts,
    Disagrees,
    DoesNotCount,
}

impl Teller<'_> {
    /// The entries in the order of folding.
    pub(super) fn steps(&self, question: &Question, is_now: bool) -> Vec<Step> {
        let found = why(self.state, question);
        let step = |step: &Found| {
            let received = step.received_ms.and_then(instant);
            let entry = self.state.entry(step.id);
            Step {
                title: entry.map(|entry| self.title(entry)).unwrap_or_default(),
                who: self.said_by(&step.who, entry.and_then(|entry| words(entry))),
                true_at: self.true_at(step.occurred_at),
                logged: instant(step.recorded_at.ms()).map(|at| self.moment(at)).unwrap_or_default(),
                received: received.map(|at| self.moment(at)),
                place: is_now.then(|| self.phone.whereabouts(step.id).unwrap_or(Whereabouts::Held)),
                became: became(&step.part),
                because: self.because(step, &found),
                undo: entry.filter(|entry| is_now && self.may_undo(step, entry)).map(|entry| entry.id()),
            }
        };
        found.iter().map(step).collect()
    }

    /// What she logged herself and what counts can be taken back, however long ago it was. A plan is changed or stopped.
    fn may_undo(&self, step: &Found, entry: &Entry) -> bool {
        let is_logged = matches!(
            entry.event(),
            Some(Event::MedicineTaken(_) | Event::MedicineSkipped(_) | Event::TaskCompleted(_))
        );
        let counts = !matches!(became(&step.part), Became::DoesNotCount);
        is_logged && counts && self.session.is_own(&step.who)
    }

    pub(super) fn true_at(&self, OccurredAt { at, precision }: OccurredAt) -> String {
        if precision == Precision::Day { self.date(at.date_naive()) } else { self.moment(at.to_utc()) }
    }

    /// What an entry says.
    pub(super) fn title(&self, entry: &Entry) -> String {
        let texts = self.session.texts;
        let at = self.local(entry.content.occurred_at.at.to_utc());
        let time = || text::time(at);
        let Some(event) = entry.event() else { return say!(texts, why.unknown) };
        match event {
            Event::TreatmentPrescribed(e) => {
                let (name, dose) =
                    self.what(&e.medicine, (&e.schedule.rule, &e.dose), e.instructions.as_deref());
                say!(texts, why.prescribed, name = name, dose = dose)
            }
            Event::TreatmentChanged(e) => self.changed(e),
            Event::TreatmentPaused(e) => {
                let from = self.moment(e.from.to_utc());
                match e.to {
                    Some(to) => say!(texts, why.paused_until, from = from, to = self.moment(to.to_utc())),
                    None => say!(texts, why.paused, from = from),
                }
            }
            Event::TreatmentResumed(e) => say!(texts, why.resumed, time = self.moment(e.from.to_utc())),
            Event::TreatmentStopped(e) => say!(texts, why.stopped, time = self.moment(e.from.to_utc())),
            Event::MedicineAdded(e) => {
                let (name, dose) =
                    self.what(&e.medicine, (&e.schedule.rule, &e.dose), e.instructions.as_deref());
                say!(texts, why.added, name = name, dose = dose)
            }
            Event::AppointmentScheduled(e) => {
                say!(texts, why.made, title = e.title.as_str(), time = self.on_wall(e.date.and_time(e.at)))
            }
            Event::AppointmentRescheduled(e) => {
                say!(texts, why.moved, time = self.on_wall(e.date.and_time(e.at)))
            }
            Event::AppointmentCancelled(_) => say!(texts, appointment.off),
            Event::TaskAssigned(e) => say!(texts, why.assigned, title = e.title.as_str()),
            Event::TaskCancelled(_) => say!(texts, why.cancelled),
            Event::MedicineTaken(e) => disagree::taken(self.session, self.today, &e.amount, at),
            Event::MedicineSkipped(e) => match &e.reason {
                Some(reason) => say!(texts, dose.skipped_why, reason = text::reason(texts, reason)),
                None => say!(texts, disagree.skipped, time = time()),
            },
            Event::TaskCompleted(_) => say!(texts, task.done_at, time = time()),
            Event::TaskReopened(_) => say!(texts, why.reopened),
            Event::EventRetracted(e) => {
                let target = self.state.entry(e.target).map(|entry| self.title(entry));
                let what = target.unwrap_or_else(|| say!(texts, why.another));
                say!(texts, why.took_back, what = what)
            }
            Event::DeviceEnrolled(e) => say!(texts, why.enrolled, name = e.name.as_str()),
            Event::DeviceRevoked(_) => say!(texts, why.revoked),
            Event::ZoneChanged(e) => say!(texts, why.zone, zone = e.zone.as_str()),
            Event::ModelChanged(_) => say!(texts, why.settings),
            _ => say!(texts, why.other),
        }
    }

    /// "Dexamethasone 2 mg" and "1 tablet, with food".
    fn what(
        &self,
        medicine: &Medicine,
        (rule, dose): (&Rule, &Amount),
        how: Option<&str>,
    ) -> (String, String) {
        let texts = self.session.texts;
        let strength = medicine.strength.as_ref().map(|s| format!(" {}", text::amount(texts, s)));
        // A taper has an amount for each step.
        let is_taper = matches!(rule, Rule::Dates(dates) if matches!(dates.on, On::Steps(_)));
        let dose = if is_taper { schedule::words(texts, rule, dose) } else { text::dose(texts, dose, how) };
        (format!("{}{}", medicine.name, strength.unwrap_or_default()), dose)
    }

    fn changed(&self, changed: &TreatmentChanged) -> String {
        let texts = self.session.texts;
        let dose = changed.dose.as_ref().map(|dose| text::amount(texts, dose));
        let times = changed.rule.as_ref().map(|_| say!(texts, why.other_times));
        let what: Vec<_> = [dose, changed.instructions.clone(), times].into_iter().flatten().collect();
        // A name is of all days, and not from a day on.
        let name =
            changed.medicine.as_ref().map(|medicine| say!(texts, why.named, name = medicine.name.as_str()));
        if what.is_empty()
            && let Some(name) = name
        {
            return name;
        }
        let changed = say!(
            texts,
            why.changed,
            time = self.moment(changed.from.to_utc()),
            what = what.join(td!(texts, comma))
        );
        [Some(changed), name].into_iter().flatten().collect::<Vec<_>>().join(td!(texts, comma))
    }

    /// "Jonas, on a tablet: “after lunch”".
    pub(super) fn said_by(&self, who: &Who, words: Option<&str>) -> String {
        let who = self.who(who);
        match words {
            Some(words) => say!(self.session.texts, why.says, who = who, words = words),
            None => who,
        }
    }

    pub(super) fn who(&self, who: &Who) -> String {
        if !matches!(who.role, Role::CareTeam | Role::Server) {
            return disagree::who(self.session, who);
        }
        text::capital(&who.name.clone().unwrap_or_else(|| self.session.care_team()))
    }

    /// “Taken 1 tablet at 08:02” (Jonas, on a tablet)
    fn quoted(&self, id: EventId, among: &[Found]) -> String {
        let texts = self.session.texts;
        let entry = self.state.entry(id);
        let Some((entry, step)) = entry.zip(among.iter().find(|step| step.id == id)) else {
            return say!(texts, why.another);
        };
        say!(texts, why.quoted, what = self.title(entry), who = self.who(&step.who))
    }

    /// What became of it.
    fn because(&self, step: &Found, among: &[Found]) -> String {
        let texts = self.session.texts;
        match &step.part {
            Part::Holds => match step.caused_by.filter(|_| self.is_dose(step.id).is_some()) {
                Some(other) => say!(texts, why.extra, other = self.quoted(other, among)),
                None => say!(texts, why.holds),
            },
            Part::Witnesses(other) => say!(texts, why.witness, other = self.quoted(*other, among)),
            Part::OverriddenBy(other) => say!(texts, why.overridden, other = self.quoted(*other, among)),
            Part::Contradicts(other) => say!(texts, why.contradicts, other = self.quoted(*other, among)),
            Part::TakenBackBy(by) => {
                let by = among.iter().rev().find(|step| by.contains(&step.id));
                let who = by.map_or_else(|| say!(texts, disagree.somebody), |step| self.who(&step.who));
                say!(texts, why.taken_back, who = who)
            }
            Part::NotAllowed => say!(texts, why.not_allowed),
            Part::NotUnderstood => say!(texts, why.not_understood),
        }
    }

    fn is_dose(&self, id: EventId) -> Option<TreatmentId> {
        match self.state.entry(id)?.event()? {
            Event::MedicineTaken(e) => Some(e.treatment),
            _ => None,
        }
    }
}

fn became(part: &Part) -> Became {
    match part {
        Part::Holds | Part::Witnesses(_) => Became::Counts,
        Part::Contradicts(_) => Became::Disagrees,
        Part::OverriddenBy(_) | Part::TakenBackBy(_) | Part::NotAllowed | Part::NotUnderstood => {
            Became::DoesNotCount
        }
    }
}

pub(super) fn instant(ms: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(ms).ok()?)
}

/// What its author added in her own words.
pub(super) fn words(entry: &Entry) -> Option<&str> {
    match entry.event()? {
        Event::MedicineTaken(e) => e.note.as_deref(),
        Event::MedicineSkipped(e) => e.note.as_deref(),
        Event::TaskCompleted(e) => e.note.as_deref(),
        Event::TreatmentChanged(e) => e.reason.as_deref(),
        Event::TreatmentPaused(e) => e.reason.as_deref(),
        Event::TreatmentResumed(e) => e.reason.as_deref(),
        Event::TreatmentStopped(e) => e.reason.as_deref(),
        Event::TaskCancelled(e) => e.reason.as_deref(),
        Event::MedicineAdded(e) => e.purpose.as_deref(),
        Event::AppointmentScheduled(e) => e.bring.as_deref(),
        Event::AppointmentRescheduled(e) => e.reason.as_deref(),
        Event::AppointmentCancelled(e) => e.reason.as_deref(),
        Event::EventRetracted(e) => e.reason.as_deref(),
        _ => None,
    }
}
