//! JPEG that is progressive or has several scans: the same picture as by the other decoder, scaled
//! on the way; and files that break off.

use image::{DynamicImage, ImageFormat, RgbImage};

use super::{
    header::Source,
    test_files::{JPEGS, WEBPS, flat_jpeg, flat_progressive, halves},
    tests::{bytes_of, derivatives, header_of, jpeg, picture, refused},
};
use crate::FileError;

fn large(file: &[u8]) -> RgbImage {
    let [_, _, large] = derivatives(file).unwrap();
    let picture = image::load_from_memory(&large.bytes).unwrap();
    assert_eq!(
        (picture.width(), picture.height()),
        (large.width, large.height)
    );
    picture.into_rgb8()
}

/// Whether the mean difference of all channels is at most this.
fn alike(one: &RgbImage, other: &RgbImage, most: usize) -> bool {
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let sum: usize = pairs.map(|(a, b)| usize::from(a.abs_diff(*b))).sum();
    one.dimensions() == other.dimensions() && sum <= most * one.as_raw().len()
}

#[test]
fn a_progressive_photograph_of_24_million_pixels_passes() {
    for factors in [0x11, 0x21] {
        let file = flat_progressive(6_000, 4_000, factors);
        let source = header_of(&file).unwrap().source;
        assert_eq!(source, Source::ProgressiveJpeg { eighths: 2 });
        let made = large(&file);
        assert_eq!(made.dimensions(), (1_200, 800));
        let grey = |colour: &u8| colour.abs_diff(128) < 3;
        assert!(made.as_raw().iter().all(grey), "{factors:x}");
    }
}

#[test]
fn they_are_what_the_other_decoder_makes_of_them() {
    for (name, file) in JPEGS {
        let source = header_of(file).unwrap().source;
        assert_eq!(source, Source::ProgressiveJpeg { eighths: 8 }, "{name}");
        // The other decoder does not read sequential scans right; this is the same photograph.
        let (same, most) = match name {
            "sequential_scans.jpg" => (JPEGS[0].1, 1),
            _ => (file, 3),
        };
        let other = image::load_from_memory(same).unwrap();
        let other = large(&bytes_of(&other, ImageFormat::Png));
        assert!(alike(&large(file), &other, most), "{name}");
    }
}

#[test]
fn they_are_scaled_and_stand_upright() {
    let mut file = halves(4_000, 2_600);
    let source = header_of(&file).unwrap().source;
    assert_eq!(source, Source::ProgressiveJpeg { eighths: 4 });
    let made = large(&file);
    assert_eq!(made.dimensions(), (1_200, 780));
    for y in [10, 400, 770] {
        assert!(made.get_pixel(10, y).0[0] > 250 && made.get_pixel(590, y).0[0] > 250);
        assert!(made.get_pixel(610, y).0[0] < 5 && made.get_pixel(1_190, y).0[0] < 5);
    }
    // Orientation 6, to be turned clockwise by a quarter: what was on the left is on top.
    let mut exif = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    file.splice(2..2, exif);
    let made = large(&file);
    assert_eq!(made.dimensions(), (780, 1_200));
    assert!(made.get_pixel(400, 590).0[0] > 250 && made.get_pixel(400, 610).0[0] < 5);
}

#[test]
fn one_that_breaks_off_is_refused() {
    let picture = DynamicImage::from(picture(300, 200));
    let glass = DynamicImage::from(picture.to_rgba8());
    let mut files = [&JPEGS[..], &WEBPS[..]]
        .concat()
        .iter()
        .map(|(name, file)| ((*name).to_owned(), file.to_vec()))
        .collect::<Vec<_>>();
    for (picture, format) in [
        (&picture, ImageFormat::Jpeg),
        (&picture, ImageFormat::Png),
        (&glass, ImageFormat::WebP),
    ] {
        files.push((format!("{format:?}"), bytes_of(picture, format)));
    }
    // A small picture of itself within, as cameras write it, is no end.
    let preview = jpeg(16, 16);
    let length = u16::try_from(preview.len() + 2).unwrap().to_be_bytes();
    let mut camera = jpeg(300, 200);
    camera.splice(2..2, [&[0xff, 0xe1][..], &length, &preview].concat());
    files.push(("a preview".to_owned(), camera));
    for (name, file) in files {
        assert!(derivatives(&file).is_ok(), "{name}");
        // An end of a PNG without its checksum is one.
        for length in [file.len() / 2, file.len() * 9 / 10, file.len() - 5] {
            let made = derivatives(&file[..length]).map(|made| made.map(|d| d.key));
            assert!(
                matches!(made, Err(FileError::Truncated)),
                "{name} of {length} bytes: {made:?}"
            );
        }
    }
}

#[test]
fn metadata_takes_no_memory_and_scans_have_an_end() {
    let (_, file) = JPEGS[0];
    let mut segment = b"\xff\xe2\xff\xffICC_PROFILE\0\x01\x01".to_vec();
    segment.resize(2 + 0xffff, 7);
    let mut padded = file.to_vec();
    padded.splice(2..2, segment.repeat(100));
    let keys = |file: &[u8]| derivatives(file).unwrap().map(|d| d.key);
    assert_eq!(keys(&padded), keys(file));
    let peak = |file: &[u8]| header_of(file).unwrap().peak();
    assert_eq!(peak(&padded), peak(file));
    // A scan without data costs as much as any other.
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0x10];
    let mut endless = file.to_vec();
    let end = file.len() - 2;
    endless.splice(end..end, scan.repeat(100));
    assert!(refused(&endless).contains("too many scans"));
}

#[test]
fn what_is_counted_is_what_is_decoded() {
    // The payload of a marker that has no length is passed over by one parser and read by the other.
    let (inner, outer) = (
        flat_progressive(4_000, 4_000, 0x11),
        flat_jpeg(4_000, 4_000),
    );
    let scan = inner.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
    let payload = &inner[2..scan + 14];
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    for marker in [0x00, 0x01, 0xd0, 0xd7, 0xd8] {
        let head = [0xff, 0xd8, 0xff, marker, length[0], length[1]];
        let file = [&head[..], payload, &outer[2..]].concat();
        if let Ok(header) = header_of(&file) {
            assert!(
                header.peak() >= 2 * 3 * 4_000 * 4_000,
                "{marker:x}: {header:?}"
            );
        }
        // Refused or decoded, within what is counted.
        let _ = derivatives(&file);
    }
    // A second frame behind the first.
    let frame = inner.windows(2).position(|w| w == [0xff, 0xc2]).unwrap();
    let mut twice = inner.clone();
    let again = inner[frame..frame + 19].to_vec();
    twice.splice(scan..scan, again);
    assert!(refused(&twice).contains("Frame"), "{}", refused(&twice));
}
