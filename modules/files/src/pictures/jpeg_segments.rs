//! The segments of a JPEG: what its frame needs, and which of them a decoder is to see.

use std::{
    collections::VecDeque,
    io::{self, Cursor, Read},
};

use super::profile::MAX;
use crate::error::{FileError, bad};

const SOI: [u8; 2] = [0xff, 0xd8];
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const EXIF: &[u8] = b"Exif\0\0";
/// Behind it stand the number of a part of the profile, from 1, and of all parts.
const ICC: &[u8] = b"ICC_PROFILE\0";
/// Each costs a pass over the whole picture, however short it is. Encoders write about ten.
const SCANS: usize = 100;
/// Scans and their tables.
const PARTS: usize = 1_000;
/// No restarts any more; of each kind a code with a single word, the bit 0: no difference, and no
/// coefficients up to the end of the block.
const TABLES: [u8; 46] = [
    0xff, 0xdd, 0, 4, 0, 0, //
    0xff, 0xc4, 0, 38, //
    0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, //
    0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

pub(super) struct Layout {
    /// Every row of blocks can be finished when it is read.
    pub(super) in_rows: bool,
    pub(super) frame: Frame,
    /// Bytes before the first scan.
    pub(super) metadata: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) progressive: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Their identifiers.
    pub(super) components: Vec<u8>,
    /// Of all components, with their padding to whole blocks.
    pub(super) samples: u64,
}

/// Walks over the segments before the first scan.
pub(super) fn layout(bytes: &[u8]) -> Option<Layout> {
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
        // They have no length and do not belong here: one decoder reads on behind the marker, the
        // other behind what would be its length. Such a file is counted as the dearest.
        if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd9) {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let segment = rest.get(4..2 + length)?;
        match marker {
            // Baseline, extended, progressive; the others are not decoded.
            0xc0..=0xc2 => frame = Some(frame_of(marker == 0xc2, segment)?),
            SOS => {
                let frame: Frame = frame?;
                let all = segment.first().map(|count| usize::from(*count));
                return Some(Layout {
                    in_rows: !frame.progressive && all == Some(frame.components.len()),
                    frame,
                    metadata: (bytes.len() - rest.len()) as u64,
                });
            }
            _ => {}
        }
        rest = &rest[2 + length..];
    }
}

pub(super) fn frame_of(progressive: bool, segment: &[u8]) -> Option<Frame> {
    let [_, y1, y0, x1, x0, count, ref parts @ ..] = *segment else {
        return None;
    };
    if parts.len() != 3 * usize::from(count) {
        return None;
    }
    let components = parts.chunks_exact(3);
    let factors = components
        .clone()
        .map(|part| (u64::from(part[1] >> 4), u64::from(part[1] & 15)));
    let (across, down) = factors.clone().fold((1, 1), |(across, down), (h, v)| {
        (across.max(h), down.max(v))
    });
    let (width, height) = (u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0]));
    let blocks = u64::from(width).div_ceil(8 * across) * u64::from(height).div_ceil(8 * down);
    let in_each: u64 = factors.map(|(h, v)| h * v).sum();
    Some(Frame {
        progressive,
        width: width.into(),
        height: height.into(),
        components: components.map(|part| part[0]).collect(),
        samples: 64 * blocks * in_each,
    })
}

/// Where the next marker is.
fn marker(bytes: &[u8]) -> Option<usize> {
    let mut pairs = bytes.windows(2);
    pairs.position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff))
}

/// Whether the image comes to its end.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(SOI.len()..).unwrap_or_default();
    while let Some(segment) = Segment::first(rest) {
        rest = segment.behind;
    }
    marker(rest).is_some_and(|at| rest[at + 1] == EOI)
}

/// The profile, if all of its parts are there and it is not too long.
pub(super) fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = bytes.get(SOI.len()..)?;
    while let Some(segment) = Segment::first(rest).filter(|segment| segment.marker != SOS) {
        rest = segment.behind;
        let content = segment.bytes.get(4..).unwrap_or_default();
        if let Some([number, all, part @ ..]) = content.strip_prefix(ICC)
            && segment.marker == APP2
        {
            parts.push((*number, *all, part));
        }
    }
    parts.sort_unstable_by_key(|(number, ..)| *number);
    let (count, length) = (
        parts.len(),
        parts.iter().map(|(.., part)| part.len()).sum::<usize>(),
    );
    let mut numbered = parts.iter().zip(1..);
    let complete = numbered.all(|((number, all, _), place)| {
        usize::from(*number) == place && usize::from(*all) == count
    });
    let known = complete && count > 0 && length <= MAX;
    known.then(|| {
        parts
            .iter()
            .flat_map(|(.., part)| part.iter().copied())
            .collect()
    })
}

/// The first EXIF, from the order of its bytes on.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(SOI.len()..)?;
    while let Some(segment) = Segment::first(rest).filter(|segment| segment.marker != SOS) {
        rest = segment.behind;
        let content = segment.bytes.get(4..).unwrap_or_default();
        if let Some(exif) = content.strip_prefix(EXIF)
            && segment.marker == APP1
        {
            return Some(exif);
        }
    }
    None
}

/// The frame, its tables and scans, and nothing else: no metadata is kept while it is decoded.
pub(super) struct Stream<'a> {
    parts: VecDeque<&'a [u8]>,
    end: Cursor<Vec<u8>>,
}

impl<'a> Stream<'a> {
    pub(super) fn of(bytes: &'a [u8], frame: &Frame) -> Result<Self, FileError> {
        let mut parts = VecDeque::new();
        let (mut scans, mut frames) = (0, 0);
        let mut rest = bytes.get(SOI.len()..).unwrap_or_default();
        while let Some(segment) = Segment::first(rest) {
            rest = segment.behind;
            match segment.marker {
                SOS => {
                    scans += 1;
                    parts.push_back(segment.bytes);
                }
                // Only the frame that was counted.
                marker @ 0xc0..=0xc2 => {
                    let own = segment.bytes.get(4..);
                    let own = own.and_then(|bytes| frame_of(marker == 0xc2, bytes));
                    frames += 1;
                    if frames > 1 || own.as_ref() != Some(frame) {
                        return Err(bad("it cannot be read: it has several frames"));
                    }
                    parts.push_back(segment.bytes);
                }
                // Codes and quantization, restarts; other frames, which are refused.
                0xc3..=0xcf | 0xdb | 0xdd => parts.push_back(segment.bytes),
                _ => {}
            }
            if scans > SCANS || parts.len() > PARTS {
                return Err(bad("it cannot be read: it has too many scans"));
            }
        }
        parts.push_front(&SOI);
        Ok(Self {
            parts,
            end: Cursor::new(ending(frame)),
        })
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(part) = self.parts.front_mut() {
            if !part.is_empty() {
                return part.read(buffer);
            }
            self.parts.pop_front();
        }
        self.end.read(buffer)
    }
}

/// For each component scans without data, which say that its coefficients are as they shall be. A
/// component that no scan has finished would be copied as a whole when it is turned into pixels.
fn ending(frame: &Frame) -> Vec<u8> {
    // First and last coefficient, and which of their bits.
    let bands: &[[u8; 3]] = match frame.progressive {
        true => &[[1, 63, 0x00], [0, 0, 0x10]],
        false => &[[0, 63, 0x00]],
    };
    let mut end = TABLES.to_vec();
    for component in &frame.components {
        for band in bands {
            end.extend([0xff, SOS, 0, 8, 1, *component, 0]);
            end.extend(band);
        }
    }
    end.extend([0xff, EOI]);
    end
}

struct Segment<'a> {
    marker: u8,
    /// From its marker on; of a scan with its data.
    bytes: &'a [u8],
    behind: &'a [u8],
}

impl<'a> Segment<'a> {
    /// None at the end of the image, or where there is no more of it. What is no segment is passed
    /// over.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let rest = &bytes[marker(bytes)?..];
        let marker = rest[1];
        let mut length = match marker {
            EOI => return None,
            // They stand alone.
            0x01 | 0xd0..=0xd8 => 2,
            _ => {
                let [_, _, high, low, ..] = *rest else {
                    return None;
                };
                2 + usize::from(u16::from_be_bytes([high, low]))
            }
        };
        if marker == SOS {
            let data = rest.get(length..)?;
            let next = data
                .windows(2)
                .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff));
            length += next.unwrap_or(data.len());
        }
        let (bytes, behind) = rest.split_at_checked(length)?;
        Some(Self {
            marker,
            bytes,
            behind,
        })
    }
}
