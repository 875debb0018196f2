//! Everything that was logged, the newest first, in words.

use chrono::NaiveDate;
use rivulet_sync::engine::Whereabouts;
use shared_events::{
    content::{AppointmentId, Entity, TaskId, TreatmentId},
    events::{Event, MedicineSkipped, MedicineTaken},
    ids::EventId,
    plan::DoseKey,
    sorted::SortedMap,
    state::Entry,
    views::{self, Counts, HistoryLine, MedicineView, Who},
};

use super::{
    Picture, Teller, appointment_id,
    steps::{self, instant},
};
use crate::{
    session::{Phone, Session},
    text::{self, say},
    today::dose_id,
};

/// Lines that are read from the state at first; twice as many each time, as each reading looks through all.
const FIRST: usize = 200;

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
    found(session, phone, kind, words, limit, session.today())
}

/// Every entry, with whole dates: on paper nobody knows which day was today.
pub(crate) fn all(session: Session, phone: &Phone) -> Vec<Row> {
    found(session, phone, Kind::All, "", usize::MAX, NaiveDate::MIN).rows
}

fn found(session: Session, phone: &Phone, kind: Kind, words: &str, limit: usize, today: NaiveDate) -> Found {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    phone.with_state(|state| {
        let teller = Teller { today, ..Teller::now(session, phone, state) };
        let medicines = views::medicines(state).into_iter().map(|m| (m.treatment, m.medicine)).collect();
        let reader = Reader { teller, medicines };
        let (mut found, mut before, mut count) = (Found::default(), None, FIRST);
        loop {
            let lines = views::history(state, before, count);
            for line in &lines {
                let Some(row) = reader.row(line, kind, &words) else { continue };
                if found.rows.len() == limit {
                    found.more = true;
                    return found;
                }
                found.rows.push(row);
            }
            match lines.last() {
                Some(last) if lines.len() == count => before = Some(last.place),
                _ => return found,
            }
            count = count.saturating_mul(2);
        }
    })
}

struct Reader<'a> {
    teller: Teller<'a>,
    medicines: SortedMap<TreatmentId, MedicineView>,
}

impl Reader<'_> {
    fn row(&self, line: &HistoryLine, kind: Kind, words: &[String]) -> Option<Row> {
        let entry = line.entry.as_deref();
        let about = entry.and_then(About::of);
        let (meant, event) = entry.map_or((None, None), |entry| self.meant(entry));
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
            picture: self.picture(about),
            title,
            detail,
            but: self.but(line.counts),
            place: self.teller.phone.whereabouts(line.id).unwrap_or(Whereabouts::Held),
            asks: about.zip(event).map(|(about, event)| about.asks(meant.unwrap_or(line.id), event)),
        })
    }

    /// What an entry says, or what it takes back.
    fn meant<'a>(&'a self, entry: &'a Entry) -> (Option<EventId>, Option<&'a Event>) {
        match entry.event() {
            Some(Event::EventRetracted(e)) => {
                (Some(e.target), self.teller.state.entry(e.target).and_then(|entry| entry.event()))
            }
            event => (None, event),
        }
    }

    fn title(&self, entry: &Entry) -> String {
        let said = self.teller.title(entry);
        // These say it themselves.
        let is_said = matches!(
            entry.event(),
            Some(
                Event::TreatmentPrescribed(_)
                    | Event::MedicineAdded(_)
                    | Event::TaskAssigned(_)
                    | Event::AppointmentScheduled(_)
            )
        );
        let about = About::of(entry).filter(|_| !is_said).and_then(|about| match about {
            About::Treatment(id) => {
                self.medicines.get(&id).map(|m| text::medicine(self.teller.session.texts, m))
            }
            About::Task(id) => self.teller.task_title(id).map(|(title, _)| title),
            About::Appointment(id) => self.teller.appointment_title(id),
        });
        match about {
            Some(about) => say!(self.teller.session.texts, history.about, name = about, what = said),
            None => said,
        }
    }

    fn detail(&self, line: &HistoryLine) -> String {
        let texts = self.teller.session.texts;
        let who = line.actor.as_ref().map(|actor| {
            let (role, name) = (actor.role, actor.name.clone());
            let (device, device_name) = (line.device, line.device_name.clone());
            let words = line.entry.as_deref().and_then(steps::words);
            self.teller.said_by(&Who { role, name, device, device_name }, words)
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

    fn picture(&self, about: Option<About>) -> Picture {
        match about {
            Some(About::Treatment(id)) => Picture::Medicine(self.medicines.get(&id).cloned()),
            Some(About::Task(id)) => Picture::Task(self.teller.task_title(id).and_then(|(_, icon)| icon)),
            Some(About::Appointment(_)) => Picture::Task(Some("place".to_owned())),
            None => Picture::Task(Some("note".to_owned())),
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

/// What an entry is about. What takes another back repeats what that is about.
#[derive(Clone, Copy)]
enum About {
    Treatment(TreatmentId),
    Task(TaskId),
    Appointment(AppointmentId),
}

impl About {
    fn of(entry: &Entry) -> Option<Self> {
        match entry.content.about.first()? {
            Entity::Treatment(id) | Entity::Doses(id, _) => Some(Self::Treatment(*id)),
            Entity::Task(id) => Some(Self::Task(*id)),
            Entity::Appointment(id) => Some(Self::Appointment(*id)),
            _ => None,
        }
    }

    /// The name under which it can be asked about ([`super::question`]).
    fn asks(self, id: EventId, event: &Event) -> String {
        match (self, event) {
            (Self::Task(task), _) => task.0.to_string(),
            (Self::Appointment(id), _) => appointment_id(id),
            (_, Event::MedicineTaken(MedicineTaken { dose: DoseKey::AsNeeded, .. }))
            | (_, Event::MedicineSkipped(MedicineSkipped { dose: DoseKey::AsNeeded, .. })) => id.to_string(),
            (_, Event::MedicineTaken(MedicineTaken { treatment, dose, .. }))
            | (_, Event::MedicineSkipped(MedicineSkipped { treatment, dose, .. })) => {
                dose_id(*treatment, dose)
            }
            (Self::Treatment(treatment), _) => format!("{}/plan", treatment.0),
        }
    }
}
