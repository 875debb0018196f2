//! A device as small as it can be: it makes records, links, heads and signed requests as the format says.

use chrono::NaiveDate;
use p256::ecdsa::SigningKey;
use rivulet_sync::{
    protocol::{EnrolAnswer, EnrolRequest, PushRequest, SignedHead},
    signature::{Params, SignatureHeaders, Target, Unsigned},
};
use serde_json::{Value, json};
use shared_events::{
    ids::{DeviceId, EventId, Hash, Hlc, PatientId, Sequence},
    record::{
        Class, FORMAT, Header, Link, Record, body_hash, event_hash, genesis, head_message, key_id, seal,
    },
};

use crate::{
    entropy::{Entropy, SeededEntropy, random, uuid_v4, uuid_v7},
    scribe::{sign, spki},
};

/// A device with its key and its chain.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Device {
    pub id: DeviceId,
    pub patient: PatientId,
    pub spki: Vec<u8>,
    pub mark: Sequence,
    pub head: Hash,
    /// The patient's key.
    pub sealing: [u8; 32],
    signing: SigningKey,
    entropy: SeededEntropy,
}

impl Device {
    /// A new device; the seed decides its id and key.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let signing = SigningKey::from_slice(&random::<32>(&entropy).unwrap()).unwrap();
        Self {
            id: DeviceId(uuid_v4(&entropy).unwrap()),
            patient: PatientId(uuid::Uuid::nil()),
            spki: spki(&signing).unwrap(),
            mark: Sequence::ZERO,
            head: Hash::ZERO,
            sealing: [0; 32],
            signing,
            entropy,
        }
    }

    /// What it says with a code.
    #[must_use]
    pub fn asks(&self, code: &str) -> EnrolRequest {
        EnrolRequest {
            code: code.into(),
            device: self.id,
            spki: self.spki.clone(),
            name: "a phone".into(),
            before: None,
        }
    }

    /// Takes the answer of its enrolment.
    pub fn enrolled(&mut self, answer: &EnrolAnswer) {
        self.patient = answer.patient;
        self.sealing = answer.key.clone().try_into().unwrap();
        self.head = genesis(self.patient, self.id, &self.spki);
    }

    /// A header and body of a type, recorded at a moment (milliseconds); not linked yet.
    pub fn event(&self, kind: &str, class: Class, at_ms: u64) -> (Header, Vec<u8>) {
        self.event_of(kind, class, at_ms, "mood", &json!({ "mood": 3 }))
    }

    /// The same about an entity of the month, with its data.
    pub fn event_of(
        &self,
        kind: &str,
        class: Class,
        at_ms: u64,
        about: &str,
        data: &Value,
    ) -> (Header, Vec<u8>) {
        let id = EventId(uuid_v7(&self.entropy, at_ms).unwrap());
        let at = chrono::DateTime::from_timestamp_millis(i64::try_from(at_ms).unwrap()).unwrap();
        let date = at.date_naive().max(NaiveDate::default());
        let content = json!({
            "occurred_at": { "at": at.to_rfc3339(), "precision": "second" }, "zone": "Europe/Amsterdam",
            "actor": { "role": "patient" }, "app": "contract 1",
            "about": [format!("{about}/{}", date.format("%Y-%m"))],
            "clock": { "wall": at_ms, "monotonic": 0 }, "data": data,
        });
        let plaintext = serde_json::to_vec(&content).unwrap();
        let body = seal(&self.sealing, random(&self.entropy).unwrap(), id, self.patient, plaintext).unwrap();
        let header = Header {
            f: FORMAT,
            id,
            patient: self.patient,
            device: self.id,
            kind: kind.into(),
            version: "2026-11-21".into(),
            class,
            recorded_at: Hlc::at_ms(at_ms),
            key: key_id(&self.sealing),
            body: body_hash(&body),
            enrols: None,
            revokes: None,
            fills: None,
        };
        (header, body)
    }

    /// Puts an event at the end of the chain.
    pub fn link(&mut self, header: &str, body: Vec<u8>) -> Record {
        let link = Link { device: self.id, sequence: self.mark.next(), previous: self.head };
        self.mark = link.sequence;
        self.head = link.hash(self.patient, &event_hash(header));
        Record { header: header.into(), body, link, receipt: None }
    }

    /// Records something of an unknown type: an occurrence that nothing depends on.
    pub fn records(&mut self, at_ms: u64) -> Record {
        let (header, body) = self.event("MoodNoted", Class::Occurrence, at_ms);
        self.link(&header.write().unwrap(), body)
    }

    /// Records a dose of a treatment: that of a slot, taken at a moment.
    pub fn takes(&mut self, treatment: &str, date: &str, slot: &str, at_ms: u64) -> Record {
        let data = json!({
            "treatment": treatment, "dose": { "planned": { "date": date, "slot": slot, "repeat": 0 } },
            "amount": { "value": "1", "unit": "{tablet}" },
        });
        let about = format!("doses/{treatment}");
        let (header, body) = self.event_of("MedicineTaken", Class::Occurrence, at_ms, &about, &data);
        self.link(&header.write().unwrap(), body)
    }

    /// The signed head as it is now.
    #[must_use]
    pub fn signed_head(&self) -> SignedHead {
        let message = head_message(self.patient, self.id, self.mark, &self.head);
        SignedHead { sequence: self.mark, link: self.head, signature: sign(&self.signing, &message) }
    }

    /// A push whose last record is the chain's end.
    #[must_use]
    pub fn pushes(&self, records: &[Record]) -> PushRequest {
        PushRequest { records: records.to_vec(), head: self.signed_head() }
    }

    /// The headers of a signed request, created at a second with a fresh nonce.
    #[must_use]
    pub fn signs(&self, target: Target<'_>, body: &[u8], created_s: u64) -> SignatureHeaders {
        let nonce = random(&self.entropy as &dyn Entropy).unwrap();
        let unsigned = Unsigned::new(target, body, &Params::new(created_s, nonce, self.id));
        let signature = sign(&self.signing, &unsigned.base);
        unsigned.with(&signature)
    }
}
