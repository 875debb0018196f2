//! On any page but Today: what is due, until it is put aside. An app that is opened where it was left must not hide it.

use chrono::TimeDelta;
use leptos::prelude::*;
use shared_events::views::{AppointmentStatus, AppointmentView};

use crate::{
    appointments,
    calendar::moved,
    components::{
        icon::icon,
        live::{Live, changing, memo, on_click},
    },
    pages::later::Kind,
    platform::memory::{self, Reminder},
    session::{Phone, Session},
    text::{counted, say, td},
    today::{DoseId, Today},
};

/// How long before an appointment it is shown.
const BEFORE: TimeDelta = TimeDelta::hours(2);

/// What is due, by its names.
#[derive(Clone, Debug, Default, PartialEq)]
struct Due {
    doses: Vec<DoseId>,
    appointments: Vec<AppointmentView>,
}

/// The note, where there is something to note.
pub(crate) fn note(session: Session, today: Live<Today>, kind: Live<Kind>, turned: RwSignal<()>) -> AnyView {
    let aside = RwSignal::new(Vec::<String>::new());
    let due = memo(move || {
        turned.track();
        // Today lists it itself, and who fills in a form is not to be disturbed.
        if matches!(kind.get(), Kind::Today | Kind::Add | Kind::Change) {
            return Due::default();
        }
        let doses = if memory::reminds(Reminder::Medicines) {
            today.with(|today| today.due.iter().map(|dose| dose.id.clone()).collect())
        } else {
            Vec::new()
        };
        let appointments = if memory::reminds(Reminder::Appointments) {
            session.follow(|phone| soon(session, phone))
        } else {
            Vec::new()
        };
        Due { doses, appointments }
    });
    let shown = move || {
        let due = due.get();
        let names = names(&due);
        let is_aside = aside.with(|aside| names.iter().all(|name| aside.contains(name)));
        (!is_aside).then(|| card(session, &due, move || aside.set(names.clone())))
    };
    changing(move || shown().into_any())
}

fn names(due: &Due) -> Vec<String> {
    let appointments = due.appointments.iter().map(|view| view.appointment.0.to_string());
    due.doses.iter().cloned().chain(appointments).collect()
}

fn soon(session: Session, phone: &Phone) -> Vec<AppointmentView> {
    let now = session.minute();
    let is_soon = |view: &AppointmentView| {
        view.status == AppointmentStatus::Planned
            && view.instant.is_some_and(|at| now <= at && at - BEFORE <= now)
    };
    let today = session.today();
    appointments::of(phone, today..=moved(today, 1)).into_iter().filter(is_soon).collect()
}

fn card(session: Session, due: &Due, put_aside: impl Fn() + Send + Sync + 'static) -> AnyView {
    let texts = session.texts;
    let doses = (!due.doses.is_empty()).then(|| counted!(texts, due.doses.len(), export.medicines));
    let appointment = |view: &AppointmentView| {
        say!(texts, history.about, name = view.title.as_str(), what = appointments::time(session, view))
    };
    let all: Vec<String> = doses.into_iter().chain(due.appointments.iter().map(appointment)).collect();
    let line = |text: String| view! { <p>{text}</p> };
    view! {
        <section class="note" aria-labelledby="due-now" role="status">
            {icon("bell")}
            <div class="stack tight">
                <h2 id="due-now">{td!(texts, reminders.due)}</h2>
                {all.into_iter().map(line).collect_view()}
                <div class="row">
                    <a class="btn primary" href="/">{td!(texts, reminders.show)}</a>
                    <button class="btn" type="button" on:click=on_click(move |_| put_aside())>
                        {td!(texts, reminders.aside)}
                    </button>
                </div>
            </div>
        </section>
    }
    .into_any()
}
