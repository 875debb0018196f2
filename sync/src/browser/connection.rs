//! The open database: opened again once if it was lost, closed for good when a newer build wants to upgrade it.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::IdbDatabase;

use super::{
    access::Access,
    fault::store_error,
    opening::{self, OpenError},
    transaction::{Tx, Undone, run},
};
use crate::store::StoreError;

pub use super::opening::{Notice, OnNotice};

/// A handle to the database, which all clones share.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

struct Inner {
    name: String,
    state: RefCell<State>,
    on_notice: OnNotice,
    last_durability: RefCell<Option<String>>,
}

enum State {
    Open(Held),
    Lost,
    Outdated,
}

/// A database with its listener, which lives as long.
struct Held {
    database: IdbDatabase,
    _on_version_change: Closure<dyn FnMut()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.close(); // transactions that run come to their end first
    }
}

/// Whether a transaction was done at the first try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tries {
    One,
    /// The connection was lost at the first; whether that one was stored is not known.
    Two,
}

impl Connection {
    /// Opens the database of that name, and creates or upgrades it.
    ///
    /// # Errors
    /// There is no `IndexedDB` here, no room, or a newer version of the database.
    pub async fn open(name: &str, on_notice: OnNotice) -> Result<Self, StoreError> {
        Self::open_here(name, on_notice).await.map_err(StoreError::from)
    }

    pub(super) async fn open_here(name: &str, on_notice: OnNotice) -> Result<Self, OpenError> {
        let inner = Rc::new(Inner {
            name: name.to_owned(),
            state: RefCell::new(State::Lost),
            on_notice,
            last_durability: RefCell::default(),
        });
        Inner::reopen(&inner).await?;
        Ok(Self(inner))
    }

    /// The durability that the browser gave the last transaction that wrote: for tests.
    #[must_use]
    pub fn last_durability(&self) -> Option<String> {
        self.0.last_durability.borrow().clone()
    }

    /// Closes the database as iOS does, unasked: for tests. The next transaction opens it again.
    pub fn lose(&self) {
        if let State::Open(held) = &*self.0.state.borrow() {
            held.database.close();
        }
    }

    /// Runs one transaction, a second time on a new connection if the first was lost.
    pub(super) async fn run<T>(
        &self,
        stores: &[&str],
        access: Access,
        work: impl Fn(&Tx) -> Result<T, JsValue>,
    ) -> (Result<T, Undone>, Tries) {
        let mut found = None;
        let mut work = |tx: &Tx| {
            found = Some(work(tx)?);
            Ok(())
        };
        let (done, tries) = self.run_twice(stores, access, &mut work).await;
        // What was done has been found.
        (done.and_then(|()| found.ok_or(Undone::Unexpected)), tries)
    }

    /// Not generic over the work: each kind of transaction would bring its own copy of all this to the phone.
    async fn run_twice(
        &self,
        stores: &[&str],
        access: Access,
        work: &mut dyn FnMut(&Tx) -> Result<(), JsValue>,
    ) -> (Result<(), Undone>, Tries) {
        let first = self.attempt(stores, access, work).await;
        let Err(Undone::Lost(_)) = first else { return (first, Tries::One) };
        if let State::Outdated = *self.0.state.borrow() {
            return (first, Tries::One);
        }
        self.0.state.replace(State::Lost);
        (self.attempt(stores, access, work).await, Tries::Two)
    }

    async fn attempt(
        &self,
        stores: &[&str],
        access: Access,
        work: &mut dyn FnMut(&Tx) -> Result<(), JsValue>,
    ) -> Result<(), Undone> {
        let database = match self.0.current() {
            Some(database) => database,
            None => Inner::reopen(&self.0).await.map_err(|e| Undone::Refused(e.into()))?,
        };
        run(&database, stores, access, work, |durability| {
            self.0.last_durability.replace(durability);
        })
        .await
    }

    /// Runs one transaction that is not conditional on anything.
    pub(super) async fn simply<T>(
        &self,
        stores: &[&str],
        access: Access,
        work: impl Fn(&Tx) -> Result<T, JsValue>,
    ) -> Result<T, StoreError> {
        self.run(stores, access, work).await.0.map_err(undone)
    }
}

/// The error of a transaction that nothing was conditional in.
pub(super) fn undone(undone: Undone) -> StoreError {
    match undone {
        Undone::Unexpected | Undone::Taken => StoreError::Failed("another tab was faster".to_owned()),
        Undone::Lost(value) => StoreError::Closed(super::fault::describe(&value)),
        Undone::Failed(value) => store_error(&value),
        Undone::Refused(error) => error,
    }
}

impl Inner {
    fn current(&self) -> Option<IdbDatabase> {
        match &*self.state.borrow() {
            State::Open(held) => Some(held.database.clone()),
            State::Lost | State::Outdated => None,
        }
    }

    async fn reopen(this: &Rc<Self>) -> Result<IdbDatabase, OpenError> {
        if let State::Outdated = *this.state.borrow() {
            return Err(StoreError::Closed("a newer version of the app is open".to_owned()).into());
        }
        let database = opening::open(&this.name, Rc::clone(&this.on_notice)).await?;
        // Another task may have opened it meanwhile: one is enough.
        if let Some(open) = this.current() {
            database.close();
            return Ok(open);
        }
        let owner = Rc::downgrade(this);
        let on_version_change = Closure::<dyn FnMut()>::new(move || {
            if let Some(owner) = owner.upgrade() {
                owner.leave();
            }
        });
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        let held = Held { database: database.clone(), _on_version_change: on_version_change };
        this.state.replace(State::Open(held));
        Ok(database)
    }

    /// Makes way for a newer version. The listener that calls this must outlive the call, so the handle is let go in
    /// a task of its own.
    fn leave(&self) {
        let before = self.state.replace(State::Outdated);
        if let State::Open(held) = &before {
            held.database.close();
        }
        wasm_bindgen_futures::spawn_local(async move { drop(before) });
        (self.on_notice)(Notice::Outdated);
    }
}
