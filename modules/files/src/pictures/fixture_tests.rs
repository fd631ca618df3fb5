//! Lossy WebP with an alpha; and of all pictures at hand what is broken.

use image::ImageFormat;
use proptest::prelude::*;

use super::{
    header::Source,
    test_files::{JPEGS, WEBPS, large_webp},
    tests::{bytes_of, derivatives, header_of, refused},
};
use crate::{FileError, FileKey};

fn keys(file: &[u8]) -> [FileKey; 3] {
    derivatives(file).unwrap().map(|d| d.key)
}

/// Where the chunk of alpha begins.
fn alpha(file: &[u8]) -> usize {
    file.windows(4).position(|name| name == b"ALPH").unwrap()
}

/// With no more of the alpha than this.
fn cut(file: &[u8], size: u8) -> Vec<u8> {
    let at = alpha(file);
    let (head, chunk) = file.split_at(at);
    let whole = u32::from_le_bytes(chunk[4..8].try_into().unwrap()) as usize;
    let behind = &chunk[8 + whole.next_multiple_of(2)..];
    let mut file = [head, b"ALPH", &u32::from(size).to_le_bytes()].concat();
    file.extend_from_slice(&chunk[8..8 + usize::from(size)]);
    file.extend_from_slice(behind);
    let rest = u32::try_from(file.len() - 8).unwrap();
    file[4..8].copy_from_slice(&rest.to_le_bytes());
    file
}

#[test]
fn an_alpha_of_every_form_is_what_the_library_makes_of_it() {
    for (name, file) in WEBPS {
        for filter in 0..4 {
            let mut file = file.to_vec();
            let info = alpha(&file) + 8;
            file[info] = (file[info] & 0b1111_0011) | (filter << 2);
            let source = header_of(&file).unwrap().source;
            assert_eq!(source, Source::WebPWithAlpha, "{name}");
            let other = image::load_from_memory(&file).unwrap();
            let other = bytes_of(&other, ImageFormat::Png);
            assert_eq!(keys(&file), keys(&other), "{name} {filter}");
        }
    }
}

#[test]
fn an_alpha_that_cannot_be_told_is_refused() {
    for (name, file) in WEBPS {
        let info = alpha(file) + 8;
        for (bits, reason) in [(0x20, "unknown form"), (0x02, "unknown compression")] {
            let mut file = file.to_vec();
            file[info] |= bits;
            assert!(refused(&file).contains(reason), "{name}");
        }
        for size in [0, 2, 60] {
            refused(&cut(file, size));
        }
        let mut none = file.to_vec();
        none[info - 8..info - 4].copy_from_slice(b"JUNK");
        assert!(refused(&none).contains("no alpha"), "{name}");
    }
}

#[test]
fn a_webp_of_24_million_pixels_with_an_alpha_passes() {
    let [_, _, large] = derivatives(&large_webp()).unwrap();
    assert_eq!((large.width, large.height), (1_200, 800));
    let made = image::load_from_memory(&large.bytes).unwrap().into_rgba8();
    let near = |pixel: &[u8]| {
        let pairs = pixel.iter().zip([200, 100, 50, 128]);
        pairs.into_iter().all(|(a, b)| a.abs_diff(b) < 6)
    };
    assert!(
        made.as_raw().chunks(4).all(near),
        "{:?}",
        made.get_pixel(0, 0)
    );
}

proptest! {
    #[test]
    fn what_is_broken_is_shown_or_refused_and_what_is_cut_refused(
        (name, file) in prop::sample::select([&JPEGS[..], &WEBPS[..]].concat()),
        at in any::<prop::sample::Index>(),
        // None for the file up to there.
        flipped in prop::option::of(1..=u8::MAX),
    ) {
        let mut broken = file.to_vec();
        let at = at.index(file.len());
        match flipped {
            Some(bits) => broken[at] ^= bits,
            None => broken.truncate(at),
        }
        let made = derivatives(&broken);
        let told = matches!(
            made,
            Ok(_) | Err(FileError::BadPicture(_) | FileError::Truncated | FileError::TooLarge(_))
        );
        prop_assert!(told, "{} at {}: {:?}", name, at, made.err());
        prop_assert!(flipped.is_some() || made.is_err(), "{} up to {}", name, at);
    }
}
