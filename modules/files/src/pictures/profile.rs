//! From the colours that a picture's ICC profile names to sRGB, as which pictures without a profile are
//! shown. What is no profile, or of other colours than the picture's, is passed over. Colours that a file
//! names in another way have a profile made for them.

use std::sync::Arc;

use image::DynamicImage;
use moxcms::{
    Chromaticity, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, TransferCharacteristics, Transform8BitExecutor, TransformOptions,
    curve_from_gamma,
};

/// Bytes of a profile; those of presses come near it.
pub(super) const MAX: usize = 1 << 20;
/// Memory for a profile that is read, with the tables that are made of it.
pub(super) const TABLES: u64 = 8 << 20;

/// White, red, green and blue of sRGB by their chromaticities, and the gamma that comes near its curve.
const SRGB: [(f32, f32); 4] = [(0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06)];
const SRGB_GAMMA: f32 = 0.454_55;

pub(super) fn adobe_rgb() -> Option<Vec<u8>> {
    ColorProfile::new_adobe_rgb().encode().ok()
}

/// Of code points (ITU-T H.273) for primaries and curve. None where they are unknown, and none of light
/// beyond white (PQ, HLG), which would have to be pressed into the range of sRGB.
pub(super) fn of_code_points(primaries: u8, curve: u8) -> Option<Vec<u8>> {
    use TransferCharacteristics::{Hlg, Smpte2084};
    let transfer_characteristics = TransferCharacteristics::try_from(curve).ok()?;
    if matches!(transfer_characteristics, Smpte2084 | Hlg) {
        return None;
    }
    let mut profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries.try_into().ok()?,
        transfer_characteristics,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    // What is unknown leaves it without curves.
    profile.red_trc.as_ref()?;
    profile.cicp = None;
    profile.encode().ok()
}

/// Of the gamma of a file and the chromaticities of its white, red, green and blue. None of those of sRGB,
/// whose curve a gamma only comes near, and none of what no colours can have.
#[expect(clippy::float_arithmetic, reason = "colours are no money")]
pub(super) fn of_measures(gamma: f32, points: [(f32, f32); 4]) -> Option<Vec<u8>> {
    let near = |one: f32, other: f32, by: f32| (one - other).abs() < by;
    let mut pairs = points.iter().zip(SRGB);
    let is_srgb = near(gamma, SRGB_GAMMA, 0.005)
        && pairs.all(|(is, of)| near(is.0, of.0, 0.002) && near(is.1, of.1, 0.002));
    let can_be =
        (0.1..=10.0).contains(&gamma) && points.iter().all(|(x, y)| *y > 0.0 && x + y <= 1.0);
    if is_srgb || !can_be {
        return None;
    }
    let [white, red, green, blue] = points.map(|(x, y)| Chromaticity::new(x, y));
    let mut profile = ColorProfile::new_srgb();
    profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
    let curve = curve_from_gamma(1.0 / gamma);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile.encode().ok()
}

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
