//! The server's own device of one patient: what the care team and the server say is said by it, sealed, linked and
//! signed as on any other device. The demo patient's phone writes the same way.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use p256::pkcs8::EncodePublicKey;
use serde_json::value::RawValue;
use shared_events::{
    content::{Actor, ClockReading, Content, Entity, OccurredAt, Precision, Role},
    draft::{Clear, Draft},
    events::Event,
    ids::{DeviceId, EventId, Hash, Hlc, PatientId},
    record::{Class, FORMAT, Header, Link, Receipt, body_hash, event_hash, head_message, key_id, seal},
};

use crate::{
    entropy::{Entropy, random, uuid_v7},
    error::Error,
    keys::PatientKeys,
    ledger::{
        StorageError, Tables,
        append::{Appender, Good},
        rows::Head,
    },
};

/// Name and version of this program, as bodies say it.
pub const APP: &str = concat!("rivulet-server ", env!("CARGO_PKG_VERSION"));

/// What is to be said, of whatever type.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Saying {
    /// `None`: a fresh one.
    pub id: Option<EventId>,
    pub kind: String,
    pub version: String,
    pub class: Class,
    pub occurred_at: DateTime<FixedOffset>,
    pub actor: Actor,
    pub about: Vec<Entity>,
    pub caused_by: Option<EventId>,
    pub must_understand: bool,
    pub data: Box<RawValue>,
    pub clear: Clear,
}

impl Saying {
    /// An event of a type that this build knows, said by the server or the care team.
    ///
    /// # Errors
    /// Only for data that JSON cannot hold.
    pub fn of(event: &Event, at: DateTime<FixedOffset>, role: Role) -> Result<Self, Error> {
        Ok(Self {
            id: None,
            kind: event.kind().to_owned(),
            version: event.version().to_owned(),
            class: event.class(),
            occurred_at: at,
            actor: Actor { role, name: None },
            about: event.about(at.date_naive()).unwrap_or_default(),
            caused_by: None,
            must_understand: event.must_be_understood(),
            data: event.data()?,
            clear: Clear::default(),
        })
    }

    /// What the care team decided, under the id that it was given.
    ///
    /// # Errors
    /// Only for data that JSON cannot hold.
    pub fn of_draft(id: EventId, draft: &Draft) -> Result<Self, Error> {
        let said = Self::of(&draft.event, draft.occurred_at.at, Role::CareTeam)?;
        Ok(Self { id: Some(id), about: draft.about.clone(), caused_by: draft.caused_by, ..said })
    }

    /// The same, with what stands in clear.
    #[must_use]
    pub fn in_clear(self, clear: Clear) -> Self {
        Self { clear, ..self }
    }
}

/// A moment of the server's clock, in UTC.
#[must_use]
pub fn utc(ms: u64) -> DateTime<FixedOffset> {
    let moment = i64::try_from(ms).ok().and_then(DateTime::<Utc>::from_timestamp_millis);
    moment.unwrap_or_default().fixed_offset()
}

/// Holds the patient's keys for as long as it writes.
pub struct Scribe {
    patient: PatientId,
    device: DeviceId,
    keys: PatientKeys,
    entropy: Arc<dyn Entropy>,
    now_ms: u64,
    said: u16,
}

impl Scribe {
    /// The server's device of a patient, or another one with its keys.
    #[must_use]
    pub fn new(
        patient: PatientId,
        device: DeviceId,
        keys: PatientKeys,
        entropy: Arc<dyn Entropy>,
        now_ms: u64,
    ) -> Self {
        Self { patient, device, keys, entropy, now_ms, said: 0 }
    }

    /// Whose record it writes in.
    pub(crate) const fn patient(&self) -> PatientId {
        self.patient
    }

    /// Appends what is to be said to the chain of its device, and signs the new head.
    ///
    /// # Errors
    /// The database's; an event that does not fit the format.
    pub fn say(
        &mut self,
        tables: &mut dyn Tables,
        appender: &mut Appender,
        sayings: &[Saying],
    ) -> Result<Vec<(EventId, Link, Receipt)>, Error> {
        let own = tables.device(self.device)?;
        let own = own.ok_or_else(|| StorageError::Corrupt("the device that writes is missing".into()))?;
        let (mut mark, mut head) = (own.mark, own.head);
        let mut said = Vec::with_capacity(sayings.len());
        for saying in sayings {
            let link = Link { device: self.device, sequence: mark.next(), previous: head };
            let (header, text, body) = self.write(saying, appender.received_ms())?;
            let event_hash = event_hash(&text);
            let link_hash = link.hash(self.patient, &event_hash);
            let good = Good { header: &header, header_text: text, event_hash, body, link, link_hash };
            let receipt = appender.append(tables, good)?;
            (mark, head) = (link.sequence, link_hash);
            said.push((header.id, link, receipt));
        }
        if mark > own.mark {
            tables.set_head(self.device, mark, &head)?;
            let message = head_message(self.patient, self.device, mark, &head);
            let signature = sign(self.keys.signing(), &message);
            tables.add_head(&Head { device: self.device, sequence: mark, link: head, signature })?;
        }
        Ok(said)
    }

    fn write(&mut self, saying: &Saying, received_ms: u64) -> Result<(Header, String, Vec<u8>), Error> {
        let content = Content {
            occurred_at: OccurredAt { at: saying.occurred_at, precision: Precision::Second },
            zone: "UTC".to_owned(),
            actor: saying.actor.clone(),
            app: APP.to_owned(),
            caused_by: saying.caused_by,
            about: saying.about.clone(),
            must_understand: saying.must_understand,
            clock: ClockReading { wall: self.now_ms, monotonic: 0, offset: Some(0) },
            data: saying.data.clone(),
        };
        let id = match saying.id {
            Some(id) => id,
            None => EventId(uuid_v7(&*self.entropy, self.now_ms)?),
        };
        let plaintext = serde_json::to_vec(&content)?;
        let body = seal(self.keys.sealing(), random(&*self.entropy)?, id, self.patient, plaintext)?;
        // Within one job the counter keeps the order; between jobs of a millisecond the sequence does.
        let recorded_at = Hlc(Hlc::at_ms(received_ms).0 | u64::from(self.said));
        self.said = self.said.saturating_add(1);
        let header = Header {
            f: FORMAT,
            id,
            patient: self.patient,
            device: self.device,
            kind: saying.kind.clone(),
            version: saying.version.clone(),
            class: saying.class,
            recorded_at,
            key: key_id(self.keys.sealing()),
            body: body_hash(&body),
            enrols: saying.clear.enrols.clone(),
            revokes: saying.clear.revokes.clone(),
            fills: saying.clear.fills.clone(),
        };
        let text = header.write()?;
        Ok((header, text, body))
    }
}

/// ECDSA P-256 with SHA-256: r||s.
#[must_use]
pub fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

/// The public half of a key as SPKI in DER.
///
/// # Errors
/// The key cannot be written, which P-256 keys always can.
pub fn spki(key: &SigningKey) -> Result<Vec<u8>, Error> {
    let der = key.verifying_key().to_public_key_der();
    der.map(|d| d.as_bytes().to_vec())
        .map_err(|e| Error::Invalid(format!("the signing key is unusable: {e}")))
}

/// link(0) of a device.
#[must_use]
pub fn genesis_of(patient: PatientId, device: DeviceId, spki: &[u8]) -> Hash {
    shared_events::record::genesis(patient, device, spki)
}
