//! Writing a folder as a whole: built beside it, then put in its place, so that nobody is served half a build.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{
    asset::Asset,
    compress::{Effort, variants},
};
use crate::step;

/// Puts `assets` and their compressed forms in the place of `folder`.
pub(super) fn replace(folder: &Path, assets: &[Asset], effort: Effort) -> Result<()> {
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    step::quietly("Compressing", || {
        for asset in assets {
            write(&fresh, asset)?;
            for variant in variants(asset, effort)? {
                write(&fresh, &variant)?;
            }
        }
        Ok(())
    })?;
    remove(folder)?;
    fs::rename(&fresh, folder).with_context(|| format!("could not write {}", folder.display()))
}

fn write(folder: &Path, asset: &Asset) -> Result<()> {
    let path = folder.join(&asset.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, &asset.bytes).with_context(|| format!("could not write {}", path.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    Ok(())
}
