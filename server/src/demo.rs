//! The demo patient: Marta, with a plan of medicines, tasks and appointments that began a week ago.

use std::path::Path;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use shared_events::{
    amount::Amount,
    content::{AppointmentId, TaskId, TreatmentId},
    events::{AppointmentScheduled, Event, TaskAssigned, TreatmentPrescribed},
    ids::PatientId,
    plan::{Day, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
};

use crate::{
    entropy::uuid_v4,
    error::Error,
    ledger::{Ledger, rows::Purpose},
    scribe::utc,
    service::{
        Service,
        patients::{Created, NewPatient},
    },
};

const NAME: &str = "Marta";
const EXTERNAL: &str = "rivulet-demo-1";

/// The machine's zone (IANA), or Amsterdam's.
#[must_use]
pub fn machine_zone() -> String {
    let named = std::env::var("TZ").ok().map(|tz| tz.trim_start_matches(':').to_owned());
    let linked = || {
        let target = std::fs::read_link(Path::new("/etc/localtime")).ok()?;
        target.to_str()?.split_once("zoneinfo/").map(|(_, zone)| zone.to_owned())
    };
    let known = |zone: &String| zone.parse::<Tz>().is_ok() && zone.contains('/') && !zone.starts_with("Etc/");
    named.filter(known).or_else(|| linked().filter(known)).unwrap_or_else(|| "Europe/Amsterdam".into())
}

/// The demo patient, created with her plan if there is none.
///
/// # Errors
/// The databases'.
pub async fn patient<L: Ledger>(service: &Service<L>, zone: &str) -> Result<PatientId, Error> {
    // A patient of an earlier start stays, whatever zone the machine has now.
    for (row, profile) in service.patients().await? {
        if row.purpose == Purpose::Test && profile.is_some_and(|p| p.name == NAME) {
            return Ok(row.id);
        }
    }
    let created = service
        .create_patient(NewPatient {
            name: NAME.into(),
            zone: zone.into(),
            external: Some(EXTERNAL.into()),
            purpose: Purpose::Test,
        })
        .await?;
    if let Created::Now(patient) = created {
        let zone: Tz = zone.parse().unwrap_or(chrono_tz::Europe::Amsterdam);
        let now = utc(service.clock.now_ms()).with_timezone(&zone).fixed_offset();
        service.say_events(patient, &plan(service, now, zone)?).await?;
    }
    Ok(created.patient())
}

/// A medicine of the demo: what it is, and when.
struct Line {
    name: &'static str,
    strength: Option<(&'static str, &'static str)>,
    form: Form,
    dose: (&'static str, &'static str),
    instructions: Option<&'static str>,
    slots: &'static [(&'static str, u32)],
    weekdays: Option<&'static [Day]>,
}

const LINES: &[Line] = &[
    Line {
        name: "Omeprazole",
        strength: Some(("20", "mg")),
        form: Form::Capsule,
        dose: ("1", "{capsule}"),
        instructions: Some("Half an hour before breakfast"),
        slots: &[("early", 7)],
        weekdays: None,
    },
    Line {
        name: "Dexamethasone",
        strength: Some(("2", "mg")),
        form: Form::Tablet,
        dose: ("1", "{tablet}"),
        instructions: Some("with food"),
        slots: &[("morning", 8), ("noon", 12)],
        weekdays: None,
    },
    Line {
        name: "Apixaban",
        strength: Some(("5", "mg")),
        form: Form::Tablet,
        dose: ("1", "{tablet}"),
        instructions: None,
        slots: &[("morning", 8), ("evening", 20)],
        weekdays: None,
    },
    Line {
        name: "Bisoprolol",
        strength: Some(("2.5", "mg")),
        form: Form::Tablet,
        dose: ("1", "{tablet}"),
        instructions: None,
        slots: &[("morning", 8)],
        weekdays: None,
    },
    Line {
        name: "Ondansetron",
        strength: Some(("8", "mg")),
        form: Form::Tablet,
        dose: ("1", "{tablet}"),
        instructions: Some("an hour before radiotherapy"),
        slots: &[("before", 13)],
        weekdays: Some(&[Day::Mon, Day::Wed, Day::Thu, Day::Fri]),
    },
    Line {
        name: "Macrogol",
        strength: None,
        form: Form::Sachet,
        dose: ("1", "{sachet}"),
        instructions: Some("in a glass of water"),
        slots: &[("night", 21)],
        weekdays: None,
    },
];

fn amount((value, unit): (&str, &str)) -> Result<Amount, Error> {
    let value = value.parse().map_err(|e| Error::Invalid(format!("the demo's plan: {e}")))?;
    Ok(Amount { value, unit: unit.to_owned() })
}

fn plan<L: Ledger>(service: &Service<L>, now: DateTime<FixedOffset>, zone: Tz) -> Result<Vec<Event>, Error> {
    let today = now.date_naive();
    let start = today.checked_sub_days(Days::new(7)).unwrap_or(today);
    let mut events = Vec::new();
    for line in LINES {
        let id = TreatmentId(uuid_v4(&*service.entropy)?);
        events.push(Event::TreatmentPrescribed(prescribed(line, id, start)?));
    }
    let tasks = [
        ("Take your temperature", "Call the day unit from 38.0\u{a0}°C", Some(today), "thermo"),
        ("Cream after radiotherapy", "On the skin of your back", Some(today), "lotion"),
        ("Bring your medicines", "To the next visit at the day unit", None, "pill"),
    ];
    for (title, hint, date, icon) in tasks {
        events.push(Event::TaskAssigned(TaskAssigned {
            task: TaskId(uuid_v4(&*service.entropy)?),
            title: title.into(),
            hint: Some(hint.into()),
            date,
            icon: Some(icon.into()),
        }));
    }
    events.extend(appointments(service, today, zone)?);
    Ok(events)
}

/// Where the demo patient is expected.
struct Visit {
    in_days: u64,
    at: (u32, u32),
    title: &'static str,
    minutes: i64,
    place: &'static str,
    with: Option<&'static str>,
    bring: Option<&'static str>,
}

const VISITS: &[Visit] = &[
    Visit {
        in_days: 0,
        at: (14, 20),
        title: "Radiotherapy, 4 of 5",
        minutes: 30,
        place: "Room 3, lower floor, St Anne’s hospital",
        with: None,
        bring: None,
    },
    Visit {
        in_days: 4,
        at: (10, 30),
        title: "Blood test and clinic",
        minutes: 45,
        place: "Day unit, second floor",
        with: Some("Dr Okafor"),
        bring: Some("Your list of medicines. You can eat and drink as usual."),
    },
];

fn appointments<L: Ledger>(service: &Service<L>, today: NaiveDate, zone: Tz) -> Result<Vec<Event>, Error> {
    let made = |visit: &Visit| {
        let (hour, minute) = visit.at;
        Ok(Event::AppointmentScheduled(AppointmentScheduled {
            appointment: AppointmentId(uuid_v4(&*service.entropy)?),
            title: visit.title.into(),
            date: today.checked_add_days(Days::new(visit.in_days)).unwrap_or(today),
            at: NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(),
            zone: zone.name().into(),
            minutes: Some(visit.minutes),
            place: Some(visit.place.into()),
            with: visit.with.map(Into::into),
            bring: visit.bring.map(Into::into),
        }))
    };
    VISITS.iter().map(made).collect()
}

fn prescribed(line: &Line, treatment: TreatmentId, start: NaiveDate) -> Result<TreatmentPrescribed, Error> {
    let slot = |(id, hour): &(&str, u32)| {
        let at = NaiveTime::from_hms_opt(*hour, 0, 0).unwrap_or_default();
        (SlotId((*id).to_owned()), Slot { at, dose: None })
    };
    let slots = line.slots.iter().map(slot).collect();
    let weekdays = line.weekdays.map(|days| days.iter().copied().collect());
    Ok(TreatmentPrescribed {
        treatment,
        medicine: Medicine {
            name: line.name.into(),
            strength: line.strength.map(amount).transpose()?,
            form: line.form,
        },
        dose: amount(line.dose)?,
        instructions: line.instructions.map(Into::into),
        schedule: Schedule {
            start,
            end: None,
            clock: WallClock::Floating,
            rule: Rule::Times(Times { slots, weekdays }),
        },
    })
}
