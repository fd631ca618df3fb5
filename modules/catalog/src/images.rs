//! What becomes of an uploaded picture: decided by content, decoded under limits, turned upright,
//! scaled, and encoded anew, so that neither metadata nor anything else of the file survives.

use std::io::Cursor;

use fast_image_resize::Resizer;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngDecoder, PngEncoder},
        webp::{WebPDecoder, WebPEncoder},
    },
    metadata::Orientation,
};
use sha2::{Digest, Sha256};

use crate::CatalogError;

pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;
const MAX_SIDE: u32 = 8_000;
const MAX_PIXELS: u64 = 40_000_000;
const MAX_ALLOC: u64 = 256 * 1024 * 1024;
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
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Small, medium and large. Slow and hungry: to be called off the async threads.
pub(crate) fn derivatives(bytes: &[u8]) -> Result<[Derivative; 3], CatalogError> {
    let (picture, orientation) = decode(bytes)?;
    let mut resizer = Resizer::new();
    let mut scaled = picture;
    // From large to small, each from the one before: the full size is gone after the first step.
    let [small, medium, large] = SIDES;
    let mut made = Vec::with_capacity(SIDES.len());
    for side in [large, medium, small] {
        scaled = shrink(&mut resizer, scaled, side)?;
        let mut upright = scaled.clone();
        upright.apply_orientation(orientation);
        made.push(encode(&upright)?);
    }
    let [large, medium, small]: [Derivative; 3] = made
        .try_into()
        .map_err(|_| CatalogError::Internal("three sizes are made".to_owned()))?;
    Ok([small, medium, large])
}

fn bad(reason: impl Into<String>) -> CatalogError {
    CatalogError::BadImage(reason.into())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), CatalogError> {
    if bytes.len() > MAX_BYTES {
        return Err(bad("at most 8 MiB"));
    }
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => format,
        _ => return Err(bad("only JPEG, PNG and WebP are taken")),
    };
    if animated(bytes, format)? {
        return Err(bad("animations are not taken"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return Err(bad(format!("at most {MAX_SIDE} pixels on each side")));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_ALLOC {
        return Err(bad("at most 40 million pixels"));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    // Eight bits a channel, with alpha only where something can be seen through.
    let picture = if see_through(&picture) {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    Ok((picture, orientation))
}

fn unreadable(error: image::ImageError) -> CatalogError {
    match error {
        image::ImageError::Limits(_) => bad(format!(
            "at most {MAX_SIDE} pixels on each side and 40 million in all"
        )),
        other => bad(format!("it cannot be read: {other}")),
    }
}

fn animated(bytes: &[u8], format: ImageFormat) -> Result<bool, CatalogError> {
    let cursor = Cursor::new(bytes);
    match format {
        ImageFormat::Png => PngDecoder::with_limits(cursor, limits())
            .and_then(|png| png.is_apng())
            .map_err(unreadable),
        ImageFormat::WebP => WebPDecoder::new(cursor)
            .map(|webp| webp.has_animation())
            .map_err(unreadable),
        _ => Ok(false),
    }
}

fn see_through(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(p) => p.pixels().any(|p| p.0[3] != u8::MAX),
        DynamicImage::ImageLumaA8(p) => p.pixels().any(|p| p.0[1] != u8::MAX),
        other => other.color().has_alpha(),
    }
}

fn shrink(
    resizer: &mut Resizer,
    picture: DynamicImage,
    side: u32,
) -> Result<DynamicImage, CatalogError> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= side {
        return Ok(picture);
    }
    let scale = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side)).div_ceil(u64::from(longest));
        u32::try_from(scaled).unwrap_or(side).clamp(1, side)
    };
    let mut small = DynamicImage::new(scale(width), scale(height), picture.color());
    resizer
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
