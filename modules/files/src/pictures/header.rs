//! What a picture is and what it takes to make its derivatives, by its header alone.

use image::metadata::Orientation;

use super::{budget::BUDGET, profile::TABLES, reduce::Grid};
use crate::error::{FileError, bad};

const MAX_SIDE: u32 = 8_000;
/// Rows, tables and metadata that a decoder keeps of any picture.
pub(super) const WORKING: u64 = 2 << 20;
/// Bytes for each pixel of the largest derivative while it is encoded: itself, turned, and two
/// encodings in buffers that double as they grow.
const ENCODING: u64 = 36;

/// How the pixels come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Row by row: they are never in memory as a whole.
    Png,
    /// In seven passes: the sums of all cells are kept.
    InterlacedPng,
    Jpeg,
    /// JPEG whose rows cannot be finished as they are read, or of inks: it is scaled to so many eighths
    /// when all of it is there.
    ProgressiveJpeg {
        eighths: u32,
    },
    /// `opaque`: with an alpha that means nothing.
    WebP {
        opaque: bool,
    },
    /// Lossy, its alpha in a part of its own.
    WebPWithAlpha,
}

#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Of a decoded pixel, a byte each.
    pub(super) channels: usize,
    pub(super) source: Source,
    /// Bytes that the decoder has beside all pixels, until it is done.
    pub(super) beside: u64,
    pub(super) orientation: Orientation,
    /// Longest side of the largest picture to be made of it.
    pub(super) largest: u32,
}

impl Header {
    /// Bytes of memory to ask the budget for, or why there can never be so many.
    pub(super) fn need(&self) -> Result<u64, FileError> {
        let peak = self.peak();
        if peak > BUDGET {
            let Self { width, height, .. } = self;
            return Err(FileError::TooLarge(format!(
                "{width} x {height} pixels in this form take {} MiB to decode, of {} MiB; \
                 make it smaller: 24 million pixels always fit, and 15 million of a progressive \
                 JPEG in CMYK",
                peak.div_ceil(1 << 20),
                BUDGET >> 20
            )));
        }
        Ok(peak)
    }

    /// The most that is in memory at any moment between the file and its encoded derivatives.
    pub(super) fn peak(&self) -> u64 {
        let grid = self.grid();
        let cells = u64::from(grid.columns) * u64::from(grid.rows);
        let (whole, sums) = match self.source {
            Source::Png => (0, u64::from(grid.columns)),
            Source::InterlacedPng => (0, cells),
            Source::Jpeg
            | Source::ProgressiveJpeg { .. }
            | Source::WebP { .. }
            | Source::WebPWithAlpha => (self.bytes() as u64, u64::from(grid.columns)),
        };
        let (width, height) = self.within(self.largest);
        let large = u64::from(width) * u64::from(height);
        let decoding = whole + self.beside;
        let reducing = whole + 16 * sums + 4 * cells + if self.is_of_inks() { TABLES } else { 0 };
        let without_alpha = (4 + 3) * cells;
        // The source, the same multiplied with alpha, the rows between the two passes, the result.
        let resizing =
            (4 + 4) * cells + 4 * u64::from(grid.columns) * u64::from(height) + 4 * large;
        let stages = [
            decoding,
            reducing,
            without_alpha,
            resizing,
            4 * large + TABLES,
            ENCODING * large,
        ];
        WORKING + stages.into_iter().max().unwrap_or(0)
    }

    /// Four of them, which become colours while it is reduced.
    pub(super) fn is_of_inks(&self) -> bool {
        matches!(self.source, Source::ProgressiveJpeg { .. }) && self.channels == 4
    }

    pub(super) fn grid(&self) -> Grid {
        let (width, height) = self.decoded();
        Grid::of(width, height, self.largest)
    }

    /// The picture's size within a square of this side.
    pub(super) fn within(&self, side: u32) -> (u32, u32) {
        let longest = self.width.max(self.height);
        if longest <= side {
            return (self.width, self.height);
        }
        let scale = |length: u32| {
            let scaled = (u64::from(length) * u64::from(side)).div_ceil(u64::from(longest));
            u32::try_from(scaled).unwrap_or(side).clamp(1, side)
        };
        (scale(self.width), scale(self.height))
    }

    /// The size at which the pixels come.
    pub(super) fn decoded(&self) -> (u32, u32) {
        match self.source {
            Source::ProgressiveJpeg { eighths } => {
                (scaled(self.width, eighths), scaled(self.height, eighths))
            }
            _ => (self.width, self.height),
        }
    }

    /// Of all decoded pixels.
    pub(super) fn bytes(&self) -> usize {
        let (width, height) = self.decoded();
        width as usize * height as usize * self.channels
    }
}

/// To be asked before anything is allocated by what a header says.
pub(super) fn check_sides(width: u32, height: u32) -> Result<(), FileError> {
    if width == 0 || height == 0 {
        return Err(bad("it has no pixels"));
    }
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(FileError::TooLarge(format!(
            "{width} x {height} pixels, of at most {MAX_SIDE} on each side"
        )));
    }
    Ok(())
}

/// A side of which each eight pixels become this many.
pub(super) fn scaled(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}
