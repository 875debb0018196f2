//! Opening the app with a long history: the first screen takes what it needs of the checkpoint, the rest follows, and
//! nothing is ever missing.

use chrono::Datelike as _;
use rivulet_sync::store::{Moved, Store as _, StoredCheckpoint};
use shared_events::{
    commands,
    content::{Entity, TaskId},
    draft::Draft,
    events::TaskAssigned,
    ids::Hash,
    views::{Coverage, DoseStatus},
};

use uuid::Uuid;

use crate::stage::{
    cast::Cast,
    phone::{Phone, Tab},
    plan::{
        APIXABAN, BISOPROLOL, at, days_ago, doses, evening, evening_of, evening_with, morning, takes, today,
    },
    tell,
    until::until_some,
};

/// The day of whose doses stories tell: four months back, which opening does not read.
const LONG_AGO: u64 = 130;

/// Two medicines, morning and evening, over these days.
fn taken(days: std::ops::Range<u64>) -> Vec<Draft> {
    let of_day = |day| {
        let date = days_ago(day);
        [APIXABAN, BISOPROLOL].into_iter().flat_map(move |medicine| {
            [(morning(), 8), (evening(), 20)]
                .map(|(slot, hour)| takes(medicine, date, slot, at(date, hour, 3)))
        })
    };
    days.flat_map(of_day).collect()
}

/// A phone with half a year of doses, all sent, and a checkpoint of them; closed again.
async fn with_history(cast: &Cast) -> (Phone, Hash) {
    let phone = cast.phone().await;
    let tab = phone.open().await;
    tab.record(taken(1..180)).await.expect("saved");
    tab.until_quiet().await;
    kept(&phone).await;
    let hash = tab.hash();
    (phone, hash)
}

async fn kept(phone: &Phone) -> StoredCheckpoint {
    until_some("a checkpoint is kept", async || phone.rows.checkpoint("").await.expect("memory")).await
}

fn entries(tab: &Tab) -> usize {
    tab.with_state(|state| state.entries().count())
}

#[test]
fn the_last_months_are_there_at_once_and_earlier_days_are_loading_until_they_are_read() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, whole) = with_history(&cast).await;
        let tab = phone.just_open().await;
        let all = tab.with_state(|state| state.entries().count());
        assert!(all < 420, "{all} entries are read: months too many");

        let coverage = tab.coverage();
        let recent: Vec<_> = (0..=7 + u64::from(today().day())).map(days_ago).collect();
        for date in &recent {
            assert_eq!(evening_of(&tab, *date), evening_with(&tab, *date, Coverage::ALL), "{date}");
        }
        let earlier = days_ago(LONG_AGO);
        assert!(!coverage.is_whole());
        let day = evening_of(&tab, earlier);
        assert!(doses(&day).all(|dose| dose.status == DoseStatus::StillLoading), "{day:?}");

        tab.reads_on().await;
        assert_eq!(tab.hash(), whole);
        for date in recent.iter().chain([&earlier]) {
            let day = evening_of(&tab, *date);
            assert!(doses(&day).all(|dose| dose.status != DoseStatus::StillLoading), "{day:?}");
        }
    });
}

#[test]
fn what_is_logged_of_a_month_that_is_not_read_yet_is_kept_with_it() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, _) = with_history(&cast).await;
        let tab = phone.just_open().await;
        let late = takes(APIXABAN, days_ago(LONG_AGO), morning(), at(days_ago(LONG_AGO), 9, 40));
        let late = tab.records(late).await;
        tab.reads_on().await;
        let before = entries(&tab);
        tab.set_leadership(rivulet_sync::engine::Leadership::Leader);
        tab.until_in_record(late).await;
        tab.until_quiet().await;
        assert_eq!(entries(&tab), before, "it was there once, and is");
        assert_eq!(cast.server.state_hash(cast.marta).await, tab.hash());
        let hash = tab.hash();
        drop(tab);
        assert_eq!(phone.open_another().await.hash(), hash);
    });
}

#[test]
fn what_has_changed_is_written_anew_and_nothing_else() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, _) = with_history(&cast).await;
        let before = kept(&phone).await;
        let tab = phone.open().await;
        // As many as make another checkpoint worth while, all of today; and one of long ago.
        let again = |n: u32| takes(APIXABAN, today(), morning(), at(today(), n / 60, n % 60));
        tab.record((0..210).map(again).collect()).await.expect("saved");
        tab.records(takes(APIXABAN, days_ago(LONG_AGO), morning(), at(days_ago(LONG_AGO), 9, 40))).await;
        tab.until_quiet().await;
        let (hash, frame) = (tab.hash(), before.frame.clone());
        let another = async || Some(kept(&phone).await).filter(|after| after.frame != frame);
        let after = until_some("another checkpoint is kept", another).await;
        let mut changed = Vec::new();
        for (name, part) in &after.parts {
            if !before.parts.contains(&(name.clone(), part.clone())) {
                changed.push(name.clone());
            }
        }
        let month = |days| days_ago(days).format("%Y-%m").to_string();
        // The month of the first checkpoint's last entries may have been under way.
        assert!(changed.contains(&month(0)) && changed.contains(&month(LONG_AGO)), "{changed:?}");
        assert!(!changed.contains(&month(100)) && !changed.contains(&month(160)), "{changed:?}");
        drop(tab);
        assert_eq!(phone.open_another().await.hash(), hash);
    });
}

#[test]
fn a_task_that_is_done_lies_in_its_month_and_moves_when_more_is_said_before_that_is_read() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open().await;
        let tasks: Vec<_> = (1..=40).map(|n| TaskId(Uuid::from_u128(n))).collect();
        let long_ago = at(days_ago(LONG_AGO), 9, 0);
        let done = tasks.iter().map(|task| commands::complete_task(*task, None, long_ago));
        tab.record(taken(1..180).into_iter().chain(done).collect()).await.expect("saved");
        tab.until_quiet().await;
        let before = kept(&phone).await;
        drop(tab);

        let tab = phone.just_open().await;
        let known = |tab: &Tab| {
            tab.with_state(|state| state.entities().filter(|e| matches!(e, Entity::Task(_))).count())
        };
        assert_eq!(known(&tab), 0, "no day that is shown needs them");
        // Said of what is not read: its month is known when the rest is.
        let earlier = at(days_ago(LONG_AGO + 40), 9, 0);
        tab.set_leadership(rivulet_sync::engine::Leadership::Leader);
        for said in [
            commands::complete_task(tasks[0], None, earlier),
            commands::reopen_task(tasks[1], at(today(), 0, 1)),
        ] {
            let id = tab.records(said).await;
            tab.until_in_record(id).await;
        }
        tab.reads_on().await;
        assert_eq!(known(&tab), tasks.len());
        let again = |n: u32| takes(APIXABAN, today(), morning(), at(today(), n / 60, n % 60));
        tab.record((0..210).map(again).collect()).await.expect("saved");
        tab.until_quiet().await;
        let another = async || Some(kept(&phone).await).filter(|after| after.frame != before.frame);
        until_some("another checkpoint is kept", another).await;
        let hash = tab.hash();
        drop(tab);

        let tab = phone.just_open().await;
        assert_eq!(known(&tab), 1, "the one that is open again");
        tab.reads_on().await;
        assert_eq!(tab.hash(), hash);
    });
}

#[test]
fn that_a_task_was_open_is_not_read_without_that_it_is_done() {
    tell(async {
        let cast = Cast::enters().await;
        let phone = cast.phone().await;
        let tab = phone.open().await;
        let task = TaskId(Uuid::from_u128(1));
        let long_ago = at(days_ago(LONG_AGO), 9, 0);
        let asked = TaskAssigned { task, title: "Weigh yourself".into(), hint: None, date: None, icon: None };
        tab.records(Draft::of(asked, long_ago)).await;
        tab.record(taken(1..180)).await.expect("saved");
        tab.until_quiet().await;
        let open = kept(&phone).await;
        tab.records(commands::complete_task(task, None, long_ago)).await;
        let again = |n: u32| takes(APIXABAN, today(), morning(), at(today(), n / 60, n % 60));
        tab.record((0..210).map(again).collect()).await.expect("saved");
        tab.until_quiet().await;
        let another = async || Some(kept(&phone).await).filter(|done| done.frame != open.frame);
        until_some("another checkpoint is kept", another).await;
        let hash = tab.hash();
        drop(tab);

        let tab = phone.just_open().await;
        assert_eq!(tab.with_state(|state| state.events_of(&Entity::Task(task)).count()), 0);
        tab.reads_on().await;
        assert_eq!(tab.hash(), hash);
    });
}

#[test]
fn a_month_that_is_gone_or_of_another_checkpoint_is_made_anew_from_the_rows() {
    tell(async {
        let cast = Cast::enters().await;
        let (phone, whole) = with_history(&cast).await;
        let good = kept(&phone).await;
        let long_ago = days_ago(LONG_AGO).format("%Y-%m").to_string();

        let mut hole = good.clone();
        hole.parts.retain(|(name, _)| *name != long_ago);
        assert_eq!(phone.rows.put_checkpoint(None, hole).await, Ok(Moved::Stored));
        assert_eq!(phone.open_another().await.hash(), whole, "a month is gone");

        // Another tab that knows less writes all of its own in the middle of reading.
        assert_eq!(phone.rows.put_checkpoint(None, good.clone()).await, Ok(Moved::Stored));
        let tab = phone.just_open().await;
        let mut other = good.clone();
        let neighbour = days_ago(LONG_AGO + 31).format("%Y-%m").to_string();
        let of =
            |name: &str| good.parts.iter().find(|(known, _)| known == name).expect("it is kept").1.clone();
        for (name, part) in &mut other.parts {
            if *name == long_ago {
                *part = of(&neighbour);
            }
        }
        assert_eq!(phone.rows.put_checkpoint(None, other).await, Ok(Moved::Stored));
        tab.reads_on().await;
        assert_eq!(tab.hash(), whole, "a month is of another");
        assert!(tab.coverage().is_whole());
    });
}
