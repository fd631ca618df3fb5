//! Files that encoders at hand do not write, or not cheaply.

use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use png::{BitDepth, ColorType};

use super::tests::{bytes_of, chunk};

macro_rules! pictures {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../tests/pictures/", $name)))),*]
    };
}

/// The same picture of 90 x 70 pixels, progressive or in several scans.
pub(super) const JPEGS: [(&str, &[u8]); 9] = pictures![
    "progressive_420.jpg",
    "progressive_422.jpg",
    "progressive_444.jpg",
    "progressive_cmyk.jpg",
    "progressive_cmyk_unmarked.jpg",
    "progressive_grey.jpg",
    "progressive_restarts.jpg",
    "progressive_rgb.jpg",
    "sequential_scans.jpg",
];

/// Lossy with an alpha.
pub(super) const WEBPS: [(&str, &[u8]); 4] = pictures![
    "alpha_compressed.webp",
    "alpha_gradient.webp",
    "alpha_raw.webp",
    "alpha_vertical.webp",
];

/// One of those, flat and of 6000 x 4000 pixels. It repeats itself: a PNG with its bytes for pixels
/// is much smaller.
pub(super) fn large_webp() -> Vec<u8> {
    let packed = include_bytes!("../../tests/pictures/alpha_24_megapixels.webp.png");
    image::load_from_memory(packed)
        .unwrap()
        .into_luma8()
        .into_raw()
}

/// A grey JPEG of any size: each block has no difference to the one before, in 56 bits for four.
pub(super) fn flat_jpeg(width: u16, height: u16) -> Vec<u8> {
    let grey = RgbImage::from_pixel(16, 16, Rgb([128; 3]));
    let mut bytes = bytes_of(&grey.into(), ImageFormat::Jpeg);
    let position = |bytes: &[u8], marker| bytes.windows(2).position(|w| w == [0xff, marker]);
    let frame = position(&bytes, 0xc0).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    let scan = position(&bytes, 0xda).unwrap();
    bytes.truncate(scan + 2 + 12);
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    let four = [0x28, 0x00, 0xa0, 0x02, 0x80, 0x0a, 0x00];
    bytes.extend(four.repeat(blocks.div_ceil(4)));
    bytes.extend([0xff, 0xd9]);
    bytes
}

fn position(bytes: &[u8], marker: u8) -> usize {
    let mut pairs = bytes.windows(2);
    pairs.position(|pair| pair == [0xff, marker]).unwrap()
}

/// The head of a progressive JPEG of any size, up to the data of a scan of the first coefficients.
fn progressive_head(picture: &DynamicImage, (width, height): (u16, u16), factors: u8) -> Vec<u8> {
    let mut bytes = bytes_of(picture, ImageFormat::Jpeg);
    let frame = position(&bytes, 0xc0);
    bytes[frame + 1] = 0xc2;
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes[frame + 11] = factors;
    let scan = position(&bytes, 0xda);
    let end = scan + 2 + usize::from(bytes[scan + 3]);
    bytes.truncate(end);
    bytes[end - 3..].copy_from_slice(&[0, 0, 0]);
    bytes
}

/// A grey one in three colours, of which the first has these factors. No block has a difference to
/// the one before, which takes two bits.
pub(super) fn flat_progressive(width: u16, height: u16, factors: u8) -> Vec<u8> {
    let grey = RgbImage::from_pixel(16, 16, Rgb([128; 3]));
    let mut bytes = progressive_head(&grey.into(), (width, height), factors);
    let [across, down] = [factors >> 4, factors & 15].map(usize::from);
    let units = usize::from(width).div_ceil(8 * across) * usize::from(height).div_ceil(8 * down);
    let bits = 2 * (across * down + 2) * units;
    bytes.extend(vec![0; bits.div_ceil(8)]);
    bytes.extend([0xff, 0xd9]);
    bytes
}

/// White on the left and black on the right, in whole blocks.
pub(super) fn halves(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = progressive_head(&GrayImage::new(8, 8).into(), (width, height), 0x11);
    let across = usize::from(width) / 8;
    let mut bits = Vec::new();
    let mut put = |code: u32, length: u32| {
        bits.extend((0..length).rev().map(|bit| (code >> bit) & 1 == 1));
    };
    for row in 0..usize::from(height).div_ceil(8) {
        for column in 0..across {
            match (row, column) {
                // Up by 255, which is beyond white, or by 510; down by 510.
                (0, 0) => put(0b11_1110_1111_1111, 14),
                (_, 0) => put(0b1111_1101_1111_1110, 16),
                _ if column == across / 2 => put(0b1111_1100_0000_0001, 16),
                _ => put(0, 2),
            }
        }
    }
    for bits in bits.chunks(8) {
        let byte = (0..8).fold(0_u8, |byte, at| {
            (byte << 1) | u8::from(*bits.get(at).unwrap_or(&true))
        });
        bytes.push(byte);
        if byte == 0xff {
            bytes.push(0);
        }
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

pub(super) fn png_of(size: (u32, u32), color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size.0, size.1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

/// A grey PNG in seven passes, not compressed.
pub(super) fn interlaced(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let passes = [
        (0, 8, 0, 8),
        (4, 8, 0, 8),
        (0, 4, 4, 8),
        (2, 4, 0, 4),
        (0, 2, 2, 4),
        (1, 2, 0, 2),
        (0, 1, 1, 2),
    ];
    let mut data = Vec::new();
    for (left, across, top, down) in passes {
        for y in (top..height).step_by(down).filter(|_| left < width) {
            data.push(0);
            data.extend(
                (left..width)
                    .step_by(across)
                    .map(|x| picture.get_pixel(x, y).0[0]),
            );
        }
    }
    let length = u16::try_from(data.len()).unwrap();
    let mut stored = vec![0x78, 1, 1];
    stored.extend(length.to_le_bytes());
    stored.extend((!length).to_le_bytes());
    stored.extend_from_slice(&data);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stored.extend(((b << 16) | a).to_be_bytes());
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &[&sides[..], &[8, 0, 0, 0, 1]].concat()));
    file.extend(chunk(b"IDAT", &stored));
    file.extend(chunk(b"IEND", &[]));
    file
}
