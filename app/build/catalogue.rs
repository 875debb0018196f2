//! The texts of the app in every language, from `locales/LANGUAGE.json`: what the app's build makes names of, and what
//! `cargo xtask build` lays out for browsers, one file a language. Both number the texts alike: by their sorted paths.
//! A text that one language lacks, or whose places for words differ, fails the build.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use serde_json::Value;

/// The language that decides which texts there are.
const FIRST: &str = "en";

/// Texts are fetched in sets, each by what begins with these groups: behind the first screen, and where a phone is set
/// up; all others at the start.
const SETS: [(&str, &[&str]); 3] = [
    ("first", &[]),
    (
        "later",
        &[
            "add",
            "appointment",
            "back",
            "beside",
            "calendar",
            "conflict",
            "disagree",
            "export",
            "history",
            "look",
            "medicines",
            "plan",
            "reminders",
            "settings",
            "sheet",
            "trouble",
            "why",
            "zone",
        ],
    ),
    ("enrol", &["device", "enrol"]),
];

/// A text's number is that of its set, times this, and its line.
const SET_LINES: usize = 4096;

/// The number of a text's set.
fn set_of(path: &str) -> usize {
    let group = path.split('.').next().unwrap_or_default();
    SETS.iter().position(|(_, groups)| groups.contains(&group)).unwrap_or(0)
}

/// Texts that begin with this group are for the build alone: the manifest's words, which no program says.
const OF_BUILD: &str = "manifest.";

/// The forms of a counted text, as Unicode's CLDR names them, in the order of the lines that they have.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Which of the forms a language has (CLDR, cardinal plural rules).
fn forms_of(language: &str) -> Result<&'static [&'static str], String> {
    match language {
        "ar" => Ok(&FORMS),
        "de" | "en" => Ok(&["one", "other"]),
        other => Err(format!("say in app/build/catalogue.rs which plural forms {other:?} has")),
    }
}

/// One text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    /// Words, with places for other words: `{{ name }}`.
    Said(String),
    /// A form for each kind of number.
    Counted(BTreeMap<String, String>),
}

/// All texts in all languages.
pub(crate) struct Catalogue(BTreeMap<String, BTreeMap<String, Text>>);

impl Catalogue {
    /// Reads `locales/*.json`.
    ///
    /// # Errors
    /// A file does not read, or the languages differ; which text of which one.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| e.to_string())?.path();
            let language = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let json = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let json: Value = serde_json::from_str(&json).map_err(|e| format!("{}: {e}", path.display()))?;
            let mut texts = BTreeMap::new();
            flatten(String::new(), &json, &mut texts).map_err(|e| format!("{}: {e}", path.display()))?;
            all.insert(language, texts);
        }
        let catalogue = Self(all);
        catalogue.check()?;
        Ok(catalogue)
    }

    /// The languages that there are.
    #[allow(dead_code, reason = "the app's build needs the names only")]
    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A text that has no places.
    #[allow(dead_code, reason = "the app's build needs the names only")]
    pub(crate) fn words(&self, language: &str, path: &str) -> Option<&str> {
        match self.0.get(language)?.get(path)? {
            Text::Said(words) => Some(words),
            Text::Counted(_) => None,
        }
    }

    /// The names of the sets that texts are fetched in.
    #[allow(dead_code, reason = "the app's build needs the names only")]
    pub(crate) fn sets() -> [&'static str; 3] {
        SETS.map(|(name, _)| name)
    }

    /// A set of a language: one line a text, six for a counted one. Places for words are `{0}`, `{1}` … by their sorted
    /// names.
    #[allow(dead_code, reason = "the app's build needs the names only")]
    pub(crate) fn table(&self, language: &str, set: &str) -> String {
        let texts = self.0.get(language).into_iter().flatten();
        let mut table = String::new();
        let texts = texts.filter(|(path, _)| !path.starts_with(OF_BUILD));
        for (_, text) in texts.filter(|(path, _)| SETS[set_of(path)].0 == set) {
            match text {
                Text::Said(words) => table.push_str(&numbered(words)),
                Text::Counted(forms) => {
                    let lines = FORMS.map(|form| numbered(forms.get(form).map_or("", String::as_str)));
                    table.push_str(&lines.join("\n"));
                }
            }
            table.push('\n');
        }
        table
    }

    /// The module `keys`: a name for each text, which says what it wants to be filled with.
    #[allow(dead_code, reason = "xtask needs the tables only")]
    pub(crate) fn keys(&self) -> String {
        let mut lines = SETS.map(|_| 0_usize);
        let mut root = Module::default();
        let texts = self.0.get(FIRST).into_iter().flatten();
        for (path, text) in texts.filter(|(path, _)| !path.starts_with(OF_BUILD)) {
            let mut parts: Vec<&str> = path.split('.').collect();
            let name = parts.pop().unwrap_or_default();
            let line = &mut lines[set_of(path)];
            root.at(&parts).items.push(item(
                name,
                text,
                &format!("Line({})", set_of(path) * SET_LINES + *line),
            ));
            *line += if matches!(text, Text::Counted(_)) { FORMS.len() } else { 1 };
        }
        let mut keys = String::new();
        // Writing to a string does not fail.
        let names = Self::sets();
        let _ = writeln!(
            keys,
            "/// The sets' names.\npub(crate) const SETS: [&str; {}] = {names:?};",
            names.len()
        );
        let _ =
            writeln!(keys, "/// More lines than a set has.\npub(crate) const SET_LINES: u16 = {SET_LINES};");
        let _ = writeln!(
            keys,
            "/// How many lines each has.\npub(crate) const LINES: [usize; {}] = {lines:?};",
            lines.len()
        );
        root.write(&mut keys);
        keys
    }

    fn check(&self) -> Result<(), String> {
        let first = self.0.get(FIRST).ok_or(format!("locales/{FIRST}.json is not there"))?;
        for (language, texts) in &self.0 {
            let forms = forms_of(language)?;
            let wrong = |path: &str, what: &str| Err(format!("locales/{language}.json: {path}: {what}"));
            if let Some(path) = first.keys().find(|path| !texts.contains_key(*path)) {
                return wrong(path, "is missing");
            }
            for (path, text) in texts {
                let Some(original) = first.get(path) else { return wrong(path, "is in no other language") };
                let each: Vec<&String> = match text {
                    Text::Said(words) => vec![words],
                    Text::Counted(by_form) => {
                        if !by_form.keys().map(String::as_str).eq(sorted(forms)) {
                            return wrong(path, &format!("has to have the forms {forms:?}"));
                        }
                        by_form.values().collect()
                    }
                };
                if each.iter().any(|words| words.contains(['\n', '\r']) || words.is_empty()) {
                    return wrong(path, "has to be one line of words");
                }
                match (text, original) {
                    (Text::Said(words), Text::Said(original)) if places(words) == places(original) => {}
                    (Text::Counted(_), Text::Counted(_))
                        if each.iter().all(|words| places(words).iter().all(|place| place == "n")) => {}
                    _ => return wrong(path, "differs from the first language in its places for words"),
                }
            }
        }
        Ok(())
    }
}

fn sorted<'a>(forms: &[&'a str]) -> impl Iterator<Item = &'a str> + use<'a> {
    let sorted: BTreeSet<&str> = forms.iter().copied().collect();
    sorted.into_iter()
}

fn flatten(path: String, value: &Value, into: &mut BTreeMap<String, Text>) -> Result<(), String> {
    match value {
        Value::String(words) => drop(into.insert(path, Text::Said(words.clone()))),
        Value::Object(fields) if fields.keys().all(|key| FORMS.contains(&key.as_str())) => {
            let form = |(form, words): (&String, &Value)| Some((form.clone(), words.as_str()?.to_owned()));
            let forms = fields.iter().map(form).collect::<Option<_>>();
            into.insert(path.clone(), Text::Counted(forms.ok_or(format!("{path}: is not text"))?));
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(path, value, into)?;
            }
        }
        _ => return Err(format!("{path}: is not text")),
    }
    Ok(())
}

/// The names of the places for words, sorted.
fn places(words: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = words;
    while let Some((name, after)) = rest.split_once("{{").and_then(|(_, after)| after.split_once("}}")) {
        names.insert(name.trim().to_owned());
        rest = after;
    }
    names
}

fn numbered(words: &str) -> String {
    let with_number = |words: String, (n, name): (usize, &String)| {
        words.replace(&format!("{{{{ {name} }}}}"), &format!("{{{n}}}"))
    };
    places(words).iter().enumerate().fold(words.to_owned(), with_number)
}

/// The name of one text, as Rust.
fn item(name: &str, text: &Text, line: &str) -> String {
    match text {
        Text::Counted(_) => format!("pub(crate) const {name}: Counted = Counted({line});"),
        Text::Said(words) => {
            let places: Vec<String> = places(words).into_iter().collect();
            if places.is_empty() {
                return format!("pub(crate) const {name}: Plain = Plain({line});");
            }
            let fields: Vec<String> =
                places.iter().map(|place| format!("pub(crate) {place}: &'a str")).collect();
            let words: Vec<String> = places.iter().map(|place| format!("self.{place}")).collect();
            let (fields, words, n) = (fields.join(", "), words.join(", "), places.len());
            format!(
                "pub(crate) struct {name}<'a> {{ {fields} }}\n\
                 impl<'a> Filled<'a, {n}> for {name}<'a> {{\n\
                 const LINE: Line = {line};\n\
                 fn words(&self) -> [&'a str; {n}] {{ [{words}] }}\n}}"
            )
        }
    }
}

#[derive(Default)]
struct Module {
    items: Vec<String>,
    modules: BTreeMap<String, Module>,
}

impl Module {
    fn at(&mut self, path: &[&str]) -> &mut Self {
        match path {
            [] => self,
            [first, rest @ ..] => self.modules.entry((*first).to_owned()).or_default().at(rest),
        }
    }

    fn write(&self, into: &mut String) {
        for item in &self.items {
            let _ = writeln!(into, "{item}");
        }
        for (name, module) in &self.modules {
            let _ = writeln!(into, "pub(crate) mod {name} {{\nuse super::*;");
            module.write(into);
            let _ = writeln!(into, "}}");
        }
    }
}
