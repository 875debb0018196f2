//! Phones: enrolled with a code, opened in tabs, killed, opened again.

use std::{ops::Deref, rc::Rc};

use rivulet_sync::{
    device::Device,
    engine::{Leadership, Refusal, Whereabouts},
    enrol,
    memory::SoftKeys,
    protocol::EnrolRequest,
    store::Identity,
};
use shared_events::{
    draft::Draft,
    ids::{DeviceId, EventId, Hash},
};

use super::{
    native::{Native, PhoneClock, Tabs, random, wall_ms},
    rows::Rows,
    until::{until, until_as},
    wire::Wire,
};

/// A phone that has a signing key and no patient yet.
pub struct NewPhone {
    pub keys: SoftKeys,
    pub wire: Wire,
    pub request: EnrolRequest,
    pub skew_ms: i64,
}

/// What stays of a phone when the app is closed.
#[derive(Clone)]
pub struct Phone {
    pub identity: Identity,
    pub keys: SoftKeys,
    pub rows: Rows,
    pub wire: Wire,
    skew_ms: i64,
    tabs: Tabs,
}

/// The app, open in one tab.
pub struct Tab(Rc<Device<Native>>);

impl NewPhone {
    pub fn with_code(code: &str, wire: &Wire) -> Self {
        let keys = SoftKeys::generate([0; 32], random).expect("random bytes make a key");
        let mut id = [0; 16];
        random(&mut id);
        let request = EnrolRequest {
            code: code.to_owned(),
            device: DeviceId(uuid::Builder::from_random_bytes(id).into_uuid()),
            spki: keys.spki(),
            name: "Phone".to_owned(),
            before: None,
        };
        Self { keys, wire: wire.clone(), request, skew_ms: 0 }
    }

    /// Its wall clock shows another time.
    pub fn with_clock_wrong_by(self, skew_ms: i64) -> Self {
        Self { skew_ms, ..self }
    }

    /// Presents the code; may be tried again.
    pub async fn enrol(&self) -> Result<Phone, Refusal> {
        use rivulet_sync::platform::Keys as _;
        let sign = async |message: &[u8]| self.keys.sign(message).await;
        let now_ms = wall_ms().saturating_add_signed(self.skew_ms);
        let answer = enrol::ask(&self.wire, sign, random, now_ms, &self.request).await?;
        let (identity, key) = enrol::identity(answer, self.request.device, self.request.spki.clone())?;
        Ok(Phone {
            identity,
            keys: self.keys.with_patient_key(key),
            rows: Rows::default(),
            wire: self.wire.clone(),
            skew_ms: self.skew_ms,
            tabs: Tabs::default(),
        })
    }
}

impl Phone {
    /// Opens the app in a tab that talks to the server.
    pub async fn open(&self) -> Tab {
        let tab = self.open_another().await;
        tab.set_leadership(Leadership::Leader);
        tab
    }

    /// Opens the app in a further tab, which leaves talking to the server to another.
    pub async fn open_another(&self) -> Tab {
        let tab = self.just_open().await;
        tab.reads_on().await;
        tab
    }

    /// Opens the app as far as the first screen needs it.
    pub async fn just_open(&self) -> Tab {
        let native = Native {
            rows: self.rows.clone(),
            keys: self.keys.clone(),
            wire: self.wire.clone(),
            clock: PhoneClock::set_wrong_by(self.skew_ms),
            tabs: Rc::clone(&self.tabs),
        };
        let device = Device::open(Rc::new(native), self.identity.clone()).await.expect("memory can be read");
        self.tabs.borrow_mut().push(Rc::downgrade(&device));
        Tab(device)
    }

    pub fn id(&self) -> DeviceId {
        self.identity.device
    }
}

impl Deref for Tab {
    type Target = Rc<Device<Native>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Tab {
    /// Records one thing; it is saved when this ends.
    pub async fn records(&self, draft: Draft) -> EventId {
        self.record(vec![draft]).await.expect("memory can be written")[0]
    }

    /// Reads what opening did without.
    pub async fn reads_on(&self) {
        Rc::clone(&self.0).read_on().await;
    }

    pub fn hash(&self) -> Hash {
        self.with_state(|state| state.hash())
    }

    pub async fn until_in_record(&self, id: EventId) {
        self.sync_now();
        until("the entry is in the record", || self.whereabouts(id) == Some(Whereabouts::InRecord)).await;
    }

    /// Until all is sent and everything of the server is here.
    pub async fn until_quiet(&self) {
        self.sync_now();
        let describe = || format!("{:?}, shown as far as {:?}", self.status(), self.progress());
        until_as("the phone is quiet", || self.is_quiet(), describe).await;
    }

    pub async fn until_it_knows(&self, id: EventId) {
        self.sync_now();
        until("the entry is on the phone", || self.with_state(|state| state.entry(id).is_some())).await;
    }
}

/// The app dies in the middle of whatever it does.
impl Drop for Tab {
    fn drop(&mut self) {
        self.close();
        self.platform().clock.abort_all();
    }
}
