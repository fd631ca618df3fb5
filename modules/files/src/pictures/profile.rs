//! From the colours that a picture's ICC profile names to sRGB, as which pictures without a profile are
//! shown. What is no profile, or of other colours than the picture's, is passed over.

use std::sync::Arc;

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};

/// Bytes of a profile; those of presses come near it.
pub(super) const MAX: usize = 1 << 20;
/// Memory for a profile that is read, with the tables that are made of it.
pub(super) const TABLES: u64 = 8 << 20;

/// Converts the pixels, row by row. A profile of greys is only for a picture that came in grey.
pub(super) fn to_srgb(picture: &mut DynamicImage, profile: &[u8], was_grey: bool) {
    let width = picture.width() as usize;
    let (channels, colours, greys) = match picture.color().has_alpha() {
        false => (3, Layout::Rgb, Layout::Gray),
        true => (4, Layout::Rgba, Layout::GrayAlpha),
    };
    let pixels: &mut [u8] = match picture {
        DynamicImage::ImageRgb8(picture) => picture,
        DynamicImage::ImageRgba8(picture) => picture,
        _ => return,
    };
    let Ok(source) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    let is_grey = source.color_space == DataColorSpace::Gray;
    let from = match source.color_space {
        DataColorSpace::Rgb => colours,
        DataColorSpace::Gray if was_grey => greys,
        _ => return,
    };
    let Some(transform) = transform(&source, from, colours) else {
        return;
    };
    let mut before = Vec::with_capacity(width * channels);
    for row in pixels.chunks_exact_mut(width * channels) {
        before.clear();
        if is_grey {
            // Red for all three, and alpha.
            let pixels = row.chunks_exact(channels);
            before.extend(pixels.flat_map(|pixel| pixel.iter().step_by(3)));
        } else {
            before.extend_from_slice(row);
        }
        if transform.transform(&before, row).is_err() {
            return;
        }
    }
}

/// From rows of four inks to rows of three colours.
pub(super) fn from_inks(profile: &[u8]) -> Option<Arc<Transform8BitExecutor>> {
    let source = ColorProfile::new_from_slice(profile).ok()?;
    let is_of_inks = source.color_space == DataColorSpace::Cmyk;
    is_of_inks.then(|| transform(&source, Layout::Rgba, Layout::Rgb))?
}

fn transform(
    source: &ColorProfile,
    from: Layout,
    to: Layout,
) -> Option<Arc<Transform8BitExecutor>> {
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    source.create_transform_8bit(from, &srgb, to, options).ok()
}
