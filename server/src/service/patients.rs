//! Creating a patient: one strong transaction, with the server's own device and her first events in it.

use std::sync::Arc;

use chrono_tz::Tz;
use rivulet_sync::protocol::ProblemKind;
use shared_events::{
    content::Role,
    draft::Clear,
    events::{DeviceEnrolled, Event, ZoneChanged},
    ids::{DeviceId, Hash, Ordinal, PatientId, Sequence},
    record::{Enrols, genesis},
};
use uuid::Uuid;

use super::{
    Service,
    profile::{self, Of, Profile},
};
use crate::{
    entropy::uuid_v4,
    error::Error,
    keys::{PatientKeys, external_hash},
    ledger::{
        Ledger, Tables,
        append::Appender,
        rows::{Device, Patient, Purpose},
    },
    scribe::{Saying, Scribe, spki, utc},
};

/// A patient to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NewPatient {
    pub name: String,
    /// IANA name of the zone that she lives in.
    pub zone: String,
    /// Her identifier elsewhere; two patients never share one.
    pub external: Option<String>,
    pub purpose: Purpose,
}

/// Whether a patient was made now, or was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Created {
    Now(PatientId),
    Before(PatientId),
}

impl Created {
    /// The patient.
    #[must_use]
    pub const fn patient(self) -> PatientId {
        match self {
            Self::Now(id) | Self::Before(id) => id,
        }
    }
}

/// What one attempt is to write, if nobody was first.
struct Attempt {
    row: Patient,
    device: Device,
    sayings: Vec<Saying>,
}

impl<L: Ledger> Service<L> {
    /// Creates a patient; with an external identifier that is taken, finds the one who has it.
    ///
    /// # Errors
    /// `Conflict` if the identifier is taken by a patient with another name, zone or purpose; an unknown zone; the
    /// databases'.
    pub async fn create_patient(&self, new: NewPatient) -> Result<Created, Error> {
        let zone: Tz = new.zone.parse().map_err(|_| {
            Error::Invalid(format!("{:?} is no time zone: use a name such as Europe/Amsterdam", new.zone))
        })?;
        if new.name.trim().is_empty() || new.name.len() > 200 {
            return Err(Error::Invalid("a name has 1 to 200 bytes".into()));
        }
        let external = match &new.external {
            Some(external) => Some(external_hash(&*self.keys.pepper()?, external)),
            None => None,
        };
        let patient = PatientId(uuid_v4(&*self.entropy)?);
        let keys = PatientKeys::generate(&*self.entropy)?;
        let attempt = self.attempt(patient, &keys, &new, zone, external)?;
        let now_ms = self.clock.now_ms();
        let mut scribe =
            Scribe::new(patient, attempt.row.server_device, keys.clone(), Arc::clone(&self.entropy), now_ms);
        // The key first: a patient without one could never be read; a key without a patient opens nothing.
        self.keys.keep(patient, &keys)?;
        let created = self.ledger.write(move |tables| write(tables, attempt, &mut scribe, now_ms)).await;
        // After an error it may have been committed all the same: then the key must stay.
        match created? {
            None => Ok(Created::Now(patient)),
            Some(there) => {
                self.keys.destroy(patient)?;
                self.same(&there, &new)
            }
        }
    }

    fn same(&self, there: &Patient, new: &NewPatient) -> Result<Created, Error> {
        let profile: Profile =
            profile::open(&there.profile, Of::Profile, there.id, &self.keys.keys(there.id)?)?;
        let wanted = Profile { name: new.name.clone(), zone: new.zone.clone() };
        if profile == wanted && there.purpose == new.purpose {
            return Ok(Created::Before(there.id));
        }
        Err(Error::refused(
            ProblemKind::Conflict,
            "The external identifier belongs to a patient with another name, zone or purpose. Check which is meant.",
        ))
    }

    fn attempt(
        &self,
        patient: PatientId,
        keys: &PatientKeys,
        new: &NewPatient,
        zone: Tz,
        external: Option<Hash>,
    ) -> Result<Attempt, Error> {
        let now_ms = self.clock.now_ms();
        let id = DeviceId(uuid_v4(&*self.entropy)?);
        let spki = spki(keys.signing())?;
        let head = genesis(patient, id, &spki);
        let profile = Profile { name: new.name.clone(), zone: new.zone.clone() };
        let enrolled = Event::DeviceEnrolled(DeviceEnrolled {
            device: id,
            role: Role::Server,
            name: "Server".into(),
            person: None,
        });
        let now = utc(now_ms);
        let local = now.with_timezone(&zone).fixed_offset();
        let zoned = Event::ZoneChanged(ZoneChanged { zone: new.zone.clone(), from: local });
        let enrols = Some(Enrols { device: id, spki: spki.clone() });
        let sayings = vec![
            Saying::of(&enrolled, now, Role::Server)?.in_clear(Clear { enrols, ..Clear::default() }),
            Saying::of(&zoned, local, Role::Server)?,
        ];
        Ok(Attempt {
            row: Patient {
                id: patient,
                server_device: id,
                external,
                profile: profile::seal(&profile, Of::Profile, patient, keys, &*self.entropy)?,
                purpose: new.purpose,
                created_ms: now_ms,
                erased_ms: None,
            },
            device: Device {
                id,
                patient,
                spki,
                role: Role::Server,
                person: Uuid::nil(),
                enrolled: Ordinal::ZERO.next(),
                revoked_ms: None,
                mark: Sequence::ZERO,
                head,
            },
            sayings,
        })
    }

    /// All patients with their profiles, by creation; an erased one has none.
    ///
    /// # Errors
    /// The databases'.
    pub async fn patients(&self) -> Result<Vec<(Patient, Option<Profile>)>, Error> {
        let rows = self.ledger.read(|tables| Ok(tables.patients()?)).await?;
        let with_profile = |row: Patient| {
            if row.erased_ms.is_some() {
                return Ok((row, None));
            }
            let profile = profile::open(&row.profile, Of::Profile, row.id, &self.keys.keys(row.id)?)?;
            Ok((row, Some(profile)))
        };
        rows.into_iter().map(with_profile).collect()
    }

    /// A patient with her profile.
    ///
    /// # Errors
    /// There is none, or she was erased; the databases'.
    pub async fn patient(&self, id: PatientId) -> Result<(Patient, Profile), Error> {
        let row = self.ledger.read(move |tables| Ok(tables.patient(id)?)).await?;
        let row =
            row.ok_or_else(|| Error::Invalid(format!("there is no patient {id}: see `patient list`")))?;
        if row.erased_ms.is_some() {
            return Err(Error::refused(ProblemKind::Erased, "Nothing of this record can be read any more."));
        }
        let profile = profile::open(&row.profile, Of::Profile, id, &self.keys.keys(id)?)?;
        Ok((row, profile))
    }
}

/// Writes the patient, her server device and first events; or gives who has the identifier already.
fn write(
    tables: &mut dyn Tables,
    attempt: Attempt,
    scribe: &mut Scribe,
    now_ms: u64,
) -> Result<Option<Patient>, Error> {
    if let Some(external) = &attempt.row.external
        && let Some(there) = tables.patient_by_external(external)?
    {
        return Ok(Some(there));
    }
    tables.add_patient(&attempt.row)?;
    tables.add_device(&attempt.device)?;
    let mut appender = Appender::begin(tables, attempt.row.id, now_ms)?;
    scribe.say(tables, &mut appender, &attempt.sayings)?;
    appender.finish(tables)?;
    Ok(None)
}
