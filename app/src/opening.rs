//! Opening what this browser keeps, and starting the device with all that tells it to look up: other tabs, the network,
//! a page that comes back into view.

use std::{cell::RefCell, rc::Rc};

use rivulet_sync::{
    browser::{
        connection::Notice,
        enrolment::EnrolmentError,
        hints::Hints,
        profile::{Profile, Storage},
        signals::{self, Signal, Signals},
        tabs::{self, Election},
    },
    device::Device,
    engine::{Leadership, Network},
    platform::Platform as _,
    store::StoreError,
};

use crate::{platform::device::AppPlatform, session::Phone};

/// As every entry says it was written.
const APP: &str = concat!("rivulet-app ", env!("CARGO_PKG_VERSION"));
/// The name of the lock and of the channel that the tabs share.
const TABS: &str = "rivulet";

/// A started device with what listens for it; keep it as long as the device.
pub(crate) struct Started {
    pub(crate) phone: Rc<Phone>,
    _election: Option<Election>,
    _signals: Signals,
}

/// Opens the profile; `on_notice` hears what a person has to be told.
pub(crate) async fn profile(on_notice: impl Fn(Notice) + 'static) -> Result<Rc<Profile>, EnrolmentError> {
    Profile::open(Rc::new(on_notice)).await.map(Rc::new)
}

/// Starts the device of an enrolled profile; `None`: it is not enrolled.
pub(crate) async fn start(profile: &Profile) -> Result<Option<Started>, StoreError> {
    let Some(identity) = profile.identity() else { return Ok(None) };
    let slot: Rc<RefCell<Option<Rc<Phone>>>> = Rc::default();
    let hinted = Rc::clone(&slot);
    let hints = Hints::open(TABS, move || {
        if let Some(phone) = &*hinted.borrow() {
            phone.look_again();
        }
    });
    let Some(platform) = profile.platform(hints, APP).map(AppPlatform) else { return Ok(None) };
    let phone: Rc<Phone> = Device::open(Rc::new(platform), identity).await?;
    slot.replace(Some(Rc::clone(&phone)));
    // A tab that still is another device sees so, and gives up the lock.
    phone.platform().tell_other_tabs();
    let elected = Rc::clone(&phone);
    let lock = match profile.storage() {
        Storage::Durable => TABS.to_owned(),
        // Windows that keep nothing share nothing: each syncs for itself.
        Storage::Volatile => phone.identity().device.to_string(),
    };
    let election = Election::stand(&lock, move |leadership| {
        elected.set_leadership(match leadership {
            tabs::Leadership::Leads => Leadership::Leader,
            tabs::Leadership::Follows => Leadership::Follower,
        });
    });
    let heard = Rc::clone(&phone);
    let signals = Signals::listen(move |signal| hear(&heard, signal));
    hear(&phone, signals::network());
    Ok(Some(Started { phone, _election: election, _signals: signals }))
}

fn hear(phone: &Rc<Phone>, signal: Signal) {
    match signal {
        Signal::Online => phone.set_network(Network::Online),
        Signal::Offline => phone.set_network(Network::Offline),
        Signal::Visible | Signal::Returned => {
            phone.look_again();
            phone.sync_now();
        }
        Signal::Hidden | Signal::Leaving => {}
    }
}
