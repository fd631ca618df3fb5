//! Lossy WebP with an alpha. The decoder would have both at their full size more than once, so the
//! alpha is decoded alone and kept as a byte a pixel, and then the colours.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, codecs::webp::WebPDecoder};

use super::{header::Header, reduce::Reducer, webp_file};
use crate::error::{FileError, bad, unreadable};

/// The container and the head of its only chunk.
const HEAD: usize = 20;

const HORIZONTAL: u8 = 1;
const VERTICAL: u8 = 2;

pub(super) fn picture(header: &Header, bytes: Vec<u8>) -> Result<DynamicImage, FileError> {
    let alpha = alpha(header, &bytes)?;
    let colours = colours(header, bytes)?;
    let width = header.width as usize;
    let mut reducer = Reducer::new(header.grid(), false);
    let mut row = vec![0; 4 * width];
    let rows = colours
        .chunks_exact(3 * width)
        .zip(alpha.chunks_exact(width));
    for (y, (colours, alpha)) in (0..).zip(rows) {
        let pixels = row.chunks_exact_mut(4).zip(colours.chunks_exact(3));
        for ((pixel, colour), alpha) in pixels.zip(alpha) {
            pixel[..3].copy_from_slice(colour);
            pixel[3] = *alpha;
        }
        reducer.row(y, 0, 1, 4, &row);
    }
    drop((alpha, colours));
    reducer.finish()
}

/// The file becomes one without alpha, in its own memory.
fn colours(header: &Header, mut bytes: Vec<u8>) -> Result<Vec<u8>, FileError> {
    let frame = webp_file::range(&bytes, b"VP8 ")
        .ok_or_else(|| bad("it cannot be read: it has no frame"))?;
    let size = frame.len();
    bytes.copy_within(frame, HEAD);
    bytes.truncate(HEAD + size);
    bytes[..HEAD].copy_from_slice(&head(b"VP8 ", size));
    decode(header, bytes, 3)
}

fn alpha(header: &Header, bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let chunk = webp_file::chunk(bytes, b"ALPH")
        .ok_or_else(|| bad("it cannot be read: it has no alpha"))?;
    let short = || bad("it cannot be read: its alpha breaks off");
    let (info, data) = chunk.split_first().ok_or_else(short)?;
    // How it was quantized: 2 and 3 mean nothing yet.
    if info & 0x20 != 0 {
        return Err(bad("it cannot be read: its alpha has an unknown form"));
    }
    let mut plane = match info & 3 {
        0 => {
            let pixels = header.width as usize * header.height as usize;
            data.get(..pixels).ok_or_else(short)?.to_vec()
        }
        1 => compressed(header, data)?,
        _ => {
            return Err(bad(
                "it cannot be read: its alpha has an unknown compression",
            ));
        }
    };
    unfilter(&mut plane, header.width as usize, (info >> 2) & 3);
    Ok(plane)
}

/// The green of a lossless picture that is written without its own head.
fn compressed(header: &Header, data: &[u8]) -> Result<Vec<u8>, FileError> {
    let sides = (header.width - 1) | ((header.height - 1) << 14);
    let with_alpha = 1 << 28;
    let mut file = head(b"VP8L", 5 + data.len());
    file.reserve_exact(5 + data.len());
    file.push(0x2f);
    file.extend((sides | with_alpha).to_le_bytes());
    file.extend_from_slice(data);
    let pixels = decode(header, file, 4)?;
    Ok(pixels.chunks_exact(4).map(|pixel| pixel[1]).collect())
}

fn head(name: &[u8; 4], size: usize) -> Vec<u8> {
    let size = u32::try_from(size).unwrap_or(u32::MAX);
    let mut head = b"RIFF".to_vec();
    head.extend(size.saturating_add(12).to_le_bytes());
    head.extend(b"WEBP");
    head.extend(name);
    head.extend(size.to_le_bytes());
    head
}

fn decode(header: &Header, file: Vec<u8>, channels: usize) -> Result<Vec<u8>, FileError> {
    let decoder = WebPDecoder::new(Cursor::new(file)).map_err(unreadable)?;
    let length = header.width as usize * header.height as usize * channels;
    if decoder.total_bytes() != length as u64 {
        return Err(bad("it cannot be read: its parts do not fit together"));
    }
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).map_err(unreadable)?;
    Ok(pixels)
}

/// Each byte was stored as its difference to one that is foretold by those before it.
fn unfilter(plane: &mut [u8], width: usize, filter: u8) {
    if filter == 0 {
        return;
    }
    for at in 1..plane.len() {
        let (x, y) = (at % width, at / width);
        let foretold = match (filter, x, y) {
            (_, 0, _) | (VERTICAL, _, 1..) => plane[at - width],
            (_, _, 0) | (HORIZONTAL, ..) => plane[at - 1],
            _ => {
                let [left, above, corner] = [at - 1, at - width, at - width - 1]
                    .map(|neighbour| i16::from(plane[neighbour]));
                u8::try_from((left + above - corner).clamp(0, 255)).unwrap_or(u8::MAX)
            }
        };
        plane[at] = plane[at].wrapping_add(foretold);
    }
}
