//! JPEG: decoded whole, because the decoder cannot scale.

use image::metadata::Orientation;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    bad,
    header::{Header, Source, check_sides},
    unreadable,
};
use crate::CatalogError;

/// What is wrong with a file is passed over where the picture can be told.
fn open(bytes: &[u8], space: ColorSpace) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_out_colorspace(space);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options)
}

pub(super) fn header(bytes: &[u8]) -> Result<Header, CatalogError> {
    let mut decoder = open(bytes, ColorSpace::RGB);
    decoder.decode_headers().map_err(unreadable)?;
    let info = decoder
        .info()
        .ok_or_else(|| bad("it cannot be read: it has no header"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_sides(width, height)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let exif = info.exif_data.as_deref();
    Ok(Header {
        width,
        height,
        channels: if grey { 1 } else { 3 },
        source: Source::Jpeg,
        beside: beside(bytes, width, height, info.components),
        orientation: exif
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms),
    })
}

pub(super) fn pixels(header: &Header, bytes: &[u8]) -> Result<Vec<u8>, CatalogError> {
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

/// The metadata, and the coefficients of the whole picture (two bytes each) unless one scan has all
/// components once for all. A header that is not by the book is taken for the dearest.
fn beside(bytes: &[u8], width: u32, height: u32, components: u8) -> u64 {
    match layout(bytes) {
        Some(layout) if layout.in_rows => layout.metadata,
        Some(layout) => layout.metadata + 2 * layout.samples,
        None => {
            let padded = |side: u32| u64::from(side).next_multiple_of(32);
            bytes.len() as u64 + 2 * u64::from(components) * padded(width) * padded(height)
        }
    }
}

struct Layout {
    /// Every row of blocks can be finished when it is read.
    in_rows: bool,
    samples: u64,
    metadata: u64,
}

/// Walks over the segments before the first scan.
fn layout(bytes: &[u8]) -> Option<Layout> {
    let mut rest = bytes.get(2..)?;
    let mut frame = None;
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        if marker == 0xff {
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let segment = rest.get(4..2 + length)?;
        match marker {
            // Baseline, extended, progressive; the others are not decoded.
            0xc0..=0xc2 => frame = Some((marker == 0xc2, frame_of(segment)?)),
            0xda => {
                let (progressive, (components, samples)) = frame?;
                return Some(Layout {
                    in_rows: !progressive && segment.first() == Some(&components),
                    samples,
                    metadata: (bytes.len() - rest.len()) as u64,
                });
            }
            _ => {}
        }
        rest = &rest[2 + length..];
    }
}

/// How many components, and how many samples they have with their padding to whole blocks.
fn frame_of(segment: &[u8]) -> Option<(u8, u64)> {
    let [_, y1, y0, x1, x0, components, ref parts @ ..] = *segment else {
        return None;
    };
    let factors = parts
        .chunks_exact(3)
        .map(|part| (u64::from(part[1] >> 4), u64::from(part[1] & 15)));
    let (across, down) = factors.clone().fold((1, 1), |(across, down), (h, v)| {
        (across.max(h), down.max(v))
    });
    let side =
        |high, low, factor: u64| u64::from(u16::from_be_bytes([high, low])).div_ceil(8 * factor);
    let blocks = side(x1, x0, across) * side(y1, y0, down);
    let in_each: u64 = factors.map(|(h, v)| h * v).sum();
    Some((components, 64 * blocks * in_each))
}
