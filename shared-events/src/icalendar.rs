//! Doses and appointments as a calendar file with alarms (iCalendar, RFC 5545), for calendars of others. At the edge:
//! nothing is read back.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Octets of a line before it is folded (RFC 5545, 3.1).
const LINE: usize = 75;

/// Something to be reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// The same in each file for the same thing, so that a second one replaces the first.
    pub uid: String,
    /// Of two with one id a calendar keeps the higher one.
    pub revision: usize,
    /// When.
    pub at: When,
    /// How long it takes.
    pub minutes: i64,
    /// What the calendar shows.
    pub title: String,
    /// Where.
    pub place: Option<String>,
    /// What else is to be known.
    pub text: Option<String>,
    /// How long before it rings.
    pub alarms_minutes: Vec<i64>,
    /// It was called off: the calendar takes it out.
    pub is_off: bool,
}

/// When something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When the patient's clock shows this: the calendar's clock goes with her, as the plan does.
    OnHerClock(NaiveDateTime),
    /// At an instant, wherever she is.
    At(DateTime<Utc>),
}

impl Reminder {
    /// A dose: it rings when it is due.
    #[must_use]
    pub fn of_doses(at: NaiveDateTime, title: String) -> Self {
        Self {
            uid: format!("{}@rivulet", at.format("%Y%m%dT%H%M%S")),
            revision: 0,
            at: When::OnHerClock(at),
            minutes: 10,
            title,
            place: None,
            text: None,
            alarms_minutes: vec![0],
            is_off: false,
        }
    }
}

/// The file, of reminders with their alarms.
#[must_use]
pub fn calendar_file(reminders: &[Reminder], made: DateTime<Utc>) -> String {
    let mut file = String::new();
    let mut line = |text: &str| fold(text, &mut file);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Rivulet//Rivulet//EN");
    for reminder in reminders {
        let title = escape(&reminder.title);
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escape(&reminder.uid)));
        line(&format!("SEQUENCE:{}", reminder.revision));
        line(&format!("DTSTAMP:{}", made.format("%Y%m%dT%H%M%SZ")));
        match reminder.at {
            // Without a zone: at this time wherever she is.
            When::OnHerClock(at) => line(&format!("DTSTART:{}", at.format("%Y%m%dT%H%M%S"))),
            When::At(at) => line(&format!("DTSTART:{}", at.format("%Y%m%dT%H%M%SZ"))),
        }
        line(&format!("DURATION:PT{}M", reminder.minutes.max(0)));
        line(&format!("SUMMARY:{title}"));
        for (name, text) in [("LOCATION", &reminder.place), ("DESCRIPTION", &reminder.text)] {
            if let Some(text) = text {
                line(&format!("{name}:{}", escape(text)));
            }
        }
        if reminder.is_off {
            line("STATUS:CANCELLED");
        }
        if reminder.place.is_none() {
            line("TRANSP:TRANSPARENT");
        }
        for minutes in reminder.alarms_minutes.iter().filter(|_| !reminder.is_off) {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&if *minutes == 0 { "TRIGGER:PT0S".to_owned() } else { format!("TRIGGER:-PT{minutes}M") });
            line(&format!("DESCRIPTION:{title}"));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    file
}

/// RFC 5545, 3.3.11.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => (),
            c => escaped.push(c),
        }
    }
    escaped
}

fn fold(text: &str, into: &mut String) {
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > LINE {
            into.push_str("\r\n ");
            used = 1;
        }
        into.push(c);
        used += c.len_utf8();
    }
    into.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn file(title: &str) -> String {
        let at = NaiveDate::from_ymd_opt(2026, 11, 27)
            .and_then(|date| date.and_hms_opt(8, 0, 0))
            .unwrap_or_default();
        calendar_file(&[Reminder::of_doses(at, title.to_owned())], DateTime::UNIX_EPOCH)
    }

    #[test]
    fn an_appointment_is_at_its_instant_with_its_place_and_rings_before() {
        let visit = Reminder {
            uid: "appointment-7@rivulet".into(),
            revision: 2,
            at: When::At(DateTime::UNIX_EPOCH),
            minutes: 45,
            title: "Blood test".into(),
            place: Some("Day unit, second floor".into()),
            text: Some("Your list of medicines".into()),
            alarms_minutes: vec![1440, 120],
            is_off: false,
        };
        let file = calendar_file(std::slice::from_ref(&visit), DateTime::UNIX_EPOCH);
        for line in [
            "DTSTART:19700101T000000Z",
            "SEQUENCE:2",
            "DURATION:PT45M",
            "LOCATION:Day unit\\, second floor",
            "DESCRIPTION:Your list of medicines",
            "TRIGGER:-PT1440M",
            "TRIGGER:-PT120M",
        ] {
            assert!(file.contains(&format!("\r\n{line}\r\n")), "{line} in {file}");
        }
        let off = calendar_file(&[Reminder { is_off: true, ..visit }], DateTime::UNIX_EPOCH);
        assert!(off.contains("STATUS:CANCELLED") && !off.contains("VALARM"));
    }

    #[test]
    fn a_reminder_is_at_a_time_of_her_own_clock_and_rings() {
        let file = file("3 medicines; now, please");
        for line in [
            "DTSTART:20261127T080000",
            "UID:20261127T080000@rivulet",
            "SUMMARY:3 medicines\\; now\\, please",
            "TRIGGER:PT0S",
        ] {
            assert!(file.contains(&format!("\r\n{line}\r\n")), "{line} in {file}");
        }
        assert!(
            file.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && file.ends_with("END:VCALENDAR\r\n")
        );
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_unfolded_it_is_what_was_said(title in "\\PC{0,200}") {
            let file = file(&title);
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE));
            let unfolded = file.replace("\r\n ", "");
            let summary = format!("\r\nSUMMARY:{}\r\n", escape(&title));
            prop_assert!(unfolded.contains(&summary));
        }
    }
}
