//! The words on the screen. They stand in `locales/`, one file a language; the page fetches those of its reader
//! (`public/reading.js`), so that no phone loads words that nobody reads on it, and of these first what the first screen
//! says. Names of texts are made by the build: one that is missing, or is not given its words, does not compile.

use std::cell::Cell;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::platform::intl;

/// The names of the texts.
#[allow(non_upper_case_globals, non_camel_case_types, dead_code, clippy::absolute_paths)]
pub(crate) mod keys {
    use super::{Counted, Filled, Line, Plain};

    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// Where a text is: the number of its set, times [`keys::SET_LINES`], and its line.
#[derive(Clone, Copy)]
pub(crate) struct Line(pub(crate) u16);

/// A text as it stands.
#[derive(Clone, Copy)]
pub(crate) struct Plain(pub(crate) Line);

/// A text that goes by a number; its forms are on the lines from here on.
#[derive(Clone, Copy)]
pub(crate) struct Counted(pub(crate) Line);

/// A text with places for words.
pub(crate) trait Filled<'a, const N: usize> {
    /// Where it is.
    const LINE: Line;
    /// By the places' numbers.
    fn words(&self) -> [&'a str; N];
}

thread_local! {
    /// The sets that are there; they stay as long as the page does.
    static SETS: [Cell<&'static [&'static str]>; keys::SETS.len()] = const { [const { Cell::new(&[]) }; keys::SETS.len()] };
}

/// A set of words that this build knows is not there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing;

/// Takes the words of a set, which the page has fetched.
fn take(set: &str) -> Result<(), Missing> {
    let read = || {
        Reflect::get(&Reflect::get(&window(), &"rivuletTexts".into()).ok()?, &set.into()).ok()?.as_string()
    };
    let text: &'static str = read().ok_or(Missing)?.leak();
    let lines: Vec<&'static str> = text.lines().collect();
    let number = keys::SETS.iter().position(|known| *known == set).ok_or(Missing)?;
    if lines.len() != keys::LINES[number] {
        return Err(Missing);
    }
    SETS.with(|sets| sets[number].set(lines.leak()));
    Ok(())
}

/// Fetches the words that come behind the first screen.
pub(crate) async fn fetch_later() -> Result<(), Missing> {
    let fetch =
        Reflect::get(&window(), &"rivuletWords".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    let promise = fetch.and_then(|fetch| fetch.call1(&JsValue::UNDEFINED, &"later".into()).ok());
    let promise = promise.and_then(|promise| promise.dyn_into::<Promise>().ok()).ok_or(Missing)?;
    JsFuture::from(promise).await.map_err(|_| Missing)?;
    take("later")
}

/// The texts in the language of the page: handed on, not looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Texts {
    /// In a text that runs from right to left, what is put in keeps its own direction (Unicode, UAX 9: RLI or FSI, and PDI).
    is_rtl: bool,
}

impl Texts {
    /// Those of these sets; an error: the page has not fetched them, or they are not of this build.
    pub(crate) fn of_page(sets: &[&str]) -> Result<Self, Missing> {
        sets.iter().try_for_each(|set| take(set))?;
        Ok(Self { is_rtl: intl::is_rtl() })
    }

    fn line(Line(line): Line) -> &'static str {
        let (set, line) = (usize::from(line / keys::SET_LINES), usize::from(line % keys::SET_LINES));
        SETS.with(|sets| sets.get(set).and_then(|set| set.get().get(line).copied())).unwrap_or_default()
    }

    /// A text as it stands.
    pub(crate) fn plain(self, key: Plain) -> &'static str {
        Self::line(key.0)
    }

    /// A text with its words put in.
    pub(crate) fn filled<'a, const N: usize, T: Filled<'a, N>>(self, text: &T) -> String {
        self.fill(T::LINE, &text.words())
    }

    /// A text by how many there are.
    pub(crate) fn counted(self, n: usize, key: Counted) -> String {
        self.counted_as(&n.to_string(), key)
    }

    /// A text by a decimal.
    pub(crate) fn counted_as(self, decimal: &str, key: Counted) -> String {
        let form = Line(key.0.0 + intl::plural(decimal) as u16);
        self.fill(form, &[&intl::number(decimal)])
    }

    fn fill(self, line: Line, words: &[&str]) -> String {
        let mut filled = String::new();
        let mut rest = Self::line(line);
        while let Some((before, after)) = rest.split_once('{') {
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            let word = place.parse().ok().and_then(|place: usize| words.get(place)).copied();
            filled.push_str(before);
            let word = word.unwrap_or_default();
            if self.is_rtl {
                // What holds such words in it begins with none of its own: it would be taken to run the other way.
                let isolate = if word.contains(is_arabic) { "\u{2067}" } else { "\u{2068}" };
                filled.extend([isolate, word, "\u{2069}"]);
            } else {
                filled.push_str(word);
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{65f}' | '\u{66e}'..='\u{6ff}')
}

/// A text as it stands: `td!(texts, nav.today)`.
macro_rules! td {
    ($texts:expr, $($key:ident).+ $(,)?) => { $texts.plain($crate::texts::keys::$($key)::+) };
}
pub(crate) use td;

/// A text as a string, its words put in: `say!(texts, dose.taken, time = time)`.
macro_rules! say {
    ($texts:expr, $($key:ident).+ $(,)?) => { String::from($texts.plain($crate::texts::keys::$($key)::+)) };
    ($texts:expr, $($key:ident).+, $($arg:ident = $value:expr),+ $(,)?) => {{
        $(let $arg = String::from($value);)+
        $texts.filled(&$crate::texts::keys::$($key)::+ { $($arg: $arg.as_str()),+ })
    }};
}
pub(crate) use say;

/// Chooses between the forms of a counted text: `counted!(texts, n, line.sending)`.
macro_rules! counted {
    ($texts:expr, $n:expr, $($key:ident).+ $(,)?) => {{
        let n: usize = $n;
        $texts.counted(n, $crate::texts::keys::$($key)::+)
    }};
}
pub(crate) use counted;
