//! The reader of JSON reads what `serde_json` reads, and the same.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared_events::{content::Content, json, record::Header};

/// Everything that our types are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sample {
    text: String,
    count: u64,
    change: i64,
    small: u8,
    yes: bool,
    #[serde(default)]
    perhaps: Option<String>,
    kind: Kind,
    list: Vec<Kind>,
    map: BTreeMap<String, u32>,
    pair: (u8, String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    Wrapped(String),
    Several { a: u64, b: Option<i64> },
    Nested(Box<Kind>),
}

#[derive(Debug, Serialize, Deserialize)]
struct WithRaw {
    raw: Box<RawValue>,
}

fn kind() -> impl Strategy<Value = Kind> {
    let leaf = prop_oneof![
        Just(Kind::Plain),
        any::<String>().prop_map(Kind::Wrapped),
        (any::<u64>(), any::<Option<i64>>()).prop_map(|(a, b)| Kind::Several { a, b }),
    ];
    leaf.prop_recursive(3, 4, 1, |inner| inner.prop_map(|kind| Kind::Nested(Box::new(kind))))
}

prop_compose! {
    fn sample()(
        text in any::<String>(),
        count in any::<u64>(),
        change in any::<i64>(),
        small in any::<u8>(),
        yes in any::<bool>(),
        perhaps in any::<Option<String>>(),
        kind in kind(),
        list in prop::collection::vec(kind(), 0..4),
        map in prop::collection::btree_map(any::<String>(), any::<u32>(), 0..4),
        pair in any::<(u8, String)>(),
    ) -> Sample {
        Sample { text, count, change, small, yes, perhaps, kind, list, map, pair }
    }
}

/// JSON of any shape, with white space, escapes, numbers and depths of all kinds.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|yes| yes.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "\"(\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-f]{4}|\\\\ud83d\\\\ude00|[a-z])*\"",
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let member = (any::<String>(), inner.clone())
            .prop_map(|(name, value)| format!("{} :\t{value}", serde_json::to_string(&name).unwrap()));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[ {}\n]", items.join(" , "))),
            prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Where a text is changed, and to what.
fn damage() -> impl Strategy<Value = (prop::sample::Index, Option<char>)> {
    let other = prop_oneof![
        prop::sample::select(" {}[]\",:\\u0-9.eEtn\u{1}é".chars().collect::<Vec<_>>()),
        any::<char>()
    ];
    (any::<prop::sample::Index>(), prop::option::of(other))
}

fn damaged(text: &str, (at, other): &(prop::sample::Index, Option<char>)) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at.index(chars.len());
    match other {
        Some(other) => chars[at] = *other,
        None => drop(chars.remove(at)),
    }
    chars.into_iter().collect()
}

const CONTENT: &str = r#"{"occurred_at":{"at":"2026-11-21T09:00:00+01:00","precision":"minute"},"zone":"Europe/Vienna","actor":{"role":"patient","name":"Marta"},"app":"samples 1","caused_by":"01a1fd1e-8c01-7000-8000-000000000001","about":["zone","mood/7"],"must_understand":true,"clock":{"wall":1795248000000,"monotonic":5,"offset":-20},"data":{"a":[1, 2]}}"#;

proptest! {
    #[test]
    fn what_serde_json_writes_is_read(sample in sample()) {
        for text in [serde_json::to_string(&sample).unwrap(), serde_json::to_string_pretty(&sample).unwrap()] {
            prop_assert_eq!(json::from_str::<Sample>(&text), Ok(sample.clone()));
        }
    }

    #[test]
    fn a_damaged_text_reads_as_serde_json_reads_it_or_not_at_all(sample in sample(), damage in damage()) {
        let text = damaged(&serde_json::to_string(&sample).unwrap(), &damage);
        let theirs = serde_json::from_str::<Sample>(&text).ok();
        prop_assert_eq!(json::from_str::<Sample>(&text).ok(), theirs);
    }

    #[test]
    fn any_value_is_kept_as_it_stands(value in any_json()) {
        let text = format!("{{\"raw\": {value} , \"not known\":{value}}}");
        let theirs = serde_json::from_str::<WithRaw>(&text).ok();
        let ours = json::from_str::<WithRaw>(&text).ok();
        prop_assert_eq!(ours.map(|w| w.raw.get().to_owned()), theirs.map(|w| w.raw.get().to_owned()));
    }

    #[test]
    fn a_damaged_value_is_refused_as_serde_json_refuses_it(value in any_json(), damage in damage()) {
        let text = damaged(&format!("{{\"raw\":{value}}}"), &damage);
        let theirs = serde_json::from_str::<WithRaw>(&text).ok();
        let ours = json::from_str::<WithRaw>(&text).ok();
        prop_assert_eq!(ours.map(|w| w.raw.get().to_owned()), theirs.map(|w| w.raw.get().to_owned()), "{}", text);
    }

    #[test]
    fn a_damaged_content_reads_the_same_by_its_fields_and_as_it_is_derived(damage in damage()) {
        let text = damaged(CONTENT, &damage);
        prop_assert_eq!(Content::parse(&text), json::from_str::<Content>(&text).ok(), "{}", text);
    }

    #[test]
    fn nothing_makes_it_stop(text in any::<String>()) {
        let _ = json::from_str::<Sample>(&text);
        let _ = json::from_str::<Header>(&text);
        let _ = Content::parse(&text);
    }
}

#[test]
fn it_says_where() {
    let error = json::from_str::<Vec<u64>>("[1, 2, x]").unwrap_err();
    assert_eq!(error.at, 7);
    for (text, at) in [("\"a\u{1}b\"", 2), ("\"ab", 3), (r#""a\x""#, 4)] {
        assert_eq!(json::from_str::<String>(text).unwrap_err().at, at, "{text}");
    }
    assert_eq!(json::from_str::<u64>("7 ").ok(), Some(7));
    assert!(json::from_str::<u64>("7 8").is_err());
}

#[test]
fn a_deep_text_is_refused_and_exhausts_nothing() {
    for open in ["[", "{\"a\":"] {
        assert!(json::from_str::<WithRaw>(&format!("{{\"raw\":{}", open.repeat(100_000))).is_err());
    }
}
