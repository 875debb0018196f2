//! The commands that look into a log, as an operator runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Arc;

use rivulet_server::{
    clock::{Clock as _, SystemClock},
    demo,
    scribe::{Saying, utc},
    service::open::{Data, open},
};
use rivulet_sync::protocol::CareTeam;
use serde_json::Value;
use shared_events::{
    content::{Role, TreatmentId},
    events::{Event, MedicineTaken},
    plan::{DoseKey, SlotId},
};
use support::command::{patient_in_care, prescribe, refused, run, text};

#[tokio::test]
async fn a_day_its_reasons_and_its_statistics_are_read_from_the_log_as_of_any_instant() {
    let folder = tempfile::tempdir().unwrap();
    let unit = CareTeam { name: "the day unit".into(), phone: None };
    let opened = open(&Data::at(folder.path()), Arc::new(SystemClock), unit).await.unwrap();
    demo::patient(&opened.service, "Europe/Amsterdam").await.unwrap();
    drop(opened);
    let folder = folder.path();
    let patient = run(folder, &["patient", "list"])[0]["patient"].as_str().unwrap().to_owned();
    let of = |arguments: &[&str]| run(folder, &[arguments, &["--patient", &patient]].concat());

    let day = &of(&["log", "day"])[0];
    let doses: Vec<&Value> =
        day["slots"].as_array().unwrap().iter().flat_map(|s| s["doses"].as_array().unwrap()).collect();
    assert!(doses.len() >= 5, "{day}");
    // The last of the day is not logged, at whatever time this runs.
    let last = doses[doses.len() - 1];
    let (treatment, key) = (last["treatment"].as_str().unwrap(), &last["key"]["planned"]);
    let dose = format!("{treatment}/{}/{}", key["date"].as_str().unwrap(), key["slot"].as_str().unwrap());
    let why = of(&["log", "why", "--dose", &dose]);
    assert_eq!(
        (why.len(), &why[0]["kind"], &why[0]["part"]),
        (1, &"TreatmentPrescribed".into(), &"holds".into())
    );
    assert_eq!(of(&["log", "why", "--zone"])[0]["kind"], "ZoneChanged");
    // What it takes is what a day prints, and a slot that is not in the plan is none.
    assert!(text(folder, &["log", "day", "--ids", "--patient", &patient]).contains(&dose));
    let why_of = |dose: &str| refused(folder, &["log", "why", "--patient", &patient, "--dose", dose]);
    let refusal = why_of(&format!("{dose}-or-so"));
    assert!(refusal.contains("-or-so on ") && refusal.contains(", but "), "{refusal}");
    assert!(refusal.contains(key["slot"].as_str().unwrap()), "{refusal}");
    let refusal = why_of(&format!("{treatment}/2020-01-01/{}", key["slot"].as_str().unwrap()));
    assert!(refusal.contains("has no dose on 2020-01-01"), "{refusal}");
    assert!(why_of("00000000-0000-4000-8000-000000000000/2026-11-21/morning").contains("no treatment"));

    // Before anything was known nothing was planned.
    let before = &of(&["log", "day", "--known-at", "2020-01-01T00:00:00Z"])[0];
    assert_eq!((&before["slots"], &before["gaps"]), (&Value::Array(vec![]), &serde_json::json!(["no_zone"])));
    assert_ne!(
        of(&["log", "state"])[0]["hash"],
        of(&["log", "state", "--known-at", "2020-01-01T00:00:00Z"])[0]["hash"]
    );

    let statistics = &of(&["log", "statistics", "--from", "2026-01-01", "--to", "2026-01-31"])[0];
    assert_eq!(statistics["overall"]["counted"], 0);
    assert!(why_of("morning").contains("TREATMENT/DATE/SLOT"));
}

#[test]
fn a_command_that_only_reads_says_that_a_folder_has_no_log_and_leaves_it_as_it_is() {
    let (empty, patient) = (tempfile::tempdir().unwrap(), uuid::Uuid::nil().to_string());
    let of_her = ["--patient", &patient];
    let dates = ["--from", "2026-11-01", "--to", "2026-11-02"];
    let two = ["--as-of", "2026-11-21", "--against", "2026-11-25"];
    let commands: [&[&[&str]]; 14] = [
        &[&["log", "show"], &of_her],
        &[&["log", "verify"]],
        &[&["log", "follow"]],
        &[&["log", "state"], &of_her],
        &[&["log", "day"], &of_her],
        &[&["log", "why", "--zone"], &of_her],
        &[&["log", "statistics"], &of_her, &dates],
        &[&["log", "replay"], &of_her, &two],
        &[&["effects", "show"], &of_her],
        &[&["effects", "follow"]],
        &[&["patient", "list"]],
        &[&["device", "list"], &of_her],
        &[&["invite"], &of_her],
        &[&["care", "call-off", "--appointment", &patient], &of_her],
    ];
    for folder in [empty.path(), &empty.path().join("nowhere")] {
        for command in commands {
            let refusal = refused(folder, &command.concat());
            let there = format!("There is no log in {}", folder.display());
            assert!(refusal.contains(&there) && refusal.contains("--data"), "{command:?}: {refusal}");
        }
    }
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn a_copy_of_the_log_alone_is_verified_and_no_key_is_made_beside_it() {
    let (folder, patient) = with_patient_in_care();
    let copy = tempfile::tempdir().unwrap();
    let log = rusqlite::Connection::open(folder.path().join("log.sqlite")).unwrap();
    log.execute("VACUUM INTO ?1", [copy.path().join("log.sqlite").to_str().unwrap()]).unwrap();
    assert_eq!(run(copy.path(), &["log", "verify"])[0]["holds"], true);
    assert!(refused(copy.path(), &["log", "show", "--patient", &patient]).contains("no key of patient"));
    assert!(!copy.path().join("operator.key").exists() && !copy.path().join("keys.sqlite").exists());
}

/// A data folder with one patient, and her id.
async fn with_demo_patient() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let unit = CareTeam { name: "the day unit".into(), phone: None };
    let opened = open(&Data::at(folder.path()), Arc::new(SystemClock), unit).await.unwrap();
    demo::patient(&opened.service, "Europe/Amsterdam").await.unwrap();
    drop(opened);
    let patient = run(folder.path(), &["patient", "list"])[0]["patient"].as_str().unwrap().to_owned();
    (folder, patient)
}

#[tokio::test]
async fn what_the_care_team_asks_for_is_decided_first_and_a_preview_gives_the_same_answer() {
    let (folder, patient) = with_demo_patient().await;
    let folder = folder.path();
    let file = folder.join("command.json");
    let command = |words: &str, options: &[&str]| {
        std::fs::write(&file, words).unwrap();
        let path = file.to_str().unwrap().to_owned();
        let command = [&["care", "command", &path, "--patient", &patient], options].concat();
        command.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run_it =
        |arguments: &[String]| run(folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let refuse =
        |arguments: &[String]| refused(folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let show = || run(folder, &["log", "show", "--patient", &patient]);
    let treatment =
        show().iter().find(|e| e["type"] == "TreatmentPrescribed").unwrap()["data"]["treatment"].clone();
    let (before, from) = (show(), "2026-11-26T00:00:00+01:00");

    let change = format!(
        r#"{{"change":{{"treatment":{treatment},"from":"{from}","dose":{{"value":"2","unit":"{{tablet}}"}}}}}}"#
    );
    let preview = run_it(&command(&change, &["--preview"]));
    assert_eq!(preview[0]["effects"][0]["kind"], "RemindPatient");
    assert_eq!(show(), before, "a preview changes nothing");
    let said = run_it(&command(&change, &[]));
    let rules = |lines: &[Value]| {
        lines[0]["effects"].as_array().unwrap().iter().map(|e| e["rule"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&said), rules(&preview));
    let last = show().pop().unwrap();
    assert_eq!((&last["type"], &last["id"]), (&"TreatmentChanged".into(), &said[0]["event"]));
    let prescribed = before.iter().filter(|e| e["type"] == "TreatmentPrescribed").count();
    assert_eq!(last["data"]["after"]["dose"].as_array().unwrap().len(), 1, "of {prescribed} plans its own");

    let many = format!(
        r#"[{{"pause":{{"treatment":{treatment},"from":"{from}"}}}},{change},{{"resume":{{"treatment":{treatment},"from":"2020-01-01T00:00:00Z"}}}}]"#
    );
    let counted = show().len();
    run_it(&command(&many, &[]));
    assert_eq!(show().len(), counted + 3, "each is decided on what the one before it said");

    let wrong = format!(
        r#"[{{"pause":{{"treatment":{treatment},"from":"{from}"}}}},{{"pause":{{"treatment":{treatment},"from":"{from}","to":"{from}"}}}}]"#
    );
    let refusal = refuse(&command(&wrong, &[]));
    assert!(refusal.contains("to: the end must not lie before the start"), "{refusal}");
    assert_eq!(show().len(), counted + 3, "all or none");
    let plan = show().iter().find(|e| e["type"] == "TreatmentPrescribed").unwrap()["data"].to_string();
    std::fs::write(&file, plan).unwrap();
    let again =
        refused(folder, &["care", "prescribe", "--patient", &patient, "--file", file.to_str().unwrap()]);
    assert!(again.contains("treatment: there is a treatment with this id"), "{again}");
    assert!(run(folder, &["log", "verify"])[0]["holds"].as_bool().unwrap());
}

#[tokio::test]
async fn a_log_is_told_again_as_of_two_dates_and_is_what_it_was() {
    let (folder, patient) = with_demo_patient().await;
    let folder = folder.path();
    let show = || run(folder, &["log", "show", "--patient", &patient]);
    let before = show();
    let replay = ["log", "replay", "--patient", &patient, "--as-of", "2026-11-21", "--against", "2026-11-25"];
    let difference = &run(folder, &replay)[0];
    let plans = before.iter().filter(|e| e["type"] == "TreatmentPrescribed").count();
    let understood = difference["states"].as_array().unwrap();
    assert_eq!(understood.len(), plans, "plans of a later version: {difference}");
    assert_eq!(difference["only_before"], Value::Array(vec![]));
    assert_eq!(difference["only_after"].as_array().unwrap().len(), plans);
    assert_eq!(show(), before);
    let refusal = refused(
        folder,
        &["log", "replay", "--patient", &patient, "--as-of", "then", "--against", "2026-11-25"],
    );
    assert!(refusal.contains("write a date as"), "{refusal}");
}

#[tokio::test]
async fn who_logs_a_dose_twice_is_told_so_and_may_go_on() {
    let (folder, patient) = with_demo_patient().await;
    let folder = folder.path();
    let day = &run(folder, &["log", "day", "--patient", &patient])[0];
    let dose = &day["slots"].as_array().unwrap().last().unwrap()["doses"][0];
    let taken =
        serde_json::json!({ "treatment": dose["treatment"], "dose": dose["key"], "amount": dose["dose"] });
    let file = folder.join("take.json");
    std::fs::write(&file, serde_json::json!({ "take": [taken] }).to_string()).unwrap();
    let take = || text(folder, &["care", "command", file.to_str().unwrap(), "--patient", &patient]);
    assert!(!take().contains("is logged already"));
    let again = take();
    assert!(
        again.contains("MedicineTaken") && again.contains("think of: this dose is logged already"),
        "{again}"
    );
    let missing = refused(folder, &["care", "command", "nowhere.json", "--patient", &patient]);
    assert!(missing.contains("nowhere.json cannot be read"), "{missing}");
}

/// A data folder with a patient in care, who has one plan.
fn with_patient_in_care() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let patient = patient_in_care(folder.path());
    prescribe(folder.path(), &patient, TREATMENT);
    (folder, patient)
}

const TREATMENT: &str = "8c3f1f2e-7d3c-4b60-9f0a-6f1de0a5a001";

#[test]
fn what_each_event_led_to_and_what_became_of_it_is_shown_and_crossed_off() {
    let (folder, patient) = with_patient_in_care();
    let folder = folder.path();
    let of = |arguments: &[&str]| run(folder, &[arguments, &["--patient", &patient]].concat());
    let treatment = ["--treatment", TREATMENT];
    let asked = |said: &[Value]| said[0]["effects"].as_array().unwrap().len();
    let change = [&["care", "change", "--dose", "2", "--unit", "{tablet}"], &treatment[..]].concat();
    let preview = of(&[&change[..], &["--preview"]].concat());
    assert_eq!((asked(&preview), of(&["effects", "show"]).len()), (2, 1), "a preview leaves nothing");
    let changed = of(&change);
    assert_eq!(asked(&changed), 2);
    of(&[&["care", "pause", "--to", "2999-01-01T00:00:00Z"], &treatment[..]].concat());
    of(&[&["care", "resume"], &treatment[..]].concat());
    of(&[&["care", "stop"], &treatment[..]].concat());
    let refusal = refused(folder, &[&["care", "resume", "--patient", &patient], &treatment[..]].concat());
    assert!(refusal.contains("treatment"), "{refusal}");

    let event = changed[0]["event"].as_str().unwrap();
    let led_to = of(&["effects", "show", "--event", event]);
    let mut kinds: Vec<_> = led_to.iter().map(|effect| effect["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["AssignTask", "RemindPatient"]);
    assert!(led_to.iter().all(|effect| effect["fate"] == "waiting" && effect["event"] == event));

    let task =
        led_to.iter().find(|effect| effect["kind"] == "AssignTask").unwrap()["effect"].as_str().unwrap();
    let done = run(folder, &["effects", "done", "--effect", task, "--by", "Dr. Jansen"]);
    assert_eq!((&done[0]["fate"], &done[0]["outcome"]), (&"done".into(), &"seen to by Dr. Jansen".into()));
    assert!(refused(folder, &["effects", "done", "--effect", task]).contains("done already"));
    assert!(refused(folder, &["effects", "done", "--effect", "nothing"]).contains("43 characters"));
    // An id may begin with a hyphen, as an option does.
    let hyphen = format!("-{}", "A".repeat(42));
    assert!(refused(folder, &["effects", "done", "--effect", &hyphen]).contains("there is no effect"));
    assert!(of(&["effects", "show", "--fate", "done"]).len() == 1);
    let refusal = refused(folder, &["effects", "show", "--patient", &patient, "--fate", "gone"]);
    assert!(refusal.contains("waiting, done, lapsed, withheld"), "{refusal}");
    let shown = text(folder, &["effects", "show", "--patient", &patient]);
    assert!(
        shown.contains("TreatmentChanged") && shown.contains("Sort Apixaban into your pill box anew"),
        "{shown}"
    );
    assert!(shown.contains("done at") && shown.contains("(seen to by Dr. Jansen)"), "{shown}");
}

#[test]
fn a_dose_of_an_interval_is_asked_for_by_the_name_that_a_day_gives_it() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, patient) = (folder.path(), patient_in_care(folder.path()));
    let file = folder.join("hours.json");
    let plan = serde_json::json!({
        "treatment": TREATMENT, "medicine": { "name": "Paracetamol", "form": "tablet" },
        "dose": { "value": "1", "unit": "{tablet}" },
        "schedule": { "start": "2026-11-01", "rule": { "hours": { "hours": 8, "from": "2026-11-01T08:00:00Z" } } },
    });
    std::fs::write(&file, plan.to_string()).unwrap();
    run(folder, &["care", "prescribe", "--patient", &patient, "--file", file.to_str().unwrap()]);
    // Long before the plan was written, and long after now.
    for date in ["2026-11-02", "2030-11-02"] {
        let day = text(folder, &["log", "day", "--ids", "--patient", &patient, "--date", date]);
        let dose = day.lines().last().unwrap().split("  ").last().unwrap();
        assert!(dose.starts_with(TREATMENT), "{day}");
        let why = run(folder, &["log", "why", "--patient", &patient, "--dose", dose]);
        assert_eq!((why.len(), &why[0]["kind"]), (1, &"TreatmentPrescribed".into()));
    }
    let other = format!("{TREATMENT}/{TREATMENT}/1");
    let refusal = refused(folder, &["log", "why", "--patient", &patient, "--dose", &other]);
    assert!(refusal.contains("counts from"), "{refusal}");
}

#[tokio::test]
async fn a_dose_that_is_logged_for_a_time_to_come_is_not_told_as_past() {
    let (folder, patient) = with_patient_in_care();
    let soon = utc(SystemClock.now_ms()) + chrono::TimeDelta::hours(1);
    let tomorrow = soon.date_naive().succ_opt().unwrap();
    let taken = Event::MedicineTaken(MedicineTaken {
        treatment: TreatmentId(TREATMENT.parse().unwrap()),
        dose: DoseKey::Planned { date: tomorrow, slot: SlotId("morning".into()), repeat: 0 },
        amount: serde_json::from_value(serde_json::json!({ "value": "1", "unit": "{tablet}" })).unwrap(),
        note: None,
    });
    let unit = CareTeam { name: "the day unit".into(), phone: None };
    let opened = open(&Data::at(folder.path()), Arc::new(SystemClock), unit).await.unwrap();
    let saying = Saying::of(&taken, soon, Role::CareTeam).unwrap();
    opened.service.say(patient.parse().unwrap(), vec![saying]).await.unwrap();
    let day = text(folder.path(), &["log", "day", "--patient", &patient, "--date", &tomorrow.to_string()]);
    assert!(day.contains("Apixaban, 1 {tablet}  logged as taken at"), "{day}");
    assert!(day.contains("which is still to come"), "{day}");
}

#[test]
fn only_the_difference_of_a_replay_is_carried_out_and_once() {
    let (folder, patient) = with_patient_in_care();
    let folder = folder.path();
    let of = |arguments: &[&str]| run(folder, &[arguments, &["--patient", &patient]].concat());
    let data = format!(
        r#"{{"treatment":"{TREATMENT}","from":"2026-11-26T08:00:00Z","dose":{{"value":"2","unit":"{{tablet}}"}}}}"#
    );
    let about = format!("treatment/{TREATMENT}");
    let record = ["care", "record", "--type", "TreatmentChanged", "--version", "2026-11-25"];
    of(&[&record[..], &["--about", &about, "--event-data", &data]].concat());
    // Nobody has reacted to it: this is what a log from before a rule looks like.
    let before = of(&["effects", "show"]).len();
    let replay = ["log", "replay", "--as-of", "2026-11-21", "--against", "2026-11-25"];
    let only_shown = of(&replay);
    assert_eq!((of(&["effects", "show"]).len(), &only_shown[0]["carried_out"]), (before, &Value::Null));
    let differs = only_shown[0]["only_after"].as_array().unwrap().len();
    let carried = of(&[&replay[..], &["--carry-out"]].concat());
    let told = |answer: &[Value], what: &str| answer[0]["carried_out"][what].as_u64().unwrap();
    assert_eq!(told(&carried, "asked") + told(&carried, "known"), differs as u64);
    assert_eq!(of(&["effects", "show"]).len() as u64, before as u64 + told(&carried, "asked"));
    assert!(told(&carried, "asked") >= 2);
    let again = of(&[&replay[..], &["--carry-out"]].concat());
    assert_eq!((told(&again, "asked"), told(&again, "known")), (0, differs as u64));
}
