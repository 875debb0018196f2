//! What every ledger must do. Run all of it with [`crate::ledger_contract!`] in a test of the backend.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a broken contract is a failed test")]

use std::sync::Arc;

use rivulet_sync::protocol::{CareTeam, Cursor, ProblemKind, PushAnswer, Verdict};
use shared_events::{
    content::Role,
    ids::{Generation, LogId, PatientId, Sequence},
    record::Record,
};

use super::{Identity, Ledger};
use crate::{
    clock::{Clock as _, ManualClock},
    entropy::SeededEntropy,
    error::Error,
    keys::memory::MemoryKeys,
    ledger::rows::Purpose,
    service::{Service, enrol::Invitee, patients::NewPatient},
};

pub mod admission;
pub mod device;
pub mod effects;
pub mod enrolment;
pub mod paging;
pub mod storage;

use device::Device;

/// Noon of a day in 2026.
pub const NOON_MS: u64 = 1_795_262_400_000;

/// Makes one `#[test]` of every part of the contract; `$fresh` is an expression that gives an empty ledger and what
/// must outlive it.
#[macro_export]
macro_rules! ledger_contract {
    ($fresh:expr; $($part:ident { $($name:ident)* })*) => {
        $($(
            #[test]
            fn $name() {
                let (ledger, _kept) = $fresh;
                futures::executor::block_on($crate::ledger::contract::$part::$name(ledger));
            }
        )*)*
    };
    ($fresh:expr) => {
        $crate::ledger_contract!($fresh;
            admission {
                what_is_pushed_is_in_the_log_once_in_order
                a_gap_is_refused_with_the_mark
                another_chain_of_the_same_device_is_refused
                a_wrong_head_or_form_is_refused_and_nothing_is_stored
                a_bad_record_is_quarantined_its_place_filled_and_the_rest_goes_on
                what_is_not_of_this_stream_is_quarantined
                an_event_linked_anew_is_logged_once
                another_event_with_the_same_id_is_bad
                a_body_that_does_not_open_is_logged
                a_wrong_clock_harms_nobody
            }
            enrolment {
                one_external_identifier_is_one_patient
                a_code_is_bound_to_the_first_key
                a_code_expires_and_is_unknown_after_too_many_attempts
                a_revoked_device_is_refused_and_the_log_says_so
                an_erased_patient_is_gone_and_the_log_still_verifies
            }
            paging {
                a_fresh_device_gets_standing_events_first_and_everything_once
                what_comes_while_pulling_is_not_missed
                a_cursor_of_another_log_is_refused
                a_log_that_begins_a_later_life_refuses_cursors_of_the_one_before
            }
            effects {
                an_effect_is_kept_once_and_what_became_of_it_is_told
                a_stream_is_behind_until_it_was_reacted_to_and_never_again
                effects_of_an_erased_patient_are_gone
                a_job_that_fails_leaves_no_effect
            }
            storage {
                a_job_that_fails_leaves_nothing
                changes_are_told
                quarantine_is_bounded
            });
    };
}

/// A service over a ledger, with a clock that is moved by hand.
pub struct World<L> {
    /// The server.
    pub service: Service<L>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
}

/// The identity that ledgers in memory get.
#[must_use]
pub fn identity() -> Identity {
    Identity { log: LogId(uuid::Uuid::from_u128(1)), generation: Generation::new(1).unwrap() }
}

impl<L: Ledger> World<L> {
    /// At noon.
    pub fn new(ledger: L) -> Self {
        let clock = Arc::new(ManualClock::at_ms(NOON_MS));
        let care_team = CareTeam { name: "the day unit".into(), phone: Some("+31 20 555 0100".into()) };
        let service = Service {
            ledger,
            keys: Arc::new(MemoryKeys::default()),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            care_team,
        };
        Self { service, clock }
    }

    /// A new patient.
    pub async fn patient(&self, name: &str) -> PatientId {
        let new = NewPatient {
            name: name.into(),
            zone: "Europe/Amsterdam".into(),
            external: None,
            purpose: Purpose::Test,
        };
        self.service.create_patient(new).await.unwrap().patient()
    }

    /// An invitation of the patient herself, good for an hour.
    pub async fn code(&self, patient: PatientId) -> String {
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 3_600_000 };
        self.service.invite(patient, invitee).await.unwrap()
    }

    /// A device of the patient, enrolled.
    pub async fn device(&self, patient: PatientId, seed: u64) -> Device {
        let mut device = Device::new(seed);
        let code = self.code(patient).await;
        device.enrolled(&self.service.enrol(device.asks(&code)).await.unwrap());
        device
    }

    /// Pushes records up to the device's end.
    pub async fn push(&self, device: &Device, records: &[Record]) -> PushAnswer {
        self.service.push(device.id, device.pushes(records)).await.unwrap()
    }

    /// How many events the patient's stream has.
    pub async fn tail(&self, patient: PatientId) -> u64 {
        self.service.ledger.read(move |t| Ok(t.tail(patient)?)).await.unwrap().ordinal.get()
    }

    /// The log verifies.
    pub async fn verifies(&self) {
        let verified = self.service.verify(None).await.unwrap();
        assert!(verified.holds, "{verified:#?}");
    }

    /// What the clock says.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }
}

/// The kind of a refusal.
pub fn refusal<T>(result: Result<T, Error>) -> ProblemKind {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.into_problem().kind,
    }
}

fn sequence(n: u64) -> Sequence {
    Sequence::new(n).unwrap()
}

fn kinds(answer: &PushAnswer) -> Vec<&'static str> {
    let kind = |v: &Verdict| match v {
        Verdict::Accepted { .. } => "accepted",
        Verdict::Duplicate { logged: None, .. } => "duplicate",
        Verdict::Duplicate { .. } => "logged",
        Verdict::Quarantined { .. } => "quarantined",
    };
    answer.verdicts.iter().map(kind).collect()
}

/// Everything that a device can pull, in pages of `limit`, and the last cursor.
async fn pull_all<L: Ledger>(world: &World<L>, device: &Device, limit: usize) -> (Vec<Record>, Cursor) {
    let (mut records, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.service.pull(device.id, cursor, limit).await.unwrap();
        assert!(page.records.len() <= limit);
        records.extend(page.records);
        cursor = Some(page.cursor);
        if page.cursor.is_whole() && page.cursor.through == page.place.tail {
            return (records, page.cursor);
        }
    }
}
