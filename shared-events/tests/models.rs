//! Shared records by field: what changes is recorded and nothing else, and where two people wrote without knowing of
//! each other, both values stand until a person settles it. The same on every device, in any order of arrival.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use shared_events::{
    decide::{Command, decide},
    draft::Draft,
    events::{Event, ModelChanged},
    fields::conflicts,
    ids::{DeviceId, EventId},
    model::{self, Model},
    sorted::SortedMap,
    state::{Opened, State},
};

use support::{World, clinic, desk, phone, tablet, when};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Contact {
    name: String,
    phone: Option<String>,
    rings: bool,
    numbers: SortedMap<String, Number>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Number {
    text: String,
    minutes: i64,
}

impl Model for Contact {
    const NAME: &'static str = "contact";
}

/// What a later build made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct LaterContact {
    name: String,
    street: String,
}

impl Model for LaterContact {
    const NAME: &'static str = "contact";
}

fn read(state: &State) -> Contact {
    model::read(state).unwrap_or_default()
}
/// What a device that knows this state records.
fn saving(state: &State, edit: impl FnOnce(&mut Contact)) -> Option<ModelChanged> {
    let mut contact = read(state);
    edit(&mut contact);
    model::change(state, &contact).unwrap()
}
fn save(world: &mut World, by: DeviceId, on: &str, edit: impl FnOnce(&mut Contact)) {
    let change = saving(&world.state, edit).unwrap();
    world.say(by, Draft::of(change, when(on)));
}
fn make(world: &mut World, by: DeviceId, on: &str, edit: impl FnOnce(&mut Contact)) -> Opened {
    let change = saving(&world.state, edit).unwrap();
    world.make(by, &Draft::of(change, when(on)), Some(1_790_000_000_000))
}

#[test]
fn only_what_changes_is_recorded_and_what_did_not_is_no_event() {
    let mut world = World::new();
    assert_eq!(saving(&world.state, |_| {}), None, "a default that nobody chose is not written");
    save(&mut world, phone(), "2026-11-20 10:00", |c| c.name = "Lotte".into());
    assert_eq!(saving(&world.state, |_| {}), None);
    let change = saving(&world.state, |c| c.phone = Some("1 2/3".into())).unwrap();
    assert_eq!(change.fields.keys().collect::<Vec<_>>(), ["phone"]);
    save(&mut world, phone(), "2026-11-20 10:01", |c| {
        c.numbers.insert("a/b~c".into(), Number { text: "7".into(), minutes: 15 });
    });
    assert_eq!(read(&world.state).numbers.get("a/b~c").unwrap().minutes, 15);
    save(&mut world, phone(), "2026-11-20 10:02", |c| c.numbers = SortedMap::new());
    assert_eq!(read(&world.state), Contact { name: "Lotte".into(), ..Contact::default() });
    assert!(conflicts(&world.state).is_empty(), "one device knows what it wrote");
}

#[test]
fn what_another_build_keeps_in_a_model_stays_when_this_one_saves_its_own() {
    let mut world = World::new();
    let later = LaterContact { name: "Lotte".into(), street: "Am Fluss 1".into() };
    let change = model::change(&world.state, &later).unwrap().unwrap();
    world.say(tablet(), Draft::of(change, when("2026-11-20 10:00")));
    save(&mut world, phone(), "2026-11-20 11:00", |c| c.name = "Jonas".into());
    let read: LaterContact = model::read(&world.state).unwrap();
    assert_eq!((read.name.as_str(), read.street.as_str()), ("Jonas", "Am Fluss 1"));
}

#[test]
fn a_list_or_a_fraction_is_refused_with_its_field() {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Bad {
        part: Part,
    }
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Part {
        list: Vec<u8>,
    }
    impl Model for Bad {
        const NAME: &'static str = "bad";
    }
    let error = model::change(&State::default(), &Bad::default()).unwrap_err();
    assert_eq!(error.field, "part/list");
}

#[test]
fn different_fields_merge_and_one_field_written_twice_unseen_is_a_conflict_until_it_is_settled() {
    let mut world = World::new();
    save(&mut world, phone(), "2026-11-20 10:00", |c| c.name = "Lotte".into());
    let by_phone = make(&mut world, phone(), "2026-11-20 11:00", |c| c.phone = Some("1".into()));
    let by_tablet = make(&mut world, tablet(), "2026-11-20 11:05", |c| {
        c.phone = Some("2".into());
        c.rings = true;
    });
    world.hear(by_tablet);
    assert!(conflicts(&world.state).is_empty());
    world.hear(by_phone);
    let found = conflicts(&world.state);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "phone");
    let values: Vec<_> = found[0].choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(values, ["\"1\"", "\"2\""], "both, with their authors");
    assert_eq!(found[0].choices[1].who.name.as_deref(), Some("Jonas"));
    assert!(read(&world.state).rings, "what nobody else wrote holds");
    assert_eq!(read(&world.state).phone.as_deref(), Some("2"), "the last is shown meanwhile");

    // Whoever saves something else has not been asked about it.
    save(&mut world, clinic(), "2026-11-20 12:00", |c| c.name = "Lotte B.".into());
    assert_eq!(conflicts(&world.state).len(), 1);
    save(&mut world, clinic(), "2026-11-20 12:05", |c| c.phone = Some("3".into()));
    assert!(conflicts(&world.state).is_empty(), "whoever writes it has seen both");
    assert_eq!(read(&world.state).phone.as_deref(), Some("3"));
}

#[test]
fn two_who_write_the_same_do_not_disagree() {
    let mut world = World::new();
    let one = make(&mut world, phone(), "2026-11-20 11:00", |c| c.name = "Lotte".into());
    let other = make(&mut world, tablet(), "2026-11-20 11:05", |c| c.name = "Lotte".into());
    world.hear(one);
    world.hear(other);
    assert!(conflicts(&world.state).is_empty());
}

#[test]
fn what_was_overwritten_comes_back_when_the_later_word_is_taken_back() {
    let mut world = World::new();
    save(&mut world, phone(), "2026-11-20 10:00", |c| c.name = "Lotte".into());
    let change = saving(&world.state, |c| c.name = "Jonas".into()).unwrap();
    let id = world.say(phone(), Draft::of(change, when("2026-11-20 11:00")));
    assert_eq!(read(&world.state).name, "Jonas");
    world.retract(phone(), id, "2026-11-20 12:00");
    assert_eq!(read(&world.state).name, "Lotte");
    assert!(conflicts(&world.state).is_empty());
}

#[test]
fn two_of_the_care_team_who_change_a_dose_unseen_disagree_until_one_changes_it_having_seen_both() {
    let mut world = World::with_dexamethasone();
    let change = |world: &World, dose: &str, on: &str| {
        let changed = shared_events::events::TreatmentChanged {
            treatment: support::treatment(1),
            from: support::at(on),
            dose: Some(support::tablets(dose)),
            instructions: None,
            rule: None,
            medicine: None,
            reason: None,
            after: SortedMap::new(),
        };
        let command = Command::Change(changed);
        let mut id = || EventId(uuid::Uuid::from_u128(0xffff));
        let decision = decide(&world.state, &command, &desk(clinic(), on), &mut id).unwrap();
        decision.events.into_iter().next().unwrap().1
    };
    let two = change(&world, "2", "2026-11-20 10:00");
    let three = change(&world, "3", "2026-11-20 11:00");
    world.say(clinic(), two);
    assert!(conflicts(&world.state).is_empty());
    world.say(clinic(), three);
    let found = conflicts(&world.state);
    assert_eq!(found.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["dose"]);
    let settled = change(&world, "3", "2026-11-20 12:00");
    let Event::TreatmentChanged(data) = &settled.event else { panic!("a change") };
    assert_eq!(data.after.get("dose").unwrap().len(), 2, "it has seen both");
    world.say(clinic(), settled);
    assert!(conflicts(&world.state).is_empty());
}

proptest! {
    /// Devices write fields of one model, each knowing some of what the others wrote.
    #[test]
    fn any_order_of_arrival_finds_the_same_values_and_conflicts(
        writes in prop::collection::vec((0_usize..3, 0_usize..3, 0_u8..4, any::<bool>()), 1..9),
        order in Just(()).prop_perturb(|(), mut rng| rng.next_u64()),
    ) {
        let devices = [phone(), tablet(), clinic()];
        let mut world = World::new();
        let base = world.state.clone();
        let mut known = [base.clone(), base.clone(), base.clone()];
        let mut events: Vec<Opened> = Vec::new();
        for (n, (by, of, value, hears)) in writes.into_iter().enumerate() {
            if hears {
                for event in &events {
                    known[by].apply(event.clone());
                }
            }
            let edit = |c: &mut Contact| match of {
                0 => c.name = value.to_string(),
                1 => c.phone = (value > 0).then(|| value.to_string()),
                _ => { c.numbers.or_default("x".into()).minutes = i64::from(value); }
            };
            let Some(change) = saving(&known[by], edit) else { continue };
            let on = format!("2026-11-20 10:{n:02}");
            let event = world.make(devices[by], &Draft::of(change, when(&on)), Some(1_790_000_000_000));
            known[by].apply(event.clone());
            events.push(event);
        }
        let fold = |events: &[Opened]| {
            let mut state = base.clone();
            for event in events {
                state.apply(event.clone());
            }
            (read(&state), conflicts(&state))
        };
        let straight = fold(&events);
        let mut shuffled = events.clone();
        let mut seed = order;
        for i in (1..shuffled.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, usize::try_from(seed >> 33).unwrap() % (i + 1));
        }
        shuffled.extend(events.iter().take(2).cloned());
        prop_assert_eq!(fold(&shuffled), straight);
    }
}

#[test]
fn whoever_keeps_one_of_two_values_has_seen_both_and_that_settles_it() {
    use shared_events::settings::ContactPerson;
    let mut world = World::with_dexamethasone();
    let jonas = ContactPerson { name: "Jonas".into(), phone: String::new() };
    let eva = ContactPerson { name: "Eva".into(), ..jonas.clone() };
    let both = [(phone(), &jonas), (tablet(), &eva)]
        .map(|(by, contact)| (by, model::change(&world.state, contact).unwrap().unwrap()));
    for (by, change) in both {
        world.say(by, Draft::of(change, when("2026-11-21 08:00")));
    }
    let [one] = <[_; 1]>::try_from(conflicts(&world.state)).unwrap();
    assert_eq!(one.field, "name");
    let kept = one.choices.iter().find(|choice| choice.value == r#""Jonas""#).unwrap();
    let keep = one.keep(&world.state, kept, when("2026-11-21 09:00")).unwrap();
    world.say(phone(), keep);
    assert_eq!(conflicts(&world.state), []);
    assert_eq!(model::read::<ContactPerson>(&world.state), Some(jonas));
}
