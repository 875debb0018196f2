//! Waiting longer after each failure, with jitter that is handed in.

/// Doubles from one second to five minutes; each wait is between half of that and all of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    until_ms: u64,
}

const FIRST_MS: u64 = 1_000;
const LONGEST_MS: u64 = 5 * 60 * 1_000;

impl Backoff {
    /// A try failed; `random` is any number.
    pub(super) fn failed(&mut self, now_ms: u64, random: u64) {
        let full = (FIRST_MS << self.failures.min(20)).min(LONGEST_MS);
        self.failures += 1;
        self.until_ms = now_ms + full / 2 + random % (full / 2 + 1);
    }

    /// A try brought nothing new: the next one comes a little later, however soon the answer was there.
    pub(super) fn pause(&mut self, now_ms: u64) {
        self.until_ms = now_ms + FIRST_MS;
    }

    /// A try worked, or something changed that makes a new one worth while.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether a try is due; `now_ms` of the clock that only goes forward.
    pub(super) const fn is_over(&self, now_ms: u64) -> bool {
        now_ms >= self.until_ms
    }

    /// When the next try is due, if one has failed.
    pub(super) const fn until_ms(&self) -> u64 {
        self.until_ms
    }
}
