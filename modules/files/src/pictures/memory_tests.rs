//! What is counted is what decoders take, large pictures come out all the same, and many share the
//! budget.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Luma};
use png::{BitDepth, ColorType};

use super::{
    MAX_BYTES,
    budget::{BUDGET, Decoders, FILES, SMALLEST},
    header::Source,
    need_tests::header,
    test_files::{flat_jpeg, interlaced, png_of},
    tests::{bytes_of, derivatives, header_of, jpeg, picture, refused},
};
use crate::FileError;

#[test]
fn no_less_is_counted_than_decoders_take() {
    let picture = DynamicImage::from(picture(700, 500));
    let glass = DynamicImage::from(picture.to_rgba8());
    for (picture, format) in [
        (&picture, ImageFormat::Jpeg),
        (&picture, ImageFormat::WebP),
        (&glass, ImageFormat::WebP),
    ] {
        let bytes = bytes_of(picture, format);
        let reader = ImageReader::with_format(std::io::Cursor::new(&bytes), format);
        let decoder = reader.into_decoder().unwrap();
        let header = header_of(&bytes).unwrap();
        assert_eq!((header.width, header.height), decoder.dimensions());
        assert!(header.bytes() as u64 >= decoder.total_bytes(), "{header:?}");
    }
    // Its alpha is only there to save a copy: a lossless WebP is the same picture as a PNG.
    let keys = |format| {
        derivatives(&bytes_of(&picture, format))
            .unwrap()
            .map(|d| d.key)
    };
    assert_eq!(keys(ImageFormat::WebP), keys(ImageFormat::Png));
    // A baseline JPEG is finished row by row; of a progressive one all coefficients are kept.
    let mut bytes = jpeg(700, 500);
    let plain = header_of(&bytes).unwrap();
    assert!(plain.beside < 1_000, "{plain:?}");
    let frame = bytes.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    bytes[frame + 1] = 0xc2;
    let progressive = header_of(&bytes).unwrap();
    assert_eq!(progressive.beside, (2 + 1) * 3 * 704 * 504);
}

#[test]
fn a_photograph_of_24_million_pixels_passes() {
    let [_, _, large] = derivatives(&flat_jpeg(6_000, 4_000)).unwrap();
    assert_eq!((large.width, large.height), (1_200, 800));
    let made = image::load_from_memory(&large.bytes).unwrap().into_rgb8();
    assert!(
        made.pixels()
            .all(|p| p.0.iter().all(|c| c.abs_diff(128) < 3))
    );
    assert!(refused(&flat_jpeg(8_000, 8_000)).contains("of 150 MiB"));
}

#[test]
fn large_pngs_are_scaled_while_they_are_read() {
    // The left half is white: 4,000 of 8,000 bits of each row.
    let row = [vec![0xff; 500], vec![0; 500]].concat();
    let bits = png_of(
        (8_000, 5_000),
        ColorType::Grayscale,
        BitDepth::One,
        &row.repeat(5_000),
    );
    let [small, _, large] = derivatives(&bits).unwrap();
    assert_eq!((small.width, small.height), (160, 100));
    assert_eq!((large.width, large.height), (1_200, 750));
    let made = image::load_from_memory(&large.bytes).unwrap().into_luma8();
    assert!(made.get_pixel(580, 700).0[0] > 250 && made.get_pixel(620, 50).0[0] < 5);
    // One with colours and one that can be seen through, upright and lying.
    let data = [1, 200, 30].repeat(300 * 8_000);
    let tall = png_of((300, 8_000), ColorType::Rgb, BitDepth::Eight, &data);
    let [_, _, large] = derivatives(&tall).unwrap();
    assert_eq!((large.width, large.height), (45, 1_200));
    let data = [9, 9, 200, 128].repeat(7_999 * 10);
    let wide = png_of((7_999, 10), ColorType::Rgba, BitDepth::Eight, &data);
    let [_, _, large] = derivatives(&wide).unwrap();
    assert_eq!((large.width, large.height), (1_200, 2));
    let made = image::load_from_memory(&large.bytes).unwrap().into_rgba8();
    let near = |p: [u8; 4]| {
        p.iter()
            .zip([9, 9, 200, 128])
            .all(|(a, b)| a.abs_diff(b) < 3)
    };
    assert!(
        made.pixels().all(|p| near(p.0)),
        "{:?}",
        made.get_pixel(0, 0)
    );
}

#[test]
fn sixteen_bits_are_eight_of_them() {
    let eight: Vec<u8> = (0..2_500_u32 * 12).map(|n| (n / 7) as u8).collect();
    let sixteen: Vec<u8> = eight.iter().flat_map(|byte| [*byte, 99]).collect();
    let of = |depth, data: &[u8]| {
        let made = derivatives(&png_of((2_500, 4), ColorType::Rgb, depth, data)).unwrap();
        made.map(|d| d.key)
    };
    assert_eq!(of(BitDepth::Sixteen, &sixteen), of(BitDepth::Eight, &eight));
}

#[test]
fn interlaced_ones_are_the_same_picture() {
    for (width, height) in [(61, 43), (2_501, 9), (3, 5_000)] {
        let picture = GrayImage::from_fn(width, height, |x, y| Luma([(x * 3 + y * 5) as u8]));
        let crossed = interlaced(&picture);
        let source = header_of(&crossed).unwrap().source;
        assert_eq!(source, Source::InterlacedPng);
        let plain = bytes_of(&picture.into(), ImageFormat::Png);
        let [crossed, plain] =
            [crossed, plain].map(|file| derivatives(&file).unwrap().map(|d| d.key));
        assert_eq!(crossed, plain, "{width} x {height}");
    }
}

#[test]
fn a_frame_of_another_size_is_refused() {
    // What the decoder would allocate stands in the frame, not in the container.
    let mut frame = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a];
    for side in [16_383_u16, 16_383] {
        frame.extend(side.to_le_bytes());
    }
    let mut webp =
        b"RIFF\x28\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x63\0\0VP8 \x0a\0\0\0".to_vec();
    webp.extend(frame);
    assert!(
        refused(&webp).contains("another size"),
        "{}",
        refused(&webp)
    );
}

#[tokio::test]
async fn eight_at_once_share_the_budget() {
    let need = header(Source::InterlacedPng, 8_000, 5_000, 3, 0)
        .need()
        .unwrap();
    let decoders = Arc::new(Decoders::new(8));
    let (held, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (decoders, held, most) = (decoders.clone(), held.clone(), most.clone());
            tokio::spawn(async move {
                let place = decoders.admit(&[]).unwrap();
                let slot = decoders.decode_slot(place, need).await.unwrap();
                let now = held.fetch_add(need, SeqCst) + need;
                most.fetch_max(now, SeqCst);
                assert!(now + decoders.free() <= BUDGET + 8 * 1_024);
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                held.fetch_sub(need, SeqCst);
                drop(slot);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let most = most.load(SeqCst);
    assert!(most <= BUDGET && most > need, "{most}");
    assert_eq!(
        decoders.free(),
        BUDGET / 1_024 * 1_024,
        "all of it was given back"
    );
}

#[tokio::test]
async fn the_queue_has_an_end_in_number_and_bytes() {
    for (size, most) in [(155_000, FILES / SMALLEST), (MAX_BYTES, 8), (3 << 20, 21)] {
        let (decoders, file) = (Decoders::new(1), vec![0_u8; size]);
        let mut places: Vec<_> = (0..most).map(|_| decoders.admit(&file).unwrap()).collect();
        let beyond = decoders.admit(&file);
        assert!(matches!(beyond, Err(FileError::Unavailable(_))), "{size}");
        let slot = decoders
            .decode_slot(places.pop().unwrap(), 1)
            .await
            .unwrap();
        assert!(
            decoders.admit(&file).is_err(),
            "who has room still has its place"
        );
        drop(slot);
        assert!(decoders.admit(&file).is_ok());
    }
}
