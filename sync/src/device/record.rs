//! Recording: stamp, seal, hand to the engine, and wait until it is durable.

use std::rc::Rc;

use futures::future::try_join_all;
use shared_events::{
    content::{Actor, ClockReading},
    draft::{Clear, Draft, Setting, Stamp, header},
    ids::EventId,
};
use uuid::{Builder, Uuid};

use super::Device;
use crate::{
    engine::Input,
    platform::{Clock as _, KeyError, Keys as _, Now, Platform, RecordingError},
    store::Sealed,
};

impl<P: Platform> Device<P> {
    /// Records what happened. Ends once every event is durable; until then they are [`Device::held`]. What could not
    /// be saved is an error here, stays held, and is tried again.
    ///
    /// # Errors
    /// It could not be sealed (nothing is held), or not be written yet (it is held).
    pub async fn record(self: &Rc<Self>, drafts: Vec<Draft>) -> Result<Vec<EventId>, RecordingError> {
        self.record_held(drafts.into_iter().map(Rc::new).collect()).await
    }

    /// A new name for something, such as a treatment (UUIDv4).
    pub fn new_uuid(&self) -> Uuid {
        let mut random = [0; 16];
        self.platform.keys().random(&mut random);
        Builder::from_random_bytes(random).into_uuid()
    }

    /// The same with what another device holds, which this one does instead of it.
    ///
    /// # Errors
    /// As [`Device::record`].
    pub async fn record_held(
        self: &Rc<Self>,
        drafts: Vec<Rc<Draft>>,
    ) -> Result<Vec<EventId>, RecordingError> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        if self.closed.get() {
            return Err(RecordingError::Closed);
        }
        let now = self.platform.clock().now();
        let stamped: Vec<_> = drafts.iter().map(|_| self.stamp(now)).collect();
        let setting = self.setting(now);
        let seals =
            drafts.iter().zip(&stamped).map(|(draft, stamp)| self.seal(draft, stamp, setting.clone()));
        let sealed = try_join_all(seals).await?;
        if self.closed.get() {
            return Err(RecordingError::Closed);
        }
        let ids: Vec<_> = stamped.iter().map(|stamp| stamp.id).collect();
        let mut events = Vec::with_capacity(sealed.len());
        let told = {
            let mut notes = self.notes.borrow_mut();
            for (draft, (event, content)) in drafts.into_iter().zip(sealed) {
                notes.hold(event.id, draft, content);
                events.push(event);
            }
            notes.wait(ids.clone())
        };
        self.input(Input::Record(events));
        told.await.map_err(|_| RecordingError::Closed)??;
        Ok(ids)
    }

    async fn seal(
        &self,
        draft: &Draft,
        stamp: &Stamp,
        setting: Setting,
    ) -> Result<(Sealed, String), KeyError> {
        let platform_error = |e: &dyn std::fmt::Display| KeyError::Platform(e.to_string());
        let plaintext = draft.plaintext(setting).map_err(|e| platform_error(&e))?;
        let content = String::from_utf8(plaintext.clone()).map_err(|e| platform_error(&e))?;
        let body = self.platform.keys().seal(stamp.id, stamp.patient, plaintext).await?;
        let header = header(&draft.event, stamp, Clear::default(), &body)?;
        Ok((Sealed { id: stamp.id, header, body }, content))
    }

    fn stamp(&self, now: Now) -> Stamp {
        let recorded_at = self.engine.borrow_mut().stamp(now);
        let mut random = [0; 10];
        self.platform.keys().random(&mut random);
        let id = EventId(Builder::from_unix_timestamp_millis(recorded_at.ms(), &random).into_uuid());
        Stamp {
            id,
            patient: self.identity.patient,
            device: self.identity.device,
            recorded_at,
            key: self.identity.key,
        }
    }

    fn setting(&self, now: Now) -> Setting {
        Setting {
            zone: self.platform.clock().zone(),
            actor: Actor { role: self.identity.role, name: Some(self.identity.person.clone()) },
            app: self.platform.app(),
            clock: ClockReading {
                wall: now.wall_ms,
                monotonic: now.monotonic_ms,
                offset: self.engine.borrow().offset_ms(),
            },
        }
    }
}
