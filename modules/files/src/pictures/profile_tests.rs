//! Pictures with an ICC profile look as they do with it.

use image::{
    DynamicImage, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use moxcms::{
    ColorProfile, DataColorSpace, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d,
    ProfileClass,
};

use super::{
    exif,
    header::{Source, WORKING},
    jpeg_segments, png_file,
    profile::{MAX, TABLES},
    test_files::JPEGS,
    tests::{bytes_of, chunk, derivatives, header_of},
};

/// Of a PNG: a name and what it holds.
type Chunks<'a> = &'a [(&'a [u8; 4], &'a [u8])];

fn written(mut encoder: impl ImageEncoder, picture: &DynamicImage, profile: Vec<u8>) {
    encoder.set_icc_profile(profile).unwrap();
    picture.write_with_encoder(encoder).unwrap();
}

fn file(picture: &DynamicImage, format: ImageFormat, profile: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            written(
                JpegEncoder::new_with_quality(&mut out, 100),
                picture,
                profile,
            );
        }
        ImageFormat::Png => written(PngEncoder::new(&mut out), picture, profile),
        _ => written(WebPEncoder::new_lossless(&mut out), picture, profile),
    }
    out
}

/// The middle of the largest derivative.
fn shown(file: &[u8]) -> [u8; 4] {
    let [_, _, large] = derivatives(file).unwrap();
    let picture = image::load_from_memory(&large.bytes).unwrap();
    let middle = (picture.width() / 2, picture.height() / 2);
    picture.into_rgba8().get_pixel(middle.0, middle.1).0
}

fn near(one: [u8; 4], other: [u8; 4]) -> bool {
    one.iter().zip(other).all(|(a, b)| a.abs_diff(b) <= 12)
}

fn flat(colour: [u8; 3]) -> DynamicImage {
    RgbImage::from_pixel(64, 48, Rgb(colour)).into()
}

#[test]
fn colours_of_other_spaces_become_those_of_srgb() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
    for (profile, kept, meant) in [
        // What the primaries of sRGB are in the larger spaces.
        (&p3, [234, 51, 35], [255, 0, 0]),
        (&p3, [117, 251, 76], [0, 255, 0]),
        (&adobe, [219, 0, 0], [255, 0, 0]),
        (&p3, [128, 128, 128], [128, 128, 128]),
        (&adobe, [128, 128, 128], [128, 128, 128]),
    ] {
        let meant = [meant[0], meant[1], meant[2], 255];
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let shown = shown(&file(&flat(kept), format, profile.clone()));
            assert!(near(shown, meant), "{format:?} {kept:?}: {shown:?}");
        }
        let [r, g, b] = kept;
        let glass = RgbaImage::from_pixel(40, 40, Rgba([r, g, b, 128])).into();
        let shown = shown(&file(&glass, ImageFormat::Png, profile.clone()));
        assert!(
            near(shown, [meant[0], meant[1], meant[2], 128]),
            "{shown:?}"
        );
    }
}

#[test]
fn a_profile_of_greys_is_for_greys() {
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let grey = DynamicImage::from(GrayImage::from_pixel(50, 50, Luma([55])));
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let shown = shown(&file(&grey, format, linear.clone()));
        assert!(near(shown, [128, 128, 128, 255]), "{format:?}: {shown:?}");
    }
    let colours = file(&flat([55, 200, 90]), ImageFormat::Png, linear);
    assert!(near(shown(&colours), [55, 200, 90, 255]));
}

/// A segment with a part of a profile.
fn part(number: u8, all: u8, part: &[u8]) -> Vec<u8> {
    let content = [&b"ICC_PROFILE\0"[..], &[number, all], part].concat();
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, 0xe2][..], &length, &content].concat()
}

#[test]
fn a_profile_in_parts_is_put_together_and_a_broken_one_passed_over() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let (first, second) = p3.split_at(200);
    let plain = bytes_of(&flat([234, 51, 35]), ImageFormat::Jpeg);
    let with = |parts: &[Vec<u8>]| {
        let mut file = plain.clone();
        file.splice(2..2, parts.concat());
        file
    };
    let whole = with(&[part(2, 2, second), part(1, 2, first)]);
    assert_eq!(jpeg_segments::profile(&whole).as_ref(), Some(&p3));
    assert!(near(shown(&whole), [255, 0, 0, 255]));
    for parts in [
        vec![part(1, 2, first)],
        vec![part(1, 2, first), part(1, 2, second)],
        vec![part(1, 1, &p3[..100])],
        vec![part(1, 1, b"no profile")],
    ] {
        assert!(near(shown(&with(&parts)), [234, 51, 35, 255]));
    }
    let long = vec![7; MAX + 1];
    let long = file(&flat([234, 51, 35]), ImageFormat::Png, long);
    assert_eq!(png_file::profile(&long), None);
    assert!(near(shown(&long), [234, 51, 35, 255]));
}

/// For which all inks, and none, are a grey of half the lightness.
fn inks() -> Vec<u8> {
    let half = 0x8000;
    let straight = [0, u16::MAX];
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = None;
    profile.profile_class = ProfileClass::OutputDevice;
    profile.color_space = DataColorSpace::Cmyk;
    profile.pcs = DataColorSpace::Lab;
    profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 2,
        num_output_table_entries: 2,
        input_table: LutStore::Store16(straight.repeat(4)),
        clut_table: LutStore::Store16(vec![half; 16 * 3]),
        output_table: LutStore::Store16(straight.repeat(3)),
        lut_type: LutType::Lut16,
    }));
    profile.encode().unwrap()
}

#[test]
fn inks_are_what_their_profile_says() {
    let marked = JPEGS
        .iter()
        .find(|(name, _)| *name == "progressive_cmyk.jpg");
    let (_, plain) = marked.unwrap();
    let mut file = plain.to_vec();
    file.splice(2..2, part(1, 1, &inks()));
    let shown = shown(&file);
    assert!(near(shown, [119, 119, 119, 255]), "{shown:?}");
}

#[test]
fn a_profile_is_counted() {
    let header = header_of(&bytes_of(&flat([1, 2, 3]), ImageFormat::Png)).unwrap();
    assert_eq!(header.peak(), WORKING + TABLES + 4 * 64 * 48);
    let (_, cmyk) = JPEGS[3];
    let header = header_of(cmyk).unwrap();
    assert_eq!(header.source, Source::ProgressiveJpeg { eighths: 8 });
    assert!(header.is_of_inks());
    assert!(header.peak() > WORKING + TABLES + header.bytes() as u64);
}

/// A picture of one colour with these chunks behind the head of the file.
fn png_with(colour: [u8; 3], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = bytes_of(&flat(colour), ImageFormat::Png);
    let chunks = chunks.iter().map(|(name, data)| chunk(name, data));
    // The signature, and the chunk that comes first.
    file.splice(33..33, chunks.collect::<Vec<_>>().concat());
    file
}

fn measures(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

#[test]
fn a_png_may_name_its_colours_without_a_profile() {
    let adobe = [
        31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000,
    ];
    let srgb = [
        31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000,
    ];
    let (adobe, srgb) = (measures(&adobe), measures(&srgb));
    let (usual, linear) = (measures(&[45_455]), measures(&[100_000]));
    let (red, grey) = ([234, 51, 35], [55, 55, 55]);
    let chunks: [(_, Chunks<'_>, _); 10] = [
        (red, &[(b"cICP", &[12, 13, 0, 1])], [255, 0, 0]),
        (grey, &[(b"cICP", &[1, 8, 0, 1])], [128; 3]),
        (red, &[(b"cICP", &[1, 13, 0, 1])], red),
        // Light beyond white, and points that nobody knows.
        (red, &[(b"cICP", &[12, 16, 0, 1])], red),
        (red, &[(b"cICP", &[200, 13, 0, 1])], red),
        (
            [219, 0, 0],
            &[(b"gAMA", &usual), (b"cHRM", &adobe)],
            [255, 0, 0],
        ),
        (grey, &[(b"gAMA", &linear), (b"cHRM", &srgb)], [128; 3]),
        (red, &[(b"gAMA", &usual), (b"cHRM", &srgb)], red),
        (grey, &[(b"gAMA", &linear)], grey),
        (grey, &[(b"gAMA", &linear), (b"cHRM", &[0; 32])], grey),
    ];
    for (kept, chunks, [r, g, b]) in chunks {
        let shown = shown(&png_with(kept, chunks));
        assert!(near(shown, [r, g, b, 255]), "{chunks:?}: {shown:?}");
    }
    let named: [(&[u8; 4], &[u8]); 3] = [(b"sRGB", &[0]), (b"gAMA", &linear), (b"cHRM", &srgb)];
    assert_eq!(png_file::profile(&png_with(grey, &named)), None);
    // Points go before a profile.
    let icc = ColorProfile::new_adobe_rgb().encode().unwrap();
    let mut both = file(&flat(red), ImageFormat::Png, icc);
    both.splice(33..33, chunk(b"cICP", &[12, 13, 0, 1]));
    assert!(near(shown(&both), [255, 0, 0, 255]));
}

#[test]
fn a_camera_may_name_adobe_rgb_by_an_index_alone() {
    let plain = bytes_of(&flat([219, 0, 0]), ImageFormat::Jpeg);
    let with = |index: &[u8; 4], little: bool| {
        let exif = [&b"Exif\0\0"[..], &exif::with_index(*index, little)].concat();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut file = plain.clone();
        file.splice(2..2, [&[0xff, 0xe1][..], &length, &exif].concat());
        file
    };
    for little in [true, false] {
        assert!(near(shown(&with(b"R03\0", little)), [255, 0, 0, 255]));
        assert!(near(shown(&with(b"R98\0", little)), [219, 0, 0, 255]));
    }
    // A profile says it better.
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let mut both = with(b"R03\0", true);
    both.splice(2..2, part(1, 1, &p3));
    assert_eq!(jpeg_segments::profile(&both), Some(p3));
    assert!(jpeg_segments::exif(&both).is_some_and(exif::is_adobe_rgb));
    let [r, ..] = shown(&both);
    assert!((225..250).contains(&r), "{r}");
}
