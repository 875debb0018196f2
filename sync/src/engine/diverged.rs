//! What a device asks of a server that was put back to an older copy.

use shared_events::ids::{DeviceId, Generation, Hash, LogId, Ordinal, PatientId, Sequence};
use uuid::Uuid;

use super::{Answer, Attempt, Engine, Input, Leadership, Moment, Output, Trouble};
use crate::{
    platform::Now,
    protocol::{CareTeam, Cursor, LiveAnswer, Place, PullAnswer},
    store::{Identity, Moved, Progress, Summary},
};

const PAGES: u64 = 3;

pub(super) fn identity() -> Identity {
    Identity {
        patient: PatientId(Uuid::from_u128(1)),
        device: DeviceId(Uuid::from_u128(2)),
        role: shared_events::content::Role::Patient,
        person: "Marta".into(),
        spki: vec![1],
        key: Hash::ZERO,
        log: LogId(Uuid::from_u128(3)),
        generation: Generation::new(1).unwrap(),
        care_team: CareTeam { name: "the day unit".into(), phone: None },
    }
}

/// Everything up to `through` in that life of the log.
fn cursor(generation: u64, through: u64) -> Cursor {
    let through = Ordinal::new(through).unwrap();
    Cursor {
        log: identity().log,
        generation: Generation::new(generation).unwrap(),
        base: through,
        standing: through,
        low: Ordinal::ZERO,
        through,
        stream: Hash::ZERO,
    }
}

fn place(cursor: &Cursor) -> Place {
    let Cursor { log, generation, through, .. } = *cursor;
    Place { log, generation, mark: Sequence::ZERO, tail: through, logged: through, now_ms: 1_000 }
}

fn empty_page(attempt: Attempt, cursor: Cursor) -> Answer {
    let place = place(&cursor);
    let answer = PullAnswer { records: Vec::new(), cursor, low_received_ms: 0, place };
    Answer::Pull { attempt, result: Ok(answer) }
}

fn at(monotonic_ms: u64) -> Moment {
    Moment { now: Now { wall_ms: 1_000, monotonic_ms }, random: 0 }
}

fn pull_in(outputs: &[Output]) -> Option<Attempt> {
    outputs.iter().find_map(|output| match output {
        Output::Pull { attempt, .. } => Some(*attempt),
        _ => None,
    })
}

/// A device that holds all of the log's first life and waits for more.
fn waiting(known: Progress) -> (Engine, Attempt) {
    let mut engine = Engine::new(&identity());
    let summary = Summary { progress: Some(known), last_page: PAGES, ..Summary::default() };
    engine.handle(Input::Seen { summary, held: Vec::new() }, at(0));
    let outputs = engine.handle(Input::Leadership(Leadership::Leader), at(0));
    let waiting = outputs.iter().find_map(|output| match output {
        Output::Live { attempt, .. } => Some(*attempt),
        _ => None,
    });
    (engine, waiting.unwrap())
}

#[test]
fn it_is_asked_with_growing_pauses_and_pulled_from_the_beginning_in_a_later_life() {
    let known = Progress { cursor: cursor(1, 9), low_received_ms: 0, pages_after: 0 };
    let (mut engine, attempt) = waiting(known);
    let behind = LiveAnswer { place: place(&cursor(1, 5)) };
    let live = Answer::Live { attempt, result: Ok(behind) };
    let mut outputs = engine.hear(live, at(0));
    assert_eq!(engine.status().trouble, Some(Trouble::Diverged));

    let (mut now_ms, mut pauses) = (0, Vec::new());
    for _ in 0..8 {
        let asked = pull_in(&outputs).expect("it is asked");
        let after = engine.hear(empty_page(asked, cursor(1, 9)), at(now_ms));
        assert_eq!(pull_in(&after), None, "not at once");
        let wake = after.iter().find_map(|output| match output {
            Output::Wake { at_ms } => Some(*at_ms),
            _ => None,
        });
        pauses.push(wake.unwrap() - now_ms);
        now_ms = wake.unwrap();
        outputs = engine.handle(Input::Tick, at(now_ms));
    }
    assert!(pauses.is_sorted() && pauses[7] > 50 * pauses[0], "{pauses:?}");
    assert_eq!(engine.status().trouble, Some(Trouble::Diverged), "nobody has said that the copy stays");

    let outputs = engine.hear(empty_page(pull_in(&outputs).unwrap(), cursor(2, 0)), at(now_ms));
    let stored = outputs.into_iter().find_map(|output| match output {
        Output::StorePage { attempt, from, to, .. } => Some((attempt, from, to)),
        _ => None,
    });
    let (attempt, from, to) = stored.expect("a page of the later life");
    assert_eq!((from, to.cursor, to.pages_after), (Some(known), cursor(2, 0), PAGES));
    engine.hear(Answer::PageStored { attempt, result: Ok(Moved::Stored) }, at(now_ms));
    assert_eq!((engine.status().trouble, engine.logged()), (None, Ordinal::ZERO));
}

#[test]
fn a_later_life_of_the_same_length_is_noticed() {
    let known = Progress { cursor: cursor(1, 9), low_received_ms: 0, pages_after: 0 };
    let (mut engine, attempt) = waiting(known);
    let same_length = LiveAnswer { place: place(&cursor(2, 9)) };
    let outputs = engine.hear(Answer::Live { attempt, result: Ok(same_length) }, at(0));
    assert_eq!(engine.status().trouble, Some(Trouble::Diverged));
    assert!(pull_in(&outputs).is_some(), "it is asked for its later life at once");
}
