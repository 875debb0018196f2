//! The demo patient: Marta, with a plan of medicines, tasks and appointments that began three weeks ago. What she took
//! since then she logged on the phone that she had before, by a clock that is set to each moment: a phone that is set up
//! with her record shows what it would show after three weeks.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use shared_events::{
    amount::Amount,
    content::{AppointmentId, Role, TaskId, TreatmentId},
    events::{
        AppointmentScheduled, Event, MedicineSkipped, MedicineTaken, TaskAssigned, TaskCompleted,
        TreatmentPrescribed,
    },
    ids::PatientId,
    plan::{Day, DoseKey, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
};

use crate::{
    clock::ManualClock,
    entropy::uuid_v4,
    error::Error,
    ledger::{Ledger, rows::Purpose},
    scribe::{Saying, utc},
    service::{
        Service,
        patients::{Created, NewPatient},
    },
};

mod phone;

use phone::Phone;

/// The care team's number where none was given, so that there is something to call: of those that Ofcom keeps for fiction.
pub const CARE_TEAM_PHONE: &str = "+44 20 7946 0142";

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
pub async fn patient<L: Ledger + Clone>(service: &Service<L>, zone: &str) -> Result<PatientId, Error> {
    // A patient of an earlier start stays, whatever zone the machine has now.
    for (row, profile) in service.patients().await? {
        if row.purpose == Purpose::Test && profile.is_some_and(|p| p.name == NAME) {
            return Ok(row.id);
        }
    }
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::Europe::Amsterdam);
    let now = utc(service.clock.now_ms()).with_timezone(&zone).fixed_offset();
    let today = now.date_naive();
    let clock = Arc::new(ManualClock::at_ms(0));
    let then = Service { clock: Arc::clone(&clock) as _, ..service.clone() };
    let set = |at: Option<DateTime<FixedOffset>>| {
        let at = at.unwrap_or(now).min(now);
        clock.set_ms(u64::try_from(at.timestamp_millis()).unwrap_or_default());
        at
    };

    let began = set(on_clock(day(today, -PAST_DAYS), 6, 0, zone));
    let new = NewPatient {
        name: NAME.into(),
        zone: zone.name().into(),
        external: Some(EXTERNAL.into()),
        purpose: Purpose::Test,
    };
    let created = then.create_patient(new).await?;
    let Created::Now(patient) = created else { return Ok(created.patient()) };
    let plan: Vec<_> = LINES
        .iter()
        .map(|line| Ok((TreatmentId(uuid_v4(&*service.entropy)?), line)))
        .collect::<Result<_, Error>>()?;
    let tasks: Vec<_> = tasks(service, today)?;
    let mut said = Vec::new();
    for (treatment, line) in &plan {
        said.push(Event::TreatmentPrescribed(prescribed(line, *treatment, began.date_naive())?));
    }
    said.extend(tasks.iter().cloned().map(Event::TaskAssigned));
    for visit in VISITS {
        said.push(Event::AppointmentScheduled(appointment(service, visit, today, zone)?));
    }
    then.say_events(patient, &said).await?;
    let phone = Phone::enrol(&then, patient).await?;
    for date in began.date_naive().iter_days().take_while(|date| *date <= today) {
        let mut moments: BTreeMap<_, Vec<Saying>> = BTreeMap::new();
        for (event, at) in logged_on(&plan, &tasks, date, zone)? {
            if date < today || at < now - NOT_LOGGED_YET {
                moments.entry(at).or_default().push(Saying::of(&event, at, Role::Patient)?);
            }
        }
        for (at, sayings) in moments {
            set(Some(at));
            phone.logs(&then, sayings).await?;
        }
    }
    Ok(patient)
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
        instructions: Some("half an hour before breakfast"),
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

/// How many days before today the plan began.
const PAST_DAYS: i64 = 20;
/// The daily course of radiotherapy began so many days before today.
const COURSE_DAYS: i64 = 3;
/// What was to be taken in the last hours is left to log.
const NOT_LOGGED_YET: TimeDelta = TimeDelta::hours(3);

fn day(today: NaiveDate, from_now: i64) -> NaiveDate {
    today.checked_add_signed(TimeDelta::days(from_now)).unwrap_or(today)
}

fn tasks<L: Ledger>(service: &Service<L>, today: NaiveDate) -> Result<Vec<TaskAssigned>, Error> {
    let task = |title: &str, hint: &str, date, icon: &str| {
        Ok(TaskAssigned {
            task: TaskId(uuid_v4(&*service.entropy)?),
            title: title.into(),
            hint: Some(hint.into()),
            date,
            icon: Some(icon.into()),
        })
    };
    let cream = |from_now| {
        let date = Some(day(today, from_now));
        task("Cream after radiotherapy", "On the skin of your back", date, "lotion")
    };
    let others = [
        task("Take your temperature", "Call the day unit from 38.0\u{a0}°C", Some(today), "thermo"),
        task("Bring your medicines", "To the next visit at the day unit", None, "pill"),
    ];
    others.into_iter().chain((-COURSE_DAYS..=0).map(cream)).collect()
}

/// What she logged of a day, and when.
fn logged_on(
    plan: &[(TreatmentId, &Line)],
    tasks: &[TaskAssigned],
    date: NaiveDate,
    zone: Tz,
) -> Result<Vec<(Event, DateTime<FixedOffset>)>, Error> {
    let mut said = Vec::new();
    let is_planned = |line: &Line| line.weekdays.is_none_or(|days| days.contains(&date.weekday().into()));
    for (treatment, line) in plan.iter().filter(|(_, line)| is_planned(line)) {
        for slot in line.slots {
            said.extend(logged(line, *treatment, date, *slot, zone)?);
        }
    }
    for task in tasks.iter().filter(|task| task.date == Some(date)) {
        let done = Event::TaskCompleted(TaskCompleted { task: task.task, note: None });
        said.extend(on_clock(date, 17, 40, zone).map(|at| (done, at)));
    }
    Ok(said)
}

/// A time on the patient's clock; none that a change of the clock leaves out.
fn on_clock(date: NaiveDate, hour: u32, minute: u32, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let local = date.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?);
    zone.from_local_datetime(&local).earliest().map(|at| at.fixed_offset())
}

/// What she logged of a dose: most were taken, some a little late, now and then one was left out or nothing is logged.
fn logged(
    line: &Line,
    treatment: TreatmentId,
    date: NaiveDate,
    (slot, hour): (&str, u32),
    zone: Tz,
) -> Result<Option<(Event, DateTime<FixedOffset>)>, Error> {
    let nth = date.num_days_from_ce().unsigned_abs() + hour;
    let Some(at) = on_clock(date, hour, nth * 7 % 25, zone) else { return Ok(None) };
    let dose = DoseKey::Planned { date, slot: SlotId(slot.to_owned()), repeat: 0 };
    let event = if line.form == Form::Sachet && nth.is_multiple_of(6) {
        let reason = Some("not_needed".to_owned());
        Event::MedicineSkipped(MedicineSkipped { treatment, dose, reason, note: None })
    } else if hour >= 12 && nth.is_multiple_of(11) {
        return Ok(None);
    } else {
        Event::MedicineTaken(MedicineTaken { treatment, dose, amount: amount(line.dose)?, note: None })
    };
    Ok(Some((event, at)))
}

/// Where the demo patient is expected.
struct Visit {
    in_days: i64,
    at: (u32, u32),
    title: &'static str,
    minutes: i64,
    place: &'static str,
    with: Option<&'static str>,
    bring: Option<&'static str>,
}

const fn radiotherapy(in_days: i64, title: &'static str) -> Visit {
    Visit {
        in_days,
        at: (14, 20),
        title,
        minutes: 30,
        place: "Room 3, lower floor, St Anne’s hospital",
        with: None,
        bring: None,
    }
}

const VISITS: &[Visit] = &[
    radiotherapy(-3, "Radiotherapy, 1 of 5"),
    radiotherapy(-2, "Radiotherapy, 2 of 5"),
    radiotherapy(-1, "Radiotherapy, 3 of 5"),
    radiotherapy(0, "Radiotherapy, 4 of 5"),
    radiotherapy(1, "Radiotherapy, 5 of 5"),
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

fn appointment<L: Ledger>(
    service: &Service<L>,
    visit: &Visit,
    today: NaiveDate,
    zone: Tz,
) -> Result<AppointmentScheduled, Error> {
    let (hour, minute) = visit.at;
    Ok(AppointmentScheduled {
        appointment: AppointmentId(uuid_v4(&*service.entropy)?),
        title: visit.title.into(),
        date: day(today, visit.in_days),
        at: NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(),
        zone: zone.name().into(),
        minutes: Some(visit.minutes),
        place: Some(visit.place.into()),
        with: visit.with.map(Into::into),
        bring: visit.bring.map(Into::into),
    })
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
