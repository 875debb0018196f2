//! What people see, read from the state each time and held nowhere. Nothing here knows a clock: "now" is handed in.
//!
//! [`coverage`](mod@coverage) says which days may be judged; [`medicines`](mod@medicines) reads the plans, [`facts`] what was taken or left out,
//! [`appointments`](mod@appointments) is where she is expected.
//! `windows` how long a dose is open; [`day`](mod@day) joins them; [`beside`](mod@beside) is what no
//! day plans. [`tasks`](mod@tasks) and [`history`](mod@history) stand for themselves.
//! [`devices`](mod@devices) are those that may log,
//! [`present`](mod@present) says how plans stand, [`preview`](mod@preview) what one would come to, [`calendar`](mod@calendar) lays days side by side,
//! [`contradictions`](mod@contradictions) are for a person to settle, [`statistics`](mod@statistics) counts days,
//! [`why`](mod@why) says which events a fact came from.

use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate};

pub mod appointments;
pub mod beside;
pub mod calendar;
pub mod contradictions;
pub mod coverage;
pub mod day;
pub mod devices;
pub mod facts;
pub mod history;
pub mod medicines;
pub mod present;
pub mod preview;
pub mod statistics;
pub mod tasks;
pub mod why;
pub(crate) mod windows;

pub use appointments::{AppointmentStatus, AppointmentView, appointment, appointments};
pub use beside::{BesideView, beside};
pub use calendar::{CalendarDay, Flow, calendar};
pub use contradictions::{Answer, Contradiction, Rule, contradictions};
pub use coverage::{Coverage, Covered, Standing};
pub use day::{DayView, DoseStatus, DoseView, PlanGap, SlotView, UnplannedView, day, days, key_for, today};
pub(crate) use day::{planned_before, window_of};
pub use devices::{DeviceView, devices};
pub use facts::{DoubleDose, FactView, Said, Who, double_doses};
pub use history::{Counts, HistoryLine, history};
pub use medicines::{MedicineView, TreatmentView, medicines};
pub use present::{PlanStanding, PresentView, present};
pub use preview::{Preview, preview, preview_change};
pub use statistics::{Statistics, Tally, statistics};
pub use tasks::{TaskStatus, TaskView, TasksView, tasks};
pub use why::{Part, Question, Step, why};

/// The dates up to `days` before and after one; cut off where the calendar ends.
fn around(date: NaiveDate, days: u64) -> RangeInclusive<NaiveDate> {
    around_all(&(date..=date), days)
}

/// As [`around`], of dates in a row.
fn around_all(dates: &RangeInclusive<NaiveDate>, days: u64) -> RangeInclusive<NaiveDate> {
    let days = Days::new(days);
    dates.start().checked_sub_days(days).unwrap_or(NaiveDate::MIN)
        ..=dates.end().checked_add_days(days).unwrap_or(NaiveDate::MAX)
}
