//! A plan with what happened to it: changes, pauses, a stop; and what is the patient's own: her meals, her last dose.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    amount::Amount,
    ids::EventId,
    plan::{After, At, DaySlot, Meals, Rule, Schedule},
    schedule::{
        PlanError, PlanRule, ZoneTimeline,
        dates::slot_times,
        hours::date_at,
        phase::Phase,
        pieces::{DAY, pieces_over},
        zones::seconds_up,
    },
};

/// A plan and all that decides which doses it has. The order of changes and of pauses does not matter.
#[derive(Clone, Debug)]
pub struct Course<'a> {
    /// The plan as it was first said.
    pub schedule: &'a Schedule,
    /// How much, for slots without an amount of their own.
    pub dose: &'a Amount,
    /// The event that says so; doses every so many hours count from it.
    pub entry: EventId,
    /// What was changed since.
    pub changes: Vec<Change<'a>>,
    /// When nothing is due.
    pub pauses: Vec<Pause>,
    /// Doses at or after this are no longer planned.
    pub stopped_from: Option<DateTime<Utc>>,
    /// The patient's meal times; `None`: not known, so that a plan by meals is refused.
    pub meals: Option<Meals>,
    /// The last dose that was taken, for hours that count from it.
    pub last_taken: Option<LastTaken>,
}

/// A change of a plan. Phase, start and end stay.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The event that says so; of two at one instant the one with the greater id holds.
    pub entry: EventId,
    /// Amounts hold from this instant on. Times hold from the next date, so that no date has half of each.
    pub from: DateTime<Utc>,
    /// The treatment's dose. Slots with an amount of their own keep theirs, unless `rule` says otherwise.
    pub dose: Option<&'a Amount>,
    /// The whole rule as it is from now on, its bounds (`days`, `count`) too; both count from the plan's first day.
    pub rule: Option<&'a Rule>,
}

/// A time in which nothing is due, half-open: at `to` doses are due again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Pause {
    pub from: DateTime<Utc>,
    /// `None`: until further notice.
    pub to: Option<DateTime<Utc>>,
}

/// The last dose that was taken.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct LastTaken {
    /// The entry that says so; the next dose counts from it.
    pub entry: EventId,
    pub at: DateTime<Utc>,
}

impl<'a> Course<'a> {
    /// A plan to which nothing has happened.
    #[must_use]
    pub fn new(schedule: &'a Schedule, dose: &'a Amount, entry: EventId) -> Self {
        Self {
            schedule,
            dose,
            entry,
            changes: Vec::new(),
            pauses: Vec::new(),
            stopped_from: None,
            meals: None,
            last_taken: None,
        }
    }

    /// Whether doses count from the last one taken.
    pub(crate) fn follows_taken(&self) -> bool {
        self.rules().any(|rule| matches!(rule, Rule::Hours(hours) if hours.after == After::Taken))
    }

    /// Whether doses come every so many hours: they have numbers, and no dates.
    pub(crate) fn counts_hours(&self) -> bool {
        self.rules().any(|rule| matches!(rule, Rule::Hours(_)))
    }

    /// Whether doses go by the patient's meals.
    pub(crate) fn follows_meals(&self) -> bool {
        let by_meal = |slot: &DaySlot| !matches!(slot.at, At::Clock(_));
        self.rules().any(|rule| matches!(rule, Rule::Dates(dates) if dates.slots.values().any(by_meal)))
    }

    fn rules(&self) -> impl Iterator<Item = &Rule> {
        std::iter::once(&self.schedule.rule).chain(self.changes.iter().filter_map(|change| change.rule))
    }

    /// Whether nothing is due at this instant, as it is paused.
    pub(crate) fn is_paused(&self, at: DateTime<Utc>) -> bool {
        self.paused_until(at).is_some()
    }

    /// Until when nothing is due, as it is paused: `Some(None)` until it is resumed, `None`: it is not paused.
    pub(crate) fn paused_until(&self, at: DateTime<Utc>) -> Option<Option<DateTime<Utc>>> {
        let mut pauses = self.pauses.iter().filter(|pause| pause.covers(at));
        let first = pauses.next()?;
        // Of several at once the last to end, and one without an end above all.
        Some(pauses.fold(first.to, |last, pause| last.zip(pause.to).map(|(a, b)| a.max(b))))
    }

    /// Whether nothing is due at this instant, as it is stopped.
    pub(crate) fn is_stopped(&self, at: DateTime<Utc>) -> bool {
        self.stopped_from.is_some_and(|from| at >= from)
    }

    /// Whether this course can be followed.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn check(&self) -> Result<(), PlanError> {
        self.schedule.check()?;
        for change in &self.changes {
            if let Some(rule) = change.rule {
                self.schedule.check_rule(rule)?;
            }
        }
        let backwards = |pause: &Pause| pause.to.is_some_and(|to| to <= pause.from);
        if self.pauses.iter().any(backwards) {
            return Err(PlanError::new("pauses.to", PlanRule::EndsBeforeStart));
        }
        Ok(())
    }

    /// The rules and amounts one after the other, as their events came.
    pub(super) fn phases(&self, clock: &ZoneTimeline) -> Result<Vec<Phase<'_>>, PlanError> {
        // They are few: put where they belong one by one, which is less code than a sort.
        let mut changes: Vec<&Change<'_>> = Vec::new();
        for change in &self.changes {
            let key = |change: &Change<'_>| (change.from, change.entry);
            let place = changes.iter().position(|other| key(other) > key(change));
            changes.insert(place.unwrap_or(changes.len()), change);
        }
        let start = self.schedule.start;
        let mut phases = vec![Phase {
            start,
            from: i64::MIN,
            dates: start..self.last_date(&self.schedule.rule),
            rule: &self.schedule.rule,
            dose: self.dose,
            anchor: self.entry,
            slots: slot_times(&self.schedule.rule, self.meals.as_ref())?,
        }];
        for change in changes {
            let from = seconds_up(change.from);
            let first = first_date_from(clock, from).max(start);
            let Some(before) = phases.last_mut() else { continue };
            let rule = change.rule.unwrap_or(before.rule);
            let next = Phase {
                start,
                from,
                dates: first..self.last_date(rule),
                rule,
                dose: change.dose.unwrap_or(before.dose),
                anchor: if change.rule.is_some() { change.entry } else { before.anchor },
                slots: slot_times(rule, self.meals.as_ref())?,
            };
            before.dates.end = before.dates.end.min(first);
            phases.push(next);
        }
        Ok(phases)
    }

    /// The date after the last one.
    fn last_date(&self, rule: &Rule) -> NaiveDate {
        let after = self.schedule.end.and_then(|end| end.succ_opt()).unwrap_or(NaiveDate::MAX);
        rule.bounds().0.map_or(after, |days| super::dates::later(self.schedule.start, days).min(after))
    }

    /// Whether a dose at this instant is due: no pause, and not stopped.
    pub(super) fn is_due(&self, at: i64) -> bool {
        let stopped = self.stopped_from.is_some_and(|from| at >= seconds_up(from));
        !stopped && !self.pauses.iter().any(|pause| pause.holds(at))
    }
}

impl Pause {
    pub(crate) fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }

    /// The same in whole seconds, as doses are counted.
    pub(super) fn holds(&self, at: i64) -> bool {
        at >= seconds_up(self.from) && self.to.is_none_or(|to| at < seconds_up(to))
    }
}

/// The first date of which nothing was lived before an instant: the date line may have shown later ones already.
fn first_date_from(clock: &ZoneTimeline, from: i64) -> NaiveDate {
    let pieces = pieces_over(clock, from - 2 * DAY, from);
    let before = pieces.iter().filter(|piece| piece.from < from);
    let last = before.map(|piece| piece.to.min(from) - 1 + piece.offset).max();
    date_at(last.unwrap_or(from)).succ_opt().unwrap_or(NaiveDate::MAX)
}
