use std::io::Cursor;

use anyhow::Context;
use image::{ImageFormat, Rgb, RgbImage};

const SIDE: u32 = 640;

/// A quiet gradient with a disc, different for every product; no download, no licence.
pub(super) fn draw(name: &str, index: u32) -> anyhow::Result<Vec<u8>> {
    let seed = name.bytes().fold(index, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let [from, to] = [seed, seed.rotate_left(11)].map(colour);
    let disc = colour(seed.rotate_left(19));
    let radius = SIDE / 4 + seed % (SIDE / 8);
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        if dx * dx + dy * dy < radius * radius {
            Rgb(disc)
        } else {
            Rgb(blend(from, to, x + y))
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .context("a picture can be written")?;
    Ok(bytes.into_inner())
}

fn colour(seed: u32) -> [u8; 3] {
    let [a, b, c, _] = seed.wrapping_mul(0x9E37_79B9).to_be_bytes();
    [a, b, c].map(|channel| 96 + channel / 2)
}

fn blend(from: [u8; 3], to: [u8; 3], step: u32) -> [u8; 3] {
    let mix = |a: u8, b: u8| {
        let value = (u32::from(a) * (2 * SIDE - step) + u32::from(b) * step) / (2 * SIDE);
        u8::try_from(value).unwrap_or(u8::MAX)
    };
    [
        mix(from[0], to[0]),
        mix(from[1], to[1]),
        mix(from[2], to[2]),
    ]
}
