//! No release is left behind: the schema of every type and version is compared with that of all earlier releases
//! (`schemas/RELEASE/TYPE.json`, kept for ever). What an older or a newer reader could not live with fails, with the
//! field named. `cargo run -p shared-events --example schemas -- RELEASE` writes those of a release.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::Path};

use serde_json::{Map, Value, json};
use shared_events::events::schemas;

/// Compares two schemas of one version of one type.
struct Comparison<'a> {
    older: &'a Value,
    newer: &'a Value,
    found: Vec<String>,
}

/// All that one of the two sides could not live with, each with its field.
fn breaks(older: &Value, newer: &Value) -> Vec<String> {
    let mut comparison = Comparison { older, newer, found: Vec::new() };
    comparison.compare("", older, newer);
    comparison.found
}

impl Comparison<'_> {
    fn breaks(&mut self, field: &str, why: &str) {
        let field = if field.is_empty() { "the whole" } else { field };
        self.found.push(format!("{field}: {why}"));
    }

    fn compare(&mut self, field: &str, older: &Value, newer: &Value) {
        let (older, newer) = (resolved(self.older, older), resolved(self.newer, newer));
        if words(&older, "type") != words(&newer, "type") {
            self.breaks(field, "is of another type");
        }
        self.objects(field, &older, &newer);
        self.choices(field, &older, &newer);
        for part in ["items", "additionalProperties"] {
            match (older.get(part), newer.get(part)) {
                (Some(older), Some(newer)) => self.compare(&format!("{field}[]"), older, newer),
                (None, None) => {}
                _ => self.breaks(field, "holds other items"),
            }
        }
        if older.get("format") != newer.get("format") || older.get("pattern") != newer.get("pattern") {
            self.breaks(field, "is written otherwise");
        }
    }

    fn objects(&mut self, field: &str, older: &Value, newer: &Value) {
        let (old_fields, new_fields) = (fields(older), fields(newer));
        let path = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        for (name, old) in &old_fields {
            match new_fields.get(name) {
                Some(new) => self.compare(&path(name), old, new),
                None => self.breaks(&path(name), "is gone: what older events say in it would be lost"),
            }
        }
        let (must_before, must_now) = (words(older, "required"), words(newer, "required"));
        for name in must_now.iter().filter(|name| !must_before.contains(name)) {
            self.breaks(&path(name), "must be there now: events without it are in logs");
        }
        for name in must_before.iter().filter(|name| !must_now.contains(name)) {
            self.breaks(&path(name), "may be absent now: older readers need it");
        }
    }

    /// Variants of enums, by their names.
    fn choices(&mut self, field: &str, older: &Value, newer: &Value) {
        let (before, now) = (variants(self.older, older), variants(self.newer, newer));
        for (name, old) in &before {
            match now.get(name) {
                Some(new) => self.compare(&format!("{field}<{name}>"), old, new),
                None => self.breaks(&format!("{field}<{name}>"), "is gone: events with it are in logs"),
            }
        }
        let is_open = before.contains_key("other");
        for name in now.keys().filter(|name| !before.contains_key(*name) && !is_open) {
            self.breaks(&format!("{field}<{name}>"), "is new: older readers do not know it");
        }
    }
}

/// Follows `$ref`.
fn resolved(root: &Value, schema: &Value) -> Value {
    let Some(name) = schema.get("$ref").and_then(Value::as_str) else { return schema.clone() };
    let target = root.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null);
    resolved(root, target)
}

fn fields(schema: &Value) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn words(schema: &Value, of: &str) -> Vec<String> {
    let mut words: Vec<String> = match schema.get(of) {
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(word)) => vec![word.clone()],
        _ => Vec::new(),
    };
    words.sort();
    words
}

/// The variants of an enum: plain names, objects with one field, `null` for what may be absent.
fn variants(root: &Value, schema: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    for name in words(schema, "enum") {
        found.insert(name, Value::Null);
    }
    let several = ["oneOf", "anyOf"].into_iter().filter_map(|of| schema.get(of)?.as_array()).flatten();
    for one in several {
        let one = resolved(root, one);
        if let Some(name) = one.get("const").and_then(Value::as_str) {
            found.insert(name.to_owned(), Value::Null);
        } else if let Some(names) = one.get("enum").and_then(Value::as_array) {
            found.extend(names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), Value::Null)));
        } else if let [(name, data)] = fields(&one).into_iter().collect::<Vec<_>>().as_slice() {
            found.insert(name.clone(), data.clone());
        } else {
            let kind = one.get("type").and_then(Value::as_str).unwrap_or("?");
            found.insert(format!("a {kind}"), one.clone());
        }
    }
    found
}

fn kept() -> Vec<(String, String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let read = |path: std::path::PathBuf| {
        let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let version = kept["version"].as_str().unwrap().to_owned();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), version, kept["schema"].clone())
    };
    let mut all: Vec<_> = files.map(read).collect();
    all.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    all
}

#[test]
fn every_version_can_be_read_by_older_and_newer_builds() {
    let kept = kept();
    for (kind, version, schema) in schemas() {
        let earlier: Vec<_> = kept.iter().filter(|(k, v, _)| k == kind && v == version).collect();
        assert!(
            !earlier.is_empty(),
            "{kind} {version} is in no release: keep its schema (see the head of this file)"
        );
        for (_, _, older) in earlier {
            let breaks = breaks(older, schema.as_value());
            assert_eq!(breaks, Vec::<String>::new(), "{kind} {version}: give it a new version instead");
        }
    }
}

#[test]
fn no_version_that_was_released_is_forgotten() {
    let known = shared_events::events::known_types();
    for (kind, version, _) in kept() {
        assert!(known.contains(&format!("{kind} {version}")), "{kind} {version} is not read any more");
    }
}

#[test]
fn what_a_reader_could_not_live_with_is_named() {
    let object = |fields: Value, required: Value| json!({"type": "object", "properties": fields, "required": required});
    let text = json!({"type": "string"});
    let before = object(
        json!({"a": text, "b": {"type": ["string", "null"]}, "c": {"$ref": "#/$defs/C"}}),
        json!(["a", "c"]),
    );
    let with = |mut schema: Value, c: Value| {
        schema["$defs"] = json!({ "C": c });
        schema
    };
    let plain = |names: Value| json!({"type": "string", "enum": names});
    let before = with(before, plain(json!(["x", "y"])));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut newer = before.clone();
        change(&mut newer);
        breaks(&before, &newer)
    };
    assert_eq!(changed(&|_| {}), Vec::<String>::new());
    // A field that may be absent is no harm to anyone.
    assert_eq!(
        changed(&|s| s["properties"]["d"] = json!({"type": ["string", "null"]})),
        Vec::<String>::new()
    );
    let one = |change: &dyn Fn(&mut Value), starts: &str| {
        let found = changed(change);
        assert!(found.len() == 1 && found[0].starts_with(starts), "{found:?}");
    };
    one(&|s| drop(s["properties"].as_object_mut().unwrap().remove("b")), "b: is gone");
    one(&|s| s["required"] = json!(["a", "b", "c"]), "b: must be there now");
    one(&|s| s["required"] = json!(["c"]), "a: may be absent now");
    one(&|s| s["properties"]["a"] = json!({"type": "integer"}), "a: is of another type");
    one(&|s| s["$defs"]["C"]["enum"] = json!(["x"]), "c<y>: is gone");
    one(&|s| s["$defs"]["C"]["enum"] = json!(["x", "y", "z"]), "c<z>: is new");
}
