//! Phrases that are put together: amounts, counts, people. Every word stands in `locales/`.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use leptos_i18n::td_string;
use shared_events::{amount::Amount, views::MedicineView};

use crate::{
    i18n::Locale,
    platform::intl::{self, Plural},
};

/// The language of the texts, chosen once at the start: handed on, not looked up, so that phones load nothing to look
/// it up with.
pub(crate) type Texts = Locale;

/// A text as a string, its arguments put in: `say!(texts, dose.taken, time = time)`.
macro_rules! say {
    ($texts:expr, $($key:ident).+ $(, $arg:ident = $value:expr)* $(,)?) => {{
        $(let $arg = String::from($value);)*
        leptos_i18n::td_string!($texts, $($key).+ $(, $arg = $arg.as_str())*).to_string()
    }};
}
pub(crate) use say;

/// Chooses between the forms of a counted text: `counted!(texts, n, line.sending)`.
macro_rules! counted {
    ($texts:expr, $n:expr, $($key:ident).+) => {{
        let n: usize = $n;
        match $crate::platform::intl::plural(n) {
            $crate::platform::intl::Plural::One => leptos_i18n::td_string!($texts, $($key).+.one).to_string(),
            $crate::platform::intl::Plural::Other => {
                let n = $crate::platform::intl::number(&n.to_string());
                leptos_i18n::td_string!($texts, $($key).+.other, n = n.as_str()).to_string()
            }
        }
    }};
}
pub(crate) use counted;

/// "1 tablet", "2.5 mg": the number and its unit, with no break between them.
pub(crate) fn amount(texts: Texts, amount: &Amount) -> String {
    let n = intl::number(amount.value.as_str());
    let n = n.as_str();
    let one = amount.value.as_str() == "1" && intl::plural(1) == Plural::One;
    let text = match (amount.unit.as_str(), one) {
        ("{tablet}", true) => td_string!(texts, unit.tablet.one, n = n).to_string(),
        ("{tablet}", false) => td_string!(texts, unit.tablet.other, n = n).to_string(),
        ("{capsule}", true) => td_string!(texts, unit.capsule.one, n = n).to_string(),
        ("{capsule}", false) => td_string!(texts, unit.capsule.other, n = n).to_string(),
        ("{sachet}", true) => td_string!(texts, unit.sachet.one, n = n).to_string(),
        ("{sachet}", false) => td_string!(texts, unit.sachet.other, n = n).to_string(),
        ("{drop}", true) => td_string!(texts, unit.drop.one, n = n).to_string(),
        ("{drop}", false) => td_string!(texts, unit.drop.other, n = n).to_string(),
        // UCUM writes what is counted in braces.
        (unit, _) => format!("{n} {}", unit.trim_matches(['{', '}'])),
    };
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
    instructions.map_or_else(|| dose.clone(), |how| format!("{dose}, {how}"))
}

/// "Thursday 19 November".
pub(crate) fn day(date: NaiveDate) -> String {
    format!("{} {}", intl::weekday(date), intl::day_month(date))
}

/// "24 November", with the year if it is not today's.
pub(crate) fn date(today: NaiveDate, date: NaiveDate) -> String {
    let day = intl::day_month(date);
    if date.year() == today.year() { day } else { format!("{day} {}", date.year()) }
}

/// "08:02".
pub(crate) fn time(at: NaiveDateTime) -> String {
    intl::time(at.time())
}

/// A reason to leave a dose out: those that the app offers are stored by these names, others are people's own words.
pub(crate) fn reason(texts: Texts, reason: &str) -> String {
    match reason {
        "felt_sick" => td_string!(texts, reason.felt_sick).to_string(),
        "forgot" => td_string!(texts, reason.forgot).to_string(),
        "not_needed" => td_string!(texts, reason.not_needed).to_string(),
        "care_team" => td_string!(texts, reason.care_team).to_string(),
        "ran_out" => td_string!(texts, reason.ran_out).to_string(),
        "other" => td_string!(texts, reason.other).to_string(),
        own => own.to_owned(),
    }
}

/// The reasons that the app offers.
pub(crate) const REASONS: [&str; 6] = ["felt_sick", "forgot", "not_needed", "care_team", "ran_out", "other"];
