//! Carrying effects out: a task is assigned by an event, in one transaction with what is said of the effect, so once;
//! others are told by the webhook, at least once. What cannot be done is tried again, until it would help nobody.

use std::sync::Arc;

use shared_events::{
    content::{Role, TaskId},
    effects::EffectId,
    events::{Event, TaskAssigned},
};
use uuid::Builder;

use super::{Service, effects::Told};
use crate::{
    entropy::random,
    error::Error,
    ledger::{
        Ledger, Tables,
        append::Appender,
        effects::{By, EffectRow, Fate},
    },
    scribe::{Saying, Scribe, utc},
    webhook::{LONGEST_PAUSE_MS, Trouble, Untold, Webhook},
};

/// Effects that are looked at together.
const AT_ONCE: u32 = 100;
const FIRST_PAUSE_MS: u64 = 5_000;
/// Notices of one pass: whoever answers slowly must not hold up what else the server does.
const NOTICES: u32 = 8;

/// Carries effects out. What it remembers can be lost at any time.
#[derive(Debug, Default)]
pub struct Carrier {
    webhook: Option<Webhook>,
    /// How often in a row the other side was in trouble, and until when it is left alone.
    troubles: u32,
    pause_until_ms: u64,
}

impl Carrier {
    /// With a webhook, or without: then what others would be told waits for a person to see to it.
    #[must_use]
    pub fn new(webhook: Option<Webhook>) -> Self {
        Self { webhook, ..Self::default() }
    }

    /// Carries out what is due. When there is something to do again, milliseconds since 1970.
    ///
    /// # Errors
    /// The databases': what is left waits.
    pub async fn pass<L: Ledger>(&mut self, service: &Service<L>) -> Result<Option<u64>, Error> {
        let now_ms = service.clock.now_ms();
        // Also after a clock that was set ahead was set right.
        self.pause_until_ms = self.pause_until_ms.min(now_ms + LONGEST_PAUSE_MS);
        while self.own(service).await? {}
        if now_ms >= self.pause_until_ms {
            self.notices(service).await?;
        }
        let next = |by| service.ledger.read(move |tables| Ok(tables.next_effect_ms(by)?));
        let (own, others) = (next(By::Server).await?, next(By::Others).await?);
        let others = others.map(|ms| ms.max(self.pause_until_ms));
        Ok(own.into_iter().chain(others).min())
    }

    /// Assigns tasks. Whether there may be more.
    async fn own<L: Ledger>(&self, service: &Service<L>) -> Result<bool, Error> {
        let due = service.due(By::Server, AT_ONCE).await?;
        let is_full = u32::try_from(due.len()).is_ok_and(|n| n == AT_ONCE);
        for effect in due {
            let Some(effect) = service.still_due(effect).await? else { continue };
            service.assign(effect).await?;
        }
        Ok(is_full)
    }

    /// Tells others of what is due first, until the other side is in trouble.
    async fn notices<L: Ledger>(&mut self, service: &Service<L>) -> Result<(), Error> {
        let limit = if self.webhook.is_some() { NOTICES } else { AT_ONCE };
        for effect in service.due(By::Others, limit).await? {
            // What was told before may have taken long: a person may have seen to this one, or it is gone.
            let Some(effect) = service.still_due(effect).await? else { continue };
            if self.tell(service, effect).await? == Some(Trouble::Everything) {
                break;
            }
        }
        Ok(())
    }

    async fn tell<L: Ledger>(
        &mut self,
        service: &Service<L>,
        effect: EffectRow,
    ) -> Result<Option<Trouble>, Error> {
        let Some(webhook) = &self.webhook else {
            // It lapses unless a person sees to it.
            service.change(effect, |row| EffectRow { next_ms: row.valid_until_ms, ..row }).await?;
            return Ok(None);
        };
        let told = webhook.tell(&effect, service.clock.now_ms()).await;
        let now_ms = service.clock.now_ms();
        match told {
            Ok(outcome) => {
                self.troubles = 0;
                let attempts = effect.attempts.saturating_add(1);
                let told = move |row: EffectRow| {
                    EffectRow { attempts, ..row }.ended(Fate::Done, now_ms, Some(outcome))
                };
                service.change(effect, told).await?;
                Ok(None)
            }
            Err(Untold { why, of, pause_ms }) => {
                tracing::warn!(effect = %effect.id, why, "not told yet");
                let tried = if of == Trouble::Everything { self.troubles } else { 0 };
                let tried = tried.max(effect.attempts);
                let jitter = u64::from(u16::from_be_bytes(random(&*service.entropy)?));
                let asked_ms = pause_ms.unwrap_or(0);
                let pause_ms = pause(tried, jitter).max(asked_ms);
                if of == Trouble::Everything {
                    // The next attempt is with one that was tried less: this one alone may be the trouble.
                    let all_ms = pause(self.troubles, jitter).max(asked_ms);
                    self.troubles = self.troubles.saturating_add(1);
                    self.pause_until_ms = now_ms + all_ms;
                }
                service.change(effect, move |row| row.put_off(now_ms + pause_ms, why)).await?;
                Ok(Some(of))
            }
        }
    }
}

/// Twice as long each time, and a little by chance so that many servers do not come back at once. `jitter` below 2^16.
fn pause(tried: u32, jitter: u64) -> u64 {
    let longest = FIRST_PAUSE_MS.saturating_mul(1 << tried.min(20)).min(LONGEST_PAUSE_MS);
    longest - longest * jitter / (4 << 16)
}

impl EffectRow {
    fn put_off(self, until_ms: u64, why: String) -> Self {
        let (next_ms, attempts) = (until_ms.min(self.valid_until_ms), self.attempts.saturating_add(1));
        Self { next_ms, attempts, outcome: Some(why), ..self }
    }
}

impl<L: Ledger> Service<L> {
    async fn due(&self, by: By, limit: u32) -> Result<Vec<EffectRow>, Error> {
        let now_ms = self.clock.now_ms();
        self.ledger.read(move |tables| Ok(tables.due_effects(by, now_ms, limit)?)).await
    }

    /// The effect as it is now, if it is to be carried out still; what is past its time lapses.
    async fn still_due(&self, effect: EffectRow) -> Result<Option<EffectRow>, Error> {
        let now_ms = self.clock.now_ms();
        let id = effect.id;
        let row = self.ledger.read(move |tables| Ok(tables.effect(id)?)).await?;
        let Some(row) = row.filter(|row| row.fate == Fate::Waiting) else { return Ok(None) };
        if row.valid_until_ms > now_ms {
            return Ok(Some(row));
        }
        self.change(row, move |row| row.ended(Fate::Lapsed, now_ms, None)).await?;
        Ok(None)
    }

    /// Changes an effect that still waits: a person may have seen to it meanwhile, or it is gone.
    async fn change(
        &self,
        effect: EffectRow,
        to: impl FnOnce(EffectRow) -> EffectRow + Send + 'static,
    ) -> Result<(), Error> {
        let job = move |tables: &mut dyn Tables| {
            if let Some(row) = tables.effect(effect.id)?.filter(|row| row.fate == Fate::Waiting) {
                tables.set_effect(&to(row))?;
            }
            Ok(())
        };
        self.ledger.write(job).await
    }

    /// Assigns the task that an effect asks for.
    async fn assign(&self, effect: EffectRow) -> Result<(), Error> {
        let now_ms = self.clock.now_ms();
        let opened = self.keys.keys(effect.patient).map_err(Error::from).and_then(|keys| {
            let title = Told::of(effect.clone(), &keys)?.detail.message;
            Ok((keys, title))
        });
        let (keys, title) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                // Others must not wait for it.
                tracing::error!(effect = %effect.id, %error, "the task is not assigned yet");
                let later = now_ms + pause(effect.attempts, 0);
                let why = "its words cannot be read: is the keys' database the log's?".to_owned();
                return self.change(effect, move |row| row.put_off(later, why)).await;
            }
        };
        let task = task_of(effect.id);
        let event = Event::TaskAssigned(TaskAssigned { task, title, hint: None, date: None, icon: None });
        let said = Saying::of(&event, utc(now_ms), Role::Server)?;
        let saying = Saying { caused_by: Some(effect.event), ..said };
        let (patient, entropy) = (effect.patient, Arc::clone(&self.entropy));
        let job = move |tables: &mut dyn Tables| {
            let row = tables.unerased(patient)?;
            let waiting = tables.effect(effect.id)?.filter(|row| row.fate == Fate::Waiting);
            let (Some(row), Some(waiting)) = (row, waiting) else { return Ok(()) };
            let mut appender = Appender::begin(tables, patient, now_ms)?;
            Scribe::new(patient, row.server_device, keys, entropy, now_ms).say(
                tables,
                &mut appender,
                &[saying],
            )?;
            appender.finish(tables)?;
            let attempts = waiting.attempts.saturating_add(1);
            let done = EffectRow { attempts, ..waiting };
            tables.set_effect(&done.ended(Fate::Done, now_ms, Some(format!("task {} assigned", task.0))))?;
            Ok(())
        };
        self.ledger.write(job).await
    }
}

/// The task of an effect: the same whenever it is assigned, so that twice is one.
fn task_of(effect: EffectId) -> TaskId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&effect.0.0[..16]);
    TaskId(Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_are_never_nothing() {
        for jitter in [0, 0xffff] {
            let pauses: Vec<_> = (0..40).map(|tried| pause(tried, jitter)).collect();
            assert!(pauses.is_sorted() && pauses.iter().all(|ms| (3_750..=LONGEST_PAUSE_MS).contains(ms)));
        }
        assert_eq!((pause(0, 0), pause(1, 0), pause(39, 0)), (5_000, 10_000, LONGEST_PAUSE_MS));
    }
}
