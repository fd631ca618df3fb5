//! JPEG that is progressive or has several scans: no row is finished before all scans are read, and
//! a progressive one has all its coefficients in memory until then. So it is scaled while it is
//! turned into pixels. One of four inks is decoded here too, for what they are by its profile.
//!
//! The decoder needs its feature "rayon" for the memory to be what is counted: without it, rows of
//! coefficients are copied into queues without an end, which threads empty in their own time.

use image::{DynamicImage, metadata::Orientation};
use jpeg_decoder::{ColorTransform, Decoder};
use zune_jpeg::zune_core::colorspace::ColorSpace;

use super::{
    budget::BUDGET,
    header::{Header, Source, WORKING, scaled},
    jpeg_reader,
    jpeg_segments::{Frame, Stream, layout},
    profile,
    reduce::Reducer,
};
use crate::error::{FileError, bad, unreadable};

pub(super) fn header(frame: &Frame, orientation: Orientation, largest: u32) -> Header {
    let eighths = eighths(frame, largest);
    Header {
        width: frame.width,
        height: frame.height,
        channels: frame.components.len(),
        source: Source::ProgressiveJpeg { eighths },
        beside: beside(frame, eighths),
        orientation,
        largest,
    }
}

/// As small as can be, but not less than the largest derivative, or nearly that where there is no
/// memory for more.
fn eighths(frame: &Frame, largest: u32) -> u32 {
    let longest = frame.width.max(frame.height);
    let enough = |side: u32| {
        let mut smaller = [1, 2, 4].into_iter();
        smaller
            .find(|eighths| scaled(longest, *eighths) >= side)
            .unwrap_or(8)
    };
    let eighths = enough(largest);
    let pixels = u64::from(scaled(frame.width, eighths)) * u64::from(scaled(frame.height, eighths));
    let output = pixels * frame.components.len() as u64;
    if WORKING + beside(frame, eighths) + output > BUDGET {
        // Then it is blown up a little.
        return enough(largest * 15 / 16);
    }
    eighths
}

/// The coefficients, two bytes each, and the planes of all components at the scaled size.
fn beside(frame: &Frame, eighths: u32) -> u64 {
    let coefficients = if frame.progressive {
        2 * frame.samples
    } else {
        0
    };
    coefficients + frame.samples * u64::from(eighths * eighths) / 64
}

pub(super) fn picture(
    header: &Header,
    bytes: &[u8],
    profile: Option<&[u8]>,
) -> Result<DynamicImage, FileError> {
    let pixels = pixels(header, bytes)?;
    // Only now: the coefficients are gone.
    let inks = profile.filter(|_| header.is_of_inks());
    let inks = inks.and_then(profile::from_inks);
    let (width, _) = header.decoded();
    let mut reducer = Reducer::new(header.grid(), false);
    let mut converted = Vec::new();
    let rows = pixels.chunks_exact(width as usize * header.channels);
    for (y, row) in (0..).zip(rows) {
        if header.is_of_inks() {
            converted.clear();
            match &inks {
                Some(inks) => {
                    converted.resize(row.len() / 4 * 3, 0);
                    inks.transform(row, &mut converted).map_err(unreadable)?;
                }
                None => converted.extend(row.chunks_exact(4).flat_map(rgb)),
            }
            reducer.row(y, 0, 1, 3, &converted);
        } else {
            reducer.row(y, 0, 1, header.channels, row);
        }
    }
    drop(pixels);
    reducer.finish()
}

/// Of one channel, RGB or CMYK, at the scaled size.
fn pixels(header: &Header, bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let (width, height) = header.decoded();
    let frame = layout(bytes)
        .ok_or_else(|| bad("it cannot be read: it has no frame"))?
        .frame;
    let mut decoder = Decoder::new(Stream::of(bytes, &frame)?);
    decoder.set_color_transform(transform(header, bytes)?);
    decoder.set_max_decoding_buffer_size(header.bytes());
    let longest = u16::try_from(width.max(height)).unwrap_or(u16::MAX);
    let (across, down) = decoder.scale(longest, longest).map_err(unreadable)?;
    // Before anything is allocated by it.
    if (u32::from(across), u32::from(down)) != (width, height) {
        return Err(bad("it cannot be read: it has several frames"));
    }
    let pixels = decoder.decode().map_err(unreadable)?;
    if pixels.len() != header.bytes() {
        return Err(bad("it cannot be read: it lacks pixels"));
    }
    Ok(pixels)
}

/// As the other decoder has it, so that colours do not hang on the order of a file's scans.
fn transform(header: &Header, bytes: &[u8]) -> Result<ColorTransform, FileError> {
    // The mark "not transformed" is read as CMYK even where it means RGB.
    Ok(match (header.channels, jpeg_reader::space(bytes)?) {
        (1, _) => ColorTransform::Grayscale,
        (3, Some(ColorSpace::RGB | ColorSpace::CMYK)) => ColorTransform::RGB,
        (3, _) => ColorTransform::YCbCr,
        (4, Some(ColorSpace::YCCK)) => ColorTransform::YCCK,
        (4, _) => ColorTransform::CMYK,
        _ => return Err(bad("only grey, RGB and CMYK are taken")),
    })
}

fn rgb(cmyk: &[u8]) -> impl Iterator<Item = u8> {
    let light = |ink: u8| u16::from(u8::MAX - ink);
    let black = cmyk.get(3).copied().map_or(0, light);
    let inks = cmyk.iter().take(3);
    inks.map(move |ink| u8::try_from(light(*ink) * black / 255).unwrap_or(u8::MAX))
}
