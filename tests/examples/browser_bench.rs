//! A phone as the benchmarks in `tests/browser/bench/` drive it: the real device on the browser's own store, keys and
//! transport, with nothing of the screen.
//!
//! Only a browser can run it; elsewhere there is nothing to build.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark: what fails shows in the page's console"
)]

#[path = "../benches/log/mod.rs"]
#[allow(dead_code, reason = "shared with the native benchmark")]
mod log;

use std::{cell::Cell, rc::Rc};

use chrono::{DateTime, Datelike as _, Months, NaiveTime, TimeDelta, Utc};
use futures::{StreamExt as _, channel::mpsc};
use js_sys::{Array, Uint8Array};
use rivulet_sync::{
    browser::{
        clock::BrowserClock,
        enrolment::PendingEnrolment,
        hints::Hints,
        keys::{PatientKey, SigningKey, WebKeys},
        platform::BrowserPlatform,
        profile::Profile,
        transport::FetchTransport,
    },
    device::Device,
    engine::Leadership,
    enrol,
    platform::{Clock as _, Platform as _},
    protocol::EnrolRequest,
    store::Store as _,
};
use shared_events::{
    amount::Amount,
    commands,
    content::{OccurredAt, Precision, TreatmentId},
    draft::Draft,
    ids::Sequence,
    plan::{DoseKey, SlotId},
    schedule::ZoneTimeline,
    state::State,
    views::{self, Covered, Flow},
};
use uuid::Uuid;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use log::{Log, fold, keep, resume};

type Answer<T> = Result<T, JsValue>;

/// Doses that a person with seven medicines, twice a day, has taken in this many days …
const DAYS: u32 = 730;
/// … make the entries of a history; a further entry begins with the first day again.
const A_DAY: u32 = 14;

fn text(error: impl std::fmt::Display) -> JsValue {
    JsValue::from_str(&error.to_string())
}

/// One enrolled device on a database of its own.
#[wasm_bindgen]
pub struct Phone {
    device: Rc<Device<BrowserPlatform>>,
    recorded: Cell<u32>,
}

#[wasm_bindgen]
impl Phone {
    /// Enrols a new device with an invitation's code; it talks to nobody until it is told to.
    pub async fn enrol(name: String, code: String) -> Answer<Phone> {
        let profile = Profile::open_named(&name, Rc::new(|_| {})).await.map_err(text)?;
        let PendingEnrolment { code, device, spki } = profile.begin_enrolment(&code).await.map_err(text)?;
        let request =
            EnrolRequest { code, device, spki: spki.clone(), name: "a phone".to_owned(), before: None };
        let sign = async |message: &[u8]| profile.sign_pending(message).await;
        let random = |bytes: &mut [u8]| profile.random(bytes).expect("the browser has cryptography");
        let now_ms = BrowserClock::new().now().wall_ms;
        let answer = enrol::ask(&FetchTransport::new(), sign, random, now_ms, &request).await;
        let answer = answer.map_err(|refusal| text(format!("{refusal:?}")))?;
        let known = enrol::identity(answer, device, spki).map_err(|refusal| text(format!("{refusal:?}")))?;
        profile.finish_enrolment(known.0, &known.1).await.map_err(text)?;
        Self::of(&profile, &name).await
    }

    /// Opens a device that is enrolled, and reads the calendar of this month; none of its days may still be loading.
    pub async fn open_month(name: String) -> Answer<Phone> {
        let profile = Profile::open_named(&name, Rc::new(|_| {})).await.map_err(text)?;
        let phone = Self::of(&profile, &name).await?;
        let (now, coverage) = (phone.device.now(), phone.device.coverage());
        let today = now.date_naive();
        let first = today.with_day(1).unwrap_or(today);
        let last = first + Months::new(1) - TimeDelta::days(1);
        let days = phone.device.with_state(|state| views::calendar(state, first..=last, None, now, coverage));
        if days.iter().any(|day| day.flow == Flow::Loading) {
            return Err("a day of the month is still loading".into());
        }
        Ok(phone)
    }

    /// Whether it keeps a checkpoint.
    pub async fn keeps_checkpoint(&self) -> Answer<bool> {
        Ok(self.device.platform().store().checkpoint("").await.map_err(text)?.is_some())
    }

    /// Records that many doses in one call; ends once all are durable.
    pub async fn record(&self, count: u32) -> Answer<()> {
        let (now, first) = (self.device.now(), self.recorded.get());
        let drafts = (first..first + count).map(|number| dose(now, number)).collect();
        self.recorded.set(first + count);
        self.device.record(drafts).await.map(drop).map_err(text)
    }

    /// Talks to the server until everything is sent, pulled, stored and shown.
    pub async fn sync(&self) -> Answer<()> {
        self.leads_until(|device| device.is_quiet().then_some(())).await
    }

    /// Talks to the server until every own event is durable there and marked as such here.
    pub async fn push(&self) -> Answer<()> {
        self.leads_until(|device| {
            let status = device.status();
            (status.unsent == 0 && !status.sending).then_some(())
        })
        .await
    }

    /// Talks to the server until today may be judged: how many doses today's view has.
    pub async fn pull_today(&self) -> Answer<usize> {
        self.leads_until(today).await
    }

    /// Leaves the talking to others.
    pub fn rest(&self) {
        self.device.set_leadership(Leadership::Follower);
    }

    /// Nothing is started any more.
    pub fn close(&self) {
        self.device.close();
    }

    /// Events in the folded state.
    pub fn entries(&self) -> usize {
        self.device.with_state(|state| state.entries().count())
    }

    /// The bytes of header and body of the first own row: what raw rows are made like.
    pub async fn row_bytes(&self) -> Answer<Vec<usize>> {
        let device = self.device.identity().device;
        let rows = self.device.platform().store().rows(device, Sequence::ZERO, 1).await.map_err(text)?;
        let row = rows.first().ok_or("nothing is recorded")?;
        Ok(vec![row.header.len(), row.body.len()])
    }
}

impl Phone {
    async fn of(profile: &Profile, name: &str) -> Answer<Self> {
        let hints = Hints::open(name, || {});
        let platform = profile.platform(hints, "bench 1").ok_or("not enrolled")?;
        let identity = profile.identity().ok_or("not enrolled")?;
        let device = Device::open(Rc::new(platform), identity).await.map_err(text)?;
        Ok(Self { device, recorded: Cell::new(0) })
    }

    async fn leads_until<T>(&self, done: impl Fn(&Device<BrowserPlatform>) -> Option<T>) -> Answer<T> {
        let (tell, mut told) = mpsc::unbounded();
        self.device.on_change(move || {
            // Nobody listens any more once it is done.
            let _ = tell.unbounded_send(());
        });
        self.device.set_leadership(Leadership::Leader);
        loop {
            if let Some(trouble) = self.device.status().trouble {
                return Err(text(format!("{trouble:?}")));
            }
            if let Some(done) = done(&self.device) {
                return Ok(done);
            }
            told.next().await.ok_or("the device was closed")?;
        }
    }
}

/// Today's view once it may be judged: its planned doses.
fn today(device: &Device<BrowserPlatform>) -> Option<usize> {
    let (now, coverage) = (device.now(), device.coverage());
    device.with_state(|state| {
        let date = views::today(state, now)?;
        let start = ZoneTimeline::of(state).timeline?.day_start(date)?;
        let covered = coverage.covers_day(start) == Covered::Covered;
        covered
            .then(|| views::day(state, date, now, coverage).slots.iter().map(|slot| slot.doses.len()).sum())
    })
}

fn dose(now: DateTime<Utc>, number: u32) -> Draft {
    let (days, nth) = ((number / A_DAY) % DAYS, number % A_DAY);
    let date = now.date_naive() - TimeDelta::days(i64::from(days));
    let (slot, hour) = if nth.is_multiple_of(2) { ("morning", 8) } else { ("evening", 20) };
    let time = NaiveTime::from_hms_opt(hour, nth, 0).expect("a time of the day");
    let at = date.and_time(time).and_utc().fixed_offset();
    let treatment = Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0000 | u128::from(nth / 2));
    commands::take(
        TreatmentId(treatment),
        DoseKey::Planned { date, slot: SlotId(slot.to_owned()), repeat: 0 },
        Amount { value: "1".parse().expect("a decimal"), unit: "{tablet}".to_owned() },
        OccurredAt { at, precision: Precision::Minute },
    )
}

/// A long log in memory, with its key in the browser's keeping.
#[wasm_bindgen]
pub struct Folding {
    log: Log,
    keys: WebKeys,
    kept: Vec<Vec<Vec<u8>>>,
}

#[wasm_bindgen]
impl Folding {
    /// Writes a log of so many events.
    pub async fn write(count: usize) -> Answer<Folding> {
        let log = Log::write(count);
        let (signing, _) = SigningKey::generate().await.map_err(text)?;
        let keys = WebKeys::new(signing, PatientKey::import(&log.key).await.map_err(text)?);
        Ok(Self { log, keys, kept: Vec::new() })
    }

    /// What is beside it: the same bytes for whoever opens and parses by hand.
    pub fn headers(&self) -> Vec<String> {
        self.log.records.iter().map(|record| record.header.clone()).collect()
    }

    /// The sealed bodies, one `Uint8Array` each.
    pub fn bodies(&self) -> Array {
        self.log.records.iter().map(|record| Uint8Array::from(record.body.as_slice())).collect()
    }

    /// The patient's key.
    pub fn key(&self) -> Vec<u8> {
        self.log.key.to_vec()
    }

    /// The patient's id, 16 bytes.
    pub fn patient(&self) -> Vec<u8> {
        self.log.patient.as_bytes().to_vec()
    }

    /// Folds the first events: how many are in the state.
    pub async fn fold(&self, count: usize) -> usize {
        fold(State::default(), &self.log.records[..count], &self.keys).await.entries().count()
    }

    /// Keeps a checkpoint of the first events.
    pub async fn keep(&mut self, count: usize) {
        let state = fold(State::default(), &self.log.records[..count], &self.keys).await;
        self.kept = keep(&state, self.log.patient, &self.keys).await;
    }

    /// Goes on from the checkpoint with events `from` to `until`: how many are in the state.
    pub async fn resume(&self, from: usize, until: usize) -> usize {
        let state = resume(&self.kept, self.log.patient, &self.keys).await;
        fold(state, &self.log.records[from..until], &self.keys).await.entries().count()
    }
}
