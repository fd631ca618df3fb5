//! PNG: read row by row and scaled on the way.

use std::io::Cursor;

use image::{DynamicImage, metadata::Orientation};

use super::{
    header::{Header, Source, check_sides},
    profile::{MAX, of_code_points, of_measures},
    reduce::Reducer,
};
use crate::error::{FileError, bad, unreadable};

/// Bytes before the first chunk.
const SIGNATURE: usize = 8;
/// What the decoder may keep of chunks that are no pixels.
const CHUNKS: usize = 1 << 20;

/// First column, distance of columns, first row, distance of rows.
type Pass = (u32, usize, u32, usize);
const ALL: [Pass; 1] = [(0, 1, 0, 1)];
const ADAM7: [Pass; 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

/// At the first row, with eight bits a channel whatever the file has.
fn open(bytes: &[u8]) -> Result<png::Reader<Cursor<&[u8]>>, FileError> {
    let limits = png::Limits { bytes: CHUNKS };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(unreadable)?;
    check_sides(info.width, info.height)?;
    decoder.read_info().map_err(unreadable)
}

/// Whether it comes to its end.
fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(SIGNATURE..).unwrap_or_default();
    while let [a, b, c, d, name @ ..] = rest {
        if name.starts_with(b"IEND") {
            return true;
        }
        // Its name, its content and its checksum.
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        rest = length
            .checked_add(8)
            .and_then(|length| name.get(length..))
            .unwrap_or_default();
    }
    false
}

/// What says the colours: code points, else sRGB by its name, else an ICC profile, else measures (the order
/// of the specification, but that a profile beside the name of sRGB is for those who do not know that).
pub(super) fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let limits = png::Limits { bytes: CHUNKS };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    let reader = decoder.read_info().ok()?;
    let info = reader.info();
    if let Some(points) = &info.coding_independent_code_points {
        let named = of_code_points(points.color_primaries, points.transfer_function);
        if named.is_some() {
            return named;
        }
    }
    match info.icc_profile.as_deref() {
        _ if info.srgb.is_some() => None,
        Some(profile) => (profile.len() <= MAX).then(|| profile.to_vec()),
        None => measured(info),
    }
}

/// One of what was measured of the colours, if all of it is told.
fn measured(info: &png::Info<'_>) -> Option<Vec<u8>> {
    let (gamma, points) = (info.gama_chunk?, info.chrm_chunk?);
    let points = [points.white, points.red, points.green, points.blue];
    let points = points.map(|(x, y)| (x.into_value(), y.into_value()));
    of_measures(gamma.into_value(), points)
}

pub(super) fn header(bytes: &[u8], largest: u32) -> Result<Header, FileError> {
    if !is_whole(bytes) {
        return Err(FileError::Truncated);
    }
    let reader = open(bytes)?;
    let info = reader.info();
    if info.animation_control.is_some() || info.frame_control.is_some() {
        return Err(bad("animations are not taken"));
    }
    let exif = info.exif_metadata.as_deref();
    Ok(Header {
        width: info.width,
        height: info.height,
        channels: reader.output_color_type().0.samples(),
        source: match info.interlaced {
            true => Source::InterlacedPng,
            false => Source::Png,
        },
        beside: 0,
        orientation: exif
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms),
        largest,
    })
}

pub(super) fn picture(header: &Header, bytes: &[u8]) -> Result<DynamicImage, FileError> {
    let mut reader = open(bytes)?;
    let scattered = header.source == Source::InterlacedPng;
    let passes: &[Pass] = if scattered { &ADAM7 } else { &ALL };
    let mut reducer = Reducer::new(header.grid(), scattered);
    for &(left, across, top, down) in passes {
        // A pass without columns has no rows either.
        let bottom = if left < header.width {
            header.height
        } else {
            0
        };
        for y in (top..bottom).step_by(down) {
            let row = reader.next_row().map_err(unreadable)?;
            let row = row.ok_or_else(|| bad("it cannot be read: it lacks rows"))?;
            reducer.row(y, left, across, header.channels, row.data());
        }
    }
    // Checks the end of the compressed stream.
    reader.next_row().map_err(unreadable)?;
    reducer.finish()
}
