//! What is done today, the last first, with where its entries are.

use chrono::{DateTime, Utc};
use rivulet_sync::engine::Whereabouts;
use shared_events::{
    content::OccurredAt,
    ids::EventId,
    views::{DoseStatus, DoseView, FactView, Said, TaskStatus, TaskView},
};

use super::{Done, Read, UnplannedView, dose_id};
use crate::{
    platform::intl,
    session::{Phone, Session},
    text::{self, say},
};

/// What was done today, and what was recorded today of yesterday's doses.
pub(super) fn done(session: Session, phone: &Phone, read: &Read) -> Vec<Done> {
    let list = List { session, phone, read };
    let today = read.today.slots.iter().flat_map(|slot| &slot.doses);
    let yesterday =
        read.yesterday.slots.iter().flat_map(|slot| &slot.doses).filter(|d| list.is_of_today(&d.facts));
    let mut done: Vec<Done> = today.chain(yesterday).filter_map(|dose| list.dose(dose)).collect();
    done.extend(read.today.unplanned.iter().filter_map(|extra| list.unplanned(extra)));
    done.extend(read.tasks.tasks.iter().filter_map(|task| list.task(task)));
    done.sort_by_key(|done| std::cmp::Reverse(done.at));
    done
}

struct List<'a> {
    session: Session,
    phone: &'a Phone,
    read: &'a Read,
}

impl List<'_> {
    fn is_of_today(&self, facts: &[FactView]) -> bool {
        let start = self.read.start.and_then(|start| u64::try_from(start.timestamp_millis()).ok());
        let recorded = |id| self.phone.with_state(|state| state.entry(id).map(|e| e.header.recorded_at.ms()));
        facts.iter().any(|fact| recorded(fact.id).zip(start).is_some_and(|(at, start)| at >= start))
    }

    fn clock(&self, at: OccurredAt) -> String {
        text::time(self.local(at.at.to_utc()))
    }

    fn local(&self, at: DateTime<Utc>) -> chrono::NaiveDateTime {
        self.read.timeline.as_ref().map_or(at.naive_utc(), |t| t.local(at))
    }

    fn dose(&self, dose: &DoseView) -> Option<Done> {
        let texts = self.session.texts;
        let first = dose.facts.first()?;
        let detail = match &dose.status {
            DoseStatus::TakenLate { at } if self.local(dose.planned_at).date() == self.read.today.date => {
                let (time, planned) = (self.clock(*at), text::time(self.local(dose.planned_at)));
                say!(texts, dose.taken_late, time = time, planned = planned)
            }
            DoseStatus::Contradicted => say!(texts, dose.contradicted),
            _ => self.said(first),
        };
        let detail = match (&dose.status, &dose.possible_double) {
            // These are no witnesses of one dose.
            (DoseStatus::Contradicted, _) => detail,
            (_, Some(_)) => say!(texts, dose.double),
            _ => self.with_witnesses(detail, &dose.facts),
        };
        let title = text::medicine(texts, &dose.medicine);
        Some(self.entry(dose_id(dose.treatment, &dose.key), title, detail, &dose.facts, first))
    }

    fn unplanned(&self, extra: &UnplannedView) -> Option<Done> {
        let texts = self.session.texts;
        let first = extra.facts.first()?;
        let unknown = || say!(texts, dose.unknown);
        let title = extra.medicine.as_ref().map_or_else(unknown, |m| text::medicine(texts, m));
        let detail = self.with_witnesses(self.said(first), &extra.facts);
        Some(self.entry(first.id.to_string(), title, detail, &extra.facts, first))
    }

    fn said(&self, fact: &FactView) -> String {
        let texts = self.session.texts;
        let local = self.local(fact.occurred_at.at.to_utc());
        let time = text::time(local);
        match &fact.said {
            Said::Taken { .. } if local.date() == self.read.today.date => {
                say!(texts, dose.taken, time = time)
            }
            Said::Taken { .. } => {
                let day = text::day(local.date());
                say!(texts, dose.taken_on, day = day, time = time)
            }
            Said::Skipped { reason: None } => say!(texts, dose.skipped),
            Said::Skipped { reason: Some(why) } => {
                let reason = text::reason(texts, why);
                say!(texts, dose.skipped_why, reason = reason)
            }
        }
    }

    fn with_witnesses(&self, what: String, facts: &[FactView]) -> String {
        let texts = self.session.texts;
        let other = facts.iter().find(|f| !self.session.is_own(&f.who)).and_then(|f| f.who.name.clone());
        match (facts.len(), other) {
            (1, Some(who)) => say!(texts, dose.by, what = what, who = who),
            (0 | 1, _) => what,
            (n, _) => say!(texts, dose.witnesses, what = what, n = intl::number(&n.to_string())),
        }
    }

    fn entry(&self, id: String, title: String, detail: String, facts: &[FactView], first: &FactView) -> Done {
        let own = facts.iter().filter(|fact| self.session.is_own(&fact.who));
        Done {
            id,
            title,
            detail,
            at: first.occurred_at.at.to_utc(),
            whereabouts: self.least(facts.iter().map(|fact| fact.id)),
            undo: own.map(|fact| fact.id).collect(),
        }
    }

    fn task(&self, task: &TaskView) -> Option<Done> {
        let TaskStatus::Done { at, entry, who } = &task.status else { return None };
        let time = self.clock(*at);
        Some(Done {
            id: task.task.0.to_string(),
            title: task.title.clone(),
            detail: say!(self.session.texts, task.done_at, time = time),
            at: at.at.to_utc(),
            whereabouts: self.least([*entry]),
            undo: if self.session.is_own(who) { vec![*entry] } else { Vec::new() },
        })
    }

    /// What is not known to be anywhere is not said to be saved.
    fn least(&self, entries: impl IntoIterator<Item = EventId>) -> Whereabouts {
        let rank = |w: &Whereabouts| match w {
            Whereabouts::Held => 0,
            Whereabouts::NeedsLook { .. } => 1,
            Whereabouts::Saved => 2,
            Whereabouts::Sent => 3,
            Whereabouts::InRecord => 4,
        };
        let all = entries.into_iter().map(|id| self.phone.whereabouts(id).unwrap_or(Whereabouts::Held));
        all.min_by_key(rank).unwrap_or(Whereabouts::Held)
    }
}
