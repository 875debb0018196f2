//! What the calendar shows, read from the folded state, in words.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _, Weekday};
use shared_events::views::{
    self, AppointmentView, CalendarDay, Covered, DayView, DoseStatus, Flow, TaskStatus, UnplannedView,
};

use crate::{
    appointments,
    components::icon,
    platform::intl,
    session::{Phone, Session},
    text::{self, counted, say, td},
    today::dose_id,
    why::{Teller, appointment_id},
};

/// The Monday of a week.
pub(crate) fn monday(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).checked_first_day().unwrap_or(date)
}

/// A date some days on or back; itself at the ends of the calendar.
pub(crate) fn moved(date: NaiveDate, days: i64) -> NaiveDate {
    date.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(date)
}

/// The first day of a month, some months on or back.
pub(crate) fn month(date: NaiveDate, months: i32) -> NaiveDate {
    let first = date.with_day(1).unwrap_or(date);
    let by = chrono::Months::new(months.unsigned_abs());
    let there = if months < 0 { first.checked_sub_months(by) } else { first.checked_add_months(by) };
    there.unwrap_or(first)
}

/// "23 to 29 November", "30 November to 6 December".
pub(crate) fn week_name(session: Session, first: NaiveDate) -> String {
    let last = moved(first, 6);
    let from = week_begins(session, first);
    say!(session.texts, calendar.from_to, from = from, to = intl::day_month(last))
}

/// "23" of November, "30 November" where the week ends in another month.
pub(crate) fn week_begins(session: Session, first: NaiveDate) -> String {
    let is_within = first.month() == moved(first, 6).month();
    if is_within { day_number(session, first) } else { intl::day_month(first) }
}

/// "23", as a date is said whose month follows.
pub(crate) fn day_number(session: Session, date: NaiveDate) -> String {
    say!(session.texts, calendar.nth, n = intl::number(&date.day().to_string()))
}

/// The weeks of a month, from Monday on.
pub(crate) fn weeks(session: Session, phone: &Phone, of: NaiveDate) -> Vec<Vec<CalendarDay>> {
    let (first, last) = (monday(month(of, 0)), moved(monday(moved(month(of, 1), -1)), 6));
    let (now, coverage) = (session.minute(), phone.coverage());
    let days = phone.with_state(|state| views::calendar(state, first..=last, None, now, coverage));
    days.chunks(7).map(<[CalendarDay]>::to_vec).collect()
}

/// "all doses logged", "3 of 8 doses logged", "8 doses planned".
pub(crate) fn says(session: Session, day: &CalendarDay) -> String {
    let texts = session.texts;
    let n = |n: u32| intl::number(&n.to_string());
    match day.flow {
        Flow::Nothing => say!(texts, calendar.nothing),
        Flow::Loading => say!(texts, section.loading),
        Flow::Ahead => counted!(texts, day.planned as usize, calendar.planned),
        Flow::None | Flow::Some | Flow::All if day.date == session.today() => {
            say!(texts, calendar.so_far, logged = n(day.logged), planned = n(day.planned))
        }
        Flow::None | Flow::Some | Flow::All => {
            say!(texts, calendar.logged, logged = n(day.logged), planned = n(day.planned))
        }
    }
}

/// A line of a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// What it is called on the screen, to open it.
    pub(crate) id: String,
    /// What her clock shows; `None`: any time of the day.
    pub(crate) time: Option<NaiveTime>,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) picture: &'static str,
    pub(crate) badge: Option<&'static str>,
}

/// A part of a day, in its order: unlike on Today, where it is night from 22:00 on, a day ends with its evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Any,
    Night,
    Morning,
    Midday,
    Afternoon,
    Evening,
}

impl Part {
    fn of(time: Option<NaiveTime>) -> Self {
        match time.map(|time| time.hour()) {
            None => Self::Any,
            Some(0..=3) => Self::Night,
            Some(4..=10) => Self::Morning,
            Some(11..=13) => Self::Midday,
            Some(14..=16) => Self::Afternoon,
            Some(_) => Self::Evening,
        }
    }
}

/// What a day comes to, and everything of it in the order of time.
type Read = (CalendarDay, Vec<Line>);

/// Days from one on.
pub(crate) fn days(session: Session, phone: &Phone, first: NaiveDate, count: i64) -> Vec<Read> {
    phone.with_state(|state| {
        let teller = Teller::now(session, phone, state);
        let dates = first..=moved(first, count - 1);
        let visits = views::appointments(state, &dates);
        let days = views::days(state, &dates, teller.now, teller.coverage).into_iter();
        days.map(|view| read(&teller, &view, &visits)).collect()
    })
}

/// A day, by its parts.
pub(crate) fn day(session: Session, phone: &Phone, date: NaiveDate) -> Vec<(Part, Vec<Line>)> {
    let mut parts: Vec<(Part, Vec<Line>)> = Vec::new();
    for line in days(session, phone, date, 1).into_iter().flat_map(|(_, lines)| lines) {
        let part = Part::of(line.time);
        match parts.last_mut().filter(|(last, _)| *last == part) {
            Some((_, lines)) => lines.push(line),
            None => parts.push((part, vec![line])),
        }
    }
    parts
}

/// Whether it may be said of a day that nothing is there.
pub(crate) fn is_read(phone: &Phone, date: NaiveDate) -> bool {
    phone.coverage().covers_day(date.and_time(NaiveTime::MIN).and_utc()) == Covered::Covered
}

fn read(teller: &Teller<'_>, view: &DayView, visits: &[AppointmentView]) -> Read {
    let (texts, date) = (teller.session.texts, view.date);
    let all = view.slots.iter().flat_map(|slot| &slot.doses);
    let doses = all.filter(|dose| dose.status != DoseStatus::BeforePlan).map(|dose| {
        let how = text::dose(texts, &dose.dose, dose.instructions.as_deref());
        let is_to_come = matches!(dose.status, DoseStatus::Planned | DoseStatus::Due);
        Line {
            id: dose_id(dose.treatment, &dose.key),
            time: Some(teller.local(dose.planned_at).time()),
            title: text::medicine(texts, &dose.medicine),
            detail: if is_to_come { how } else { teller.status(date, dose) },
            picture: match dose.status {
                DoseStatus::Skipped { .. } => "skip",
                _ if dose.facts.is_empty() => icon::of_form(dose.medicine.form),
                _ => "check",
            },
            badge: (dose.status == DoseStatus::Due).then_some(td!(texts, part.now)),
        }
    });
    let extra = view.unplanned.iter().filter_map(|extra: &UnplannedView| {
        let first = extra.facts.first()?;
        let name = extra.medicine.as_ref().map(|m| text::medicine(texts, m));
        Some(Line {
            id: first.id.to_string(),
            time: Some(teller.local(first.occurred_at.at.to_utc()).time()),
            title: name.unwrap_or_else(|| say!(texts, dose.unknown)),
            detail: teller.said(date, first),
            picture: "check",
            badge: None,
        })
    });
    let tasks =
        views::tasks(teller.state, date, teller.now, teller.coverage).tasks.into_iter().filter_map(|task| {
            let (time, detail) = match &task.status {
                TaskStatus::Done { at, .. } => {
                    let time = teller.local(at.at.to_utc());
                    (Some(time.time()), say!(texts, task.done_at, time = text::time(time)))
                }
                TaskStatus::Cancelled { .. } => return None,
                TaskStatus::StillLoading => (None, say!(texts, section.loading)),
                TaskStatus::Open | TaskStatus::Frozen => (None, task.hint.clone().unwrap_or_default()),
            };
            let picture = if time.is_some() { "check" } else { icon::of_task(task.icon.as_deref()) };
            Some(Line { id: task.task.0.to_string(), time, title: task.title, detail, picture, badge: None })
        });
    let visits = visits.iter().filter(|visit| visit.local.date() == date).map(|visit| Line {
        id: appointment_id(visit.appointment),
        time: Some(visit.local.time()),
        title: visit.title.clone(),
        detail: appointments::detail(teller.session, visit),
        picture: "place",
        badge: None,
    });
    let mut lines: Vec<Line> = doses.chain(extra).chain(tasks).chain(visits).collect();
    lines.sort_by_key(|line| line.time);
    (CalendarDay::of(view, None), lines)
}
