//! A plan as a calendar file with alarms (iCalendar, RFC 5545), for calendars of others. At the edge: nothing is read back.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Octets of a line before it is folded (RFC 5545, 3.1).
const LINE: usize = 75;

/// Something to be reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// What the patient's clock shows then: the calendar's clock goes with her, as the plan does.
    pub at: NaiveDateTime,
    /// What the calendar shows.
    pub title: String,
}

/// The file, of reminders with an alarm each; the same ones have the same ids in each file, so that a second one
/// replaces the first.
#[must_use]
pub fn calendar_file(reminders: &[Reminder], made: DateTime<Utc>) -> String {
    let mut file = String::new();
    let mut line = |text: &str| fold(text, &mut file);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Rivulet//Rivulet//EN");
    for Reminder { at, title } in reminders {
        let (at, title) = (at.format("%Y%m%dT%H%M%S"), escape(title));
        line("BEGIN:VEVENT");
        line(&format!("UID:{at}@rivulet"));
        line(&format!("DTSTAMP:{}", made.format("%Y%m%dT%H%M%SZ")));
        // Without a zone: at this time wherever she is.
        line(&format!("DTSTART:{at}"));
        line("DURATION:PT10M");
        line(&format!("SUMMARY:{title}"));
        line("TRANSP:TRANSPARENT");
        line("BEGIN:VALARM");
        line("ACTION:DISPLAY");
        line("TRIGGER:PT0S");
        line(&format!("DESCRIPTION:{title}"));
        line("END:VALARM");
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
        calendar_file(&[Reminder { at, title: title.to_owned() }], DateTime::UNIX_EPOCH)
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
