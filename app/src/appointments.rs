//! Appointments in words, and for calendars of others.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use shared_events::{
    content::AppointmentId,
    icalendar::{Reminder, When},
    views::{self, AppointmentStatus, AppointmentView},
};

use crate::{
    platform::intl,
    session::{Phone, Session},
    text::{self, counted, say},
};

/// How long before it a calendar rings: a day, and two hours.
const ALARMS_MINUTES: [i64; 2] = [24 * 60, 120];
/// How long one takes of which nobody has said.
const MINUTES: i64 = 60;

/// Those of some days.
pub(crate) fn of(phone: &Phone, days: RangeInclusive<NaiveDate>) -> Vec<AppointmentView> {
    phone.with_state(|state| views::appointments(state, &days))
}

/// One of them.
pub(crate) fn one(phone: &Phone, id: AppointmentId) -> Option<AppointmentView> {
    phone.with_state(|state| views::appointment(state, id))
}

/// Whether it is over: what is over has its place in the calendar, and needs no reminder.
pub(crate) fn is_over(view: &AppointmentView, now: DateTime<Utc>) -> bool {
    let minutes = TimeDelta::try_minutes(view.minutes.unwrap_or(MINUTES)).unwrap_or_default();
    view.instant.is_some_and(|at| at + minutes <= now)
}

/// "10:30", with its zone where her clock shows something else then.
pub(crate) fn time(session: Session, view: &AppointmentView) -> String {
    let time = intl::time(view.local.time());
    match &view.elsewhere {
        Some(zone) => say!(session.texts, appointment.elsewhere, time = time, zone = zone.as_str()),
        None => time,
    }
}

/// "Today, 10:30" or "Monday 30 November, 10:30".
pub(crate) fn when(session: Session, view: &AppointmentView) -> String {
    on(session, view.local, &time(session, view))
}

/// The same of another time of it.
pub(crate) fn on(session: Session, local: NaiveDateTime, time: &str) -> String {
    let texts = session.texts;
    if local.date() == session.today() {
        say!(texts, why.today, time = time)
    } else {
        say!(texts, why.on, day = text::day(local.date()), time = time)
    }
}

/// Where it is, or that it is not.
pub(crate) fn detail(session: Session, view: &AppointmentView) -> String {
    let texts = session.texts;
    match &view.status {
        AppointmentStatus::Cancelled { reason: Some(reason) } => {
            say!(texts, appointment.off_why, reason = reason.as_str())
        }
        AppointmentStatus::Cancelled { reason: None } => say!(texts, appointment.off),
        AppointmentStatus::Frozen => say!(texts, task.frozen),
        AppointmentStatus::Planned => view.place.clone().unwrap_or_default(),
    }
}

/// "45 minutes"
pub(crate) fn minutes(session: Session, view: &AppointmentView) -> Option<String> {
    let minutes = usize::try_from(view.minutes?).ok()?;
    Some(counted!(session.texts, minutes, appointment.minutes))
}

/// For her own calendar, with its name and place: she asks for this one.
pub(crate) fn reminder(view: &AppointmentView) -> Reminder {
    Reminder {
        uid: format!("appointment-{}@rivulet", view.appointment.0),
        revision: view.revision,
        at: view.instant.map_or(When::OnHerClock(view.local), When::At),
        minutes: view.minutes.unwrap_or(MINUTES),
        title: view.title.clone(),
        place: view.place.clone(),
        text: view.bring.clone(),
        alarms_minutes: ALARMS_MINUTES.to_vec(),
        is_off: matches!(view.status, AppointmentStatus::Cancelled { .. }),
    }
}
