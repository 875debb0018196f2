//! Invitations and enrolment: a code is bound to the first key that presents it.

use std::sync::Arc;

use p256::{ecdsa::VerifyingKey, pkcs8::DecodePublicKey as _};
use rivulet_sync::protocol::{EnrolAnswer, EnrolRequest, ProblemKind};
use sha2::{Digest as _, Sha256};
use shared_events::{
    content::{Actor, Role},
    draft::Clear,
    events::{DeviceEnrolled, DeviceRevoked, Event},
    ids::{DeviceId, Hash, PatientId, Sequence, from_base64url, to_base64url},
    record::{Enrols, Revokes, genesis},
};
use uuid::Uuid;

use super::{
    Known, Service,
    folded::Folded,
    profile::{self, Of},
};
use crate::{
    entropy::random,
    error::Error,
    ledger::{
        Ledger, StorageError, Tables,
        append::Appender,
        rows::{Bound, Device, Invitation, Patient},
    },
    scribe::{Saying, Scribe, utc},
};

/// How often another key may present a code that is bound; then it is as unknown.
pub const ATTEMPT_LIMIT: u32 = 5;
/// How long an expired invitation still says that it has expired.
const EXPIRED_KEPT_MS: u64 = 30 * 24 * 3_600_000;

/// Who is invited.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Invitee {
    pub role: Role,
    /// Of a caregiver; the patient's own name is known.
    pub name: Option<String>,
    pub valid_ms: u64,
}

fn code_hash(code: &[u8]) -> Hash {
    Hash(Sha256::digest([b"rivulet/code/1\0", code].concat()).into())
}

/// Equal for all devices of one person: the patient's own id, or one made of role and name.
fn person_of(patient: PatientId, role: Role, name: &str) -> Uuid {
    if role == Role::Patient {
        return patient.0;
    }
    let parts = [patient.as_bytes(), &[role as u8][..], name.as_bytes()].concat();
    let hash: [u8; 32] = Sha256::digest(parts).into();
    let (first, _) = hash.split_at(16);
    uuid::Builder::from_custom_bytes(first.try_into().unwrap_or_default()).into_uuid()
}

/// SPKI in DER of a P-256 key, in the one form that browsers write.
fn is_p256(spki: &[u8]) -> bool {
    use p256::pkcs8::EncodePublicKey as _;
    let key = VerifyingKey::from_public_key_der(spki).ok();
    key.and_then(|k| k.to_public_key_der().ok()).is_some_and(|der| der.as_bytes() == spki)
}

impl<L: Ledger> Service<L> {
    /// Makes a one-time code, 22 characters of base64url. Only its hash is stored.
    ///
    /// # Errors
    /// No such patient; a caregiver without a name; the databases'.
    pub async fn invite(&self, patient: PatientId, invitee: Invitee) -> Result<String, Error> {
        let (_, profile) = self.patient(patient).await?;
        let name = match (invitee.role, invitee.name) {
            (Role::Patient, _) => profile.name,
            (Role::Caregiver, Some(name)) if !name.trim().is_empty() && name.len() <= 200 => name,
            (Role::Caregiver, _) => {
                return Err(Error::Invalid("a caregiver is invited by name: pass --name".into()));
            }
            _ => return Err(Error::Invalid("patients and caregivers are invited".into())),
        };
        let code: [u8; 16] = random(&*self.entropy)?;
        let now_ms = self.clock.now_ms();
        let invitation = Invitation {
            code: code_hash(&code),
            patient,
            role: invitee.role,
            person: person_of(patient, invitee.role, &name),
            name: profile::seal(&name, Of::Profile, patient, &self.keys.keys(patient)?, &*self.entropy)?,
            expires_ms: now_ms.saturating_add(invitee.valid_ms),
            attempts: 0,
            bound: None,
        };
        self.ledger
            .write(move |tables| {
                tables.drop_invitations(now_ms.saturating_sub(EXPIRED_KEPT_MS))?;
                Ok(tables.put_invitation(&invitation)?)
            })
            .await?;
        Ok(to_base64url(&code))
    }

    /// Enrols the device that presents a code; its signature with `request.spki` was checked.
    ///
    /// # Errors
    /// The code is unknown, used or expired; the device was revoked, the record erased; the databases'.
    pub async fn enrol(&self, request: EnrolRequest) -> Result<EnrolAnswer, Error> {
        if !is_p256(&request.spki) || request.name.trim().is_empty() || request.name.len() > 200 {
            let detail = "Send the SPKI of a P-256 key in DER, and a name of 1 to 200 bytes.";
            return Err(Error::refused(ProblemKind::Malformed, detail));
        }
        let code = from_base64url(&request.code).ok().filter(|c| c.len() == 16).ok_or_else(unknown)?;
        let (code, now_ms) = (code_hash(&code), self.clock.now_ms());
        let device = request.device;
        let (service, asked) = (self.without_ledger(), request.clone());
        let verdict =
            self.ledger.write(move |tables| present(tables, &service, &code, &asked, now_ms)).await?;
        let Granted { invitation, patient } = match verdict {
            Presented::Granted(granted) => *granted,
            Presented::Refused(problem) => return Err(problem),
        };
        let (person_id, patient_id) = (invitation.person, patient.id);
        let before_mark = match request.before {
            Some(before) => self.ledger.read(move |tables| Ok(tables.device(before)?)).await?,
            None => None,
        };
        let before_mark = before_mark
            .filter(|b| b.patient == patient_id && b.person == person_id)
            .map_or(Sequence::ZERO, |b| b.mark);
        let keys = self.keys.keys(patient.id)?;
        let person: String = profile::open(&invitation.name, Of::Profile, patient.id, &keys)?;
        let identity = self.ledger.identity();
        Ok(EnrolAnswer {
            patient: patient.id,
            device,
            role: invitation.role,
            person,
            key: keys.sealing().to_vec(),
            log: identity.log,
            generation: identity.generation,
            care_team: self.care_team.clone(),
            now_ms: self.clock.now_ms(),
            before_mark,
        })
    }

    /// Revokes a device: its requests are refused from now on, and the log says so.
    ///
    /// # Errors
    /// No such device, or the server's own; the databases'.
    pub async fn revoke(&self, device: DeviceId, reason: Option<String>) -> Result<(), Error> {
        let known = self.known(device).await?;
        if known.device.role == Role::Server {
            return Err(Error::Invalid("the server's own device cannot be revoked".into()));
        }
        let by = Actor { role: Role::CareTeam, name: None };
        self.say_revoked(&known, reason, by, None).await
    }

    /// The same, asked for by a person on another device of this record: a patient for any of it, others for their own.
    ///
    /// # Errors
    /// It is not theirs; the databases'.
    pub async fn remove(&self, by_device: DeviceId, device: DeviceId) -> Result<(), Error> {
        let asking = self.known(by_device).await?;
        asking.check()?;
        let refused = || {
            let detail = "Choose another device of yours, or call the care team.";
            Error::refused(ProblemKind::NotYours, detail)
        };
        // Whether there is a device of this name in another record is nobody's business.
        let known = self.known(device).await.map_err(|error| match error {
            Error::Refused(problem) if problem.kind == ProblemKind::UnknownDevice => refused(),
            other => other,
        })?;
        let (theirs, its) = (&asking.device, &known.device);
        let is_same_person = theirs.role == its.role && theirs.person == its.person;
        let may = theirs.patient == its.patient
            && its.role != Role::Server
            && its.id != theirs.id
            && (theirs.role == Role::Patient || is_same_person);
        if !may {
            return Err(refused());
        }
        let by = Actor { role: theirs.role, name: self.name_of(&asking).await? };
        self.say_revoked(&known, None, by, Some(by_device)).await
    }

    /// What the person is called whose device this is, as its enrolment says.
    async fn name_of(&self, known: &Known) -> Result<Option<String>, Error> {
        let patient = known.patient.id;
        let keys = self.keys.keys(patient)?;
        let folded = self.read_on(patient, Folded::default(), &keys).await?;
        Ok(folded.state.enrolment_of(known.device.id).and_then(|enrolled| enrolled.person.clone()))
    }

    /// `asking` has to be a device that still may.
    async fn say_revoked(
        &self,
        known: &Known,
        reason: Option<String>,
        by: Actor,
        asking: Option<DeviceId>,
    ) -> Result<(), Error> {
        let device = known.device.id;
        let now_ms = self.clock.now_ms();
        let mut scribe = self.scribe(known.patient.id, known.patient.server_device)?;
        let event = Event::DeviceRevoked(DeviceRevoked { device, reason });
        let revokes = Some(Revokes { device });
        let saying = Saying { actor: by, ..Saying::of(&event, utc(now_ms), Role::CareTeam)? }
            .in_clear(Clear { revokes, ..Clear::default() });
        self.ledger
            .write(move |tables| {
                if let Some(asking) = asking {
                    super::look_up(tables, asking)?.check()?;
                }
                let known = super::look_up(tables, device)?;
                if known.device.revoked_ms.is_some() {
                    return Ok(());
                }
                tables.set_revoked(device, now_ms)?;
                let mut appender = Appender::begin(tables, known.patient.id, now_ms)?;
                scribe.say(tables, &mut appender, &[saying])?;
                appender.finish(tables)?;
                Ok(())
            })
            .await
    }

    fn without_ledger(&self) -> Service<()> {
        Service {
            ledger: (),
            keys: Arc::clone(&self.keys),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            care_team: self.care_team.clone(),
        }
    }
}

/// What came of a presented code. A refusal that counts an attempt is committed, so it is no error of the job.
enum Presented {
    Granted(Box<Granted>),
    Refused(Error),
}

struct Granted {
    invitation: Invitation,
    patient: Patient,
}

fn unknown() -> Error {
    Error::refused(ProblemKind::CodeUnknown, "Check the link, or ask the care team for a new invitation.")
}

fn present(
    tables: &mut dyn Tables,
    service: &Service<()>,
    code: &Hash,
    asked: &EnrolRequest,
    now_ms: u64,
) -> Result<Presented, Error> {
    let invitation = tables.invitation(code)?.ok_or_else(unknown)?;
    let patient = tables.patient(invitation.patient)?;
    let patient = patient.ok_or_else(|| StorageError::Corrupt("a patient is missing".into()))?;
    if invitation.expires_ms <= now_ms {
        let detail = "Ask the care team for a new invitation.";
        return Err(Error::refused(ProblemKind::CodeExpired, detail));
    }
    let asking = Bound { device: asked.device, spki: asked.spki.clone() };
    match &invitation.bound {
        Some(bound) if *bound == asking => {
            // The answer was cut off: the same again, unless the device was revoked meanwhile.
            super::look_up(tables, asked.device)?.check()?;
            Ok(Presented::Granted(Box::new(Granted { invitation, patient })))
        }
        Some(_) if invitation.attempts >= ATTEMPT_LIMIT => Err(unknown()),
        Some(_) => {
            let attempts = invitation.attempts + 1;
            tables.put_invitation(&Invitation { attempts, ..invitation })?;
            let detail = "It was used on another device. Ask the care team for a new invitation.";
            Ok(Presented::Refused(Error::refused(ProblemKind::CodeUsed, detail)))
        }
        None => {
            let bound = Invitation { bound: Some(asking), ..invitation };
            enrol(tables, service, &bound, &patient, asked, now_ms)?;
            tables.put_invitation(&bound)?;
            Ok(Presented::Granted(Box::new(Granted { invitation: bound, patient })))
        }
    }
}

/// Says `DeviceEnrolled` and adds the device.
fn enrol(
    tables: &mut dyn Tables,
    service: &Service<()>,
    invitation: &Invitation,
    patient: &Patient,
    asked: &EnrolRequest,
    now_ms: u64,
) -> Result<(), Error> {
    if tables.device(asked.device)?.is_some() {
        let detail = "Make a new id for the device, a random UUIDv4, and present the code again.";
        return Err(Error::refused(ProblemKind::Conflict, detail));
    }
    let keys = service.keys.keys(patient.id)?;
    let person: String = profile::open(&invitation.name, Of::Profile, patient.id, &keys)?;
    let event = Event::DeviceEnrolled(DeviceEnrolled {
        device: asked.device,
        role: invitation.role,
        name: asked.name.clone(),
        person: Some(person),
    });
    let enrols = Some(Enrols { device: asked.device, spki: asked.spki.clone() });
    let saying =
        Saying::of(&event, utc(now_ms), Role::Server)?.in_clear(Clear { enrols, ..Clear::default() });
    let mut scribe =
        Scribe::new(patient.id, patient.server_device, keys, Arc::clone(&service.entropy), now_ms);
    let mut appender = Appender::begin(tables, patient.id, now_ms)?;
    scribe.say(tables, &mut appender, &[saying])?;
    let enrolled = appender.finish(tables)?.ordinal;
    tables.add_device(&Device {
        id: asked.device,
        patient: patient.id,
        spki: asked.spki.clone(),
        role: invitation.role,
        person: invitation.person,
        enrolled,
        revoked_ms: None,
        mark: Sequence::ZERO,
        head: genesis(patient.id, asked.device, &asked.spki),
    })?;
    Ok(())
}
