use feira_catalog::{
    CatalogError, EDIT_PRODUCTS, ImportFormat, ImportReport, ImportRequest, Product, ProductKey,
    ProductStatus, SellerFilter,
};
use feira_kernel::{Actor, ErrorKind, ModuleError, PageRequest};

use crate::support::{World, key, line, seller_with};

#[path = "import/keys.rs"]
mod keys;
#[path = "import/notes.rs"]
mod notes;
#[path = "import/partial.rs"]
mod partial;
#[path = "import/skus.rs"]
mod skus;
#[path = "import/stock.rs"]
mod stock;

const FILE: &str = include_str!("../data/shopify.csv");

async fn import(world: &World, file: &str, dry_run: bool) -> ImportReport {
    let request = ImportRequest {
        format: ImportFormat::Shopify,
        dry_run,
        file: file.as_bytes().to_vec(),
    };
    world.api.import(&world.ana, request, None).await.unwrap()
}

async fn product(world: &World, slug: &str) -> Product {
    let key = ProductKey::Slug(slug.to_owned());
    world.api.product(&world.ana, key).await.unwrap()
}

/// Lines and codes without the name of the module.
fn told(report: &ImportReport, refused: bool) -> Vec<(u64, &str)> {
    let kinds = report.notes.iter().filter(|kind| kind.refused == refused);
    let notes = kinds.flat_map(|kind| &kind.first);
    let mut told: Vec<_> = notes
        .map(|n| (n.line, n.code.trim_start_matches("catalog.")))
        .collect();
    told.sort_unstable();
    told
}

/// A dry run told what the real one tells; only their ids differ.
fn same(dry: ImportReport, real: &ImportReport) {
    assert_ne!(dry.id, real.id);
    assert!(dry.dry_run && !real.dry_run);
    let dry = ImportReport {
        id: real.id,
        dry_run: false,
        ..dry
    };
    assert_eq!(dry, *real);
}

async fn products(world: &World) -> usize {
    let all =
        world
            .api
            .seller_products(&world.ana, SellerFilter::default(), PageRequest::first(100));
    all.await.unwrap().items.len()
}

#[feira_testkit::test("catalog")]
async fn good_products_are_taken_and_bad_ones_told(world: World) {
    let dry = import(&world, FILE, true).await;
    assert_eq!(products(&world).await, 0, "a dry run changes nothing");
    let real = import(&world, FILE, false).await;
    same(dry, &real);
    insta::assert_json_snapshot!("import_report", real, {".id" => "[id]"});
    assert_eq!(products(&world).await, 4);
    let slug = |slug: &str| ProductKey::Slug(slug.to_owned());
    let shirt = world
        .api
        .product(&world.ana, slug("linen-shirt"))
        .await
        .unwrap();
    assert_eq!(shirt.category_path.len(), 2);
    let stock: Vec<_> = shirt
        .variants
        .iter()
        .map(|v| (v.sku.as_str(), v.available))
        .collect();
    assert_eq!(
        stock,
        [
            ("LIN-S-W", 4),
            ("LIN-M-W", 6),
            ("linen-shirt/Medium/Sand", 0)
        ]
    );
    assert_eq!(
        shirt.variants[0].compare_at.unwrap().to_string(),
        "159.90 BRL"
    );
    assert_eq!(shirt.variants[1].compare_at, None);
    let lamp = world
        .api
        .product(&world.ana, slug("paper-lamp"))
        .await
        .unwrap();
    assert_eq!(lamp.status, ProductStatus::Draft);
}

#[feira_testkit::test("catalog")]
async fn the_same_file_again_updates_and_brings_no_stock_back(world: World) {
    import(&world, FILE, false).await;
    let slug = || ProductKey::Slug("clay-mug".to_owned());
    let mug = world.api.product(&world.ana, slug()).await.unwrap();
    let variant = mug.variants[0].id;
    world.reserve(1, vec![line(variant, 5)]).await.unwrap();
    world
        .api
        .commit_reservation(&world.order, key(1))
        .await
        .unwrap();
    let again = import(&world, FILE, false).await;
    assert_eq!((again.products_created, again.products_updated), (0, 4));
    assert_eq!(
        world.stock(variant).await,
        (7, 0),
        "5 were sold and stay sold"
    );
    let changed = FILE.replace("Clay Mug,", "Clay Cup,").replace(
        "MUG-1,350,shopify,12,deny,50",
        "MUG-1,350,shopify,20,deny,55.5",
    );
    import(&world, &changed, false).await;
    let cup = world.api.product(&world.ana, slug()).await.unwrap();
    assert_eq!((cup.id, cup.name.as_str()), (mug.id, "Clay Cup"));
    assert_eq!(cup.variants[0].id, variant);
    assert_eq!(cup.variants[0].price.to_string(), "55.50 BRL");
    assert_eq!(
        world.stock(variant).await,
        (20, 0),
        "the file says something new"
    );
    world.reserve(2, vec![line(variant, 15)]).await.unwrap();
    import(&world, &changed.replace("shopify,20,", "shopify,3,"), false).await;
    assert_eq!(
        world.stock(variant).await,
        (15, 15),
        "never below what is reserved"
    );
    assert_eq!(products(&world).await, 4);
}

#[feira_testkit::test("catalog")]
async fn new_variants_are_added_and_others_kept(world: World) {
    import(&world, FILE, false).await;
    let file = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
                linen-shirt,Linen Shirt,Size,Large,Colour,White,LIN-L-W,139.90,3\n\
                clay-mug,Clay Mug,Size,Large,,,MUG-L,60,1\n\
                taken,Taken,Title,Default Title,,,LIN-S-W,10,1\n";
    let report = import(&world, file, false).await;
    assert_eq!((report.products_created, report.products_updated), (1, 1));
    assert_eq!(told(&report, true), [(3, "option_names")]);
    let shirt = product(&world, "linen-shirt").await;
    assert_eq!(shirt.variants.len(), 4);
    assert_eq!(shirt.variants[3].on_hand, Some(3));
}

#[feira_testkit::test("catalog")]
async fn only_who_may_edit_imports(world: World) {
    let request = |file: &[u8]| ImportRequest {
        format: ImportFormat::Shopify,
        dry_run: false,
        file: file.to_vec(),
    };
    let half = seller_with(world.first, 9, &[EDIT_PRODUCTS]);
    for actor in [half, Actor::stranger(), Actor::system("cli")] {
        let refused = world
            .api
            .import(&actor, request(FILE.as_bytes()), None)
            .await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    }
    let refused = world
        .api
        .import(&world.ana, request(b"a,b\n1,2\n"), None)
        .await;
    assert!(matches!(refused, Err(CatalogError::BadImport(_))));
    assert_eq!(products(&world).await, 0);
}
