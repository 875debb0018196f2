//! Words for times, dates and numbers, by the browser's own tables. Times come as the patient's wall clock shows them,
//! so that the browser's idea of time zones never enters.

use std::cell::RefCell;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// 08:00
    Time,
    /// Thursday
    Weekday,
    /// 19 November
    DayMonth,
    /// November
    Month,
    /// Thu
    WeekdayShort,
    /// Thursday 19 November
    WholeDay,
    /// 19 November 2025
    DayMonthYear,
    /// 2025
    Year,
}

thread_local! {
    /// Making a formatter costs far more than using it.
    static FORMATTERS: RefCell<Vec<(Style, Function)>> = const { RefCell::new(Vec::new()) };
    static NUMBERS: RefCell<Option<Function>> = const { RefCell::new(None) };
    static PLURALS: RefCell<Option<Intl::PluralRules>> = const { RefCell::new(None) };
}

/// "08:00", or as the reader's region writes it.
pub(crate) fn time(time: NaiveTime) -> String {
    moment(Style::Time, NaiveDate::default().and_time(time))
}

/// "Thursday".
pub(crate) fn weekday(date: NaiveDate) -> String {
    moment(Style::Weekday, date.and_time(NaiveTime::MIN))
}

/// "November".
pub(crate) fn month(date: NaiveDate) -> String {
    moment(Style::Month, date.and_time(NaiveTime::MIN))
}

/// "Thu".
pub(crate) fn weekday_short(date: NaiveDate) -> String {
    moment(Style::WeekdayShort, date.and_time(NaiveTime::MIN))
}

/// "Thursday 19 November", the day and its month on one line.
pub(crate) fn whole_day(date: NaiveDate) -> String {
    let day = moment(Style::WholeDay, date.and_time(NaiveTime::MIN));
    day.rsplit_once(' ').map(|(day, month)| format!("{day}\u{a0}{month}")).unwrap_or(day)
}

/// "19 November 2025".
pub(crate) fn day_month_year(date: NaiveDate) -> String {
    moment(Style::DayMonthYear, date.and_time(NaiveTime::MIN)).replace(' ', "\u{a0}")
}

/// "2025".
pub(crate) fn year(date: NaiveDate) -> String {
    moment(Style::Year, date.and_time(NaiveTime::MIN))
}

/// "19 November", with a space that does not break.
pub(crate) fn day_month(date: NaiveDate) -> String {
    moment(Style::DayMonth, date.and_time(NaiveTime::MIN)).replace(' ', "\u{a0}")
}

/// A decimal as the reader writes it, all its digits kept: 1,000 or 0.0625.
pub(crate) fn number(decimal: &str) -> String {
    // Most are a few of something, and the browser's tables of numbers take longer to load than all else on the screen.
    let is_short = decimal.len() == 1 || (decimal.len() < 4 && !decimal.starts_with('0'));
    if is_short && decimal.bytes().all(|byte| byte.is_ascii_digit()) && !is_rtl() {
        return decimal.to_owned();
    }
    let format = NUMBERS.with_borrow_mut(|kept| {
        let options = options(&[("maximumFractionDigits", JsValue::from(20))]);
        kept.get_or_insert_with(|| Intl::NumberFormat::new(&locales(), &options).format()).clone()
    });
    let text = format.call1(&JsValue::UNDEFINED, &JsValue::from(decimal)).ok();
    text.and_then(|text| text.as_string()).unwrap_or_else(|| decimal.to_owned())
}

/// Which form of a word goes with a number (CLDR), in the order of the lines of a counted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plural {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

/// By the rules of the texts' language.
pub(crate) fn plural(decimal: &str) -> Plural {
    let rules = PLURALS.with_borrow_mut(|kept| {
        kept.get_or_insert_with(|| Intl::PluralRules::new(&locales(), &Object::new())).clone()
    });
    // The browser reads the number: Rust's way to read one would be 12 KB to load.
    let form = rules.select(js_sys::parse_float(decimal));
    match String::from(form).as_str() {
        "zero" => Plural::Zero,
        "one" => Plural::One,
        "two" => Plural::Two,
        "few" => Plural::Few,
        "many" => Plural::Many,
        _ => Plural::Other,
    }
}

/// The language of the page, which `public/reading.js` chose.
pub(crate) fn language() -> String {
    document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// Whether its lines run from right to left.
pub(crate) fn is_rtl() -> bool {
    document().document_element().and_then(|root| root.get_attribute("dir")).as_deref() == Some("rtl")
}

fn moment(style: Style, at: NaiveDateTime) -> String {
    let format = FORMATTERS.with_borrow_mut(|kept| {
        if let Some((_, format)) = kept.iter().find(|(known, _)| *known == style) {
            return format.clone();
        }
        let format = formatter(style);
        kept.push((style, format.clone()));
        format
    });
    let ms = i32::try_from(at.and_utc().timestamp()).map_or(0.0, |s| f64::from(s) * 1000.0);
    let text = format.call1(&JsValue::UNDEFINED, &Date::new(&JsValue::from(ms))).ok();
    text.and_then(|text| text.as_string()).unwrap_or_else(|| at.to_string())
}

fn formatter(style: Style) -> Function {
    let mut fields = vec![("timeZone", JsValue::from("UTC"))];
    fields.extend(match style {
        Style::Time => vec![("hour", JsValue::from("2-digit")), ("minute", JsValue::from("2-digit"))],
        Style::Weekday => vec![("weekday", JsValue::from("long"))],
        Style::WeekdayShort => vec![("weekday", JsValue::from("short"))],
        Style::Month => vec![("month", JsValue::from("long"))],
        Style::DayMonth => vec![("day", JsValue::from("numeric")), ("month", JsValue::from("long"))],
        Style::WholeDay => vec![
            ("weekday", JsValue::from("long")),
            ("day", JsValue::from("numeric")),
            ("month", JsValue::from("long")),
        ],
        Style::DayMonthYear => vec![
            ("day", JsValue::from("numeric")),
            ("month", JsValue::from("long")),
            ("year", JsValue::from("numeric")),
        ],
        Style::Year => vec![("year", JsValue::from("numeric"))],
    });
    Intl::DateTimeFormat::new(&locales(), &options(&fields)).format()
}

fn options(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from(*name), value);
    }
    object
}

/// Of the reader's regions the first that speaks the page's language decides how times look.
fn locales() -> Array {
    let language = language();
    let speaks = |tag: &JsValue| tag.as_string().is_some_and(|tag| tag.starts_with(&language));
    let wanted = window().navigator().languages().iter().find(speaks);
    let region = match language.as_str() {
        "en" => "en-GB",
        // Its numbers are written with Arabic digits.
        "ar" => "ar-EG",
        other => other,
    };
    Array::of1(&wanted.unwrap_or_else(|| JsValue::from(region)))
}
