//! What Today shows, read from the folded state: each dose and task in the section where a person looks for it.

mod done;
mod doses;
mod held;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use rivulet_sync::engine::Whereabouts;
use shared_events::{
    content::TreatmentId,
    ids::EventId,
    plan::DoseKey,
    schedule::ZoneTimeline,
    views::{self, DayView, DoseView, Standing, TaskStatus, TaskView, TasksView, UnplannedView},
};

use crate::session::{Phone, Session, clock_of};

/// Names a dose on the screen.
pub(crate) type DoseId = String;

/// A planned dose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dose {
    pub(crate) id: DoseId,
    pub(crate) view: DoseView,
    /// What the patient's clock shows then.
    pub(crate) at: NaiveTime,
    pub(crate) day: Day,
}

/// Which day a dose was planned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Yesterday,
    Today,
    /// An earlier one; the calendar leads there.
    On(NaiveDate),
}

/// What is done, with where its entries are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Done {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) at: DateTime<Utc>,
    /// That of the entry that is least far.
    pub(crate) whereabouts: Whereabouts,
    /// The own entries to take back; empty where all are of others.
    pub(crate) undo: Vec<EventId>,
}

/// Something that is not saved yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) id: EventId,
    pub(crate) title: String,
    pub(crate) at: DateTime<Utc>,
}

/// All of Today.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Today {
    pub(crate) date: NaiveDate,
    pub(crate) due: Vec<Dose>,
    pub(crate) open: Vec<Dose>,
    pub(crate) earlier: Vec<Dose>,
    pub(crate) later: Vec<Dose>,
    pub(crate) loading: Vec<Dose>,
    pub(crate) frozen: Vec<Dose>,
    pub(crate) tasks: Vec<TaskView>,
    pub(crate) done: Vec<Done>,
    pub(crate) held: Vec<Held>,
    pub(crate) plan: Plan,
}

/// Whether the plan could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Plan {
    #[default]
    Whole,
    Incomplete,
    /// Parts of it are still on their way here: nothing is said of it.
    Loading,
    /// No time zone is known.
    NoZone,
}

/// Names a dose by what every device calls it.
pub(crate) fn dose_id(treatment: TreatmentId, key: &DoseKey) -> DoseId {
    match key {
        DoseKey::Planned { date, slot, repeat } => format!("{}/{date}/{}/{repeat}", treatment.0, slot.0),
        DoseKey::Interval { anchor, n } => format!("{}/{anchor}/{n}", treatment.0),
        DoseKey::AsNeeded => format!("{}/needed", treatment.0),
    }
}

/// What the state says, before it is put into sections.
struct Read {
    today: DayView,
    yesterday: DayView,
    tasks: TasksView,
    timeline: Option<ZoneTimeline>,
    /// The first instant of today.
    start: Option<DateTime<Utc>>,
}

fn read(phone: &Phone, now: DateTime<Utc>) -> Read {
    let coverage = phone.coverage();
    let date = clock_of(phone).map_or_else(|| now.date_naive(), |clock| clock.local(now).date());
    phone.with_state(|state| {
        // Without a zone nothing is planned that follows the patient's clock; the screen says so.
        let timeline = ZoneTimeline::of(state).timeline;
        let mut days = views::days(state, &(date - Days::new(1)..=date), now, coverage);
        Read {
            today: days.swap_remove(1),
            yesterday: days.swap_remove(0),
            tasks: views::tasks(state, date, now, coverage),
            start: timeline.as_ref().and_then(|t| t.day_start(date)),
            timeline,
        }
    })
}

impl Today {
    /// Reads it again whenever the device or the minute has changed.
    pub(crate) fn follow(session: Session) -> Self {
        let now = session.minute();
        session.follow(|phone| Self::of(session, phone, now))
    }

    fn of(session: Session, phone: &Phone, now: DateTime<Utc>) -> Self {
        let read = read(phone, now);
        let held = phone.held();
        let mut today = Self { date: read.today.date, ..Self::default() };
        today.plan = match (&read.timeline, read.today.plan_is_incomplete()) {
            _ if phone.coverage().standing == Standing::Loading || read.today.plan_is_loading() => {
                Plan::Loading
            }
            (None, _) => Plan::NoZone,
            (_, true) => Plan::Incomplete,
            (_, false) => Plan::Whole,
        };
        let names = doses::names(&read);
        today.held = held::held(session, &held, &names);
        // What is held is not asked for again.
        let asked: Vec<DoseId> = held.iter().filter_map(|(_, draft)| held::dose_of(draft)).collect();
        today.doses(&read, &asked);
        today.done = done::done(session, phone, &read);
        let tasks_held: Vec<_> = held.iter().filter_map(|(_, draft)| held::task_of(draft)).collect();
        let open = |task: &TaskView| {
            let undone = !matches!(task.status, TaskStatus::Done { .. } | TaskStatus::Cancelled { .. });
            undone && !tasks_held.contains(&task.task)
        };
        today.tasks = read.tasks.still_open.into_iter().chain(read.tasks.tasks).filter(open).collect();
        today
    }

    /// The dose with this name, wherever it stands.
    pub(crate) fn dose(&self, id: &str) -> Option<&Dose> {
        let all = [&self.due, &self.open, &self.earlier, &self.later, &self.loading, &self.frozen];
        all.into_iter().flatten().find(|dose| dose.id == id)
    }
}
