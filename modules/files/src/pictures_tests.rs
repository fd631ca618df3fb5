use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use png::{BitDepth, ColorType};

use super::{test_files::png_of, *};
use crate::FileKey;

pub(super) const SIDES: [u32; 3] = [160, 480, 1_200];

pub(super) fn header_of(bytes: &[u8]) -> Result<Header, FileError> {
    read(bytes, SIDES[2])
}

pub(super) fn derivatives(bytes: &[u8]) -> Result<[Derivative; 3], FileError> {
    let header = header_of(bytes)?;
    header.need()?;
    derivatives::make(&header, bytes.to_vec(), SIDES)
}

/// A picture whose left half is red and whose right half is noise, so that sides can be told.
pub(super) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 {
            Rgb([220, 10, 10])
        } else {
            let noise = x.wrapping_mul(31) ^ y.wrapping_mul(17);
            Rgb([noise as u8, (noise >> 3) as u8, (noise >> 5) as u8])
        }
    })
}

pub(super) fn bytes_of(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    bytes_of(&picture(width, height).into(), ImageFormat::Jpeg)
}

pub(super) fn refused(bytes: &[u8]) -> String {
    match derivatives(bytes) {
        Err(FileError::BadPicture(reason) | FileError::TooLarge(reason)) => reason,
        Err(broken @ FileError::Truncated) => broken.to_string(),
        other => panic!("must be refused: {:?}", other.map(|d| d.map(|d| d.key))),
    }
}

pub(super) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut body = kind.to_vec();
    body.extend_from_slice(data);
    let mut crc = u32::MAX;
    for byte in &body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend(body);
    chunk.extend((!crc).to_be_bytes());
    chunk
}

#[test]
fn three_sizes_and_never_larger() {
    let [small, medium, large] = derivatives(&jpeg(2_000, 1_000)).unwrap();
    assert_eq!((small.width, small.height), (160, 80));
    assert_eq!((medium.width, medium.height), (480, 240));
    assert_eq!((large.width, large.height), (1_200, 600));
    for made in [&small, &medium, &large] {
        let again = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((again.width(), again.height()), (made.width, made.height));
        assert!(made.key.as_str().starts_with(&hash(&made.bytes)));
        assert_eq!(FileKey::parse(made.key.as_str()).as_ref(), Some(&made.key));
    }
    let [small, _, large] = derivatives(&jpeg(200, 100)).unwrap();
    assert_eq!((large.width, large.height), (200, 100));
    assert_eq!((small.width, small.height), (160, 80));
    let [tiny, ..] = derivatives(&jpeg(4_000, 1)).unwrap();
    assert_eq!((tiny.width, tiny.height), (160, 1));
}

#[tokio::test]
async fn who_calls_chooses_the_sizes_however_small() {
    let data = vec![0xff; 1_000 * 5_000];
    let white = png_of((8_000, 5_000), ColorType::Grayscale, BitDepth::One, &data);
    let pictures = Pictures::new(1);
    let file = pictures.admit(white).unwrap();
    let made = pictures.derivatives(file, [2, 9]).await.unwrap();
    let sizes = made.each_ref().map(|made| (made.width, made.height));
    assert_eq!(sizes, [(2, 2), (9, 6)]);
    let tiny = image::load_from_memory(&made[0].bytes)
        .unwrap()
        .into_luma8();
    assert!(tiny.pixels().all(|pixel| pixel.0[0] > 250), "{tiny:?}");
}

#[test]
fn what_can_be_seen_through_stays_so() {
    let glass = RgbaImage::from_fn(300, 300, |x, y| Rgba([x as u8, y as u8, 7, (x / 2) as u8]));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let [small, ..] = derivatives(&bytes_of(&glass.clone().into(), format)).unwrap();
        assert_ne!(small.key.content_type(), "image/jpeg");
        let again = image::load_from_memory(&small.bytes).unwrap();
        assert!(again.color().has_alpha());
    }
    let opaque = DynamicImage::from(picture(900, 900)).into_rgba8();
    let sizes = derivatives(&bytes_of(&opaque.into(), ImageFormat::Png)).unwrap();
    let kinds = sizes.map(|made| made.key.content_type());
    assert!(!kinds.contains(&"image/png"), "{kinds:?}");
}

#[test]
fn nothing_but_pixels_survives() {
    let mut polyglot = jpeg(400, 300);
    polyglot.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04");
    let comment = b"GPS 23.5505 S 46.6333 W".as_slice();
    let mut segment = vec![0xff, 0xfe, 0, u8::try_from(comment.len() + 2).unwrap()];
    segment.extend_from_slice(comment);
    polyglot.splice(2..2, segment);
    for made in derivatives(&polyglot).unwrap() {
        for needle in [b"<script>".as_slice(), b"GPS 23".as_slice(), b"PK\x03\x04"] {
            let found = made.bytes.windows(needle.len()).any(|w| w == needle);
            assert!(!found, "{needle:?}");
        }
    }
}

#[test]
fn pictures_stand_upright() {
    // EXIF in a JPEG: orientation 6, to be turned clockwise by a quarter.
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    let mut segment = vec![0xff, 0xe1, 0, u8::try_from(exif.len() + 2).unwrap()];
    segment.extend(exif);
    let mut turned = jpeg(400, 200);
    turned.splice(2..2, segment);
    let [_, medium, _] = derivatives(&turned).unwrap();
    assert_eq!((medium.width, medium.height), (200, 400));
    // The red left half is on top now.
    let upright = image::load_from_memory(&medium.bytes).unwrap().into_rgb8();
    let top = upright.get_pixel(100, 20).0;
    assert!(top[0] > 180 && top[1] < 60, "{top:?}");
    assert!(!medium.bytes.windows(4).any(|w| w == b"Exif"));
}

#[test]
fn other_files_are_refused() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    for other in [
        svg,
        b"",
        b"GIF89a\x01\0\x01\0",
        b"%PDF-1.7",
        b"II*\0\x08\0\0\0",
        b"\x89PNG",
    ] {
        refused(other);
    }
    let whole = jpeg(300, 300);
    refused(&whole[..20]);
    let png = bytes_of(&picture(300, 300).into(), ImageFormat::Png);
    for part in [40, png.len() / 2] {
        refused(&png[..part]);
    }
    let pictures = Pictures::new(1);
    let beyond = pictures.admit(vec![0; MAX_BYTES + 1]).err();
    let reason = "at most 8 MiB";
    assert!(matches!(beyond, Some(FileError::BadPicture(said)) if said == reason));
    assert!(pictures.admit(vec![0; MAX_BYTES]).is_ok());
}

#[test]
fn bombs_are_refused_by_their_headers() {
    for (width, height) in [
        (60_000_u32, 60_000_u32),
        (8_001, 1),
        (8_000, 8_000),
        (u32::MAX, 1),
    ] {
        let mut header = width.to_be_bytes().to_vec();
        header.extend(height.to_be_bytes());
        header.extend([8, 2, 0, 0, 0]);
        let mut bomb = b"\x89PNG\r\n\x1a\n".to_vec();
        bomb.extend(chunk(b"IHDR", &header));
        bomb.extend(chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]));
        bomb.extend(chunk(b"IEND", &[]));
        let reason = refused(&bomb);
        let named = reason.contains("at most 8000 on each side");
        assert!(named || width == 8_000 || height == 1, "{reason}");
    }
    // The same in a JPEG: the frame header's height and width.
    let mut bomb = jpeg(64, 64);
    let frame = bomb.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    refused(&bomb);
}

#[test]
fn animations_are_refused() {
    let mut apng = bytes_of(&picture(32, 32).into(), ImageFormat::Png);
    let mut control = 2_u32.to_be_bytes().to_vec();
    control.extend(0_u32.to_be_bytes());
    // Behind the signature (8) and IHDR (25).
    apng.splice(33..33, chunk(b"acTL", &control));
    assert_eq!(refused(&apng), "animations are not taken");
    let still = bytes_of(&picture(32, 32).into(), ImageFormat::WebP);
    let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x1f\0\0\x1f\0\0".to_vec();
    webp.extend(b"ANIM\x06\0\0\0\0\0\0\0\0\0");
    let mut frame = vec![0; 6];
    frame.extend([0x1f, 0, 0, 0x1f, 0, 0, 0, 0, 0, 0]);
    frame.extend_from_slice(&still[12..]);
    webp.extend(b"ANMF");
    webp.extend(u32::try_from(frame.len()).unwrap().to_le_bytes());
    webp.extend(frame);
    let size = u32::try_from(webp.len() - 8).unwrap().to_le_bytes();
    webp[4..8].copy_from_slice(&size);
    assert_eq!(refused(&webp), "animations are not taken");
}
