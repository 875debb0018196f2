//! What a build was made of, so that the next one can leave out what would come out the same.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::asset::hex;
use crate::tool::cargo::Profile;

/// The hash of all inputs, and the file in the output that keeps the hash of the last build.
pub(super) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Hashes the profile, this very program, and `inputs`: files, and folders one level deep.
    pub(super) fn of(output: &Path, profile: Profile, inputs: &[&Path]) -> Result<Self> {
        let program = fs::metadata(env::current_exe()?)?;
        let mut hash = Sha256::new();
        hash.update(format!("{} {} {:?}", profile.name(), program.len(), program.modified()?));
        for input in inputs {
            for file in files(input)? {
                hash.update(format!("\0{}\0", file.display()));
                hash.update(fs::read(&file)?);
            }
        }
        Ok(Self { file: output.join(".built-from"), hash: hex(&hash.finalize()) })
    }

    /// Whether the output was made of these inputs.
    pub(super) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|last| last == self.hash)
    }

    /// Remembers that the output now is.
    pub(super) fn keep(&self) -> Result<()> {
        Ok(fs::write(&self.file, &self.hash)?)
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in path.read_dir()? {
        let entry = entry?.path();
        if entry.is_file() {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}
