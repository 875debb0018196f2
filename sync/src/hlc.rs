//! The hybrid logical clock of one device. Its physical part is the wall clock, corrected by the server's; what it
//! merges are the receipts' `order` only, which the server bounds, so that no phone in the year 2099 moves another.

use shared_events::ids::Hlc;

/// The clock's state. All readings of one device that are not yet receipted rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HybridClock {
    merged: Hlc,
    unsent: Hlc,
}

impl HybridClock {
    /// The reading for a new event at this corrected wall-clock time.
    pub fn tick(&mut self, physical_ms: u64) -> Hlc {
        let after = Hlc(self.merged.max(self.unsent).0 + 1);
        self.unsent = Hlc::at_ms(physical_ms).max(after);
        self.unsent
    }

    /// A receipt's order was seen.
    pub fn merge(&mut self, order: Hlc) {
        self.merged = self.merged.max(order);
    }

    /// An event that is not receipted stands at this reading.
    pub fn remember(&mut self, recorded_at: Hlc) {
        self.unsent = self.unsent.max(recorded_at);
    }

    /// Every own event has its receipt: what they claimed no longer binds, only what the server made of it. A clock
    /// that was set years ahead comes back here.
    pub fn all_receipted(&mut self) {
        self.unsent = Hlc(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn unsent_readings_rise_whatever_the_wall_clock_does(times in prop::collection::vec(0_u64..1 << 40, 1..50)) {
            let mut clock = HybridClock::default();
            let readings: Vec<_> = times.iter().map(|t| clock.tick(*t)).collect();
            prop_assert!(readings.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn a_clock_set_to_2099_comes_back_once_all_is_receipted() {
        let (far, now) = (4_070_908_800_000, 1_795_000_000_000);
        let mut clock = HybridClock::default();
        let wrong = clock.tick(far);
        assert!(clock.tick(now) > wrong, "unsent events keep their order");
        clock.merge(Hlc(now << 16 | 0xffff));
        clock.all_receipted();
        assert_eq!(clock.tick(now + 1).ms(), now + 1);
    }
}
