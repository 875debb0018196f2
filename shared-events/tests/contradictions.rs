//! Entries of one dose that cannot all be right: which rule finds them, and what each answer records. Dexamethasone is
//! planned at 08:00 and 20:00 in Berlin.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod support;

use proptest::prelude::*;
use shared_events::{
    commands,
    content::Role,
    events::Event,
    ids::{DeviceId, EventId},
    plan::DoseKey,
    settle::settle,
    state::{Opened, State},
    views::{
        Answer, Contradiction, DoseStatus, Part, Question, Rule, Said, Who, contradictions, double_doses, why,
    },
};
use support::{World, clinic, date, phone, slot, tablet, treatment, when};

const DAY: &str = "2026-11-21";

fn morning() -> DoseKey {
    slot(DAY, "08:00")
}

fn skip(world: &mut World, by: DeviceId, on: &str) -> EventId {
    world.say(by, commands::skip(treatment(1), morning(), None, None, when(on)))
}

fn found(world: &World) -> Vec<Contradiction> {
    contradictions(&world.state, date(DAY))
}

fn only(world: &World) -> Contradiction {
    let [one] = <[_; 1]>::try_from(found(world)).unwrap();
    one
}

/// The ids of each side.
fn sides(of: &Contradiction) -> Vec<Vec<EventId>> {
    of.sides.iter().map(|side| side.iter().map(|fact| fact.id).collect()).collect()
}

fn answer(world: &mut World, by: DeviceId, answer: Answer) {
    let of = only(world);
    for draft in settle(&world.state, &of, answer, when("2026-11-21 12:00")) {
        world.say(by, draft);
    }
}

fn status(world: &World) -> DoseStatus {
    world.dose(&morning(), "2026-11-21 12:30").status
}

/// The doses of the day that no plan stands for, each with how often it was said.
fn extras(world: &World) -> Vec<(String, usize)> {
    let view = world.day(DAY, "2026-11-21 12:30");
    let said = |fact: &shared_events::views::FactView| match &fact.said {
        Said::Taken { amount } => {
            format!("{} at {}", amount.value.as_str(), fact.occurred_at.at.format("%H:%M"))
        }
        Said::Skipped { .. } => panic!("nothing that is left out is an extra dose"),
    };
    view.unplanned.iter().map(|extra| (said(&extra.facts[0]), extra.facts.len())).collect()
}

#[test]
fn taken_and_skipped_is_settled_by_keeping_either_and_cannot_both_be() {
    for (kept, expected) in [(0, "taken"), (1, "skipped")] {
        let mut world = World::with_dexamethasone();
        let taken = world.take(phone(), morning(), "1", "2026-11-21 08:00");
        let witness = world.take(phone(), morning(), "1", "2026-11-21 08:03");
        let skipped = skip(&mut world, phone(), "2026-11-21 07:30");
        let of = only(&world);
        assert_eq!((of.rule, sides(&of)), (Rule::TakenAndSkipped, vec![vec![taken, witness], vec![skipped]]));
        assert!(!of.may_answer(Answer::All, |_| true));
        assert_eq!(settle(&world.state, &of, Answer::All, when("2026-11-21 12:00")).len(), 0);
        answer(&mut world, phone(), Answer::Only(kept));
        assert_eq!(found(&world), []);
        match status(&world) {
            DoseStatus::Taken { .. } => assert_eq!(expected, "taken"),
            DoseStatus::Skipped { .. } => assert_eq!(expected, "skipped"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn eleven_minutes_apart_are_two_times_and_ten_are_one_dose() {
    for (again, rules) in [("08:10", vec![]), ("08:11", vec![Rule::TwoTimes])] {
        let mut world = World::with_dexamethasone();
        world.take(phone(), morning(), "1", "2026-11-21 08:00");
        world.take(tablet(), morning(), "1", &format!("2026-11-21 {again}"));
        assert_eq!(found(&world).iter().map(|of| of.rule).collect::<Vec<_>>(), rules, "{again}");
    }
}

#[test]
fn another_amount_within_ten_minutes_is_a_question_of_the_amount_and_later_one_of_the_time() {
    for (again, rule) in [("08:10", Rule::TwoAmounts), ("08:11", Rule::TwoTimes)] {
        let mut world = World::with_dexamethasone();
        let first = world.take(phone(), morning(), "1", "2026-11-21 08:00");
        let second = world.take(phone(), morning(), "2", &format!("2026-11-21 {again}"));
        let of = only(&world);
        assert_eq!((of.rule, sides(&of)), (rule, vec![vec![first], vec![second]]), "{again}");
        answer(&mut world, phone(), Answer::Only(1));
        assert_eq!(found(&world), []);
        assert_eq!(world.dose(&morning(), "2026-11-21 12:30").facts[0].id, second);
        assert_eq!(extras(&world), []);
    }
}

#[test]
fn the_same_amount_written_otherwise_is_no_other_amount() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    world.take(tablet(), morning(), "1.0", "2026-11-21 08:01");
    assert_eq!(found(&world), []);
}

#[test]
fn when_both_were_taken_the_later_one_is_a_dose_of_its_own() {
    for (amount, again) in [("1", "2026-11-21 10:00"), ("0.5", "2026-11-21 08:05")] {
        let mut world = World::with_dexamethasone();
        let first = world.take(phone(), morning(), "1", "2026-11-21 08:00");
        let second = world.take(phone(), morning(), amount, again);
        answer(&mut world, phone(), Answer::All);
        assert_eq!((found(&world), double_doses(&world.state, date(DAY))), (vec![], vec![]));
        assert_eq!(status(&world), DoseStatus::Taken { at: when("2026-11-21 08:00") });
        assert_eq!(extras(&world), [(format!("{amount} at {}", &again[11..]), 1)]);

        let steps = why(&world.state, &Question::Dose(treatment(1), morning()));
        let part = |id| steps.iter().find(|step| step.id == id).unwrap().part.clone();
        let told: Vec<_> = steps.iter().map(|step| (step.kind.as_str(), step.caused_by)).collect();
        assert_eq!(
            told[3..],
            [("MedicineTaken", Some(second)), ("EventRetracted", None)],
            "first the dose of its own, then what it stands for is taken back",
        );
        assert_eq!((part(first), part(second)), (Part::Holds, Part::TakenBackBy(vec![steps[4].id])));
        let steps = why(&world.state, &Question::Extra(treatment(1), steps[3].id));
        let parts: Vec<_> = steps.iter().map(|step| &step.part).collect();
        assert!(
            matches!(parts[..], [Part::Holds, Part::TakenBackBy(_), Part::Holds, Part::Holds]),
            "{parts:?}"
        );
    }
}

#[test]
fn both_said_on_two_devices_at_once_is_one_dose_more_and_not_two() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    world.take(tablet(), morning(), "1", "2026-11-21 10:00");
    let of = only(&world);
    let (by_carer, by_clinic) = (
        settle(&world.state, &of, Answer::All, when("2026-11-21 12:00")),
        settle(&world.state, &of, Answer::All, when("2026-11-21 12:05")),
    );
    for (by, drafts) in [(tablet(), by_carer), (clinic(), by_clinic)] {
        for draft in drafts {
            world.say(by, draft);
        }
    }
    assert_eq!(found(&world), []);
    assert_eq!(extras(&world), [("1 at 10:00".to_owned(), 2)]);
    assert_eq!(status(&world), DoseStatus::Taken { at: when("2026-11-21 08:00") });
}

#[test]
fn two_amounts_of_a_second_time_stay_a_question_where_the_second_dose_is() {
    let mut world = World::with_dexamethasone();
    for (amount, at) in [("1", "08:00"), ("1", "10:00"), ("2", "10:04")] {
        world.take(phone(), morning(), amount, &format!("2026-11-21 {at}"));
    }
    let all = found(&world);
    assert_eq!(all.iter().map(|of| of.rule).collect::<Vec<_>>(), [Rule::TwoAmounts, Rule::TwoTimes]);
    for draft in settle(&world.state, &all[1], Answer::All, when("2026-11-21 12:00")) {
        world.say(phone(), draft);
    }
    let left = only(&world);
    assert_eq!((left.rule, left.key), (Rule::TwoAmounts, DoseKey::AsNeeded));
    assert_eq!(status(&world), DoseStatus::Taken { at: when("2026-11-21 08:00") });
    answer(&mut world, phone(), Answer::Only(1));
    assert_eq!((found(&world), extras(&world)), (vec![], vec![("2 at 10:04".to_owned(), 1)]));
}

#[test]
fn who_may_not_take_back_what_an_answer_takes_back_may_not_give_it() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    world.take(tablet(), morning(), "1", "2026-11-21 10:00");
    let of = only(&world);
    let may = |role| {
        let is_own = move |who: &Who| role == Role::CareTeam || who.role == role;
        [Answer::Only(0), Answer::Only(1), Answer::All].map(|answer| of.may_answer(answer, is_own))
    };
    assert_eq!(may(Role::Patient), [false, true, false]);
    assert_eq!(may(Role::Caregiver), [true, false, true]);
    assert_eq!(may(Role::CareTeam), [true, true, true]);
    assert!(!of.may_answer(Answer::Only(2), |_| true));
}

#[test]
fn an_answer_can_be_undone_and_the_question_is_there_again() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    world.take(phone(), morning(), "1", "2026-11-21 10:00");
    let before = only(&world);
    let drafts = settle(&world.state, &before, Answer::All, when("2026-11-21 12:00"));
    let said: Vec<_> = drafts.into_iter().map(|draft| world.say(phone(), draft)).collect();
    for id in said {
        world.retract(phone(), id, "2026-11-21 12:01");
    }
    assert_eq!((only(&world), extras(&world)), (before, vec![]));
}

/// Two devices that saw the same answer at once; then each hears of the other.
fn both_answer(world: &mut World, answers: [(DeviceId, Answer); 2]) {
    let of = only(world);
    let at_once =
        answers.map(|(by, answer)| (by, settle(&world.state, &of, answer, when("2026-11-21 12:00"))));
    for (by, drafts) in at_once {
        for draft in drafts {
            world.say(by, draft);
        }
    }
}

#[test]
fn two_answers_that_exclude_each_other_take_nothing_back_and_the_question_is_there_again() {
    let mut world = World::with_dexamethasone();
    let taken = world.take(phone(), morning(), "1", "2026-11-21 08:00");
    let skipped = skip(&mut world, phone(), "2026-11-21 08:30");
    let before = only(&world);
    for _ in 0..2 {
        both_answer(&mut world, [(phone(), Answer::Only(0)), (clinic(), Answer::Only(1))]);
        let again = only(&world);
        assert_eq!((again.rule, sides(&again)), (before.rule, vec![vec![taken], vec![skipped]]));
        let mut against: Vec<_> = again.earlier.iter().map(|answer| answer.target).collect();
        against.sort_unstable();
        against.dedup();
        assert_eq!(against, [taken, skipped]);
        // The patient can go along with what she said; what the care team said only they can take back.
        let may = [Answer::Only(0), Answer::Only(1)]
            .map(|answer| again.may_answer(answer, |who| who.role == Role::Patient));
        assert_eq!(may, [false, true]);
    }
    answer(&mut world, clinic(), Answer::Only(0));
    assert_eq!(found(&world), []);
    assert_eq!(status(&world), DoseStatus::Taken { at: when("2026-11-21 08:00") });
}

#[test]
fn two_people_who_answer_the_same_have_answered() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    skip(&mut world, phone(), "2026-11-21 08:30");
    both_answer(&mut world, [(phone(), Answer::Only(1)), (clinic(), Answer::Only(1))]);
    assert_eq!(found(&world), []);
    assert!(matches!(status(&world), DoseStatus::Skipped { .. }));
}

#[test]
fn what_was_taken_back_in_favour_of_an_entry_is_there_again_when_that_is_undone() {
    let mut world = World::with_dexamethasone();
    let taken = world.take(phone(), morning(), "1", "2026-11-21 08:00");
    let skipped = skip(&mut world, phone(), "2026-11-21 08:30");
    answer(&mut world, phone(), Answer::Only(1));
    world.retract(phone(), skipped, "2026-11-21 12:10");
    assert_eq!(status(&world), DoseStatus::Taken { at: when("2026-11-21 08:00") });
    world.retract(phone(), taken, "2026-11-21 12:11");
    assert!(!logged(&world.state));
}

#[test]
fn a_dose_before_the_days_that_are_looked_at_is_not_asked_about_any_more() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), morning(), "1", "2026-11-21 08:00");
    world.take(phone(), morning(), "1", "2026-11-21 10:00");
    assert_eq!(contradictions(&world.state, date("2026-11-22")), []);
}

/// What two devices say of one dose: minutes after 08:00, and tablets (none: left out).
fn entries() -> impl Strategy<Value = Vec<(bool, u32, u8)>> {
    prop::collection::vec((any::<bool>(), 0_u32..40, 0_u8..3), 0..7)
}

fn world_of(entries: &[(bool, u32, u8)]) -> (World, Vec<Opened>) {
    let mut world = World::with_dexamethasone();
    let said = entries.iter().map(|&(on_tablet, minute, tablets)| {
        let by = if on_tablet { tablet() } else { phone() };
        let at = when(&format!("2026-11-21 08:{minute:02}"));
        let draft = match tablets {
            0 => commands::skip(treatment(1), morning(), None, None, at),
            n => commands::take(treatment(1), morning(), support::tablets(&n.to_string()), at),
        };
        let received = u64::try_from(at.at.timestamp_millis()).unwrap();
        world.make(by, &draft, Some(received))
    });
    let said: Vec<_> = said.collect();
    for event in &said {
        world.hear(event.clone());
    }
    (world, said)
}

proptest! {
    #[test]
    fn the_questions_are_the_same_in_any_order_of_arrival(entries in entries(), seed in any::<u64>()) {
        let (world, mut said) = world_of(&entries);
        // A shuffle of its own, so that the case is the seed.
        let mut seed = seed;
        for i in (1..said.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            said.swap(i, usize::try_from((seed >> 33) % (i as u64 + 1)).unwrap());
        }
        let mut other = World::with_dexamethasone().state;
        for event in said {
            other.apply(event);
        }
        prop_assert_eq!(contradictions(&other, date(DAY)), contradictions(&world.state, date(DAY)));
    }

    #[test]
    fn every_side_is_of_other_entries_and_a_double_dose_is_always_asked_about(entries in entries()) {
        let (world, _) = world_of(&entries);
        let all = found(&world);
        for of in &all {
            prop_assert!(of.sides.len() > 1 && of.sides.iter().all(|side| !side.is_empty()));
            let mut ids: Vec<_> = sides(of).concat();
            let many = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), many);
        }
        let asked = all.iter().any(|of| of.rule != Rule::TakenAndSkipped);
        prop_assert_eq!(asked, !double_doses(&world.state, date(DAY)).is_empty());
    }

    #[test]
    fn whatever_two_people_answer_at_once_the_dose_stays_logged_and_can_be_settled(
        entries in entries(),
        answers in prop::collection::vec((0_usize..20, 0_usize..3), 4),
    ) {
        let (mut world, _) = world_of(&entries);
        let was_logged = logged(&world.state);
        let all = found(&world);
        let mut at_once = Vec::new();
        for (number, (of, choice)) in answers.into_iter().enumerate() {
            let Some(of) = all.get(of % all.len().max(1)) else { continue };
            let answer = match choice {
                2 if of.rule != Rule::TakenAndSkipped => Answer::All,
                n => Answer::Only(n % of.sides.len()),
            };
            // Two of the care team, on two devices: both may take back anything.
            let by = if number % 2 == 0 { clinic() } else { support::server() };
            let drafts = settle(&world.state, of, answer, when("2026-11-21 12:00"));
            at_once.extend(drafts.into_iter().map(|draft| (by, draft)));
        }
        for (by, draft) in at_once {
            world.say(by, draft);
        }
        prop_assert_eq!(logged(&world.state), was_logged);
        for _ in 0..40 {
            let Some(of) = found(&world).into_iter().next() else { break };
            for draft in settle(&world.state, &of, Answer::Only(0), when("2026-11-21 12:30")) {
                world.say(clinic(), draft);
            }
        }
        prop_assert_eq!(found(&world), []);
        prop_assert_eq!(logged(&world.state), was_logged);
    }

    #[test]
    fn answering_what_is_asked_ends_all_questions_and_leaves_the_dose_logged(
        entries in entries(),
        choices in prop::collection::vec(0_usize..3, 40),
    ) {
        let (mut world, _) = world_of(&entries);
        let was_logged = logged(&world.state);
        for choice in choices {
            let Some(of) = found(&world).into_iter().next() else { break };
            let answer = match choice {
                2 if of.rule != Rule::TakenAndSkipped => Answer::All,
                n => Answer::Only(n % of.sides.len()),
            };
            for draft in settle(&world.state, &of, answer, when("2026-11-21 12:00")) {
                world.say(clinic(), draft);
            }
        }
        prop_assert_eq!(found(&world), []);
        prop_assert_eq!(logged(&world.state), was_logged);
    }
}

fn logged(state: &State) -> bool {
    let of_dose = |event: &Event| match event {
        Event::MedicineTaken(e) => e.dose == morning(),
        Event::MedicineSkipped(e) => e.dose == morning(),
        _ => false,
    };
    state.entities().any(|entity| state.holding(entity).any(|(_, event)| of_dose(event)))
}
