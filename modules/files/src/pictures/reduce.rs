//! Scales by a whole factor while rows come in: a cell is the mean of its pixels. It is for what
//! is much larger than any derivative, so that a picture need not be in memory at its full size.

use std::mem;

use image::{DynamicImage, RgbaImage};

use crate::FileError;

/// How a picture is divided into cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) factor: u32,
    pub(super) columns: u32,
    pub(super) rows: u32,
}

impl Grid {
    /// At most twice the side of the largest derivative, and never less than it.
    pub(super) fn of(width: u32, height: u32, largest: u32) -> Self {
        let factor = width.max(height).div_ceil(2 * largest).max(1);
        Self {
            width,
            height,
            factor,
            columns: width.div_ceil(factor),
            rows: height.div_ceil(factor),
        }
    }
}

pub(super) struct Reducer {
    grid: Grid,
    /// Rows come in any order: the sums of all cells are kept, else those of one row of cells.
    scattered: bool,
    /// Of each cell red, green and blue, weighed with alpha, and alpha.
    sums: Vec<[u32; 4]>,
    /// Finished cells, four bytes each.
    pixels: Vec<u8>,
    opaque: bool,
}

impl Reducer {
    pub(super) fn new(grid: Grid, scattered: bool) -> Self {
        let columns = grid.columns as usize;
        let rows = grid.rows as usize;
        Self {
            grid,
            scattered,
            sums: vec![[0; 4]; if scattered { columns * rows } else { columns }],
            pixels: Vec::with_capacity(columns * rows * 4),
            opaque: true,
        }
    }

    /// The pixels of row `y` in columns `first`, `first + step` and so on, of one to four
    /// channels: grey, grey and alpha, RGB, RGBA.
    pub(super) fn row(&mut self, y: u32, first: u32, step: usize, channels: usize, row: &[u8]) {
        let Grid { width, factor, .. } = self.grid;
        let start = self.start(y / factor);
        let sums = &mut self.sums[start..start + self.grid.columns as usize];
        let columns = (first..width).step_by(step);
        for (x, pixel) in columns.zip(row.chunks_exact(channels)) {
            let [r, g, b, a] = rgba(pixel);
            let sum = &mut sums[(x / factor) as usize];
            sum[0] += r * a;
            sum[1] += g * a;
            sum[2] += b * a;
            sum[3] += a;
        }
        if !self.scattered && ((y + 1).is_multiple_of(factor) || y + 1 == self.grid.height) {
            self.finish_row(y / factor);
        }
    }

    fn start(&self, row: u32) -> usize {
        if self.scattered {
            row as usize * self.grid.columns as usize
        } else {
            0
        }
    }

    fn finish_row(&mut self, row: u32) {
        let Grid {
            width,
            height,
            factor,
            columns,
            ..
        } = self.grid;
        let tall = factor.min(height - row * factor);
        let start = self.start(row);
        for column in 0..columns {
            let [r, g, b, a] = mem::take(&mut self.sums[start + column as usize]);
            let pixels = tall * factor.min(width - column * factor);
            let mean = |sum: u32, of: u32| u8::try_from((sum + of / 2) / of).unwrap_or(u8::MAX);
            let weight = a.max(1);
            let alpha = mean(a, pixels);
            self.opaque &= alpha == u8::MAX;
            let colour = [r, g, b].map(|sum| mean(sum, weight));
            self.pixels.extend(colour);
            self.pixels.push(alpha);
        }
    }

    /// Eight bits a channel, with alpha only where something can be seen through.
    pub(super) fn finish(mut self) -> Result<DynamicImage, FileError> {
        if self.scattered {
            for row in 0..self.grid.rows {
                self.finish_row(row);
            }
            self.sums = Vec::new();
        }
        let picture = RgbaImage::from_raw(self.grid.columns, self.grid.rows, self.pixels)
            .map(DynamicImage::ImageRgba8)
            .ok_or_else(|| FileError::Internal("a picture lacks rows".to_owned()))?;
        Ok(if self.opaque {
            DynamicImage::ImageRgb8(picture.into_rgb8())
        } else {
            picture
        })
    }
}

fn rgba(pixel: &[u8]) -> [u32; 4] {
    let bytes = match *pixel {
        [grey] => [grey, grey, grey, u8::MAX],
        [grey, alpha] => [grey, grey, grey, alpha],
        [r, g, b] => [r, g, b, u8::MAX],
        [r, g, b, alpha] => [r, g, b, alpha],
        _ => [0; 4],
    };
    bytes.map(u32::from)
}
