//! Why something is as it is: what is shown of it, the entries behind it in words, and both as they were at another
//! time.

pub(crate) mod history;
mod steps;
mod subject;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use shared_events::{
    as_of::AsOf,
    content::{AppointmentId, Entity, TaskId, TreatmentId},
    events::Event,
    ids::EventId,
    moment::parse_date,
    plan::{DoseKey, SlotId},
    state::State,
    views::{self, Coverage, DayView, DoseView, MedicineView, Question},
};

use crate::{
    calendar::moved,
    session::{Phone, Session},
    text::{self, say},
};

pub(crate) use steps::{Became, Step};
pub(crate) use subject::{Picture, Subject};

/// Another time to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Back {
    pub(crate) kind: Kind,
    /// Its minute.
    pub(crate) at: DateTime<Utc>,
}

/// The two questions that can be asked of another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was known then.
    Known,
    /// What was true then, as it is known now.
    True,
}

impl Back {
    /// What the clock still showed as that minute counts.
    fn as_of(self) -> AsOf {
        let end = Some(self.at + TimeDelta::milliseconds(59_999));
        match self.kind {
            Kind::Known => AsOf { known_at: end, true_at: None },
            Kind::True => AsOf { known_at: None, true_at: end },
        }
    }
}

/// All that is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) subject: Subject,
    pub(crate) steps: Vec<Step>,
    /// The day of another time.
    pub(crate) day: Option<Day>,
}

/// A day as it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    pub(crate) lines: Vec<Line>,
}

/// A dose of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) time: String,
    pub(crate) name: String,
    pub(crate) says: String,
}

/// Before the id in the name of an appointment.
const APPOINTMENT: &str = "appointment";

/// The name of an appointment on the screen.
pub(crate) fn appointment_id(id: AppointmentId) -> String {
    format!("{APPOINTMENT}/{}", id.0)
}

/// What is asked about under this name, which is that of a dose ([`crate::today::dose_id`]), an entry, a task, or an
/// appointment.
pub(crate) fn question(phone: &Phone, name: &str) -> Option<Question> {
    let Some((treatment, of)) = name.split_once('/') else {
        let entry = name.parse().map(EventId).ok()?;
        let dose = phone.with_state(|state| match state.entry(entry)?.event()? {
            Event::MedicineTaken(e) => Some(e.treatment),
            Event::MedicineSkipped(e) => Some(e.treatment),
            _ => None,
        });
        return Some(match dose {
            Some(treatment) => Question::Extra(treatment, entry),
            None => Question::Task(TaskId(entry.0)),
        });
    };
    if treatment == APPOINTMENT {
        return of.parse().map(AppointmentId).map(Question::Appointment).ok();
    }
    let treatment = treatment.parse().map(TreatmentId).ok()?;
    // Of what no day plans its plan is asked about.
    let Some((first, rest)) = of.split_once('/') else { return Some(Question::Treatment(treatment)) };
    let key = if let Some(date) = parse_date(first) {
        let (slot, repeat) = rest.rsplit_once('/')?;
        DoseKey::Planned { date, slot: SlotId(slot.to_owned()), repeat: repeat.parse().ok()? }
    } else {
        DoseKey::Interval { anchor: first.parse().ok()?, n: rest.parse().ok()? }
    };
    Some(Question::Dose(treatment, key))
}

/// Answers it, as it is now or as it was.
pub(crate) fn told(session: Session, phone: &Phone, question: &Question, back: Option<Back>) -> Told {
    phone.with_state(|present| {
        let then = back.map(|back| present.as_of(back.as_of()));
        let state = then.as_ref().unwrap_or(present);
        let of_now = Teller::now(session, phone, present);
        let teller = Teller { state, now: back.map_or(of_now.now, |back| back.at), ..of_now };
        Told {
            subject: teller.subject(question),
            steps: teller.steps(question, back.is_none()),
            day: back.map(|_| teller.day()),
        }
    })
}

/// Puts into words what a state says.
pub(crate) struct Teller<'a> {
    pub(crate) session: Session,
    phone: &'a Phone,
    /// What is known now: what things are called.
    present: &'a State,
    /// What is told of; the present, or another time.
    pub(crate) state: &'a State,
    /// When it is there.
    pub(crate) now: DateTime<Utc>,
    /// The date on the patient's calendar, now.
    today: NaiveDate,
    pub(crate) coverage: Coverage,
}

impl<'a> Teller<'a> {
    /// Of the present.
    pub(crate) fn now(session: Session, phone: &'a Phone, state: &'a State) -> Self {
        let (now, coverage) = (session.minute(), phone.coverage());
        let today = session.today();
        Self { session, phone, present: state, state, now, today, coverage }
    }
}

impl Teller<'_> {
    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        self.session.on_her_clock(at).naive_local()
    }

    /// "Today, 08:02" or "24 November, 08:02".
    fn moment(&self, at: DateTime<Utc>) -> String {
        self.on_wall(self.local(at))
    }

    /// "24 November", with the year if it is another one.
    fn date(&self, date: NaiveDate) -> String {
        text::date(self.today, date)
    }

    fn medicine(&self, treatment: TreatmentId) -> Option<MedicineView> {
        let mut known = views::medicines(self.present).into_iter();
        known.find(|m| m.treatment == treatment).map(|m| m.medicine)
    }

    fn medicine_name(&self, treatment: TreatmentId) -> String {
        let unknown = || say!(self.session.texts, dose.unknown);
        self.medicine(treatment).map_or_else(unknown, |m| text::medicine(self.session.texts, &m))
    }

    pub(crate) fn day_view(&self, date: NaiveDate) -> DayView {
        views::day(self.state, date, self.now, self.coverage)
    }

    /// The planned dose of a key, as it is told of.
    pub(crate) fn dose_of(&self, treatment: TreatmentId, key: &DoseKey) -> Option<DoseView> {
        self.dose_view(self.state, treatment, key)
    }

    /// The planned dose of a key, wherever a day shows it.
    fn dose_view(&self, state: &State, treatment: TreatmentId, key: &DoseKey) -> Option<DoseView> {
        let on = key.date().unwrap_or_else(|| self.local(self.now).date());
        // Where she lives in another zone than the plan, or counts hours, it may be shown on the day beside it.
        let dates = moved(on, -1)..=moved(on, 1);
        let days = views::days(state, &dates, self.now, self.coverage).into_iter();
        let mut doses = days.flat_map(|day| day.slots).flat_map(|slot| slot.doses);
        doses.find(|dose| dose.treatment == treatment && dose.key == *key)
    }

    /// The title of a task, as it is called now.
    fn task_title(&self, task: TaskId) -> Option<(String, Option<String>)> {
        let entity = Entity::Task(task);
        self.present.holding(&entity).rev().find_map(|(_, event)| match event {
            Event::TaskAssigned(e) => Some((e.title.clone(), e.icon.clone())),
            _ => None,
        })
    }

    /// The title of an appointment, as it is called now.
    fn appointment_title(&self, id: AppointmentId) -> Option<String> {
        views::appointment(self.present, id).map(|view| view.title)
    }

    /// "Today, 10:30", as the clock of the place shows it.
    fn on_wall(&self, local: NaiveDateTime) -> String {
        let (texts, time) = (self.session.texts, text::time(local));
        if local.date() == self.today {
            say!(texts, why.today, time = time)
        } else {
            say!(texts, why.on, day = self.date(local.date()), time = time)
        }
    }

    /// The day on which it is then.
    fn day(&self) -> Day {
        let date = self.local(self.now).date();
        let view = self.day_view(date);
        let planned = view.slots.iter().flat_map(|slot| &slot.doses).map(|dose| Line {
            time: text::time(self.local(dose.planned_at)),
            name: text::medicine(self.session.texts, &dose.medicine),
            says: self.status(date, dose),
        });
        let extra = view.unplanned.iter().filter_map(|extra| {
            let first = extra.facts.first()?;
            Some(Line {
                time: text::time(self.local(first.occurred_at.at.to_utc())),
                name: self.medicine_name(extra.treatment),
                says: self.said(date, first),
            })
        });
        Day { date, lines: planned.chain(extra).collect() }
    }
}
