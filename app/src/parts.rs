//! What the first screen does without. It stands in parts of the wasm of their own: the browser fetches them behind
//! the first screen, and the service worker keeps them with everything else. A part is a table of functions, so that
//! nothing that is drawn has to wait once it is there.
//!
//! A function is in a part if nothing outside of it names it: a part's functions are named here, below, and nowhere else.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use rivulet_sync::{browser::profile::Profile, engine::Output};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::{
    app::Root,
    components::{disagree::Disagreements, look::Look, sheet::Sheet, zone::Zone},
    enrolling::Enrolling,
    pages,
    session::{Phone, Session},
    text::Texts,
    today::Today,
};

/// A part could not be fetched: neither the service worker nor the network has it now. Ask again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Setting this phone up.
#[derive(Clone, Copy)]
pub(crate) struct Enrolment {
    pub(crate) begin: fn(Root, Rc<Profile>, Option<String>) -> Enrolling,
    pub(crate) draw: fn(Enrolling, Texts) -> AnyView,
}

#[wasm_split(enrolment, fallible)]
pub(crate) fn enrolment() -> Result<Enrolment, Missing> {
    fn draw(enrolling: Enrolling, texts: Texts) -> AnyView {
        view! { <pages::enrol::Enrol enrolling texts /> }.into_any()
    }
    Ok(Enrolment { begin: Enrolling::new, draw })
}

/// Draws something of Today.
pub(crate) type Draw = fn(Session, Memo<Today>) -> AnyView;

/// What of Today is opened by a tap, or rare.
#[derive(Clone, Copy)]
pub(crate) struct Later {
    pub(crate) sheet: Draw,
    pub(crate) disagreements: Draw,
    pub(crate) look: Draw,
    pub(crate) zone: Draw,
}

#[wasm_split(later, fallible)]
pub(crate) fn later() -> Result<Later, Missing> {
    Ok(Later {
        sheet: |session, today| view! { <Sheet session today /> }.into_any(),
        disagreements: |session, today| view! { <Disagreements session today /> }.into_any(),
        look: |session, _| view! { <Look session /> }.into_any(),
        zone: |session, _| view! { <Zone session /> }.into_any(),
    })
}

/// Talking to the server.
pub(crate) type Talk = fn(Rc<Phone>, Output) -> LocalBoxFuture<'static, ()>;

#[wasm_split(talk, fallible)]
pub(crate) fn talk() -> Result<Talk, Missing> {
    Ok(|phone, output| Box::pin(phone.talk(output)))
}
