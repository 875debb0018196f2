//! Folding the same set of events gives the same state and the same views in any order of arrival, with any
//! duplication, any split into batches, from any checkpoint (invariant 4).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use chrono::{DateTime, Days, FixedOffset, NaiveTime, TimeDelta};
use proptest::prelude::*;
use shared_events::{
    checkpoint::{CheckpointError, Segment},
    commands,
    content::{AppointmentId, Entity, Month, OccurredAt, Precision, TaskId},
    draft::{Clear, Draft},
    events::{
        AppointmentRescheduled, AppointmentScheduled, DeviceEnrolled, Event, EventRetracted, TaskAssigned,
        ZoneChanged,
    },
    ids::{EventId, Hash, Hlc, Ordinal, Sequence},
    state::{Opened, State},
    views::{Coverage, DayView, DoseStatus, appointments, day, double_doses, history, medicines, tasks},
};
use support::*;
use uuid::Uuid;

/// One event to be made: what, by whom, of which treatment, when, about which other, and how it arrives.
#[derive(Clone, Debug)]
struct Act {
    what: u8,
    who: u128,
    which: u128,
    minute: i64,
    target: u64,
    arrives: Vec<Arrival>,
}

/// How one copy of an event comes.
#[derive(Clone, Copy, Debug)]
enum Arrival {
    Sent,
    Logged,
    LoggedAnew,
    UnderAnotherLink,
    UnderAnotherLinkLogged,
    WithoutItsKey,
    LoggedWithoutItsKey,
    WithPadding,
    AsATwin,
    AsALoggedTwin,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    use Arrival::*;
    let all = [
        Sent,
        Logged,
        LoggedAnew,
        UnderAnotherLink,
        UnderAnotherLinkLogged,
        WithoutItsKey,
        LoggedWithoutItsKey,
        WithPadding,
        AsATwin,
        AsALoggedTwin,
    ];
    prop_oneof![4 => Just(Sent), 6 => Just(Logged), 5 => prop::sample::select(all.to_vec())]
}

fn act() -> impl Strategy<Value = Act> {
    let arrives = prop::collection::vec(arrival(), 1..4);
    (0..17_u8, 1..6_u128, 1..3_u128, 0..4320_i64, 0..30_u64, arrives).prop_map(
        |(what, who, which, minute, target, arrives)| Act { what, who, which, minute, target, arrives },
    )
}

fn instant(minute: i64) -> DateTime<FixedOffset> {
    at("2026-11-29 22:00") + TimeDelta::minutes(minute)
}

fn draft(act: &Act) -> (Draft, Clear) {
    let when = OccurredAt { at: instant(act.minute), precision: Precision::Minute };
    let (of, task) = (treatment(act.which), TaskId(Uuid::from_u128(act.which)));
    let on = (when.at.date_naive() - Days::new(act.target % 2)).to_string();
    let key = slot(&on, if act.minute % 2 == 0 { "08:00" } else { "20:00" });
    let event = match act.what {
        0 => return (commands::prescribe(plan(act), when).unwrap(), Clear::default()),
        1 => return (commands::stop(of, instant(act.minute * 2), None, when), Clear::default()),
        2..=5 => return (commands::take(of, key, tablets("1"), when), Clear::default()),
        6 => return (commands::skip(of, key, None, None, when), Clear::default()),
        7 => return (commands::complete_task(task, None, when), Clear::default()),
        8 => return (commands::reopen_task(task, when), Clear::default()),
        9 => {
            let date = Some(when.at.date_naive() + Days::new(act.target / 2))
                .filter(|_| act.target.is_multiple_of(2));
            Event::TaskAssigned(TaskAssigned { task, title: "t".into(), hint: None, date, icon: None })
        }
        10 => Event::ZoneChanged(ZoneChanged {
            zone: ["Europe/Berlin", "Asia/Tokyo", "Nowhere"][usize::try_from(act.target % 3).unwrap()].into(),
            from: instant(act.minute),
        }),
        11 => {
            let role = [shared_events::content::Role::Patient, shared_events::content::Role::CareTeam]
                [usize::try_from(act.target % 2).unwrap()];
            let device = device(1 + u128::from(act.target % 5));
            let enrolled = DeviceEnrolled { device, role, name: "phone".into(), person: None };
            return commands::enrol_device(enrolled, vec![], when);
        }
        12 => Event::AppointmentScheduled(AppointmentScheduled {
            appointment: AppointmentId(task.0),
            title: "a".into(),
            date: when.at.date_naive(),
            at: NaiveTime::MIN,
            zone: "Asia/Tokyo".into(),
            minutes: None,
            place: None,
            with: None,
            bring: None,
        }),
        13 => Event::AppointmentRescheduled(AppointmentRescheduled {
            appointment: AppointmentId(task.0),
            date: when.at.date_naive() + Days::new(act.target % 3),
            at: NaiveTime::MIN,
            zone: None,
            minutes: None,
            place: None,
            reason: None,
        }),
        _ => {
            // Of an event before or after it, itself, another retraction, or one that never comes.
            let target = EventId(Uuid::from_u128(u128::from(act.target)));
            let mut draft = Draft::new(
                Event::EventRetracted(EventRetracted { target, reason: None }),
                when.at,
                when.precision,
            );
            let doses = Entity::Doses(of, shared_events::content::Month::of(when.at.date_naive()));
            draft.about = match act.what {
                14 => vec![doses],
                15 => vec![Entity::Task(task)],
                _ => vec![Entity::Treatment(of), doses],
            };
            return (draft, Clear::default());
        }
    };
    (Draft::new(event, when.at, when.precision), Clear::default())
}

fn plan(act: &Act) -> shared_events::events::TreatmentPrescribed {
    prescription(
        act.which,
        "Dexamethasone",
        if act.target.is_multiple_of(2) { &["08:00", "20:00"] } else { &["20:00"] },
    )
}

/// All copies of all events, as they will arrive in some order.
fn arrivals(acts: &[Act]) -> Vec<Opened> {
    (1..).zip(acts).flat_map(|(n, act)| act.arrives.iter().map(move |how| arriving(n, act, *how))).collect()
}

fn arriving(n: u64, act: &Act, how: Arrival) -> Opened {
    let (draft, clear) = draft(act);
    let received = u64::try_from(instant(act.minute).timestamp_millis()).unwrap() + 5000 - act.target * 500;
    let sent = opened(n, device(act.who), &draft, clear.clone(), None);
    let mut logged = opened(n, device(act.who), &draft, clear, Some(received));
    // A version of tomorrow: kept, and freezes its plan if it is one.
    if act.target == 7 {
        logged = reworded(logged, |h| h.version = "2031-01-01".into());
    }
    let sent = Opened { header: logged.header.clone(), ..sent };
    let relinked = |mut event: Opened| {
        event.link.device = device(act.who + 10);
        event.link.sequence = Sequence::new(n + 100).unwrap();
        event
    };
    let anew = |mut event: Opened| {
        if let Some(receipt) = &mut event.receipt {
            receipt.received_ms += 60_000;
            receipt.ordinal = Ordinal::new(n + 1000).unwrap();
            receipt.stream = Hash([7; 32]);
        }
        event
    };
    let twin = |event: Opened| reworded(event, |h| h.recorded_at = Hlc(h.recorded_at.0 + 9));
    match how {
        Arrival::Sent => sent,
        Arrival::Logged => logged,
        Arrival::LoggedAnew => anew(logged),
        Arrival::UnderAnotherLink => relinked(sent),
        Arrival::UnderAnotherLinkLogged => relinked(logged),
        Arrival::WithoutItsKey => Opened { content: None, ..sent },
        Arrival::LoggedWithoutItsKey => Opened { content: None, ..anew(logged) },
        Arrival::WithPadding => Opened { content: sent.content.map(|c| c + "      "), ..sent },
        Arrival::AsATwin => twin(sent),
        Arrival::AsALoggedTwin => twin(anew(logged)),
    }
}

fn fold<'a>(events: impl IntoIterator<Item = &'a Opened>) -> State {
    let mut state = State::default();
    for event in events {
        assert!(state.apply(event.clone()));
    }
    state
}

/// By way of a checkpoint: its segments, read in the other order.
fn thawed(state: &State) -> State {
    let segments: Vec<_> = state.segments().into_iter().rev().map(|s| state.write_segment(s)).collect();
    State::from_checkpoint(segments.iter().map(Vec::as_slice)).unwrap()
}

/// All that people see of these days.
fn seen(state: &State) -> String {
    let start = date("2026-11-29");
    let now = instant(2000).to_utc();
    let days = (0..5).map(|n| {
        let on = start + Days::new(n);
        (
            day(state, on, now, Coverage::ALL),
            tasks(state, on, now, Coverage::ALL),
            appointments(state, &(on..=on)),
        )
    });
    let days: Vec<_> = days.collect();
    let rest = (medicines(state), double_doses(state, start), history(state, None, 40));
    format!("{days:?} {rest:?}")
}

fn same(a: &State, b: &State) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.hash(), b.hash());
    prop_assert_eq!(seen(a), seen(b));
    prop_assert_eq!(a, b);
    Ok(())
}

fn shuffled() -> impl Strategy<Value = (Vec<Opened>, Vec<Opened>)> {
    prop::collection::vec(act(), 1..24).prop_flat_map(|acts| {
        let all = arrivals(&acts);
        (Just(all.clone()), Just(all).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_does_not_matter((all, shuffled) in shuffled()) {
        same(&fold(&all), &fold(&shuffled))?;
    }

    #[test]
    fn what_comes_again_changes_nothing((all, shuffled) in shuffled()) {
        let state = fold(&all);
        let mut again = state.clone();
        for event in shuffled.iter().chain(&all) {
            again.apply(event.clone());
        }
        same(&state, &again)?;
    }

    #[test]
    fn checkpoints_between_batches_do_not_matter((all, shuffled) in shuffled(), cuts in prop::collection::vec(0..70_usize, 0..4)) {
        let mut state = State::default();
        for (n, event) in shuffled.iter().enumerate() {
            if cuts.contains(&n) {
                state = thawed(&state);
            }
            state.apply(event.clone());
        }
        same(&fold(&all), &thawed(&state))?;
    }

    #[test]
    fn a_month_alone_says_the_same_of_its_days_or_that_it_is_loading((all, _) in shuffled()) {
        let whole = fold(&all);
        let december = date("2026-12-01");
        let kept = whole.write_segments(|s| !matches!(s, Segment::Month(month) if month < Month::of(december)));
        let part = State::from_checkpoint(kept.values().map(Vec::as_slice)).unwrap();
        let doses_from_ms = december.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        let coverage = Coverage { doses_from_ms, ..Coverage::ALL };
        let now = instant(2000).to_utc();
        for on in date("2026-11-29").iter_days().take(5) {
            if on >= december {
                prop_assert_eq!(tasks(&whole, on, now, Coverage::ALL), tasks(&part, on, now, coverage));
                let visits = |state: &State| appointments(state, &(on..=on));
                prop_assert_eq!(visits(&whole), visits(&part));
            }
            let [of_whole, of_part] = [(&whole, Coverage::ALL), (&part, coverage)].map(|(s, c)| day(s, on, now, c));
            let doses = |view: &DayView| view.slots.iter().flat_map(|slot| slot.doses.clone()).collect::<Vec<_>>();
            if on > december {
                // Which of yesterday's are open is of yesterday.
                prop_assert_eq!((doses(&of_whole), &of_whole.unplanned), (doses(&of_part), &of_part.unplanned));
            }
            for (one, other) in doses(&of_whole).iter().zip(doses(&of_part)) {
                // "Update before taking" is said of a plan, however little is known of what was taken.
                let says_nothing = matches!(other.status, DoseStatus::StillLoading | DoseStatus::Frozen);
                prop_assert!(other.status == one.status || says_nothing, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn what_is_taken_out_was_never_there((all, shuffled) in shuffled(), gone in prop::collection::btree_set(1..24_u128, 0..6)) {
        let id = |event: &Opened| shared_events::record::Header::parse(&event.header).unwrap().id;
        let is_gone = |event: &&Opened| gone.contains(&id(event).0.as_u128());
        let mut state = fold(&shuffled);
        gone.iter().for_each(|n| state.remove(EventId(Uuid::from_u128(*n))));
        same(&fold(all.iter().filter(|e| !is_gone(e))), &state)?;
    }

    #[test]
    fn what_the_log_says_is_what_counts_of_an_event((all, _) in shuffled()) {
        let state = fold(&all);
        for event in all.iter().filter(|e| e.receipt.is_some()) {
            let id = shared_events::record::Header::parse(&event.header).unwrap().id;
            let receipt = state.entry(id).map(|e| e.receipt).or_else(|| state.unopened_entry(id).map(|u| u.receipt()));
            prop_assert!(receipt.flatten().is_some_and(|r| r.received_ms >= event.receipt.unwrap().received_ms));
        }
    }
}

#[test]
fn a_checkpoint_of_another_build_is_discarded() {
    let world = World::with_dexamethasone();
    let segment = world.state.segments().into_iter().next().unwrap();
    assert_eq!(segment.to_string(), "always");
    let bytes = world.state.write_segment(segment);
    let other = [&Hash::ZERO.0[..], &bytes[32..]].concat();
    let mut state = State::default();
    assert_eq!(state.read_segment(&other), Err(CheckpointError::OtherBuild));
    assert_eq!(state.read_segment(b"not a checkpoint"), Err(CheckpointError::Unreadable));
    for cut in [33, bytes.len() - 1] {
        assert_eq!(state.read_segment(&bytes[..cut]), Err(CheckpointError::Unreadable));
    }
    assert_eq!(state, State::default());
    assert_eq!(state.read_segment(&bytes), Ok(()));
    assert_eq!(state.hash(), world.state.hash());
}

#[test]
fn what_happened_is_kept_by_month_and_a_month_can_be_read_alone() {
    let mut world = World::with_dexamethasone();
    world.take(phone(), slot("2026-11-21", "08:00"), "1", "2026-11-21 08:00");
    let december = world.take(phone(), slot("2026-12-01", "08:00"), "1", "2026-12-01 08:00");
    let names: Vec<_> = world.state.segments().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["always", "2026-11", "2026-12"]);
    let bytes = world.state.write_segment(world.state.segment_of(december));
    let alone = State::from_checkpoint([bytes.as_slice()]).unwrap();
    assert_eq!(alone.entries().map(|e| e.id()).collect::<Vec<_>>(), [december]);
}

#[test]
fn retractions_in_a_circle_take_nothing_back() {
    let mut world = World::with_dexamethasone();
    let taken = world.take(phone(), slot("2026-11-21", "08:00"), "1", "2026-11-21 08:00");
    let first = world.retract(phone(), taken, "2026-11-21 08:01");
    assert!(!world.state.is_live(world.state.entry(taken).unwrap()));
    // The next two are made to retract each other: ids are known beforehand to whoever makes them.
    let ids: Vec<_> = (0..2).map(|n| EventId(Uuid::from_u128(first.0.as_u128() + 1 + n))).collect();
    let about = world.state.entry(taken).unwrap().content.about.clone();
    for target in [ids[1], ids[0]] {
        let event = Event::EventRetracted(EventRetracted { target, reason: None });
        let mut draft = Draft::new(event, at("2026-11-21 08:02"), Precision::Minute);
        draft.about.clone_from(&about);
        world.say(phone(), draft);
    }
    let live = |id| world.state.is_live(world.state.entry(id).unwrap());
    assert_eq!((live(taken), live(first), live(ids[0]), live(ids[1])), (false, true, false, false));
}
