//! Against replays: how old a request may be, and which nonces were seen.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use rivulet_sync::{
    protocol::{Problem, ProblemKind},
    signature::Params,
};
use shared_events::ids::DeviceId;

/// Seconds that a request's time may differ from the server's, either way.
pub(super) const WINDOW_S: u64 = 300;
/// Nonces that are remembered at most, of one device …
pub(super) const DEVICE_NONCES: usize = 8192;
/// … and of all.
pub(super) const ALL_NONCES: usize = 1 << 20;
/// Enrolments that may fail, of one address in a window.
pub(super) const FAILED_ENROLMENTS: u32 = 30;
/// Addresses whose failures are counted at most.
const PEERS: usize = 65_536;

/// Remembers nonces since the server's start.
#[derive(Debug)]
pub struct Guard {
    /// The first whole second of which everything was seen.
    since_s: u64,
    seen: Mutex<Seen>,
    failures: Mutex<HashMap<IpAddr, (u64, u32)>>,
}

#[derive(Debug, Default)]
struct Seen {
    /// By the second of creation, so that the oldest are dropped together.
    by_second: BTreeMap<u64, HashSet<(DeviceId, String)>>,
    by_device: HashMap<DeviceId, usize>,
    total: usize,
}

impl Guard {
    /// Of a server that starts at `now_ms`. What was created in a second before it was there is refused.
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        Self { since_s: now_ms.div_ceil(1000), seen: Mutex::default(), failures: Mutex::default() }
    }

    /// Takes a request whose signature holds, once.
    ///
    /// # Errors
    /// `Clock`, `Replayed` (both with the server's time) or `TooMany`.
    pub fn admit(&self, params: &Params, now_ms: u64) -> Result<(), Problem> {
        let (now_s, created_s) = (now_ms / 1000, params.created_s);
        let with_time = |kind, detail: &str| Problem { now_ms: Some(now_ms), ..Problem::new(kind, detail) };
        if created_s.abs_diff(now_s) > WINDOW_S {
            return Err(with_time(
                ProblemKind::Clock,
                "Take the time of this answer for the server's, sign anew and send again.",
            ));
        }
        let replayed = || {
            with_time(
                ProblemKind::Replayed,
                "Whether the first was done is not said. Sign anew and send again.",
            )
        };
        if created_s < self.since_s {
            return Err(replayed());
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget_before(now_s.saturating_sub(WINDOW_S));
        let nonce = (params.device, params.nonce.clone());
        if seen.by_second.get(&created_s).is_some_and(|nonces| nonces.contains(&nonce)) {
            return Err(replayed());
        }
        if seen.by_device.get(&params.device).is_some_and(|count| *count >= DEVICE_NONCES) {
            return Err(Problem::new(ProblemKind::TooMany, "Wait a few minutes, then send less at once."));
        }
        if seen.total >= ALL_NONCES {
            return Err(Problem::new(
                ProblemKind::Unavailable,
                "Nothing was stored. Send it again in minutes.",
            ));
        }
        seen.total += 1;
        *seen.by_device.entry(params.device).or_default() += 1;
        seen.by_second.entry(created_s).or_default().insert(nonce);
        Ok(())
    }

    /// Whether an address has tried too many codes in vain.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn may_enrol(&self, peer: IpAddr, now_ms: u64) -> Result<(), Problem> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(&peer) {
            Some((since, count)) if now_ms / 1000 < since + WINDOW_S && *count >= FAILED_ENROLMENTS => {
                Err(Problem::new(ProblemKind::TooMany, "Wait five minutes, then open the invitation again."))
            }
            _ => Ok(()),
        }
    }

    /// Counts an enrolment that was refused.
    pub fn enrolment_failed(&self, peer: IpAddr, now_ms: u64) {
        let now_s = now_ms / 1000;
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= PEERS {
            failures.retain(|_, (since, _)| now_s < *since + WINDOW_S);
        }
        if failures.len() >= PEERS && !failures.contains_key(&peer) {
            return;
        }
        let entry = failures.entry(peer).or_insert((now_s, 0));
        if now_s >= entry.0 + WINDOW_S {
            *entry = (now_s, 0);
        }
        entry.1 += 1;
    }
}

impl Seen {
    fn forget_before(&mut self, second: u64) {
        let kept = self.by_second.split_off(&second);
        for (device, _) in std::mem::replace(&mut self.by_second, kept).into_values().flatten() {
            self.total -= 1;
            if let Some(count) = self.by_device.get_mut(&device) {
                *count -= 1;
                if *count == 0 {
                    self.by_device.remove(&device);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(created_s: u64, nonce: u8) -> Params {
        Params::new(created_s, [nonce; 16], "018f3f5e-8f6a-4c62-9a4b-5a3f0c1d2e3f".parse().unwrap())
    }

    #[test]
    fn a_nonce_is_taken_once_for_as_long_as_its_time_is() {
        let guard = Guard::new(1_000_000);
        assert!(guard.admit(&params(1000, 1), 1_000_500).is_ok());
        assert_eq!(guard.admit(&params(1000, 1), 1_000_900).unwrap_err().kind, ProblemKind::Replayed);
        assert!(guard.admit(&params(1000, 2), 1_300_000).is_ok());
        assert_eq!(guard.admit(&params(1000, 1), 1_300_999).unwrap_err().kind, ProblemKind::Replayed);
        assert_eq!(guard.admit(&params(1000, 1), 1_301_000).unwrap_err().kind, ProblemKind::Clock);
    }

    #[test]
    fn what_was_created_before_the_start_is_refused_with_the_servers_time() {
        let guard = Guard::new(1_000_001);
        let problem = guard.admit(&params(1000, 1), 1_000_500).unwrap_err();
        assert_eq!((problem.kind, problem.now_ms), (ProblemKind::Replayed, Some(1_000_500)));
        assert!(guard.admit(&params(1001, 1), 1_000_500).is_ok());
    }

    #[test]
    fn one_device_cannot_fill_the_memory() {
        let guard = Guard::new(1_000_000);
        for n in 0..DEVICE_NONCES {
            let mut nonce = [0; 16];
            nonce[..8].copy_from_slice(&n.to_be_bytes());
            let params = Params { nonce: shared_events::ids::to_base64url(&nonce), ..params(1000, 0) };
            guard.admit(&params, 1_000_000).unwrap();
        }
        assert_eq!(guard.admit(&params(1000, 255), 1_000_000).unwrap_err().kind, ProblemKind::TooMany);
        assert!(guard.admit(&params(1301, 255), 1_301_000).is_ok());
    }

    #[test]
    fn an_address_that_guesses_codes_has_to_wait() {
        let (guard, peer) = (Guard::new(0), "192.0.2.1".parse().unwrap());
        (0..FAILED_ENROLMENTS).for_each(|_| guard.enrolment_failed(peer, 1_000_000));
        assert_eq!(guard.may_enrol(peer, 1_000_001).unwrap_err().kind, ProblemKind::TooMany);
        assert!(guard.may_enrol(peer, 1_300_001).is_ok());
        assert!(guard.may_enrol("192.0.2.2".parse().unwrap(), 1_000_001).is_ok());
    }
}
