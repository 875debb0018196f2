//! What the first screen does without. It stands in parts of the wasm of their own: the browser fetches them behind
//! the first screen, and the service worker keeps them with everything else. A part is a table of functions, so that
//! nothing that is drawn has to wait once it is there.
//!
//! A function is in a part if nothing else names it. The program cuts itself ([`Sources`], in `bin/rivulet-app.rs`):
//! where it is cut counts as used in every program that has it.

use std::{cell::OnceCell, rc::Rc};

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use rivulet_sync::engine::{Output, Refusal};
use shared_events::ids::DeviceId;
use wasm_split_helpers::SplitLoaderError;

use crate::{
    components::{
        appointment::Appointments, beside::Beside, conflicts::Conflicts, disagree::Disagreements, dose::Take,
        live::Live, look::Look, sheet::Sheet, trouble, warnings, zone::Zone,
    },
    pages,
    session::{Phone, Session},
    texts,
    today::Today,
};

/// A part could not be fetched: neither the service worker nor the network has it now. Ask again.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}
impl From<texts::Missing> for Missing {
    fn from(_: texts::Missing) -> Self {
        Self
    }
}

/// How each part is come by.
#[allow(missing_docs)]
pub struct Sources {
    pub later: fn() -> LocalBoxFuture<'static, Result<Later, Missing>>,
    pub talk: fn() -> LocalBoxFuture<'static, Result<Talk, Missing>>,
}

thread_local! {
    static SOURCES: OnceCell<Sources> = const { OnceCell::new() };
}

/// Says where parts come from, once, before anything is asked for.
pub(crate) fn from(sources: Sources) {
    // There is one program on a page.
    SOURCES.with(|kept| drop(kept.set(sources)));
}

/// What of Today is opened by a tap, or rare, with its words.
pub(crate) async fn fetch_later() -> Result<Later, Missing> {
    let fetch = SOURCES.with(|sources| sources.get().map(|s| s.later));
    let later = fetch.ok_or(Missing)?();
    texts::fetch_later().await?;
    later.await
}

/// Talking to the server.
pub(crate) async fn fetch_talk() -> Result<Talk, Missing> {
    let fetch = SOURCES.with(|sources| sources.get().map(|s| s.talk));
    fetch.ok_or(Missing)?().await
}

/// Draws something of Today.
pub(crate) type Draw = fn(Session, Live<Today>) -> AnyView;

/// What of Today is opened by a tap, or rare.
#[derive(Clone, Copy)]
pub struct Later {
    pub(crate) sheet: Draw,
    pub(crate) take: Take,
    /// Any page but Today.
    pub(crate) page: Draw,
    pub(crate) nav: Draw,
    pub(crate) erased: Draw,
    pub(crate) disagreements: Draw,
    pub(crate) appointments: Draw,
    pub(crate) beside: Draw,
    pub(crate) look: Draw,
    pub(crate) zone: Draw,
    pub(crate) trouble: Draw,
    /// Says to the styles that nothing is to come any more, and reads what opening did without.
    pub(crate) read_on: fn(Rc<Phone>) -> LocalBoxFuture<'static, ()>,
}

impl Later {
    /// For its source, and nobody else.
    #[must_use]
    pub fn here() -> Self {
        Self {
            take: warnings::take,
            page: pages::later::page,
            nav: pages::nav::links,
            erased: pages::erased::page,
            sheet: |session, today| view! { <Sheet session today /> }.into_any(),
            disagreements: |session, today| {
                view! { <Disagreements session today /><Conflicts session /> }.into_any()
            },
            appointments: |session, _| view! { <Appointments session /> }.into_any(),
            beside: |session, _| view! { <Beside session /> }.into_any(),
            look: |session, _| view! { <Look session /> }.into_any(),
            trouble: |session, _| trouble::notes(session),
            zone: |session, _| view! { <Zone session /> }.into_any(),
            read_on: |phone| {
                if let Some(root) = document().document_element() {
                    // It does not fail for this name.
                    let _ = root.set_attribute("data-whole", "");
                }
                Box::pin(phone.read_on())
            },
        }
    }
}

/// Talking to the server.
#[derive(Clone, Copy)]
pub struct Talk {
    pub(crate) talk: fn(Rc<Phone>, Output) -> LocalBoxFuture<'static, ()>,
    /// Asks whether the server is there.
    pub(crate) greet: fn(Rc<Phone>) -> LocalBoxFuture<'static, Result<(), Refusal>>,
    /// Takes another device of the record away.
    pub(crate) remove: fn(Rc<Phone>, DeviceId) -> LocalBoxFuture<'static, Result<(), Refusal>>,
}

impl Talk {
    /// For its source, and nobody else.
    #[must_use]
    pub fn here() -> Self {
        Self {
            talk: |phone, output| Box::pin(phone.talk(output)),
            greet: |phone| Box::pin(async move { phone.greet().await }),
            remove: |phone, device| Box::pin(async move { phone.remove(device).await }),
        }
    }
}
