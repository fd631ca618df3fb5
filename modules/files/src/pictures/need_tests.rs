//! What a picture is counted for, and that every shape of 24 million pixels fits.

use image::metadata::Orientation;
use proptest::prelude::*;

use super::{
    MAX_BYTES,
    budget::BUDGET,
    header::{Header, Source, WORKING},
    jpeg_segments::{Frame, frame_of},
    progressive_jpeg,
    tests::SIDES,
};
use crate::FileError;

pub(super) fn header(
    source: Source,
    width: u32,
    height: u32,
    channels: usize,
    beside: u64,
) -> Header {
    Header {
        width,
        height,
        channels,
        source,
        beside,
        orientation: Orientation::NoTransforms,
        largest: SIDES[2],
    }
}

/// Of a progressive JPEG.
fn frame(width: u32, height: u32, factors: &[u8]) -> Frame {
    let [x, y] = [width, height].map(|side| u16::try_from(side).unwrap().to_be_bytes());
    let mut segment = vec![8, y[0], y[1], x[0], x[1]];
    segment.push(u8::try_from(factors.len()).unwrap());
    for (id, factors) in (1..).zip(factors) {
        segment.extend([id, *factors, 0]);
    }
    frame_of(true, &segment).unwrap()
}

fn progressive(frame: &Frame) -> Header {
    progressive_jpeg::header(frame, Orientation::NoTransforms, SIDES[2])
}

/// Of each form the one that takes most.
fn dearest(width: u32, height: u32) -> Vec<Header> {
    let padded = |by| {
        let side = |side: u32| u64::from(side).next_multiple_of(by);
        side(width) * side(height)
    };
    let file = MAX_BYTES as u64;
    let planes = padded(16) * 3 / 2;
    let lossless = Source::WebP { opaque: true };
    let lossy = Source::WebP { opaque: false };
    let mut headers = vec![
        header(Source::Png, width, height, 4, 0),
        header(Source::InterlacedPng, width, height, 4, 0),
        header(Source::Jpeg, width, height, 3, file),
        header(lossless, width, height, 4, padded(1)),
        header(lossy, width, height, 3, planes + file),
        header(Source::WebPWithAlpha, width, height, 4, planes + file),
    ];
    for factors in [[0x11; 3], [0x21, 0x11, 0x11], [0x44; 3]] {
        let frame = frame(width, height, &factors);
        headers.push(progressive(&frame));
    }
    headers
}

#[test]
fn the_need_is_counted_exactly() {
    for (header, peak) in [
        // One row of cells, the cells; and what their scaling and encoding takes, which is more.
        (header(Source::Png, 8_000, 5_000, 3, 0), 36 * 1_200 * 750),
        (header(Source::Png, 640, 480, 1, 0), 36 * 640 * 480),
        // All sums of 2,000 x 1,250 cells, and the cells.
        (
            header(Source::InterlacedPng, 8_000, 5_000, 3, 0),
            (16 + 4) * 2_000 * 1_250,
        ),
        // All pixels, the sums of a row, the cells.
        (
            header(Source::Jpeg, 6_000, 4_000, 3, 0),
            72_000_000 + 16 * 2_000 + 4 * 2_000 * 1_334,
        ),
        // All coefficients, and at a quarter of both sides the planes and the pixels.
        (
            progressive(&frame(6_000, 4_000, &[0x11; 3])),
            144_000_000 + 2 * 3 * 1_500 * 1_000,
        ),
        // All pixels, and planes of which two have a quarter of them.
        (
            header(Source::WebPWithAlpha, 6_000, 4_000, 4, 36_000_000),
            132_000_000,
        ),
    ] {
        assert_eq!(header.peak() - WORKING, peak, "{header:?}");
        assert_eq!(header.need().unwrap(), header.peak());
    }
    let dear = header(Source::Jpeg, 8_000, 8_000, 3, 0).need();
    let Err(FileError::TooLarge(reason)) = &dear else {
        panic!("{dear:?}");
    };
    assert!(
        reason.contains("8000 x 8000") && reason.contains("of 150 MiB"),
        "{reason}"
    );
}

proptest! {
    #[test]
    fn what_is_let_in_fits((width, height) in (1..=8_000_u32, 1..=8_000_u32)) {
        for header in dearest(width, height) {
            let (large, _) = header.within(SIDES[2]);
            let grid = header.grid();
            let cells = u64::from(grid.columns) * u64::from(grid.rows);
            prop_assert!(header.peak() >= 7 * cells);
            if !matches!(header.source, Source::Png | Source::InterlacedPng) {
                prop_assert!(header.peak() >= header.bytes() as u64 + 4 * cells);
            }
            prop_assert_eq!(header.need().is_ok(), header.peak() <= BUDGET);
            prop_assert!(width * height > 24_000_000 || header.need().is_ok(), "{:?}", header);
            // Hardly ever fewer pixels than the largest derivative has, and then not by much.
            let least = match header.source {
                Source::ProgressiveJpeg { .. } => (large * 15 / 16).saturating_sub(1),
                _ => large,
            };
            prop_assert!(grid.columns >= least, "{:?}", header);
        }
    }
}

#[test]
fn every_shape_of_24_million_pixels_fits() {
    let fits = |header: Header| assert!(header.need().is_ok(), "{header:?}");
    for width in 1..=8_000 {
        let height = |pixels: u32| (pixels / width).min(8_000);
        // As many as can be, and squares.
        for height in [height(24_000_000), height(24_000_000).min(width)] {
            dearest(width, height).into_iter().for_each(fits);
        }
        let cmyk = frame(width, height(15_000_000), &[0x11; 4]);
        fits(progressive(&cmyk));
    }
}
