//! Counts checks, and keeps the name of each that does not hold.

use std::fmt::Display;

/// What was checked so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    checks: usize,
    failures: Vec<String>,
}

impl Tally {
    /// One check of a group, named for the person who has to find it.
    pub(super) fn check(&mut self, group: &str, name: impl Display, holds: bool) {
        self.checks += 1;
        if !holds {
            self.failures.push(format!("{group}: {name}"));
        }
    }

    /// A group without vectors would pass by saying nothing.
    pub(super) fn not_empty<T>(&mut self, group: &str, cases: &[T]) {
        self.check(group, "the file has such vectors", !cases.is_empty());
    }

    /// The number of checks, or the failures, one a line.
    pub(super) fn finish(self) -> Result<usize, String> {
        if self.failures.is_empty() { Ok(self.checks) } else { Err(self.failures.join("\n")) }
    }
}
