//! Dated sets of rules. A log never forgets what held when: an event leads to what the rules of its day say, or those
//! of its version's date where that is later. So a replay of the log finds what was found then, and a replay under
//! another date finds what would have been.

use serde::{Serialize, Serializer};

use super::{
    arrived,
    rules::{self, Rule},
};
use crate::state::Entry;

/// The rules of a date.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour(&'static Dated);

#[derive(Debug)]
struct Dated {
    date: &'static str,
    changes: &'static [Change],
}

#[derive(Clone, Copy, Debug)]
enum Change {
    /// A rule that was not there, or another one of the same name.
    Put(Rule),
    #[cfg_attr(not(test), allow(dead_code, reason = "no rule was given up yet"))]
    Drop(&'static str),
}

use Change::Put;

/// All that ever were, the oldest first. One that was released is never edited: a change is another date.
const BEHAVIOURS: &[Dated] = &[
    Dated {
        date: "2026-11-21",
        changes: &[Put(rules::DOUBLE_DOSE), Put(rules::CONTRADICTION), Put(rules::AFTER_STOP)],
    },
    Dated {
        date: "2026-11-25",
        changes: &[
            Put(rules::IN_PAUSE),
            Put(rules::AS_NEEDED),
            Put(rules::LEFT_OUT),
            Put(rules::DISAGREEMENT),
            Put(rules::PLAN_CHANGED),
            Put(rules::PILL_BOX),
        ],
    },
    Dated {
        date: "2026-11-27",
        changes: &[Put(rules::PLAN_CHANGED_BY_OTHERS), Put(rules::MEDICINE_ADDED), Put(rules::APPOINTMENT)],
    },
    Dated { date: "2026-11-28", changes: &[Put(rules::MEDICINE_NAMED)] },
];

impl Behaviour {
    /// The newest.
    #[must_use]
    pub fn newest() -> Self {
        Self(BEHAVIOURS.last().unwrap_or(&BEHAVIOURS[0]))
    }

    /// That of a date, `2026-11-21`: the newest that is not later; before all, the first.
    #[must_use]
    pub fn as_of(date: &str) -> Self {
        let not_later = BEHAVIOURS.iter().rev().find(|dated| dated.date <= date);
        Self(not_later.unwrap_or(&BEHAVIOURS[0]))
    }

    /// The one that holds for an event: of the day on which it arrived, or of its version's date where that is later.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let day = arrived(entry).date_naive().to_string();
        Self::as_of(day.as_str().max(entry.header.version.as_str()))
    }

    /// Its date.
    #[must_use]
    pub const fn date(self) -> &'static str {
        self.0.date
    }

    /// Every date of which there is one, the oldest first.
    pub fn dates() -> impl Iterator<Item = &'static str> {
        BEHAVIOURS.iter().map(|dated| dated.date)
    }

    pub(super) fn rules(self) -> Vec<Rule> {
        let until = BEHAVIOURS.iter().take_while(|dated| dated.date <= self.0.date);
        cascade(until.flat_map(|dated| dated.changes))
    }
}

/// The changes one after the other; a rule keeps its place when it is put anew.
fn cascade<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for change in changes {
        match change {
            Change::Put(rule) => match rules.iter_mut().find(|known| known.name == rule.name) {
                Some(known) => *known = *rule,
                None => rules.push(*rule),
            },
            Change::Drop(name) => rules.retain(|rule| rule.name != *name),
        }
    }
    rules
}

impl PartialEq for Behaviour {
    fn eq(&self, other: &Self) -> bool {
        self.0.date == other.0.date
    }
}
impl Eq for Behaviour {}
impl Serialize for Behaviour {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_behaviour_is_the_one_before_with_its_changes() {
        const OTHER: Rule = Rule { name: "double_dose", ..rules::LEFT_OUT };
        let changes =
            [Put(rules::DOUBLE_DOSE), Put(rules::AFTER_STOP), Put(OTHER), Change::Drop("after_stop")];
        let names =
            |n: usize| cascade(changes.iter().take(n)).iter().map(|rule| rule.name).collect::<Vec<_>>();
        assert_eq!(names(2), ["double_dose", "after_stop"]);
        assert_eq!(names(3), ["double_dose", "after_stop"]);
        assert_eq!(names(4), ["double_dose"]);
        let first = cascade(changes.iter())[0];
        assert!(std::ptr::fn_addr_eq(first.asks, rules::LEFT_OUT.asks), "the later rule of a name holds");
    }

    #[test]
    fn dates_ascend_and_name_a_behaviour_each() {
        let dates: Vec<_> = Behaviour::dates().collect();
        assert!(dates.is_sorted() && dates.len() > 1);
        assert_eq!(Behaviour::as_of("2026-11-24").date(), "2026-11-21");
        assert_eq!(Behaviour::as_of("2026-11-25").date(), "2026-11-25");
        assert_eq!(Behaviour::as_of("1999-01-01").date(), dates[0]);
        assert_eq!(Behaviour::as_of("2999-01-01"), Behaviour::newest());
        let earlier = Behaviour::as_of("2026-11-21").rules().len();
        assert!(Behaviour::newest().rules().len() > earlier);
    }
}
