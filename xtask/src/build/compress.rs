//! Brotli and gzip, made once here so that the server never compresses.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

use super::asset::Asset;
use crate::tool::cargo::Profile;

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// As small as it gets: brotli 11, gzip 9.
    Smallest,
    /// While developing: brotli 4, gzip 1.
    Quick,
}

impl Effort {
    /// What a profile deserves.
    pub(super) fn of(profile: Profile) -> Self {
        if profile == Profile::Web { Self::Smallest } else { Self::Quick }
    }
}

/// The same file as `.br` and `.gz`, where that is smaller; pictures in PNG are compressed already.
pub(super) fn variants(asset: &Asset, effort: Effort) -> Result<Vec<Asset>> {
    if asset.path.ends_with(".png") {
        return Ok(Vec::new());
    }
    let packed = [("br", brotli(&asset.bytes, effort)?), ("gz", gzip(&asset.bytes, effort)?)];
    let smaller = packed.into_iter().filter(|(_, bytes)| bytes.len() < asset.bytes.len());
    Ok(smaller.map(|(ending, bytes)| Asset::named(&format!("{}.{ending}", asset.path), bytes)).collect())
}

fn brotli(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let (quality, window_bits) = match effort {
        Effort::Smallest => (11, 24),
        Effort::Quick => (4, 22),
    };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, window_bits);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}

fn gzip(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level = match effort {
        Effort::Smallest => Compression::best(),
        Effort::Quick => Compression::fast(),
    };
    let mut writer = GzEncoder::new(Vec::new(), level);
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
