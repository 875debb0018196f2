//! Everything that this browser keeps for one person, opened.

use std::cell::RefCell;

use shared_events::{ids::DeviceId, record::Record};

use super::{
    connection::{Connection, OnNotice},
    enrolment::{EnrolmentError, Known, PendingEnrolment, Vault},
    hints::Hints,
    keys::{PatientKey, SigningKey, WebCrypto, WebKeys},
    opening::OpenError,
    page,
    platform::BrowserPlatform,
    store::IndexedDbStore,
    volatile::BrowserStore,
};
use crate::{
    memory::MemoryStore,
    platform::KeyError,
    store::{Identity, Store as _, StoreError},
};

/// The database's name; one person uses one browser profile.
pub const NAME: &str = "rivulet";

/// Whether what is recorded outlives the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// It does.
    Durable,
    /// It does not: this browser, or this private window, keeps nothing. Say so on every screen.
    Volatile,
}

/// What this browser keeps: who it is, its keys, its rows.
pub struct Profile {
    store: BrowserStore,
    vault: Vault,
    known: RefCell<Known>,
}

impl Profile {
    /// Opens the database, or memory where there is none. `on_notice` hears what a person has to be told.
    ///
    /// # Errors
    /// There is a database and it does not open; or what it holds of the identity does not read.
    pub async fn open(on_notice: OnNotice) -> Result<Self, EnrolmentError> {
        Self::open_named(NAME, on_notice).await
    }

    /// As [`Profile::open`], with another database: for tests.
    ///
    /// # Errors
    /// As [`Profile::open`].
    pub async fn open_named(name: &str, on_notice: OnNotice) -> Result<Self, EnrolmentError> {
        let (store, vault) = match Connection::open_here(name, on_notice).await {
            Ok(connection) => {
                let store = BrowserStore::Durable(IndexedDbStore::on(connection.clone()));
                (store, Vault::Durable(connection))
            }
            Err(OpenError::NoDatabases) => {
                (BrowserStore::Volatile(MemoryStore::default()), Vault::Volatile(Box::default()))
            }
            Err(OpenError::Store(error)) => return Err(error.into()),
        };
        let known = RefCell::new(vault.read().await?);
        Ok(Self { store, vault, known })
    }

    /// Whether what is recorded outlives the page.
    #[must_use]
    pub fn storage(&self) -> Storage {
        match self.store {
            BrowserStore::Durable(_) => Storage::Durable,
            BrowserStore::Volatile(_) => Storage::Volatile,
        }
    }

    /// The rows.
    #[must_use]
    pub fn store(&self) -> &BrowserStore {
        &self.store
    }

    /// Who this device is, if it is enrolled.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.known.borrow().identity.clone()
    }

    /// The keys, if it is enrolled.
    #[must_use]
    pub fn keys(&self) -> Option<WebKeys> {
        self.known.borrow().keys.clone()
    }

    /// The platform of an enrolled device; `app` is the program's name and version.
    #[must_use]
    pub fn platform(&self, hints: Hints, app: &str) -> Option<BrowserPlatform> {
        Some(BrowserPlatform::new(self.store.clone(), self.keys()?, hints, app))
    }

    /// Looks for an enrolment that was begun and not finished, here or in another tab.
    ///
    /// # Errors
    /// It does not read.
    pub async fn look_for_pending(&self) -> Result<(), EnrolmentError> {
        let pending = self.vault.read_pending().await?;
        self.known.borrow_mut().pending = pending;
        Ok(())
    }

    /// The enrolment that was begun and not finished, once it was looked for.
    #[must_use]
    pub fn pending_enrolment(&self) -> Option<PendingEnrolment> {
        self.known.borrow().pending.as_ref().map(|(pending, _)| pending.clone())
    }

    /// Makes a signing key and stores it with the code, strictly, before anything is asked. The same code again gives
    /// what was stored then, so that the server sees the same key.
    ///
    /// # Errors
    /// No cryptography, or it could not be stored; [`EnrolmentError::Overtaken`] if another tab keeps on beginning.
    pub async fn begin_enrolment(&self, code: &str) -> Result<PendingEnrolment, EnrolmentError> {
        let mut last = EnrolmentError::Overtaken;
        for _ in 0..3 {
            self.look_for_pending().await?; // another tab may have begun with this code
            let before = self.pending_enrolment();
            if let Some(pending) = before.as_ref().filter(|pending| pending.code == code) {
                return Ok(pending.clone());
            }
            let (signing, spki) = SigningKey::generate().await?;
            let pending = PendingEnrolment { code: code.to_owned(), device: new_device()?, spki };
            match self.vault.begin(before, &pending, &signing).await {
                Ok(()) => {
                    self.known.borrow_mut().pending = Some((pending.clone(), signing));
                    return Ok(pending);
                }
                Err(error @ EnrolmentError::Overtaken) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Signs with the key of the pending enrolment, as [`crate::platform::Keys::sign`].
    ///
    /// # Errors
    /// There is none, or the browser refuses.
    pub async fn sign_pending(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signing = self.known.borrow().pending.as_ref().map(|(_, signing)| signing.clone());
        let missing = || KeyError::Platform("no enrolment was begun: open the invitation again".to_owned());
        signing.ok_or_else(missing)?.sign(message).await
    }

    /// Random bytes of cryptographic quality, before there are keys.
    ///
    /// # Errors
    /// The browser has no cryptography.
    pub fn random(&self, bytes: &mut [u8]) -> Result<(), KeyError> {
        WebCrypto::new()?.random(bytes);
        Ok(())
    }

    /// Stores who this device is now, its signing key and the patient's key (which is imported and cannot be read
    /// again) in one strict transaction, and forgets the code.
    ///
    /// # Errors
    /// The identity is of another key than the pending one, or of another patient than what is stored here; or it could
    /// not be stored. Nothing was changed.
    pub async fn finish_enrolment(
        &self,
        identity: Identity,
        patient_key: &[u8; 32],
    ) -> Result<(), EnrolmentError> {
        self.move_to(identity, patient_key, Vec::new()).await
    }

    /// As [`Profile::finish_enrolment`] for a browser that was enrolled before, as another device: adds `rows` in the
    /// same transaction, the unsent events in the new chain and a row that closes the old one, so that a tab that still
    /// records as the old device collides.
    ///
    /// # Errors
    /// As [`Profile::finish_enrolment`]; [`EnrolmentError::Overtaken`] if a place is taken: read the old chain again.
    pub async fn move_to(
        &self,
        identity: Identity,
        patient_key: &[u8; 32],
        rows: Vec<Record>,
    ) -> Result<(), EnrolmentError> {
        if self.identity().is_some_and(|before| before.patient != identity.patient) {
            return Err(EnrolmentError::OtherPatient);
        }
        let fits = |(pending, _): &(PendingEnrolment, SigningKey)| {
            pending.spki == identity.spki && pending.device == identity.device
        };
        let pending = self.known.borrow().pending.clone().filter(fits).ok_or(EnrolmentError::Overtaken)?;
        let patient = PatientKey::import(patient_key).await?;
        match self.vault.finish(&pending, &identity, &patient, &rows).await {
            Err(EnrolmentError::Overtaken) => {
                // It may be there already: from another tab, or from a try whose connection was lost.
                self.reload().await?;
                let there = self.identity().as_ref() == Some(&identity);
                return if there { Ok(()) } else { Err(EnrolmentError::Overtaken) };
            }
            other => other?,
        }
        if let BrowserStore::Volatile(memory) = &self.store {
            memory.add(rows).await?;
        }
        let keys = WebKeys::new(pending.1, patient);
        self.known.replace(Known { identity: Some(identity), keys: Some(keys), pending: None });
        Ok(())
    }

    /// Forgets an enrolment that was begun, as when its code turned out to be used up. An identity stays.
    ///
    /// # Errors
    /// It could not be stored.
    pub async fn forget_enrolment(&self) -> Result<(), EnrolmentError> {
        self.vault.forget().await?;
        self.known.borrow_mut().pending = None;
        Ok(())
    }

    /// Keeps what the server says anew of this device (care team, generation …), strictly.
    ///
    /// # Errors
    /// It is of another device than the stored one, or it could not be stored.
    pub async fn update_identity(&self, identity: Identity) -> Result<(), EnrolmentError> {
        self.vault.update(&identity).await?;
        self.known.borrow_mut().identity = Some(identity);
        Ok(())
    }

    /// Reads again who this is: after another tab has enrolled.
    ///
    /// # Errors
    /// It does not read.
    pub async fn reload(&self) -> Result<(), EnrolmentError> {
        let known = self.vault.read().await?;
        let pending = self.known.borrow_mut().pending.take();
        self.known.replace(Known { pending, ..known });
        Ok(())
    }

    /// Deletes everything, keys included: only after the patient's record was erased.
    ///
    /// # Errors
    /// It could not be done; then all is still there.
    pub async fn wipe(&self) -> Result<(), StoreError> {
        self.store.wipe().await?;
        if let Vault::Volatile(known) = &self.vault {
            known.take();
            page::forget();
        }
        self.known.take();
        Ok(())
    }
}

/// A random `UUIDv4` (RFC 9562).
fn new_device() -> Result<DeviceId, KeyError> {
    let mut bytes = [0; 16];
    WebCrypto::new()?.random(&mut bytes);
    Ok(DeviceId(uuid::Builder::from_random_bytes(bytes).into_uuid()))
}
