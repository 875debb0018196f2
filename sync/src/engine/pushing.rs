//! Pushing: the outbox is the own rows after the last one that has an outcome.

use shared_events::ids::{Hash, Sequence};

use super::{Attempt, Engine, Moment, Network, Output, Refusal, Trouble, stream::StreamCheck};
use crate::{
    protocol::{BATCH_RECORDS, ProblemKind, PushAnswer, Verdict},
    store::{Moved, Outcome, Progress, StoreError},
};

/// Where pushing stands.
#[derive(Debug)]
pub(super) enum Push {
    Idle,
    Asked { attempt: Attempt, after: Sequence },
    Storing { attempt: Attempt, outcomes: Vec<(Sequence, Outcome)>, moved: Option<(Progress, StreamCheck)> },
}

impl Engine {
    /// Whether the server takes anything of this device now.
    pub(super) fn may_talk(&self) -> bool {
        matches!(self.trouble, None | Some(Trouble::Diverged))
    }

    pub(super) fn start_push(&mut self, now_ms: u64) {
        let due = self.acked < self.saved.sequence || self.probe;
        let idle = matches!(self.push, Push::Idle);
        if !due || !idle || !self.may_talk() || !self.push_backoff.is_over(now_ms) {
            return;
        }
        let attempt = self.next_attempt();
        // A probe sends the last one again: the server says what it lacks.
        let (after, limit) = if self.probe { (self.acked.before(), 1) } else { (self.acked, BATCH_RECORDS) };
        self.push = Push::Asked { attempt, after };
        self.outputs.push(Output::Push { attempt, after, limit });
    }

    pub(super) fn push_answered(
        &mut self,
        attempt: Attempt,
        links: &[Hash],
        result: Result<PushAnswer, Refusal>,
        moment: Moment,
    ) {
        let after = match self.push {
            Push::Asked { attempt: asked, after } if asked == attempt => after,
            _ => return,
        };
        self.push = Push::Idle;
        match result {
            Ok(answer) if answer.verdicts.len() == links.len() && !links.is_empty() => {
                self.contact(&answer.place, moment.now);
                self.push_backoff.reset();
                self.probe = false;
                if self.is_of_other_life(&answer.place) {
                    self.diverge();
                }
                let outcomes = judge(after, answer.verdicts);
                let moved = self.advance_by(&outcomes, links);
                let from = self.progress;
                let to = moved.as_ref().map_or(from, |(to, _)| Some(*to));
                self.push = Push::Storing { attempt, outcomes: outcomes.clone(), moved };
                self.outputs.push(Output::StoreOutcomes { attempt, outcomes, from, to });
            }
            Ok(_) => self.push_failed(&Refusal::Nonsense, moment),
            Err(refusal) => self.push_failed(&refusal, moment),
        }
    }

    fn push_failed(&mut self, refusal: &Refusal, moment: Moment) {
        self.refused(refusal, moment);
        if let Refusal::Problem(problem) = refusal
            && problem.kind == ProblemKind::Gap
            && let Some(mark) = problem.mark.filter(|mark| *mark < self.acked)
        {
            self.probe = false;
            return self.send_again_after(mark);
        }
        if self.network == Network::Online {
            self.push_backoff.failed(moment.now.monotonic_ms, moment.random);
        }
    }

    /// Own events that continue the stream right after what is held need not be pulled again.
    fn advance_by(
        &mut self,
        outcomes: &[(Sequence, Outcome)],
        links: &[Hash],
    ) -> Option<(Progress, StreamCheck)> {
        if self.pull_is_moving() || self.trouble.is_some() {
            return None;
        }
        let (mut progress, mut stream) = (self.progress?, self.stream.clone());
        for ((_, outcome), link) in outcomes.iter().zip(links) {
            let Outcome::Logged { receipt, elsewhere: None } = outcome else { continue };
            if receipt.ordinal != progress.cursor.through.next() {
                continue;
            }
            if stream.hold(*link, *receipt).is_err() {
                self.diverge();
                return None;
            }
            progress.cursor.through = receipt.ordinal;
            progress.cursor.stream = receipt.stream;
        }
        Some((progress, stream))
    }

    pub(super) fn outcomes_stored(
        &mut self,
        attempt: Attempt,
        result: Result<Moved, StoreError>,
        moment: Moment,
    ) {
        if !matches!(self.push, Push::Storing { attempt: asked, .. } if asked == attempt) {
            return;
        }
        let Push::Storing { outcomes, moved, .. } = std::mem::replace(&mut self.push, Push::Idle) else {
            return;
        };
        match result {
            Ok(Moved::Stored) => {
                if let Some((to, stream)) = moved {
                    (self.progress, self.stream) = (Some(to), stream);
                }
                for (_, outcome) in &outcomes {
                    if let Outcome::Logged { receipt, .. } = outcome {
                        self.clock.merge(receipt.order);
                    }
                }
                let last = outcomes.last().map_or(self.acked, |(sequence, _)| *sequence);
                self.acked = self.acked.max(last);
                self.seen_outcomes(Sequence::ZERO);
            }
            Ok(Moved::Stale) => {
                // Another tab pulled meanwhile: the outcomes stand without the progress.
                self.push = Push::Storing { attempt, outcomes: outcomes.clone(), moved: None };
                self.outputs.push(Output::StoreOutcomes { attempt, outcomes, from: None, to: None });
                self.outputs.push(Output::LookAgain);
            }
            // Nothing is lost: pushed again, the server answers "duplicate" with the same receipts.
            Err(_) => self.push_backoff.failed(moment.now.monotonic_ms, moment.random),
        }
    }

    /// Outcomes are stored up to here.
    pub(super) fn seen_outcomes(&mut self, judged: Sequence) {
        if judged > self.resend {
            self.acked = self.acked.max(judged);
        }
        if self.acked >= self.saved.sequence && self.held.is_empty() {
            self.clock.all_receipted();
        }
    }

    /// The server's mark is below what it had acknowledged when it was asked.
    pub(super) fn check_mark(&mut self, acked_when_asked: Sequence, mark: Sequence) {
        if mark < acked_when_asked && matches!(self.push, Push::Idle) {
            self.send_again_after(mark);
        }
    }

    /// The server was put back to an older copy: it lacks what it had acknowledged.
    pub(super) fn send_again_after(&mut self, mark: Sequence) {
        self.resend = self.resend.max(self.acked);
        self.acked = mark;
    }
}

fn judge(after: Sequence, verdicts: Vec<Verdict>) -> Vec<(Sequence, Outcome)> {
    let mut sequence = after;
    let outcome = |verdict| match verdict {
        Verdict::Accepted { receipt } => Outcome::Logged { receipt, elsewhere: None },
        Verdict::Duplicate { receipt, logged } => Outcome::Logged { receipt, elsewhere: logged },
        Verdict::Quarantined { reason } => Outcome::Quarantined { reason },
    };
    let next = |verdict| {
        sequence = sequence.next();
        (sequence, outcome(verdict))
    };
    verdicts.into_iter().map(next).collect()
}
