//! WebP: decoded whole, because the decoder cannot scale; with an alpha beside a lossy frame, in two
//! parts.

use std::{io::Cursor, ops::Range};

use image::{ImageDecoder, codecs::webp::WebPDecoder, metadata::Orientation};

use super::header::{Header, Source, check_sides};
use crate::error::{FileError, bad, unreadable};

/// Whether there is as much of it as it says.
fn is_whole(bytes: &[u8]) -> bool {
    let size = bytes.get(4..8).and_then(|size| size.try_into().ok());
    let size = size.map_or(0, u32::from_le_bytes) as usize;
    bytes.len().saturating_sub(8) >= size
}

pub(super) fn header(bytes: &[u8], largest: u32) -> Result<Header, FileError> {
    if !is_whole(bytes) {
        return Err(FileError::Truncated);
    }
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    check_sides(width, height)?;
    if decoder.has_animation() || chunk(bytes, b"ANMF").is_some() {
        return Err(bad("animations are not taken"));
    }
    let lossless = chunk(bytes, b"VP8L").is_some();
    let alpha = decoder.color_type().has_alpha();
    let pixels = u64::from(width) * u64::from(height);
    let beside = if lossless {
        // Its transforms and codes, at the finest.
        pixels
    } else {
        check_frame(bytes, width, height)?;
        let padded = |side: u32| u64::from(side).next_multiple_of(16);
        let planes = padded(width) * padded(height) * 3 / 2;
        planes + bytes.len() as u64
    };
    // Not by the decoder, which allocates whatever length the chunk claims.
    let exif = chunk(bytes, b"EXIF");
    Ok(Header {
        width,
        height,
        channels: if lossless || alpha { 4 } else { 3 },
        source: match (lossless, alpha) {
            (false, true) => Source::WebPWithAlpha,
            (_, alpha) => Source::WebP {
                opaque: lossless && !alpha,
            },
        },
        beside,
        orientation: exif
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms),
        largest,
    })
}

pub(super) fn pixels(
    header: &Header,
    mut bytes: Vec<u8>,
    opaque: bool,
) -> Result<Vec<u8>, FileError> {
    if opaque {
        // Without the flag of alpha the decoder makes a copy of all pixels to leave it out.
        let extended = bytes.get(12..16) == Some(b"VP8X".as_slice());
        if let Some(flags) = bytes.get_mut(if extended { 20 } else { 24 }) {
            *flags |= 0x10;
        }
    }
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut pixels = vec![0; header.bytes()];
    if decoder.total_bytes() != pixels.len() as u64 {
        return Err(bad("it cannot be read: its parts do not fit together"));
    }
    decoder.read_image(&mut pixels).map_err(unreadable)?;
    if opaque {
        for pixel in pixels.chunks_exact_mut(4) {
            pixel[3] = u8::MAX;
        }
    }
    Ok(pixels)
}

/// A frame says its size once more, and the decoder allocates by that before it compares.
fn check_frame(bytes: &[u8], width: u32, height: u32) -> Result<(), FileError> {
    let frame = chunk(bytes, b"VP8 ").unwrap_or_default();
    let [_, _, _, _, _, _, w0, w1, h0, h1, ..] = *frame else {
        return Err(bad("it cannot be read: it has no frame"));
    };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    if (side(w0, w1), side(h0, h1)) != (width, height) {
        return Err(bad("it cannot be read: its frame has another size"));
    }
    Ok(())
}

/// The first chunk of this name, as much of it as is there.
pub(super) fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    bytes.get(range(bytes, name)?)
}

/// Where that chunk is.
pub(super) fn range(bytes: &[u8], name: &[u8; 4]) -> Option<Range<usize>> {
    let mut at = 12_usize;
    loop {
        let start = at.checked_add(8)?;
        let head = bytes.get(at..start)?;
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let end = start.checked_add(size)?;
        if head[..4] == *name {
            return Some(start..end.min(bytes.len()));
        }
        at = end.checked_add(size % 2)?;
    }
}
