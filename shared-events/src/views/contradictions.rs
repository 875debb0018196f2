//! Entries about one dose that cannot all be right. What contradicts what, who is asked, and what an answer records:
//!
//! | rule | the entries that hold for one dose | asked | "only this one" | "both" |
//! |---|---|---|---|---|
//! | [`TakenAndSkipped`] | at least one "taken" and at least one "left out" | which is right? | the other side is taken back | cannot be |
//! | [`TwoTimes`] | taken, and taken again more than 10 minutes after the first | did it happen twice? | the other times are taken back | the later ones become doses of their own |
//! | [`TwoAmounts`] | taken within 10 minutes of the first, in another amount | which amount? | the other amounts are taken back | the later ones become doses of their own |
//!
//! - What holds is what is live, understood and said by someone who may. The same amount within 10 minutes is no
//!   contradiction: it is one dose, seen by more witnesses.
//! - The sides are sorted by (`occurred_at`, id) of their first entries, and times are counted from the first: every
//!   device that holds the same events asks the same question with the same answers, whatever order they came in.
//! - Nothing settles by itself, and no time passes over it: a person answers, and the answer is events. What was not
//!   right is retracted, in favour of what was ([`crate::settle`]).
//! - Two people who answer at once, each keeping what the other takes back, take nothing back: the question is there
//!   again. The next answer takes back the earlier one that it goes against, too.
//! - "Both" keeps the first and records each later one anew as a dose that no plan stands for
//!   ([`DoseKey::AsNeeded`]), led to by the entry that it stands for; then that entry is retracted. Two devices that say
//!   "both" at once say the same of the same entry, which is one dose with two witnesses ([`super::facts`]). That the
//!   first stays, and no other may, keeps the dose logged whoever answers.
//! - Only authors take back what they said, or the care team. Whoever may not is told so; the question stays.
//!
//! [`TakenAndSkipped`]: Rule::TakenAndSkipped
//! [`TwoTimes`]: Rule::TwoTimes
//! [`TwoAmounts`]: Rule::TwoAmounts

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    content::TreatmentId,
    ids::EventId,
    plan::DoseKey,
    state::State,
    views::{
        facts::{FactView, Said, WITNESS_WITHIN, Who, groups, recent_facts},
        medicines::treatments,
    },
};

/// Why entries cannot all be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// One dose was taken and left out.
    TakenAndSkipped,
    /// One dose was taken at two times: a possible double dose.
    TwoTimes,
    /// One dose was taken in two amounts.
    TwoAmounts,
}

/// Entries of one dose that a person has to settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Contradiction {
    pub treatment: TreatmentId,
    pub key: DoseKey,
    pub rule: Rule,
    /// What may be right, each with its witnesses; at least two, the earliest first, "left out" last.
    pub sides: Vec<Vec<FactView>>,
    /// Answers that exclude each other, so that none of them holds.
    pub earlier: Vec<Earlier>,
}

/// An answer that went against another one: what it would take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Earlier {
    pub id: EventId,
    pub target: EventId,
    pub who: Who,
}

/// What a person says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Only what this side says, by its place among the sides.
    Only(usize),
    /// All of it: more than one dose was taken.
    All,
}

/// All contradictions of which an entry was true on or after `since` (its local date), by treatment, then key.
#[must_use]
pub fn contradictions(state: &State, since: NaiveDate) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for treatment in treatments(state) {
        for ((key, _), facts) in recent_facts(state, treatment, since).iter() {
            let sides = sides(facts).into_iter();
            found.extend(sides.map(|(rule, sides)| {
                let earlier = earlier(state, &sides);
                Contradiction { treatment, key: key.clone(), rule, sides, earlier }
            }));
        }
    }
    found
}

fn earlier(state: &State, sides: &[Vec<FactView>]) -> Vec<Earlier> {
    let ids: Vec<_> = sides.iter().flatten().map(|fact| fact.id).collect();
    let mut entities: Vec<_> = ids.iter().filter_map(|id| state.entry(*id)?.content.about.first()).collect();
    entities.sort_unstable();
    entities.dedup();
    let circling = entities.into_iter().flat_map(|entity| state.circling(entity));
    let of_these = circling.filter(|(_, target)| ids.contains(target));
    of_these.map(|(entry, target)| Earlier { id: entry.id(), target, who: Who::of(state, entry) }).collect()
}

fn sides(facts: &[FactView]) -> Vec<(Rule, Vec<Vec<FactView>>)> {
    let groups = groups(facts);
    let skipped: Vec<_> = facts.iter().filter(|f| matches!(f.said, Said::Skipped { .. })).cloned().collect();
    let mut found = Vec::new();
    if !groups.is_empty() && !skipped.is_empty() {
        found.push((Rule::TakenAndSkipped, vec![together(groups.clone()), skipped]));
    }
    let times = times(groups);
    let several = times.iter().filter(|amounts| amounts.len() > 1);
    found.extend(several.map(|amounts| (Rule::TwoAmounts, amounts.clone())));
    if times.len() > 1 {
        found.push((Rule::TwoTimes, times.into_iter().map(together).collect()));
    }
    found
}

/// Groups that began within 10 minutes of the first of them are of one time.
fn times(groups: Vec<Vec<FactView>>) -> Vec<Vec<Vec<FactView>>> {
    let began = |group: &[FactView]| group.first().map(|fact| fact.occurred_at.at);
    let mut times: Vec<Vec<Vec<FactView>>> = Vec::new();
    for group in groups {
        // They are sorted: only the last time can be near.
        let first = times.last().and_then(|time| time.first()).and_then(|first| began(first));
        let near = first.zip(began(&group)).is_some_and(|(first, this)| this - first <= WITNESS_WITHIN);
        match times.last_mut().filter(|_| near) {
            Some(time) => time.push(group),
            None => times.push(vec![group]),
        }
    }
    times
}

fn together(groups: Vec<Vec<FactView>>) -> Vec<FactView> {
    let mut all: Vec<_> = groups.into_iter().flatten().collect();
    all.sort_by_key(|fact| (fact.occurred_at.at, fact.id));
    all
}

impl Contradiction {
    /// The entries that an answer takes back, and who said them; `None`: it cannot be true.
    #[must_use]
    pub fn taken_back_by(&self, answer: Answer) -> Option<Vec<(EventId, &Who)>> {
        let kept = match answer {
            Answer::All if self.rule == Rule::TakenAndSkipped => return None,
            Answer::All => 0,
            Answer::Only(kept) => kept,
        };
        let right = self.sides.get(kept)?;
        let others = self.sides.iter().enumerate().filter(|(n, _)| *n != kept).flat_map(|(_, side)| side);
        let against = self.earlier.iter().filter(|answer| right.iter().any(|fact| fact.id == answer.target));
        let wrong = others.map(|fact| (fact.id, &fact.who));
        Some(wrong.chain(against.map(|answer| (answer.id, &answer.who))).collect())
    }

    /// Whether a person may give this answer: she may take back what it takes back.
    #[must_use]
    pub fn may_answer(&self, answer: Answer, is_own: impl Fn(&Who) -> bool) -> bool {
        self.taken_back_by(answer).is_some_and(|wrong| wrong.iter().all(|(_, who)| is_own(who)))
    }
}
