//! Words for times, dates and numbers, by the browser's own tables. Times come as the patient's wall clock shows them,
//! so that the browser's idea of time zones never enters.

use std::cell::RefCell;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use js_sys::{Array, Date, Function, Intl, JsString, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// The language of the texts; of the reader's regions the first that speaks it decides how times look.
const LANGUAGE: &str = "en";
const REGION: &str = "en-GB";

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
}

thread_local! {
    /// Making a formatter costs far more than using it.
    static FORMATTERS: RefCell<Vec<(Style, Function)>> = const { RefCell::new(Vec::new()) };
    static NUMBERS: RefCell<Option<Function>> = const { RefCell::new(None) };
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

/// "19 November", with a space that does not break.
pub(crate) fn day_month(date: NaiveDate) -> String {
    moment(Style::DayMonth, date.and_time(NaiveTime::MIN)).replace(' ', "\u{a0}")
}

/// A decimal as the reader writes it, all its digits kept: 1,000 or 0.0625.
pub(crate) fn number(decimal: &str) -> String {
    let format = NUMBERS.with_borrow_mut(|kept| {
        let options = options(&[("maximumFractionDigits", JsValue::from(20))]);
        kept.get_or_insert_with(|| Intl::NumberFormat::new(&locales(), &options).format()).clone()
    });
    let text = format.call1(&JsValue::UNDEFINED, &JsValue::from(decimal)).ok();
    text.and_then(|text| text.as_string()).unwrap_or_else(|| decimal.to_owned())
}

/// Which form of a word goes with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plural {
    One,
    Other,
}

/// By the rules of the texts' language.
pub(crate) fn plural(n: usize) -> Plural {
    let rules = Intl::PluralRules::new(&locales(), &Object::new());
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    if rules.select(f64::from(n)) == "one" { Plural::One } else { Plural::Other }
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

fn locales() -> Array {
    let wanted = window()
        .navigator()
        .languages()
        .iter()
        .find(|l| l.dyn_ref::<JsString>().is_some_and(|l| String::from(l).starts_with(LANGUAGE)));
    Array::of1(&wanted.unwrap_or_else(|| JsValue::from(REGION)))
}
