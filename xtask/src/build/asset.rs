//! Files whose names carry the hash of what they hold: a browser may keep them for ever.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// One file of the output.
pub(super) struct Asset {
    /// Below `dist/`, with forward slashes: `assets/boot-0123456789abcdef.js`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Asset {
    /// A file below `assets/` that is named after its content: `stem` and `extension` around the hash.
    pub(super) fn hashed(stem: &str, extension: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let path = format!("assets/{stem}-{}.{extension}", short_hash(&bytes));
        Self { path, bytes }
    }

    /// A file that keeps its name.
    pub(super) fn named(path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.to_owned(), bytes: bytes.into() }
    }

    /// Where a page asks for it.
    pub(super) fn url(&self) -> String {
        format!("/{}", self.path)
    }

    /// The name alone, for a module that lies beside it.
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its hash as Subresource Integrity writes it (W3C SRI).
    pub(super) fn integrity(&self) -> String {
        format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(&self.bytes)))
    }
}

/// 64 bits of SHA-256 in hexadecimal: enough that no two versions of a file meet.
pub(super) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
