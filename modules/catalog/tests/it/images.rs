use std::io::Cursor;

use feira_catalog::{CatalogError, Image, ImageUpload, ProductId, ProductKey, Search};
use feira_kernel::{Actor, ErrorKind, ModuleError, PageRequest};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::support::{World, product};

pub(crate) fn upload(shade: u8) -> ImageUpload {
    let picture = RgbImage::from_fn(640, 480, |x, y| Rgb([x as u8, y as u8, shade]));
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut out, ImageFormat::Jpeg)
        .unwrap();
    ImageUpload {
        bytes: out.into_inner(),
        alt_text: "A shade".to_owned(),
    }
}

async fn add(world: &World, product: ProductId, shade: u8) -> Image {
    world
        .api
        .add_image(&world.ana, product, upload(shade), None)
        .await
        .unwrap()
}

#[feira_testkit::test("catalog")]
async fn an_image_is_kept_in_three_sizes(world: World) {
    let made = world.make(&world.ana, product("Pictured", 1)).await;
    let image = add(&world, made.id, 1).await;
    assert_eq!((image.small.width, image.small.height), (160, 120));
    assert_eq!((image.large.width, image.large.height), (640, 480));
    let second = add(&world, made.id, 2).await;
    assert_eq!((image.position, second.position), (1, 2));
    let again = add(&world, made.id, 1).await;
    assert_eq!(again, image, "the same content is the same image");
    for size in [&image.small, &image.medium, &image.large] {
        let file = world
            .api
            .image_file(&Actor::stranger(), size.key.clone())
            .await
            .unwrap();
        let decoded = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!(
            (decoded.width(), decoded.height()),
            (size.width, size.height)
        );
        assert!(file.content_type.starts_with("image/"));
        assert!(world.files.0.join(&size.key[..2]).join(&size.key).exists());
    }
    let shown = world
        .api
        .product(&Actor::stranger(), ProductKey::Id(made.id))
        .await
        .unwrap();
    assert_eq!(shown.images, [image.clone(), second]);
    assert_eq!(shown.version, 3);
    let buyer = Actor::stranger();
    let page = world
        .api
        .search(&buyer, Search::default(), PageRequest::default());
    assert_eq!(page.await.unwrap().items[0].image, Some(image.medium));
    let sellable = world
        .api
        .sellables(&world.order, vec![made.variants[0].id])
        .await
        .unwrap();
    assert_eq!(sellable[0].image, Some(image.small));
    let drafts = walk(&world.files.0)
        .into_iter()
        .filter(|f| f.ends_with(".tmp"));
    assert_eq!(drafts.count(), 0);
}

fn walk(root: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

#[feira_testkit::test("catalog")]
async fn what_is_refused_leaves_nothing(world: World) {
    let made = world.make(&world.ana, product("Plain", 1)).await;
    let foreign = world
        .api
        .add_image(&world.bia, made.id, upload(1), None)
        .await;
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::NotFound);
    let stranger = world
        .api
        .add_image(&Actor::stranger(), made.id, upload(1), None)
        .await;
    assert_eq!(stranger.unwrap_err().kind(), ErrorKind::Forbidden);
    let svg = ImageUpload {
        bytes: b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
        alt_text: String::new(),
    };
    let refused = world.api.add_image(&world.ana, made.id, svg, None).await;
    assert!(matches!(refused, Err(CatalogError::BadImage(_))));
    let mut half = upload(1);
    half.bytes.truncate(half.bytes.len() / 2);
    let refused = world.api.add_image(&world.ana, made.id, half, None).await;
    assert_eq!(refused.unwrap_err().code(), "catalog.image_truncated");
    assert!(!world.files.0.exists(), "no file was written");
    for odd in ["", "../../etc/passwd", "a.jpg", "%2e%2e/x.png"] {
        let found = world
            .api
            .image_file(&Actor::stranger(), odd.to_owned())
            .await;
        assert!(matches!(found, Err(CatalogError::NotFound)), "{odd}");
    }
    let absent = format!("{}.png", "0".repeat(64));
    let found = world.api.image_file(&Actor::stranger(), absent).await;
    assert!(matches!(found, Err(CatalogError::NotFound)));
}

#[feira_testkit::test("catalog")]
async fn the_same_upload_at_once_is_one_image(world: World) {
    let made = world.make(&world.ana, product("Twice", 1)).await;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (api, ana) = (world.api.clone(), world.ana.clone());
            tokio::spawn(
                async move { api.add_image(&ana, made.id, upload(3), None).await.unwrap() },
            )
        })
        .collect();
    let mut ids = std::collections::HashSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap().id);
    }
    assert_eq!(ids.len(), 1);
    let shown = world
        .api
        .product(&world.ana, ProductKey::Id(made.id))
        .await
        .unwrap();
    assert_eq!((shown.images.len(), shown.version), (1, 2));
}

fn white_png(width: u32, height: u32) -> ImageUpload {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    let row = width.div_ceil(8) as usize;
    let data = vec![0xff; row * height as usize];
    writer.write_image_data(&data).unwrap();
    writer.finish().unwrap();
    ImageUpload {
        bytes,
        alt_text: String::new(),
    }
}

#[feira_testkit::test("catalog")]
async fn a_large_png_is_scaled_and_what_never_fits_is_refused_with_the_limit(world: World) {
    let made = world.make(&world.ana, product("Poster", 1)).await;
    let add = |upload| world.api.add_image(&world.ana, made.id, upload, None);
    let beyond = add(white_png(8_001, 9)).await.unwrap_err();
    assert_eq!(beyond.code(), "catalog.image_too_large");
    assert_eq!(beyond.kind(), ErrorKind::Invalid);
    assert!(
        beyond.to_string().contains("at most 8000 on each side"),
        "{beyond}"
    );
    assert!(!world.files.0.exists(), "no file was written");
    let image = add(white_png(8_000, 5_000)).await.unwrap();
    assert_eq!((image.large.width, image.large.height), (1_200, 750));
    assert_eq!((image.small.width, image.small.height), (160, 100));
}
