//! How many tests passed and how many failed.

use std::{
    fmt::{self, Display},
    ops::AddAssign,
};

/// A count of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// A part that could not be run at all is one failure.
    pub(super) const BROKEN: Self = Self { passed: 0, failed: 1 };

    /// Reads `N passed` and `N failed` out of a line, as cargo and our own scripts write them.
    pub(super) fn read(line: &str) -> Option<Self> {
        let words: Vec<_> = line.split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
        let count = |what| {
            let at = words.iter().position(|word| *word == what)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        Some(Self { passed: count("passed")?, failed: count("failed")? })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

impl Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn counts_are_read_from_both_forms() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; finished in 0.01s";
        assert_eq!(Tally::read(cargo), Some(Tally { passed: 12, failed: 3 }));
        assert_eq!(Tally::read("7 passed, 0 failed"), Some(Tally { passed: 7, failed: 0 }));
        assert_eq!(Tally::read("test passed ... ok"), None);
    }
}
