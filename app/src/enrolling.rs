//! Setting this phone up: a code from an invitation, asked for until there is an answer. It runs in tasks of the
//! application, and goes on where it was after the page was closed: key and code are stored before anything is asked.

use std::{rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::{
    browser::{
        clock::BrowserClock,
        enrolment::EnrolmentError,
        profile::{Profile, Storage},
        quota,
        transport::FetchTransport,
    },
    engine::Refusal,
    enrol,
    platform::Clock as _,
    protocol::{EnrolRequest, ProblemKind},
};

use rivulet_sync::invitation::code_in;

use crate::{
    platform::{address, timer},
    text::{Texts, td},
};

/// How long to wait before asking again on one's own.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// How often moving to the new chain is tried again while another tab records.
const MOVES: usize = 5;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Link or code are to be pasted.
    Form(FormError),
    /// By a link; a tap starts.
    Invited(String),
    Working,
    /// No answer; it is asked again.
    Offline,
    Expired,
    Used,
    /// This phone is set up; the code was not used yet.
    Already(String),
    /// Something that trying again will not mend.
    Failed(String),
}

/// What is wrong with what was pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormError {
    None,
    NotACode,
    Unknown,
}

/// An enrolment on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Enrolling {
    pub(crate) step: RwSignal<Step>,
    texts: Texts,
    profile: StoredValue<Rc<Profile>, LocalStorage>,
    /// The last attempt; one that is overtaken does nothing more.
    attempt: StoredValue<u32>,
    code: StoredValue<String>,
}

impl Enrolling {
    /// With the code of the address, else with one that was begun before.
    pub(crate) fn new(texts: Texts, profile: Rc<Profile>, code: Option<String>) -> Self {
        let begun = profile.pending_enrolment().map(|pending| pending.code);
        let goes_on = code.is_none() || code == begun;
        let step = match (profile.identity(), code.or_else(|| begun.clone())) {
            (Some(_), Some(code)) => Step::Already(code),
            (None, Some(code)) => Step::Invited(code),
            (_, None) => Step::Form(FormError::None),
        };
        let enrolling = Self {
            step: RwSignal::new(step),
            texts,
            profile: StoredValue::new_local(profile),
            attempt: StoredValue::new(0),
            code: StoredValue::new(String::new()),
        };
        if let (true, Some(code), Step::Invited(_)) = (goes_on, begun, enrolling.step.get_untracked()) {
            enrolling.start(code);
        }
        // Both live as long as the page. A link that is opened in this tab only changes the fragment.
        let _ = window_event_listener_untyped("hashchange", move |_| {
            let code = address::take_fragment().and_then(|text| code_in(&text));
            let waits = !matches!(enrolling.step.get_untracked(), Step::Working | Step::Offline);
            if let (Some(code), true) = (code, waits) {
                enrolling.step.set(Step::Invited(code));
            }
        });
        let _ = window_event_listener_untyped("online", move |_| {
            if enrolling.step.get_untracked() == Step::Offline {
                enrolling.try_now();
            }
        });
        enrolling
    }

    /// What was pasted.
    pub(crate) fn paste(self, text: &str) {
        match code_in(text) {
            Some(code) => self.start(code),
            None => self.step.set(Step::Form(FormError::NotACode)),
        }
    }

    /// Sets the phone up with this code.
    pub(crate) fn start(self, code: String) {
        self.code.set_value(code);
        // Some browsers ask the person: so after her tap. The answer changes nothing here.
        spawn_local(async {
            let _ = quota::ask_to_keep().await;
        });
        self.try_now();
    }

    /// Asks without waiting any longer.
    pub(crate) fn try_now(self) {
        let attempt = self.attempt.get_value().wrapping_add(1);
        self.attempt.set_value(attempt);
        self.step.set(Step::Working);
        spawn_local(async move { self.run(attempt).await });
    }

    /// Whether what is recorded outlives the page.
    pub(crate) fn storage(self) -> Storage {
        self.profile.with_value(|profile| profile.storage())
    }

    /// Opens Today: this phone is set up.
    pub(crate) fn open(self) {
        address::open_today();
    }

    async fn run(self, attempt: u32) {
        let step = match self.ask().await {
            Ok(()) => return self.open(),
            Err(step) => step,
        };
        if self.attempt.get_value() != attempt {
            return;
        }
        if matches!(step, Step::Expired | Step::Used | Step::Form(_)) {
            // The code is spent; should forgetting it fail, it is refused again at the next start.
            let _ = self.profile.get_value().forget_enrolment().await;
        }
        let again = step == Step::Offline;
        self.step.set(step);
        if again {
            timer::sleep(ASK_AGAIN).await;
            if self.attempt.get_value() == attempt {
                self.try_now();
            }
        }
    }

    /// Key and code are stored, then asked with, and the answer is stored: each before the next.
    async fn ask(self) -> Result<(), Step> {
        let profile = self.profile.get_value();
        let failed = |error: &dyn std::fmt::Display| Step::Failed(error.to_string());
        let pending = profile.begin_enrolment(&self.code.get_value()).await.map_err(|e| failed(&e))?;
        let texts = self.texts;
        let is_phone = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|m| m.matches());
        let name = if is_phone { td!(texts, device.phone) } else { td!(texts, device.computer) };
        let request = EnrolRequest {
            code: pending.code,
            device: pending.device,
            spki: pending.spki.clone(),
            name: name.to_owned(),
            before: profile.identity().map(|before| before.device),
        };
        let sign = async |message: &[u8]| profile.sign_pending(message).await;
        // Without randomness no key could have been made.
        let random = |bytes: &mut [u8]| drop(profile.random(bytes));
        let now_ms = BrowserClock::new().now().wall_ms;
        let answer = enrol::ask(&FetchTransport::new(), sign, random, now_ms, &request).await;
        let answer = answer.map_err(|refusal| refused(&refusal))?;
        let mark = answer.before_mark;
        let known =
            enrol::identity(answer, pending.device, pending.spki).map_err(|refusal| refused(&refusal))?;
        // A browser that was set up before takes along what it has not sent. Another tab may record meanwhile.
        for _ in 0..MOVES {
            let rows = match profile.identity() {
                Some(old) => enrol::moving_rows(profile.store(), &old, &known.0, mark).await,
                None => Ok(Vec::new()),
            };
            let rows = rows.map_err(|e| failed(&e))?;
            match profile.move_to(known.0.clone(), &known.1, rows).await {
                Err(EnrolmentError::Overtaken) => {}
                result => return result.map_err(|e| failed(&e)),
            }
        }
        Err(failed(&EnrolmentError::Overtaken))
    }
}

fn refused(refusal: &Refusal) -> Step {
    match refusal {
        Refusal::Problem(problem) => match problem.kind {
            ProblemKind::CodeExpired => Step::Expired,
            ProblemKind::CodeUsed => Step::Used,
            ProblemKind::CodeUnknown => Step::Form(FormError::Unknown),
            // Busy, restarting, or the clocks: it passes.
            _ if problem.status >= 500 || problem.status == 429 || problem.now_ms.is_some() => Step::Offline,
            _ => Step::Failed(problem.detail.clone()),
        },
        Refusal::NoAnswer => Step::Offline,
        Refusal::Nonsense => Step::Failed(refusal_words()),
    }
}

/// An answer that does not read: for the person who helps.
fn refusal_words() -> String {
    "the answer of the server does not read".to_owned()
}
