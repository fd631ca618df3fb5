//! The sizes that are made of a picture: decoded at once near the largest of them, scaled, in sRGB,
//! turned upright, and encoded anew, so that neither metadata nor anything else of the file survives.

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

use super::{
    exif,
    header::{Header, Source},
    jpeg_file, jpeg_segments, png_file, profile, progressive_jpeg,
    reduce::Reducer,
    webp_alpha, webp_file,
};
use crate::{FileError, FileKey};

const JPEG_QUALITY: u8 = 82;

/// An encoded picture: JPEG, PNG or WebP.
#[derive(Debug, Clone)]
pub struct Derivative {
    /// Of `bytes`: where to put them.
    pub key: FileKey,
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// One for each side, which ascend. Slow and hungry: to be called off the async threads, with room
/// for what the header needs.
pub(super) fn make<const N: usize>(
    header: &Header,
    bytes: Vec<u8>,
    sides: [u32; N],
) -> Result<[Derivative; N], FileError> {
    let mut profile = profile_of(header, &bytes);
    let mut scaled = decode(header, bytes, profile.as_deref())?;
    let mut made = Vec::with_capacity(N);
    // From large to small, each from the one before.
    for side in sides.into_iter().rev() {
        scaled = shrink(scaled, header.within(side))?;
        if let Some(profile) = profile.take() {
            profile::to_srgb(&mut scaled, &profile, header.channels < 3);
        }
        made.push(match header.orientation {
            Orientation::NoTransforms => encode(&scaled)?,
            turn => {
                let mut upright = scaled.clone();
                upright.apply_orientation(turn);
                encode(&upright)?
            }
        });
    }
    made.reverse();
    made.try_into()
        .map_err(|_| FileError::Internal("each size is made once".to_owned()))
}

/// The file's ICC profile, if it is not too long; or one of the colours that the file names otherwise.
fn profile_of(header: &Header, bytes: &[u8]) -> Option<Vec<u8>> {
    match header.source {
        Source::Png | Source::InterlacedPng => png_file::profile(bytes),
        Source::Jpeg | Source::ProgressiveJpeg { .. } => {
            let named = || {
                let exif = jpeg_segments::exif(bytes).filter(|_| !header.is_of_inks())?;
                exif::is_adobe_rgb(exif).then(profile::adobe_rgb)?
            };
            jpeg_segments::profile(bytes).or_else(named)
        }
        Source::WebP { .. } | Source::WebPWithAlpha => {
            let chunk = webp_file::chunk(bytes, b"ICCP");
            chunk
                .filter(|chunk| chunk.len() <= profile::MAX)
                .map(<[u8]>::to_vec)
        }
    }
}

/// At most about twice as large as the largest derivative; the file is gone after it. The profile is
/// for inks, which do not come out as such.
fn decode(
    header: &Header,
    bytes: Vec<u8>,
    profile: Option<&[u8]>,
) -> Result<DynamicImage, FileError> {
    let pixels = match header.source {
        Source::Png | Source::InterlacedPng => return png_file::picture(header, &bytes),
        Source::ProgressiveJpeg { .. } => {
            return progressive_jpeg::picture(header, &bytes, profile);
        }
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

fn shrink(picture: DynamicImage, size: (u32, u32)) -> Result<DynamicImage, FileError> {
    let (width, height) = size;
    if (picture.width(), picture.height()) == size {
        return Ok(picture);
    }
    let mut small = DynamicImage::new(width, height, picture.color());
    // A new one each time: it keeps its buffers as long as it lives.
    Resizer::new()
        .resize(&picture, &mut small, None)
        .map_err(|e| FileError::Internal(format!("scaling: {e}")))?;
    Ok(small)
}

/// JPEG, or PNG where something can be seen through; lossless WebP where that is smaller.
fn encode(picture: &DynamicImage) -> Result<Derivative, FileError> {
    let failed = |e: image::ImageError| FileError::Internal(format!("encoding: {e}"));
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
        key: FileKey::of(&bytes, extension),
        bytes,
        width: picture.width(),
        height: picture.height(),
    })
}
