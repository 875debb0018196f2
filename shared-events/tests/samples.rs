//! Frozen data of every type and version that ever existed: `samples/VERSION/TYPE.json`, or `TYPE.what-it-shows.json`.
//! A sample is never edited: events like it are in logs. What a sample is led to that is not written again as it was,
//! as it is of an older version or says what is not read, stands under the same name in `led/`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, value::RawValue};
use shared_events::content::Entity;
use shared_events::events::{Data, Event, Meaning, known_types};
use shared_events::ids::{DeviceId, Hash, Sequence};
use shared_events::json;
use shared_events::record::Link;
use shared_events::state::{Opened, State};

const KNOWN: &str = "2026-11-21";

/// One file: the type's name, its version, and the data as text.
struct Sample {
    kind: String,
    version: String,
    text: String,
    /// `VERSION/FILE`
    path: String,
}

fn entries(path: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}
fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let files = entries(&root).into_iter().flat_map(|version| entries(&version));
    files
        .map(|file| Sample {
            kind: name(&file).split('.').next().unwrap().to_owned(),
            version: name(file.parent().unwrap()).to_owned(),
            text: std::fs::read_to_string(&file).unwrap(),
            path: format!("{}/{}", name(file.parent().unwrap()), name(&file)),
        })
        .collect()
}
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.trim().to_owned()).unwrap()
}
fn sample(kind: &str) -> Box<RawValue> {
    raw(&samples().into_iter().find(|s| s.kind == kind).unwrap().text)
}

#[test]
fn every_type_and_version_has_a_sample() {
    let sampled: BTreeSet<_> = samples().iter().map(|s| format!("{} {}", s.kind, s.version)).collect();
    assert_eq!(sampled.into_iter().collect::<Vec<_>>(), known_types());
}

#[test]
fn every_sample_is_known_and_written_again_as_it_was_or_as_what_it_is_led_to() {
    for Sample { kind, version, text, path } in samples() {
        let Meaning::Known(event) = Meaning::read(&kind, &version, &raw(&text)) else {
            panic!("{kind} {version} is not known any more: {text}");
        };
        assert_eq!(event.kind(), kind);
        let led = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/led").join(&path);
        let expected = if led.exists() { std::fs::read_to_string(led).unwrap() } else { text };
        let again: Value = serde_json::from_str(event.data().unwrap().get()).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(&expected).unwrap(), "{kind} {version}");
    }
}

#[test]
fn a_field_of_a_later_build_does_not_make_an_event_unknown() {
    for Sample { kind, version, text, .. } in samples() {
        let mut data: Value = serde_json::from_str(&text).unwrap();
        data["later"] = serde_json::json!({"a": [1, null]});
        assert!(
            matches!(Meaning::read(&kind, &version, &raw(&data.to_string())), Meaning::Known(_)),
            "{kind}"
        );
    }
}

#[test]
fn an_unknown_type_or_version_and_data_that_does_not_fit_are_unknown() {
    let stopped = sample("TreatmentStopped");
    assert_eq!(Meaning::read("TreatmentPondered", KNOWN, &stopped), Meaning::Unknown);
    assert_eq!(Meaning::read("treatmentStopped", KNOWN, &stopped), Meaning::Unknown);
    assert_eq!(Meaning::read("TreatmentStopped", "2031-01-01", &stopped), Meaning::Unknown);
    assert_eq!(Meaning::read("TreatmentStopped", "", &stopped), Meaning::Unknown);
    assert_eq!(Meaning::read("TreatmentStopped", KNOWN, &raw("{}")), Meaning::Unknown);
    assert_eq!(Meaning::read("TreatmentStopped", KNOWN, &raw("null")), Meaning::Unknown);
    let prescribed = sample("TreatmentPrescribed").get().replace("times", "moons");
    assert_eq!(Meaning::read("TreatmentPrescribed", KNOWN, &raw(&prescribed)), Meaning::Unknown);
}

/// A stop of one treatment, as it arrives.
fn stop(version: &str, must_understand: Value) -> (Opened, Entity) {
    let data: Value = serde_json::from_str(sample("TreatmentStopped").get()).unwrap();
    let about = format!("treatment/{}", data["treatment"].as_str().unwrap());
    let device: DeviceId = "11111111-1111-4111-8111-111111111111".parse().unwrap();
    let header = serde_json::json!({
        "f": 1, "id": "01a1fd1e-8c01-7000-8000-000000000001", "patient": "5f0d2c1e-3b4a-4c5d-8e6f-0123456789ab",
        "device": device, "type": "TreatmentStopped", "version": version, "class": "standing",
        "recorded_at": "01a1fd1e8c000000", "key": Hash::ZERO, "body": Hash::ZERO,
    });
    let content = serde_json::json!({
        "occurred_at": {"at": "2026-11-21T09:00:00+01:00", "precision": "minute"}, "zone": "Europe/Vienna",
        "actor": {"role": "care_team"}, "app": "samples 1", "about": [about], "must_understand": must_understand,
        "clock": {"wall": 1_795_248_000_000_u64, "monotonic": 5}, "data": data,
    });
    let link = Link { device, sequence: Sequence::ZERO.next(), previous: Hash::ZERO };
    let opened =
        Opened { header: header.to_string(), content: Some(content.to_string()), link, receipt: None };
    (opened, Entity::from(about.as_str()))
}

fn freezes(version: &str, must_understand: Value) -> bool {
    let (opened, entity) = stop(version, must_understand);
    let mut state = State::default();
    assert!(state.apply(opened));
    state.is_frozen(&entity)
}

#[test]
fn what_must_be_understood_and_is_not_freezes_its_entity() {
    assert!(freezes("2031-01-01", serde_json::json!(true)));
    assert!(!freezes("2031-01-01", serde_json::json!(false)));
    assert!(!freezes(KNOWN, serde_json::json!(true)));
}

/// Every way in which one value within a text can be another one: gone, twice, `null`, of another type.
fn spoilt(value: &Value, spoil: &mut dyn FnMut(&Value)) {
    let others = [
        Value::Null,
        serde_json::json!(7),
        serde_json::json!("7"),
        serde_json::json!("2026-11-30T10:30:00+01:00"),
        serde_json::json!([]),
        serde_json::json!({}),
    ];
    others.iter().for_each(&mut *spoil);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut without = fields.clone();
                without.remove(name);
                spoil(&Value::Object(without));
                spoilt(inner, &mut |other| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), other.clone());
                    spoil(&Value::Object(fields));
                });
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                spoilt(inner, &mut |other| {
                    let mut items = items.clone();
                    items[n] = other.clone();
                    spoil(&Value::Array(items));
                });
            }
        }
        _ => {}
    }
}

#[test]
fn what_a_phone_reads_is_what_other_programs_read() {
    let mut compared = 0;
    // What is older is read as it was, and led on.
    let is_newest = |of: &Sample| {
        let mut later = known_types()
            .into_iter()
            .filter_map(|known| known.strip_prefix(&format!("{} ", of.kind)).map(str::to_owned));
        later.all(|version| version <= of.version)
    };
    for Sample { kind, version, text, .. } in samples().into_iter().filter(is_newest) {
        let value: Value = serde_json::from_str(&text).unwrap();
        let mut compare = |data: &Value| {
            let text = data.to_string();
            let Meaning::Known(by_fields) = Meaning::read(&kind, &version, &raw(&text)) else {
                assert!(derived(&kind, &text).is_none(), "{kind} {version} reads otherwise: {text}");
                return;
            };
            assert_eq!(derived(&kind, &text), Some(by_fields), "{kind} {version} reads otherwise: {text}");
            compared += 1;
        };
        compare(&value);
        spoilt(&value, &mut compare);
    }
    assert!(compared > 300, "{compared}");
}

/// A type by what `serde` derives.
fn derived(kind: &str, text: &str) -> Option<Event> {
    use shared_events::events as of;
    fn one<T: Data + serde::de::DeserializeOwned>(text: &str) -> Option<Event> {
        json::from_str::<T>(text).ok().map(Data::into_event)
    }
    match kind {
        "TreatmentPrescribed" => one::<of::TreatmentPrescribed>(text),
        "TreatmentChanged" => one::<of::TreatmentChanged>(text),
        "TreatmentPaused" => one::<of::TreatmentPaused>(text),
        "TreatmentResumed" => one::<of::TreatmentResumed>(text),
        "TreatmentStopped" => one::<of::TreatmentStopped>(text),
        "MedicineAdded" => one::<of::MedicineAdded>(text),
        "AppointmentScheduled" => one::<of::AppointmentScheduled>(text),
        "AppointmentRescheduled" => one::<of::AppointmentRescheduled>(text),
        "AppointmentCancelled" => one::<of::AppointmentCancelled>(text),
        "TaskAssigned" => one::<of::TaskAssigned>(text),
        "TaskCancelled" => one::<of::TaskCancelled>(text),
        "MedicineTaken" => one::<of::MedicineTaken>(text),
        "MedicineSkipped" => one::<of::MedicineSkipped>(text),
        "TaskCompleted" => one::<of::TaskCompleted>(text),
        "TaskReopened" => one::<of::TaskReopened>(text),
        "EventRetracted" => one::<of::EventRetracted>(text),
        "DeviceEnrolled" => one::<of::DeviceEnrolled>(text),
        "DeviceRevoked" => one::<of::DeviceRevoked>(text),
        "ZoneChanged" => one::<of::ZoneChanged>(text),
        "EventUnreadable" => one::<of::EventUnreadable>(text),
        "ModelChanged" => one::<of::ModelChanged>(text),
        other => panic!("{other} is a new type: read it here, too"),
    }
}
