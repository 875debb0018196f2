//! What is asked about, and what the screen says of it.

use chrono::NaiveDate;
use shared_events::{
    content::{AppointmentId, TaskId, TreatmentId},
    ids::EventId,
    plan::DoseKey,
    views::{
        self, AppointmentStatus, AppointmentView, DoseStatus, DoseView, FactView, MedicineView, Question,
        TaskStatus,
    },
};

use super::Teller;
use crate::{
    components::disagree,
    text::{self, say},
};

/// What is asked about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subject {
    pub(crate) picture: Picture,
    pub(crate) about: String,
    pub(crate) says: String,
}

/// What it looks like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Picture {
    Medicine(Option<MedicineView>),
    /// By the picture's name.
    Task(Option<String>),
}

impl Teller<'_> {
    pub(super) fn subject(&self, question: &Question) -> Subject {
        match question {
            Question::Dose(treatment, key) => self.dose(*treatment, key),
            Question::Extra(treatment, entry) => self.extra(*treatment, *entry),
            Question::Task(task) => self.task(*task),
            Question::Treatment(treatment) => self.about(*treatment, String::new()),
            Question::Appointment(id) => self.appointment(*id),
            Question::Zone => {
                Subject { picture: Picture::Task(None), about: String::new(), says: String::new() }
            }
        }
    }

    fn about(&self, treatment: TreatmentId, says: String) -> Subject {
        let picture = Picture::Medicine(self.medicine(treatment));
        Subject { picture, about: self.medicine_name(treatment), says }
    }

    fn dose(&self, treatment: TreatmentId, key: &DoseKey) -> Subject {
        let texts = self.session.texts;
        let says = self
            .dose_view(self.state, treatment, key)
            .map_or_else(|| say!(texts, why.not_planned), |dose| self.status(self.then(), &dose));
        let mut subject = self.about(treatment, says);
        if let Some(dose) = self.dose_view(self.present, treatment, key) {
            let (name, at) = (subject.about.as_str(), self.local(dose.planned_at));
            let time = text::time(at);
            subject.about = if at.date() == self.today {
                say!(texts, why.planned_today, name = name, time = time)
            } else {
                say!(texts, why.planned, name = name, day = text::day(at.date()), time = time)
            };
        }
        subject
    }

    fn extra(&self, treatment: TreatmentId, id: EventId) -> Subject {
        let texts = self.session.texts;
        let on = self.present.entry(id).map(|entry| entry.content.occurred_at.at.date_naive());
        let unplanned = on.map(|on| self.day_view(on).unplanned).unwrap_or_default();
        let dose = unplanned.iter().find(|extra| extra.facts.iter().any(|fact| fact.id == id));
        let fact = dose.and_then(|extra| extra.facts.first());
        let mut subject = self.about(
            treatment,
            fact.map_or_else(|| say!(texts, why.gone), |fact| self.said(self.then(), fact)),
        );
        subject.about = say!(texts, why.extra_dose, name = subject.about.as_str());
        subject
    }

    fn task(&self, id: TaskId) -> Subject {
        let texts = self.session.texts;
        let (about, icon) = self.task_title(id).unwrap_or_default();
        let date = self.local(self.now).date();
        let view = views::tasks(self.state, date, self.now, self.coverage);
        let task = view.tasks.into_iter().chain(view.still_open).find(|task| task.task == id);
        let says = match task.map(|task| task.status) {
            Some(TaskStatus::Open) => say!(texts, why.task_open),
            Some(TaskStatus::Done { at, .. }) => {
                say!(texts, task.done_at, time = text::time(self.local(at.at.to_utc())))
            }
            Some(TaskStatus::StillLoading) => say!(texts, section.loading),
            Some(TaskStatus::Frozen) => say!(texts, task.frozen),
            Some(TaskStatus::Cancelled { .. }) => say!(texts, why.cancelled),
            None => say!(texts, why.not_there),
        };
        Subject { picture: Picture::Task(icon), about, says }
    }

    fn appointment(&self, id: AppointmentId) -> Subject {
        let view = views::appointment(self.state, id);
        let says = view
            .as_ref()
            .map_or_else(|| say!(self.session.texts, why.not_there), |view| self.appointment_when(view));
        let about = self.appointment_title(id).unwrap_or_default();
        Subject { picture: Picture::Task(Some("place".to_owned())), about, says }
    }

    /// When it is, or that it is not; on the clock of the place.
    fn appointment_when(&self, view: &AppointmentView) -> String {
        match view.status {
            AppointmentStatus::Cancelled { .. } => say!(self.session.texts, appointment.off),
            AppointmentStatus::Frozen => say!(self.session.texts, task.frozen),
            AppointmentStatus::Planned => self.on_wall(view.local),
        }
    }

    /// The date on the patient's calendar, of what is told.
    pub(super) fn then(&self) -> NaiveDate {
        self.local(self.now).date()
    }

    /// What an entry says of a dose, where this date goes without saying.
    pub(crate) fn said(&self, on: NaiveDate, fact: &FactView) -> String {
        disagree::what(self.session, on, fact)
    }

    /// How a dose stands, where this date goes without saying.
    pub(crate) fn status(&self, on: NaiveDate, dose: &DoseView) -> String {
        let texts = self.session.texts;
        match &dose.status {
            _ if dose.possible_double.is_some() => say!(texts, why.double),
            DoseStatus::Taken { .. } | DoseStatus::TakenLate { .. } => {
                let taken = dose.facts.iter().find(|fact| matches!(fact.said, views::Said::Taken { .. }));
                taken.map(|fact| self.said(on, fact)).unwrap_or_default()
            }
            DoseStatus::Skipped { reason: Some(reason) } => {
                say!(texts, dose.skipped_why, reason = text::reason(texts, reason))
            }
            DoseStatus::Skipped { reason: None } => say!(texts, dose.skipped),
            DoseStatus::Planned => say!(texts, why.later),
            DoseStatus::Due => say!(texts, why.due),
            DoseStatus::Missed => say!(texts, section.open),
            DoseStatus::BeforePlan => say!(texts, why.before_plan),
            DoseStatus::StillLoading => say!(texts, section.loading),
            DoseStatus::Frozen => say!(texts, dose.frozen),
            DoseStatus::Contradicted => say!(texts, why.both),
        }
    }
}
