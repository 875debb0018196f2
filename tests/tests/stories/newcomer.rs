//! A new phone, and two years of history to fetch.

use std::{cell::RefCell, rc::Rc};

use rivulet_sync::protocol::path;
use shared_events::{
    record::Header,
    views::{DoseStatus, Standing, medicines},
};

use crate::stage::{
    past::{DAYS, two_years},
    phone::{NewPhone, Tab},
    plan::{days_ago, doses, evening_of, today},
    proxy::Proxy,
    server::Server,
    tell,
    until::until,
};

/// All of this was taken; to say anything else than "still loading" or "taken" would be a lie.
const DAYS_THAT_WERE_FINE: [u64; 5] = [1, 90, 400, 650, DAYS];

fn statuses(tab: &Tab, days: u64) -> Vec<DoseStatus> {
    doses(&evening_of(tab, days_ago(days))).map(|dose| dose.status.clone()).collect()
}

fn is_loading(statuses: &[DoseStatus]) -> bool {
    statuses.len() == 4 && statuses.iter().all(|status| *status == DoseStatus::StillLoading)
}

fn is_taken(statuses: &[DoseStatus]) -> bool {
    statuses.len() == 4 && statuses.iter().all(|status| matches!(status, DoseStatus::Taken { .. }))
}

/// Looks at every change; what was shown that is not so.
fn watch(tab: &Rc<Tab>) -> Rc<RefCell<Vec<DoseStatus>>> {
    let lies: Rc<RefCell<Vec<DoseStatus>>> = Rc::default();
    let (seen, watched) = (Rc::clone(&lies), Rc::downgrade(tab));
    tab.on_change(move || {
        let Some(tab) = watched.upgrade() else { return };
        let shown = DAYS_THAT_WERE_FINE.iter().flat_map(|days| statuses(&tab, *days));
        let is_so = |s: &DoseStatus| matches!(s, DoseStatus::StillLoading | DoseStatus::Taken { .. });
        seen.borrow_mut().extend(shown.filter(|status| !is_so(status)));
    });
    lies
}

#[test]
fn a_fresh_phone_shows_todays_plan_at_once_says_still_loading_for_the_rest_and_survives_being_killed() {
    tell(async {
        let folder = tempfile::tempdir().expect("a folder");
        let marta = two_years(&folder.path().join("data")).await;
        let server = Server::start_on(folder).await;
        let proxy = Proxy::before(server.address()).await;
        let code = server.invite(marta).await;
        let phone = NewPhone::with_code(&code, &proxy.wire()).enrol().await.expect("a good invitation");
        proxy.hold(path::PULL);

        let tab = Rc::new(phone.open().await);
        let lies = watch(&tab);
        proxy.let_one_through();
        until("the standing events are here", || tab.coverage().standing == Standing::Complete).await;
        assert_eq!(tab.with_state(|state| medicines(state).len()), 2, "the plan is here first");
        assert!(
            is_loading(&statuses(&tab, 0)),
            "today is planned; what was taken is not known: {:?}",
            statuses(&tab, 0)
        );
        assert!(is_loading(&statuses(&tab, 400)));

        proxy.let_one_through();
        until("today may be judged", || !is_loading(&statuses(&tab, 0))).await;
        assert!(is_taken(&statuses(&tab, 1)), "yesterday is here");
        assert!(is_loading(&statuses(&tab, 400)), "last year is not");

        until("the next page is asked for", || proxy.waiting() == 1).await;
        drop(tab);
        let tab = Rc::new(phone.open().await);
        let lies_of_second_life = watch(&tab);
        assert!(is_taken(&statuses(&tab, 1)), "what was here is here");
        assert!(is_loading(&statuses(&tab, 400)));
        proxy.open();
        tab.until_quiet().await;

        for days in DAYS_THAT_WERE_FINE {
            assert!(is_taken(&statuses(&tab, days)), "{days} days ago");
        }
        assert_eq!(*lies.borrow(), [], "never due, never missed");
        assert_eq!(*lies_of_second_life.borrow(), []);
        assert_eq!(server.state_hash(marta).await, tab.hash());
        let pulled = proxy.seen(path::PULL).len();
        assert!(pulled <= 6, "it went on where it was: {pulled} pages for 3,000 events");
        assert!(evening_of(&tab, today()).gaps.is_empty());
    });
}

#[test]
fn a_page_that_another_tab_s_hint_shows_before_its_answer_is_counted_once_also_after_the_app_was_closed() {
    tell(async {
        let folder = tempfile::tempdir().expect("a folder");
        let marta = two_years(&folder.path().join("data")).await;
        let server = Server::start_on(folder).await;
        let code = server.invite(marta).await;
        let phone = NewPhone::with_code(&code, &server.wire()).enrol().await.expect("a good invitation");

        let tab = Rc::new(phone.open().await);
        let hinted = Rc::downgrade(&tab);
        phone.rows.meanwhile(move |records| {
            Box::pin(async move {
                let tab = hinted.upgrade().expect("it is open");
                let id = records.last().map(|r| Header::parse(&r.header).expect("a header").id);
                tab.look_again();
                let is_shown = || tab.with_state(|state| id.is_some_and(|id| state.entry(id).is_some()));
                until("the page is shown", is_shown).await;
            })
        });
        tab.until_quiet().await;
        assert_eq!(server.state_hash(marta).await, tab.hash());

        let code = server.invite_for(marta, &["--role", "caregiver", "--name", "Lotte"]).await;
        let lotte = NewPhone::with_code(&code, &server.wire()).enrol().await.expect("a good invitation");
        let lottes = || tab.with_state(|state| state.enrolment_of(lotte.id()).is_some());
        tab.sync_now();
        until("her enrolment is here", lottes).await;
        tab.until_quiet().await;
        drop(tab);
        let tab = phone.open_another().await;
        assert_eq!(server.state_hash(marta).await, tab.hash(), "what came after the checkpoint is read, too");
    });
}
