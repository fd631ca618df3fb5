//! JPEG: decoded whole, because the decoder cannot scale; but in another way if it is progressive or of
//! inks.

use image::metadata::Orientation;
use zune_jpeg::zune_core::colorspace::ColorSpace;

use super::{
    header::{Header, Source, check_sides},
    jpeg_reader::open,
    jpeg_segments::{is_whole, layout},
    progressive_jpeg,
};
use crate::error::{FileError, bad, unreadable};

pub(super) fn header(bytes: &[u8], largest: u32) -> Result<Header, FileError> {
    // Decoders make something up for what is missing.
    if !is_whole(bytes) {
        return Err(FileError::Truncated);
    }
    let mut decoder = open(bytes, ColorSpace::RGB);
    decoder.decode_headers().map_err(unreadable)?;
    let info = decoder
        .info()
        .ok_or_else(|| bad("it cannot be read: it has no header"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_sides(width, height)?;
    let orientation = info
        .exif_data
        .as_deref()
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms);
    // A header that is not by the book is taken for the dearest.
    let layout =
        layout(bytes).filter(|layout| (layout.frame.width, layout.frame.height) == (width, height));
    let beside = match layout {
        Some(layout) if layout.in_rows && layout.frame.components.len() < 4 => layout.metadata,
        Some(layout) => {
            let frame = &layout.frame;
            return Ok(progressive_jpeg::header(frame, orientation, largest));
        }
        None => {
            let padded = |side: u32| u64::from(side).next_multiple_of(32);
            let samples = u64::from(info.components) * padded(width) * padded(height);
            bytes.len() as u64 + 2 * samples
        }
    };
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    Ok(Header {
        width,
        height,
        channels: if grey { 1 } else { 3 },
        source: Source::Jpeg,
        beside,
        orientation,
        largest,
    })
}

pub(super) fn pixels(header: &Header, bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let space = match header.channels {
        1 => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    let mut pixels = vec![0; header.bytes()];
    open(bytes, space)
        .decode_into(&mut pixels)
        .map_err(unreadable)?;
    Ok(pixels)
}
