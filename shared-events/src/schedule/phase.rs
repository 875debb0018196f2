//! One stretch of a course, in which one rule holds; and a dose of it before it is written out.

use std::ops::Range;

use chrono::NaiveDate;

use crate::{
    amount::Amount,
    ids::EventId,
    plan::{DoseKey, On, Rule, SlotId},
    schedule::{Zone, dates::step_on},
};

/// One rule, the dates that it has, and the amounts that hold from an instant.
pub(super) struct Phase<'a> {
    /// The plan's first day; rules count from it.
    pub(super) start: NaiveDate,
    /// From when its amounts hold, seconds since 1970.
    pub(super) from: i64,
    /// The dates of its times.
    pub(super) dates: Range<NaiveDate>,
    pub(super) rule: &'a Rule,
    pub(super) dose: &'a Amount,
    /// What the doses of an interval count from.
    pub(super) anchor: EventId,
    /// The slots with their times, seconds from midnight.
    pub(super) slots: Vec<(&'a SlotId, i64)>,
}

/// A dose before it is written out.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    /// Seconds since 1970.
    pub(super) at: i64,
    /// What the plan's clock is ahead of UTC then, seconds.
    pub(super) offset: i64,
    pub(super) zone: Zone,
    /// The date that it is of.
    pub(super) date: NaiveDate,
    pub(super) which: Which<'a>,
}

/// Which dose of its plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Which<'a> {
    /// A slot, and how often its date came before.
    Slot(&'a SlotId, u8),
    /// The n-th from an event.
    Nth(EventId, u64),
}

/// What comes first is due first.
pub(super) type Rank<'a> = (i64, Which<'a>, NaiveDate);

/// Sorts doses by date, or as they are due. One function for all, as phones load a sort's code for each kind.
#[inline(never)]
pub(super) fn sort<'a>(doses: &mut [Raw<'a>], first: fn(&Raw<'a>) -> NaiveDate) {
    doses.sort_by_key(|dose| (first(dose), dose.rank()));
}

impl<'a> Raw<'a> {
    /// To sort by date.
    pub(super) fn date(&self) -> NaiveDate {
        self.date
    }

    /// To sort by instant alone.
    pub(super) fn any_date(&self) -> NaiveDate {
        NaiveDate::MIN
    }

    pub(super) fn rank(&self) -> Rank<'a> {
        (self.at, self.which, self.date)
    }

    pub(super) fn key(&self) -> DoseKey {
        match self.which {
            Which::Slot(slot, repeat) => DoseKey::Planned { date: self.date, slot: slot.clone(), repeat },
            Which::Nth(anchor, n) => DoseKey::Interval { anchor, n },
        }
    }
}

impl<'a> Phase<'a> {
    /// After how many doses it ends.
    pub(super) fn count(&self) -> Option<usize> {
        self.rule.bounds().1.and_then(|count| usize::try_from(count).ok())
    }

    /// What the rule says of a slot on a date: its amount, if it has one of its own; `None`: it has no such slot.
    pub(super) fn own(&self, date: NaiveDate, slot: &SlotId) -> Option<Option<&'a Amount>> {
        match self.rule {
            Rule::Times(times) => times.slots.get(slot).map(|slot| slot.dose.as_ref()),
            Rule::Dates(dates) => match &dates.on {
                On::Steps(steps) => step_on(steps, date)?.doses.get(slot).map(Some),
                _ => dates.slots.get(slot).map(|slot| slot.dose.as_ref()),
            },
            Rule::Hours(_) | Rule::AsNeeded(_) => None,
        }
    }
}

/// How much: as the newest phase says of this slot, else as its own phase does, else the newest's dose.
pub(super) fn amount<'a>(phases: &[Phase<'a>], raw: &Raw<'_>) -> Option<&'a Amount> {
    let newest = phases.iter().rev().find(|phase| phase.from <= raw.at)?;
    let own = |phase: &Phase<'a>| match raw.which {
        Which::Slot(slot, _) => phase.own(raw.date, slot),
        Which::Nth(..) => None,
    };
    let planned_by = || phases.iter().find(|phase| phase.dates.contains(&raw.date));
    let own = own(newest).or_else(|| own(planned_by()?));
    Some(own.flatten().unwrap_or(newest.dose))
}
