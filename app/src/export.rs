//! What a person takes along: all her data, as a page to print or as JSON, and the plan for her own calendar.

use chrono::{DateTime, Utc};
use shared_events::{
    content::Role,
    icalendar::{Reminder, calendar_file},
    views::{self, DoseStatus, DoseView},
};

use crate::{
    appointments,
    calendar::moved,
    pages::medicines::standing_with,
    platform::{intl, memory},
    schedule,
    session::{Phone, Session},
    text::{self, counted, say, td},
    why::history::{self, Row},
};

/// Days of the plan that go into a calendar.
const DAYS: i64 = 28;

/// Every entry that is held here, the newest first: its header as it was signed, what it says, and where it stands.
pub(crate) fn json(session: Session, phone: &Phone) -> String {
    let mut all = format!(
        "{{\"patient\":\"{}\",\"exported_at\":\"{}\",\"is_whole\":{},\"entries\":[",
        phone.identity().patient,
        session.now().at.to_rfc3339(),
        phone.coverage().is_whole(),
    );
    phone.with_state(|state| {
        let lines = views::history(state, None, usize::MAX);
        for (n, line) in lines.iter().enumerate() {
            let Some(source) = state.source(line.id) else { continue };
            // What could be read is JSON.
            let content = source.content.as_deref().filter(|_| line.entry.is_some());
            let content = content.unwrap_or("null").trim_end();
            let comma = if n > 0 { ",\n" } else { "\n" };
            let (device, sequence) = (source.link.device, source.link.sequence);
            let received = source.receipt.map_or_else(String::new, |receipt| {
                let (ordinal, received_ms) = (receipt.ordinal, receipt.received_ms);
                format!(",\"ordinal\":{ordinal},\"received_at\":{received_ms}")
            });
            // A header is JSON, too. By hand: what writes a link would come with the first load.
            let header = source.header.trim();
            all.push_str(&format!(
                "{comma}{{\"device\":\"{device}\",\"sequence\":{sequence}{received},\"header\":{header},\"content\":{content}}}"
            ));
        }
    });
    all.push_str("\n]}\n");
    all
}

/// The same for people: the medicines as they stand, and every entry.
pub(crate) fn page(session: Session, phone: &Phone) -> String {
    let texts = session.texts;
    let plans = phone.with_state(|state| views::present(state, phone.now()));
    let medicine = |plan: &views::PresentView| {
        let name = text::medicine(texts, &plan.medicine);
        let words = [Some(schedule::words(texts, &plan.rule, &plan.dose)), plan.instructions.clone()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(td!(texts, comma));
        row("td", &[name, words, standing_with(session, plan, moment)])
    };
    let entry = |entry: &Row| {
        let what =
            entry.but.as_ref().map_or_else(|| entry.title.clone(), |but| format!("{} {but}", entry.title));
        row("td", &[intl::day_month_year(entry.date), what, entry.detail.clone()])
    };
    let medicines: String = plans.iter().map(medicine).collect();
    let entries: String = history::all(session, phone).iter().map(entry).collect();
    let whole = if phone.coverage().is_whole() { "" } else { td!(texts, export.partial) };
    let title = say!(texts, export.of, day = intl::day_month_year(session.today()));
    let me = session.identity();
    // A carer's phone does not know what the patient is called.
    let title = if me.role == Role::Patient { format!("{}: {title}", me.person) } else { title };
    let (title, heading, logged) =
        (escape(&title), escape(td!(texts, nav.medicines)), escape(td!(texts, export.entries)));
    let head = |of: [&str; 3]| row("th", &of.map(str::to_owned));
    let of_medicines = head([
        td!(texts, export.head_medicine),
        td!(texts, export.head_plan),
        td!(texts, export.head_standing),
    ]);
    let of_entries =
        head([td!(texts, export.head_day), td!(texts, export.head_entry), td!(texts, export.head_source)]);
    let (language, dir) = (intl::language(), if intl::is_rtl() { "rtl" } else { "ltr" });
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{dir}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>body{{font:16px/1.4 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}\
         table{{border-collapse:collapse;width:100%}}th,td{{border-top:1px solid #999;padding:.4rem;text-align:start;vertical-align:top}}\
         tr{{break-inside:avoid}}</style>\n\
         <h1>{title}</h1>\n<p>{whole}</p>\n<h2>{heading}</h2>\n<table>\n{of_medicines}{medicines}</table>\n\
         <h2>{logged}</h2>\n<table>\n{of_entries}{entries}</table>\n</html>\n"
    )
}

/// On paper "today" is soon another day: always with the date.
fn moment(session: Session, at: DateTime<Utc>) -> String {
    let local = session.on_her_clock(at).naive_local();
    let day = intl::day_month_year(local.date());
    say!(session.texts, beside.on, day = day, time = text::time(local))
}

fn row(tag: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The next weeks of what this phone reminds of, with an alarm each, without names: other calendars learn nothing of what
/// is taken.
pub(crate) fn calendar(session: Session, phone: &Phone) -> String {
    let (texts, now, coverage) = (session.texts, phone.now(), phone.coverage());
    let of_day = |view: views::DayView| {
        let is_to_come = |dose: &&DoseView| matches!(dose.status, DoseStatus::Planned | DoseStatus::Due);
        view.slots.into_iter().filter_map(move |slot| {
            let n = slot.doses.iter().filter(is_to_come).count();
            let title = counted!(texts, n, export.medicines);
            (n > 0 && slot.instant > now).then(|| Reminder::of_doses(view.date.and_time(slot.at), title))
        })
    };
    let (today, last) = (session.today(), moved(session.today(), DAYS - 1));
    let mut reminders = Vec::new();
    if memory::reminds(memory::Reminder::Medicines) {
        let days = phone.with_state(|state| views::days(state, &(today..=last), now, coverage));
        reminders.extend(days.into_iter().flat_map(of_day));
    }
    // Of these, too, other calendars learn no more than that there is one.
    let visit = |view: views::AppointmentView| Reminder {
        // Another id than that of the file with its name, which this one must not overwrite.
        uid: format!("visit-{}@rivulet", view.appointment.0),
        title: say!(texts, appointment.today),
        place: None,
        text: None,
        ..appointments::reminder(&view)
    };
    if memory::reminds(memory::Reminder::Appointments) {
        reminders.extend(appointments::of(phone, today..=last).into_iter().map(visit));
    }
    calendar_file(&reminders, now)
}
