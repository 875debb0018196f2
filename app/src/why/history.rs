//! Everything that was logged, the newest first, in words.

use chrono::NaiveDate;
use rivulet_sync::engine::Whereabouts;
use shared_events::{
    content::{TaskId, TreatmentId},
    events::Event,
    ids::EventId,
    plan::DoseKey,
    sorted::SortedMap,
    state::Entry,
    views::{self, Counts, HistoryLine, MedicineView, Who},
};

use super::{Picture, Teller, steps::instant};
use crate::{
    session::{Phone, Session},
    text::{self, say},
    today::dose_id,
};

/// Lines that are read from the state at once.
const PAGE: usize = 200;

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    All,
    Medicines,
    Tasks,
    Changes,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::All, Self::Medicines, Self::Tasks, Self::Changes];

    fn of(event: Option<&Event>) -> Self {
        match event {
            Some(Event::MedicineTaken(_) | Event::MedicineSkipped(_)) => Self::Medicines,
            Some(Event::TaskCompleted(_) | Event::TaskReopened(_)) => Self::Tasks,
            _ => Self::Changes,
        }
    }
}

/// An entry, as a row shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) id: EventId,
    /// When it was logged.
    pub(crate) date: NaiveDate,
    pub(crate) picture: Picture,
    pub(crate) title: String,
    /// When it was true, when it was logged if that is another minute, who and where.
    pub(crate) detail: String,
    /// Why it does not count.
    pub(crate) but: Option<String>,
    pub(crate) place: Whereabouts,
    /// The name of what can be asked about it.
    pub(crate) asks: Option<String>,
}

/// What is found, and whether there is more.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) rows: Vec<Row>,
    pub(crate) more: bool,
}

/// The newest entries of a kind in which all these words are found, at most `limit`.
pub(crate) fn history(session: Session, phone: &Phone, kind: Kind, words: &str, limit: usize) -> Found {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    phone.with_state(|state| {
        let teller = Teller::now(session, phone, state);
        let medicines = views::medicines(state).into_iter().map(|m| (m.treatment, m.medicine)).collect();
        let reader = Reader { teller, medicines };
        let (mut found, mut before) = (Found::default(), None);
        loop {
            let lines = views::history(state, before, PAGE);
            for line in &lines {
                let Some(row) = reader.row(line, kind, &words) else { continue };
                if found.rows.len() == limit {
                    found.more = true;
                    return found;
                }
                found.rows.push(row);
            }
            match lines.last() {
                Some(last) if lines.len() == PAGE => before = Some(last.place),
                _ => return found,
            }
        }
    })
}

struct Reader<'a> {
    teller: Teller<'a>,
    medicines: SortedMap<TreatmentId, MedicineView>,
}

impl Reader<'_> {
    fn row(&self, line: &HistoryLine, kind: Kind, words: &[String]) -> Option<Row> {
        let event = line.entry.as_ref().and_then(|entry| self.meant(entry));
        if kind != Kind::All && kind != Kind::of(event) {
            return None;
        }
        let title = line
            .entry
            .as_ref()
            .map_or_else(|| say!(self.teller.session.texts, history.unopened), |entry| self.title(entry));
        let detail = self.detail(line);
        let text = format!("{title} {detail}").to_lowercase();
        if !words.iter().all(|word| text.contains(word.as_str())) {
            return None;
        }
        let logged = instant(line.recorded_at.ms()).unwrap_or_default();
        Some(Row {
            id: line.id,
            date: self.teller.local(logged).date(),
            picture: self.picture(event),
            title,
            detail,
            but: self.but(line.counts),
            place: self.teller.phone.whereabouts(line.id).unwrap_or(Whereabouts::Held),
            asks: event.and_then(|event| asks(line.id, event)),
        })
    }

    /// What an entry is about: of what takes another back, that.
    fn meant<'a>(&'a self, entry: &'a Entry) -> Option<&'a Event> {
        match entry.event()? {
            Event::EventRetracted(e) => self.teller.state.entry(e.target)?.event(),
            event => Some(event),
        }
    }

    fn title(&self, entry: &Entry) -> String {
        let said = self.teller.title(entry);
        let about = match self.meant(entry) {
            Some(Event::MedicineTaken(e)) => self.medicine(e.treatment),
            Some(Event::MedicineSkipped(e)) => self.medicine(e.treatment),
            Some(Event::TreatmentChanged(e)) => self.medicine(e.treatment),
            Some(Event::TreatmentPaused(e)) => self.medicine(e.treatment),
            Some(Event::TreatmentResumed(e)) => self.medicine(e.treatment),
            Some(Event::TreatmentStopped(e)) => self.medicine(e.treatment),
            Some(Event::TaskCancelled(e)) => self.task(e.task),
            Some(Event::TaskCompleted(e)) => self.task(e.task),
            Some(Event::TaskReopened(e)) => self.task(e.task),
            _ => None,
        };
        match about {
            Some(about) => say!(self.teller.session.texts, history.about, name = about, what = said),
            None => said,
        }
    }

    fn medicine(&self, treatment: TreatmentId) -> Option<String> {
        self.medicines.get(&treatment).map(|m| text::medicine(self.teller.session.texts, m))
    }

    fn task(&self, task: TaskId) -> Option<String> {
        self.teller.task_title(task).map(|(title, _)| title)
    }

    fn detail(&self, line: &HistoryLine) -> String {
        let texts = self.teller.session.texts;
        let who = line.actor.as_ref().map(|actor| {
            let (role, name) = (actor.role, actor.name.clone());
            let (device, device_name) = (line.device, line.device_name.clone());
            self.teller.who(&Who { role, name, device, device_name })
        });
        let logged = instant(line.recorded_at.ms()).unwrap_or_default();
        let logged = self.teller.moment(logged);
        let time = match line.occurred_at.map(|at| self.teller.true_at(at)) {
            Some(at) if at == logged => at,
            Some(at) => say!(texts, history.logged_at, at = at, logged = logged),
            None => logged,
        };
        match who {
            Some(who) => say!(texts, history.by, time = time, who = who),
            None => time,
        }
    }

    fn picture(&self, event: Option<&Event>) -> Picture {
        let of = |treatment| Picture::Medicine(self.medicines.get(treatment).cloned());
        let task = |task| Picture::Task(self.teller.task_title(task).and_then(|(_, icon)| icon));
        match event {
            Some(Event::MedicineTaken(e)) => of(&e.treatment),
            Some(Event::MedicineSkipped(e)) => of(&e.treatment),
            Some(Event::TreatmentPrescribed(e)) => of(&e.treatment),
            Some(Event::TreatmentChanged(e)) => of(&e.treatment),
            Some(Event::TreatmentPaused(e)) => of(&e.treatment),
            Some(Event::TreatmentResumed(e)) => of(&e.treatment),
            Some(Event::TreatmentStopped(e)) => of(&e.treatment),
            Some(Event::TaskAssigned(e)) => task(e.task),
            Some(Event::TaskCancelled(e)) => task(e.task),
            Some(Event::TaskCompleted(e)) => task(e.task),
            Some(Event::TaskReopened(e)) => task(e.task),
            _ => Picture::Task(Some("note".to_owned())),
        }
    }

    fn but(&self, counts: Counts) -> Option<String> {
        let texts = self.teller.session.texts;
        match counts {
            Counts::Applied => None,
            Counts::Retracted => Some(say!(texts, history.retracted)),
            Counts::NotAllowed => Some(say!(texts, why.not_allowed)),
            Counts::NotUnderstood => Some(say!(texts, why.not_understood)),
            Counts::Unopened => Some(say!(texts, history.unopened_more)),
        }
    }
}

/// The name under which it can be asked about ([`super::question`]).
fn asks(id: EventId, event: &Event) -> Option<String> {
    let of_dose = |treatment, key: &DoseKey| {
        if *key == DoseKey::AsNeeded { id.to_string() } else { dose_id(treatment, key) }
    };
    let plan = |treatment: TreatmentId| format!("{}/plan", treatment.0);
    Some(match event {
        Event::MedicineTaken(e) => of_dose(e.treatment, &e.dose),
        Event::MedicineSkipped(e) => of_dose(e.treatment, &e.dose),
        Event::TreatmentPrescribed(e) => plan(e.treatment),
        Event::TreatmentChanged(e) => plan(e.treatment),
        Event::TreatmentPaused(e) => plan(e.treatment),
        Event::TreatmentResumed(e) => plan(e.treatment),
        Event::TreatmentStopped(e) => plan(e.treatment),
        Event::TaskAssigned(e) => e.task.0.to_string(),
        Event::TaskCancelled(e) => e.task.0.to_string(),
        Event::TaskCompleted(e) => e.task.0.to_string(),
        Event::TaskReopened(e) => e.task.0.to_string(),
        _ => return None,
    })
}
