//! An open device and what the screen knows beside it. Everything here lives as long as the app does: writes are tasks
//! of the application, so that closing a sheet or leaving a page loses nothing.

mod recording;

use std::{rc::Rc, time::Duration};

use chrono::{
    DateTime, DurationRound as _, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, Utc,
};
use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::{
    browser::profile,
    device::Device,
    engine::Status,
    platform::{Clock as _, Platform as _},
    store::Identity,
};
use shared_events::{
    content::{OccurredAt, Precision, Role},
    schedule::ZoneTimeline,
    views::Who,
};

pub(crate) use recording::Undo;

use crate::{
    components::toast::Toaster,
    parts::{self, Later},
    platform::{device::AppPlatform, place::Place, timer},
    text::{Texts, say},
    today::DoseId,
};

/// The device of this tab.
pub(crate) type Phone = Device<AppPlatform>;

/// How often the present is looked at again, so that a dose becomes due on an open screen.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(15);

/// How long to wait before a part that could not be fetched is asked for again.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// Handed to every component; only names of what the app's root owns.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    phone: StoredValue<Rc<Phone>, LocalStorage>,
    /// Words in the reader's language.
    pub(crate) texts: Texts,
    /// Whether what is recorded outlives the page.
    pub(crate) storage: profile::Storage,
    /// Raised whenever the device's state or status may have changed.
    changed: RwSignal<u32>,
    /// The present minute.
    minute: RwSignal<DateTime<Utc>>,
    /// What is being recorded, by the name of what was tapped.
    busy: RwSignal<Vec<String>>,
    /// Which page is shown.
    pub(crate) place: Place,
    /// What pops up.
    pub(crate) toaster: Toaster,
    /// What is opened of the screen, by its name: a dose's sheet, or why something is as it is.
    pub(crate) sheet: RwSignal<Option<DoseId>>,
    /// What of the screen comes behind the rest, once it is there.
    pub(crate) later: RwSignal<Option<Later>>,
}

impl Session {
    /// For an open device; call it in the app's root, which then owns it.
    pub(crate) fn new(phone: Rc<Phone>, storage: profile::Storage, texts: Texts, toaster: Toaster) -> Self {
        let minute = RwSignal::new(this_minute(&phone));
        let session = Self {
            phone: StoredValue::new_local(Rc::clone(&phone)),
            texts,
            storage,
            changed: RwSignal::new(0),
            minute,
            busy: RwSignal::default(),
            place: Place::here(),
            toaster,
            sheet: RwSignal::default(),
            later: RwSignal::new(None),
        };
        phone.on_change(move || {
            // What came may have told how wrong this phone's clock is: the day that is shown must be the right one.
            session.look_at_clock();
            session.changed.update(|n| *n = n.wrapping_add(1));
        });
        session.keep_time();
        spawn_local(session.fetch_later());
        session
    }

    fn look_at_clock(self) {
        let now = self.read(this_minute);
        if self.minute.get_untracked() != now {
            self.minute.set(now);
        }
    }

    fn keep_time(self) {
        let look = move || self.look_at_clock();
        // Both live as long as the page.
        let _ = set_interval_with_handle(look, LOOK_AT_CLOCK);
        let _ = window_event_listener_untyped("visibilitychange", move |_| {
            if document().visibility_state() == web_sys::VisibilityState::Visible {
                look();
            }
        });
    }

    /// Without it the screen shows all that is due, and everything on it can be logged.
    async fn fetch_later(self) {
        loop {
            match parts::fetch_later().await {
                Ok(later) => {
                    self.later.set(Some(later));
                    return (later.read_on)(self.phone()).await;
                }
                Err(parts::Missing) => timer::sleep(ASK_AGAIN).await,
            }
        }
    }

    /// The device itself.
    pub(crate) fn phone(self) -> Rc<Phone> {
        self.phone.get_value()
    }

    /// Reads from the device, without following it.
    pub(crate) fn read<R>(self, read: impl FnOnce(&Phone) -> R) -> R {
        self.phone.with_value(|phone| read(phone))
    }

    /// Reads from the device again whenever it has changed.
    pub(crate) fn follow<R>(self, read: impl FnOnce(&Phone) -> R) -> R {
        self.changed.track();
        self.read(read)
    }

    /// Now; what reads it is read again when the minute is over. What was recorded within this minute lies before it.
    pub(crate) fn minute(self) -> DateTime<Utc> {
        self.minute.track();
        self.read(Phone::now)
    }

    /// Who this device is.
    pub(crate) fn identity(self) -> Identity {
        self.read(|phone| phone.identity().clone())
    }

    /// Counts and times of saving and sending.
    pub(crate) fn status(self) -> Status {
        self.follow(Phone::status)
    }

    /// Whom to call, as it stands in a sentence.
    pub(crate) fn care_team(self) -> String {
        let name = self.read(|phone| phone.identity().care_team.name.clone());
        if name.is_empty() { say!(self.texts, care_team) } else { name }
    }

    /// Whether an entry's author is the person who holds this device: only she may take it back.
    pub(crate) fn is_own(self, who: &Who) -> bool {
        self.read(|phone| {
            let me = phone.identity();
            let same_person = who.role == me.role && who.name.as_deref() == Some(&me.person);
            who.device == me.device || same_person || me.role == Role::CareTeam
        })
    }

    /// The date on the patient's calendar.
    pub(crate) fn today(self) -> NaiveDate {
        self.on_her_clock(self.minute()).date_naive()
    }

    /// An instant as the patient's clock shows it.
    pub(crate) fn on_her_clock(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let seconds = self.read(clock_of).map_or(0, |clock| clock.offset_seconds(at));
        at.with_timezone(&FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix()))
    }

    /// The instant at which the patient's clock shows this.
    pub(crate) fn at_her_clock(self, local: NaiveDateTime) -> DateTime<FixedOffset> {
        let offset = |at: DateTime<FixedOffset>| TimeDelta::seconds(at.offset().local_minus_utc().into());
        // Twice: the offset of the guess may be another than that of the moment (a change of the clocks).
        let guess = self.on_her_clock(local.and_utc());
        let guess = self.on_her_clock(local.and_utc() - offset(guess));
        self.on_her_clock(local.and_utc() - offset(guess))
    }

    /// Now, to the second.
    pub(crate) fn now(self) -> OccurredAt {
        let at = self.on_her_clock(self.read(Phone::now));
        OccurredAt {
            at: at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at),
            precision: Precision::Second,
        }
    }
}

/// The clock that her days go by: the record's, and the phone's own until the record has come.
pub(crate) fn clock_of(phone: &Phone) -> Option<ZoneTimeline> {
    let here = || phone.platform().clock().zone().parse().ok().map(ZoneTimeline::fixed);
    phone.with_state(|state| ZoneTimeline::of(state).timeline).or_else(here)
}

fn this_minute(phone: &Phone) -> DateTime<Utc> {
    let now = phone.now();
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)
}
