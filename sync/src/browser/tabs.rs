//! Which of several tabs syncs: the one that holds a Web Lock. A lock that is held keeps a page out of the
//! back-forward cache, so it is let go when the page is hidden away and asked for again when it comes back.
//!
//! Two leaders at once (an old browser without locks, a frozen tab that wakes up) waste requests and harm nothing:
//! pages are stored only behind the progress they follow.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

// LockManager is unstable in web-sys and has changed its names: the one call is bound here.
#[wasm_bindgen]
extern "C" {
    type LockManager;
    #[wasm_bindgen(catch, method)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Function,
    ) -> Result<Promise, JsValue>;
}

/// Whether this tab syncs for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// It does.
    Leads,
    /// Another does, or nobody for the moment.
    Follows,
}

/// This tab's part in the election; it steps down when this is dropped.
pub struct Election {
    candidate: Rc<Candidate>,
    _listeners: [EventListener; 2],
}

struct Candidate {
    name: String,
    locks: Option<LockManager>,
    on_leadership: Box<dyn Fn(Leadership)>,
    now: Cell<Leadership>,
    candidacy: RefCell<Option<Candidacy>>,
}

/// One request for the lock, granted or not.
struct Candidacy {
    controller: Option<AbortController>,
    release: Rc<RefCell<Option<Function>>>,
    _granted: Closure<dyn FnMut(JsValue) -> Promise>,
}

impl Election {
    /// Stands for election under that name; `on_leadership` hears every change, at once or later. Without Web Locks
    /// every tab leads.
    #[must_use]
    pub fn stand(name: &str, on_leadership: impl Fn(Leadership) + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let locks = Reflect::get(&window.navigator(), &JsValue::from_str("locks")).ok();
        let candidate = Rc::new(Candidate {
            name: name.to_owned(),
            locks: locks.filter(JsValue::is_object).map(JsValue::unchecked_into),
            on_leadership: Box::new(on_leadership),
            now: Cell::new(Leadership::Follows),
            candidacy: RefCell::default(),
        });
        let (leaving, returning) = (Rc::downgrade(&candidate), Rc::downgrade(&candidate));
        let listeners = [
            EventListener::new(&window, "pagehide", move |_| with(&leaving, |c| c.step_down())),
            EventListener::new(&window, "pageshow", move |_| with(&returning, Candidate::ask)),
        ];
        candidate.ask();
        Some(Self { candidate, _listeners: listeners })
    }

    /// Whether this tab leads now.
    #[must_use]
    pub fn leadership(&self) -> Leadership {
        self.candidate.now.get()
    }
}

impl Drop for Election {
    fn drop(&mut self) {
        self.candidate.step_down();
    }
}

fn with(candidate: &Weak<Candidate>, act: impl FnOnce(&Rc<Candidate>)) {
    if let Some(candidate) = candidate.upgrade() {
        act(&candidate);
    }
}

impl Candidate {
    fn ask(self: &Rc<Self>) {
        if self.candidacy.borrow().is_some() {
            return; // pageshow follows the first load too
        }
        let Some(locks) = &self.locks else {
            self.become_(Leadership::Leads);
            return;
        };
        let release = Rc::new(RefCell::new(None));
        let (candidate, resolver) = (Rc::downgrade(self), Rc::clone(&release));
        let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_lock| {
            // The lock is held until this promise resolves.
            let held = Promise::new(&mut |resolve, _| {
                resolver.replace(Some(resolve));
            });
            with(&candidate, |c| c.become_(Leadership::Leads));
            held
        });
        let controller = AbortController::new().ok();
        let options = Object::new();
        if let Some(controller) = &controller {
            let _ = Reflect::set(&options, &JsValue::from_str("signal"), &controller.signal()); // a plain object takes it
        }
        match locks.request(&self.name, &options, granted.as_ref().unchecked_ref()) {
            // It rejects when it is aborted before it was granted, which is no error.
            Ok(ended) => spawn_local(async move { drop(JsFuture::from(ended).await) }),
            Err(_) => self.become_(Leadership::Leads), // locks are forbidden here: as if there were none
        }
        self.candidacy.replace(Some(Candidacy { controller, release, _granted: granted }));
    }

    fn step_down(&self) {
        if let Some(candidacy) = self.candidacy.take() {
            let release = candidacy.release.take();
            match (release, &candidacy.controller) {
                (Some(release), _) => drop(release.call0(&JsValue::NULL)),
                (None, Some(controller)) => controller.abort(),
                (None, None) => {}
            }
        }
        self.become_(Leadership::Follows);
    }

    fn become_(&self, leadership: Leadership) {
        if self.now.replace(leadership) != leadership {
            (self.on_leadership)(leadership);
        }
    }
}
