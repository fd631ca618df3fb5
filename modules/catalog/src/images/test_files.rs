//! Files that encoders at hand do not write, or not cheaply.

use image::{GrayImage, ImageFormat, Rgb, RgbImage};
use png::{BitDepth, ColorType};

use super::tests::{bytes_of, chunk};

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
