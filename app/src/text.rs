//! Phrases that are put together: amounts, counts, people. Every word stands in `locales/`.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use shared_events::{amount::Amount, views::MedicineView};

use crate::{platform::intl, texts::keys};

pub(crate) use crate::texts::{Texts, counted, say, td};

/// "1 tablet", "2.5 mg": the number and its unit, with no break between them.
pub(crate) fn amount(texts: Texts, amount: &Amount) -> String {
    let value = amount.value.as_str();
    let key = match amount.unit.as_str() {
        "{tablet}" => keys::unit::tablet,
        "{capsule}" => keys::unit::capsule,
        "{sachet}" => keys::unit::sachet,
        "{drop}" => keys::unit::drop,
        // UCUM writes what is counted in braces.
        unit => return format!("{}\u{a0}{}", intl::number(value), unit.trim_matches(['{', '}'])),
    };
    let text = texts.counted_as(value, key);
    text.replacen(' ', "\u{a0}", 1)
}

/// "Dexamethasone 2 mg".
pub(crate) fn medicine(texts: Texts, medicine: &MedicineView) -> String {
    let strength = medicine.strength.as_ref().map(|s| amount(texts, s));
    strength.map_or_else(|| medicine.name.clone(), |s| format!("{} {s}", medicine.name))
}

/// "1 tablet, with food".
pub(crate) fn dose(texts: Texts, of: &Amount, instructions: Option<&str>) -> String {
    let dose = amount(texts, of);
    instructions.map_or_else(|| dose.clone(), |how| format!("{dose}{}{how}", td!(texts, comma)))
}

/// "Thursday 19 November".
pub(crate) fn day(date: NaiveDate) -> String {
    intl::whole_day(date)
}

/// "24 November", with the year if it is not today's.
pub(crate) fn date(today: NaiveDate, date: NaiveDate) -> String {
    if date.year() == today.year() { intl::day_month(date) } else { intl::day_month_year(date) }
}

/// "08:02".
pub(crate) fn time(at: NaiveDateTime) -> String {
    intl::time(at.time())
}

/// With a capital letter, as at the beginning of a sentence.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A reason to leave a dose out: those that the app offers are stored by these names, others are people's own words.
pub(crate) fn reason(texts: Texts, reason: &str) -> String {
    match reason {
        "felt_sick" => td!(texts, reason.felt_sick).to_string(),
        "forgot" => td!(texts, reason.forgot).to_string(),
        "not_needed" => td!(texts, reason.not_needed).to_string(),
        "care_team" => td!(texts, reason.care_team).to_string(),
        "ran_out" => td!(texts, reason.ran_out).to_string(),
        "other" => td!(texts, reason.other).to_string(),
        own => own.to_owned(),
    }
}

/// The reasons that the app offers.
pub(crate) const REASONS: [&str; 6] = ["felt_sick", "forgot", "not_needed", "care_team", "ran_out", "other"];
