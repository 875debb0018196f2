//! The operator's key: it wraps all others. Made on the first start, and then the operator's to move and back up.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use shared_events::ids::{from_base64url, to_base64url};
use zeroize::Zeroizing;

use super::KeyError;
use crate::entropy::{Entropy, random};

/// 32 bytes that wrap the patients' keys.
#[derive(Clone)]
pub struct OperatorKey(Zeroizing<[u8; 32]>);

/// Where the operator's key comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file the operator names; it must exist.
    File(PathBuf),
    /// Base64url, from the environment.
    Text(Zeroizing<String>),
    /// `operator.key` in the data folder; made if no keys were wrapped yet.
    Default(PathBuf),
}

/// An operator's key, and the file it was made in, if it was made now.
pub struct Loaded {
    /// The key.
    pub key: OperatorKey,
    /// The operator has to hear of this file.
    pub made: Option<PathBuf>,
}

impl OperatorKey {
    /// Of 32 random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Loads the key, or makes it. `keys_exist`: whether anything was wrapped before.
    ///
    /// # Errors
    /// The file is missing, unreadable or not a key.
    pub fn load(source: &Source, keys: Keys, entropy: &dyn Entropy) -> Result<Loaded, KeyError> {
        let key = match source {
            Source::Text(text) => Self::parse(text, "RIVULET_OPERATOR_KEY")?,
            Source::File(path) => Self::read(path)?,
            Source::Default(path) if keys == Keys::Wrapped || path.exists() => Self::read(path)?,
            Source::Default(path) => {
                let key = Self::new(random(entropy)?);
                return match key.write(path) {
                    Ok(()) => Ok(Loaded { key, made: Some(path.clone()) }),
                    // Another process made it at the same moment.
                    Err(KeyError::File(_, e)) if e.kind() == ErrorKind::AlreadyExists => {
                        Ok(Loaded { key: Self::read(path)?, made: None })
                    }
                    Err(e) => Err(e),
                };
            }
        };
        Ok(Loaded { key, made: None })
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let name = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&Zeroizing::new(text), &name),
            Err(e) if e.kind() == ErrorKind::NotFound => Err(KeyError::OperatorMissing(name)),
            Err(e) => Err(KeyError::File(name, e)),
        }
    }

    fn parse(text: &str, from: &str) -> Result<Self, KeyError> {
        let bytes = from_base64url(text.trim()).ok().map(Zeroizing::new);
        let bytes = bytes.and_then(|b| <[u8; 32]>::try_from(&b[..]).ok());
        bytes.map(Self::new).ok_or_else(|| KeyError::Operator(from.to_owned()))
    }

    /// Written whole beside its place and then linked there, so that nobody reads half a key.
    fn write(&self, path: &Path) -> Result<(), KeyError> {
        let failed = |e| KeyError::File(path.display().to_string(), e);
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(failed)?;
        let text = Zeroizing::new(format!("{}\n", to_base64url(&self.0[..])));
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        let linked = written.and_then(|()| fs::hard_link(&draft, path));
        fs::remove_file(&draft).map_err(failed)?;
        linked.map_err(failed)?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(folder).and_then(|f| f.sync_all()).map_err(failed)
    }

    /// Wraps bytes for a place: `nonce || AES-256-GCM(bytes)`.
    ///
    /// # Errors
    /// No random bytes.
    pub fn wrap(&self, place: &[u8], bytes: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, KeyError> {
        let nonce = random::<12>(entropy)?;
        let aad = &context(place)[..];
        let wrapped = Aes256Gcm::new((&*self.0).into()).encrypt(&nonce.into(), Payload { msg: bytes, aad });
        Ok([&nonce[..], &wrapped.map_err(|_| KeyError::Wrapped)?].concat())
    }

    /// Unwraps what was wrapped for the same place.
    ///
    /// # Errors
    /// Another operator's key, another place, or changed bytes.
    pub fn unwrap(&self, place: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (nonce, msg) = wrapped.split_first_chunk::<12>().ok_or(KeyError::Wrapped)?;
        let payload = Payload { msg, aad: &context(place) };
        let opened = Aes256Gcm::new((&*self.0).into()).decrypt(nonce.into(), payload);
        opened.map(Zeroizing::new).map_err(|_| KeyError::Wrapped)
    }
}

/// Whether keys were wrapped before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Keys {
    Wrapped,
    None,
}

fn context(place: &[u8]) -> Vec<u8> {
    [b"rivulet/wrap/1\0".as_slice(), place].concat()
}
