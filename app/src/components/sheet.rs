//! The sheet of a dose: taken now, taken at another time, or left out, with a note. A modal dialog of the browser's
//! own: it holds the focus, Escape closes it, and the focus goes back to where it was.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike as _};
use leptos::prelude::*;
use shared_events::{
    commands,
    content::{OccurredAt, Precision},
    decide::Command,
    draft::Draft,
    events::{Event, MedicineSkipped, MedicineTaken},
    plan::DoseKey,
    views::{DoseView, Question},
};

use crate::{
    components::{
        appointment, beside,
        clock::Clock,
        dose::planned,
        icon::{icon, medicine},
        live::{Live, on_event, on_submit},
        modal::Modal,
        why as components_why,
    },
    platform::intl,
    session::{Session, Undo},
    text::{self, say, td},
    today::{Day, Dose, Today},
    why::{self, Teller},
};

/// What a person says of the dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Now,
    AtAnotherTime,
    Skipped,
}

/// What is chosen in an open sheet.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) how: RwSignal<How>,
    pub(crate) day: RwSignal<Day>,
    pub(crate) time: RwSignal<NaiveTime>,
    pub(crate) reason: RwSignal<Option<&'static str>>,
    pub(crate) note: RwSignal<String>,
    /// Only what is planned can be left out.
    pub(crate) is_planned: bool,
}

impl Choice {
    /// A dose whose time is over was probably taken then; any other now.
    fn of(session: Session, dose: &Dose) -> Self {
        let now = session.now().at.naive_local();
        // From 23:00 on an hour later is another day's time: the difference is compared.
        let is_over = dose.day != Day::Today || now.time() - dose.at > TimeDelta::hours(1);
        let how = if is_over { How::AtAnotherTime } else { How::Now };
        let time = if is_over { dose.at } else { now.time() };
        let time = time.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(time);
        Self {
            how: RwSignal::new(how),
            day: RwSignal::new(if is_over { dose.day } else { Day::Today }),
            time: RwSignal::new(time),
            reason: RwSignal::new(None),
            note: RwSignal::new(String::new()),
            is_planned: dose.view.key != DoseKey::AsNeeded,
        }
    }

    /// The moment that is chosen, on the patient's clock.
    pub(crate) fn when(self, session: Session, today: NaiveDate) -> OccurredAt {
        if self.how.get() != How::AtAnotherTime {
            return session.now();
        }
        let date = match self.day.get() {
            Day::Today => today,
            Day::Yesterday => today.pred_opt().unwrap_or(today),
            Day::On(date) => date,
        };
        let local = date.and_time(self.time.get());
        let at = session.at_her_clock(local);
        OccurredAt { at, precision: Precision::Minute }
    }

    /// What is to be decided on, as it is chosen now.
    pub(crate) fn command(self, dose: &Dose) -> Command {
        if self.how.get() == How::Skipped {
            let DoseView { treatment, key, .. } = dose.view.clone();
            return Command::Skip(MedicineSkipped { treatment, dose: key, reason: None, note: None });
        }
        taking(dose)
    }

    fn draft(self, session: Session, today: NaiveDate, dose: &Dose) -> Draft {
        let when = self.when(session, today);
        let (treatment, key) = (dose.view.treatment, dose.view.key.clone());
        let note = Some(self.note.get_untracked().trim().to_owned()).filter(|note| !note.is_empty());
        if self.how.get_untracked() == How::Skipped {
            let reason = self.reason.get_untracked().map(str::to_owned);
            return commands::skip(treatment, key, reason, note, when);
        }
        let mut draft = commands::take(treatment, key, dose.view.dose.clone(), when);
        if let Event::MedicineTaken(taken) = &mut draft.event {
            taken.note = note;
        }
        draft
    }
}

/// Taking a dose, as a command.
pub(crate) fn taking(dose: &Dose) -> Command {
    let DoseView { treatment, key, dose: amount, .. } = dose.view.clone();
    Command::Take(vec![MedicineTaken { treatment, dose: key, amount, note: None }])
}

/// What is opened of the screen: the sheet of a dose that can be logged, or why anything else is as it is.
#[component]
pub(crate) fn Sheet(session: Session, today: Live<Today>) -> impl IntoView {
    move || {
        let id = session.sheet.get()?;
        // What it looks at while it is drawn does not draw it anew: what is chosen in it would be gone.
        Some(untrack(|| opened(session, today, &id)))
    }
}

fn opened(session: Session, today: Live<Today>, id: &str) -> AnyView {
    // The dose as it was when the sheet was opened: what is on it does not change under the finger.
    let dose = today.with_untracked(|t| t.dose(id).cloned());
    match dose.or_else(|| beside::dose(session, id)).or_else(|| past(session, id)) {
        Some(dose) => open(session, today, dose),
        None => match session.read(|phone| why::question(phone, id)) {
            Some(Question::Appointment(id)) => appointment::sheet(session, id),
            _ => components_why::screen(session, id, move || session.sheet.set(None)),
        },
    }
}

/// A dose of an earlier day of which nothing is logged: it still can be.
fn past(session: Session, id: &str) -> Option<Dose> {
    let view = session.read(|phone| {
        let Some(Question::Dose(treatment, key)) = why::question(phone, id) else { return None };
        phone.with_state(|state| Teller::now(session, phone, state).dose_of(treatment, &key))
    })?;
    let local = session.on_her_clock(view.planned_at).naive_local();
    let is_open = view.facts.is_empty() && local.date() < session.today();
    is_open.then(|| Dose { id: id.to_owned(), at: local.time(), day: Day::On(local.date()), view })
}

fn open(session: Session, today: Live<Today>, dose: Dose) -> AnyView {
    let texts = session.texts;
    let dialog = Modal::new(move || session.sheet.set(None));
    let choice = Choice::of(session, &dose);
    let date = today.with_untracked(|t| t.date);
    let title = text::medicine(texts, &dose.view.medicine);
    let what = text::dose(texts, &dose.view.dose, dose.view.instructions.as_deref());
    let subtitle = if let Day::On(date) = dose.day {
        say!(texts, sheet.planned_on, what = what, day = text::day(date), time = intl::time(dose.at))
    } else if choice.is_planned {
        format!("{what}. {}", planned(session, &dose))
    } else {
        say!(texts, sheet.needed, what = what)
    };
    let pebble = medicine(&dose.view.medicine);
    let [ask, why] = components_why::asked(session, dose.id.clone());
    let warnings = super::warnings::of(session, choice, &dose, date);
    let log = move || {
        let draft = choice.draft(session, date, &dose);
        let name = text::medicine(texts, &dose.view.medicine);
        let time = intl::time(draft.occurred_at.at.time());
        let said = match draft.event {
            Event::MedicineSkipped(_) => say!(texts, toast.skipped, name = name),
            _ => say!(texts, toast.taken, name = name, time = time),
        };
        // Closed first, so that the focus is back in the list, and follows what becomes of its row.
        dialog.close();
        session.record(vec![dose.id.clone()], vec![draft], said, Undo::Offered);
    };
    let inside = view! {
        <div class="row">
            {pebble}
            <div class="body"><h2 id="dose">{title}</h2><span>{subtitle}</span></div>
            {dialog.close_button(texts)}
        </div>
        {warnings}
        <form class="stack" on:submit=on_submit(log)>
            <Clock session choice />
            {note(session, choice)}
            <button class="btn primary big" type="submit">{move || submit(session, choice)}</button>
        </form>
        {ask}
    };
    view! {
        {dialog.frame("sheet stack", "dose", inside.into_any())}
        {why}
    }
    .into_any()
}

fn note(session: Session, choice: Choice) -> AnyView {
    let texts = session.texts;
    view! {
        <details class="fold">
            <summary>{icon("note")}{td!(texts, sheet.add_note)}{icon("down")}</summary>
            <div class="field">
                <label class="sr" for="note">{td!(texts, sheet.note)}</label>
                <textarea id="note" maxlength="2000" on:input=on_event(move |e| choice.note.set(event_target_value(&e)))></textarea>
            </div>
        </details>
    }
    .into_any()
}

/// What the button will do, in words.
fn submit(session: Session, choice: Choice) -> String {
    let texts = session.texts;
    let chosen = move || intl::time(choice.time.get());
    match (choice.how.get(), choice.day.get()) {
        (How::Skipped, _) => say!(texts, sheet.log_skipped),
        (How::Now, _) => {
            let now = intl::time(session.on_her_clock(session.minute()).time());
            say!(texts, sheet.log_taken, time = now)
        }
        (How::AtAnotherTime, Day::Today) => say!(texts, sheet.log_taken, time = chosen()),
        (How::AtAnotherTime, Day::Yesterday) => {
            say!(texts, sheet.log_taken_yesterday, time = chosen())
        }
        (How::AtAnotherTime, Day::On(date)) => {
            say!(texts, sheet.on, day = text::day(date), time = chosen())
        }
    }
}
