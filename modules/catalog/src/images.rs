//! What becomes of an uploaded picture: decided by content, decoded within a budget of memory, turned
//! upright, scaled, and encoded anew, so that neither metadata nor anything else of the file survives.
//!
//! Two steps, so that nothing is allocated by what a file claims: [`Header::read`] says what the
//! picture needs, [`Decoders`] gives room for it, [`derivatives`] does the work.

mod budget;
#[cfg(test)]
mod fixture_tests;
mod header;
mod jpeg_file;
mod jpeg_segments;
#[cfg(test)]
mod memory_tests;
#[cfg(test)]
mod need_tests;
mod png_file;
mod progressive_jpeg;
#[cfg(test)]
mod progressive_tests;
mod reduce;
#[cfg(test)]
mod test_files;
mod webp_alpha;
mod webp_file;

use std::fmt::Display;

use fast_image_resize::Resizer;
use image::{
    DynamicImage, ImageEncoder,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
    metadata::Orientation,
};
use sha2::{Digest, Sha256};

use crate::CatalogError;
use header::Source;
use reduce::Reducer;

pub(crate) use budget::{Decoders, Place};
pub(crate) use header::Header;

pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;
const MAX_SIDE: u32 = 8_000;
const JPEG_QUALITY: u8 = 82;
/// Longest sides of the three derivatives; a smaller picture is not blown up.
const SIDES: [u32; 3] = [160, 480, 1_200];

/// An encoded picture.
#[derive(Debug, Clone)]
pub(crate) struct Derivative {
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Small, medium and large. Slow and hungry: to be called off the async threads, with room for what
/// the header needs.
pub(crate) fn derivatives(
    header: &Header,
    bytes: Vec<u8>,
) -> Result<[Derivative; 3], CatalogError> {
    let mut scaled = decode(header, bytes)?;
    // From large to small, each from the one before.
    let [small, medium, large] = SIDES;
    let mut made = Vec::with_capacity(SIDES.len());
    for side in [large, medium, small] {
        scaled = shrink(scaled, within(header.width, header.height, side))?;
        made.push(match header.orientation {
            Orientation::NoTransforms => encode(&scaled)?,
            turn => {
                let mut upright = scaled.clone();
                upright.apply_orientation(turn);
                encode(&upright)?
            }
        });
    }
    let [large, medium, small]: [Derivative; 3] = made
        .try_into()
        .map_err(|_| CatalogError::Internal("three sizes are made".to_owned()))?;
    Ok([small, medium, large])
}

fn bad(reason: impl Into<String>) -> CatalogError {
    CatalogError::BadImage(reason.into())
}

fn unreadable(error: impl Display) -> CatalogError {
    bad(format!("it cannot be read: {error}"))
}

fn too_large(reason: String) -> CatalogError {
    CatalogError::ImageTooLarge(reason)
}

/// At most about twice as large as the largest derivative; the file is gone after it.
fn decode(header: &Header, bytes: Vec<u8>) -> Result<DynamicImage, CatalogError> {
    let pixels = match header.source {
        Source::Png | Source::InterlacedPng => return png_file::picture(header, &bytes),
        Source::ProgressiveJpeg { .. } => return progressive_jpeg::picture(header, &bytes),
        Source::WebPWithAlpha => return webp_alpha::picture(header, bytes),
        Source::Jpeg => jpeg_file::pixels(header, &bytes)?,
        Source::WebP { opaque } => webp_file::pixels(header, bytes, opaque)?,
    };
    let mut reducer = Reducer::new(header.grid(), false);
    let rows = pixels.chunks_exact(header.width as usize * header.channels);
    for (y, row) in (0..).zip(rows) {
        reducer.row(y, 0, 1, header.channels, row);
    }
    drop(pixels);
    reducer.finish()
}

/// A picture's size within a square of this side.
fn within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scale = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side)).div_ceil(u64::from(longest));
        u32::try_from(scaled).unwrap_or(side).clamp(1, side)
    };
    (scale(width), scale(height))
}

fn shrink(picture: DynamicImage, size: (u32, u32)) -> Result<DynamicImage, CatalogError> {
    let (width, height) = size;
    if (picture.width(), picture.height()) == size {
        return Ok(picture);
    }
    let mut small = DynamicImage::new(width, height, picture.color());
    // A new one each time: it keeps its buffers as long as it lives.
    Resizer::new()
        .resize(&picture, &mut small, None)
        .map_err(|e| CatalogError::Internal(format!("scaling: {e}")))?;
    Ok(small)
}

/// JPEG, or PNG where something can be seen through; lossless WebP where that is smaller.
fn encode(picture: &DynamicImage) -> Result<Derivative, CatalogError> {
    let failed = |e: image::ImageError| CatalogError::Internal(format!("encoding: {e}"));
    let mut usual = Vec::new();
    let extension = if picture.color().has_alpha() {
        let encoder = PngEncoder::new_with_quality(
            &mut usual,
            CompressionType::Default,
            FilterType::Adaptive,
        );
        picture.write_with_encoder(encoder).map_err(failed)?;
        "png"
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut usual, JPEG_QUALITY);
        picture.write_with_encoder(encoder).map_err(failed)?;
        "jpg"
    };
    let mut webp = Vec::new();
    WebPEncoder::new_lossless(&mut webp)
        .write_image(
            picture.as_bytes(),
            picture.width(),
            picture.height(),
            picture.color().into(),
        )
        .map_err(failed)?;
    let (bytes, extension) = if webp.len() < usual.len() {
        (webp, "webp")
    } else {
        (usual, extension)
    };
    Ok(Derivative {
        key: format!("{}.{extension}", hash(&bytes)),
        bytes,
        width: picture.width(),
        height: picture.height(),
    })
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
