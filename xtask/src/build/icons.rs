//! The app's icons as PNG, drawn from `mark.svg`: what phones put on their home screens.

use anyhow::{Context, Result};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

/// Draws `svg`, which is square, at `side` pixels.
pub(super) fn png(svg: &str, side: u16) -> Result<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).context("public/mark.svg is not an SVG")?;
    let mut picture = Pixmap::new(side.into(), side.into()).context("an icon has a size")?;
    let scale = f32::from(side) / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    Ok(picture.encode_png()?)
}
