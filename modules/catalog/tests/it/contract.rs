use std::sync::Arc;

use async_trait::async_trait;
use feira_catalog::{
    Catalog, dispatch_catalog,
    testing::{Fixture, ON_HAND, contract},
};
use feira_testkit::run_module;

use crate::support::world;

async fn fixture(db: &feira_testkit::TestDb) -> (crate::support::World, Fixture) {
    let world = world(db).await;
    let variants = world.two("Contract", ON_HAND).await;
    let runner = world.runner.clone();
    let fixture = Fixture {
        variants,
        clock: db.clock().clone(),
        settle: Box::new(move || {
            let runner = runner.clone();
            Box::pin(async move { runner.settle().await.unwrap() })
        }),
    };
    (world, fixture)
}

#[test]
fn the_real_one_keeps_the_contract() {
    run_module("catalog", |db| async move {
        let (world, fixture) = fixture(&db).await;
        contract(world.api.clone(), fixture).await;
    });
}

/// Every argument and answer goes through JSON and the dispatcher, as between two processes.
struct Dispatched(Arc<dyn Catalog>);

macro_rules! dispatched {
    ($($method:ident($($arg:ident: $ty:ty),*) -> $ok:ty;)+) => {
        #[async_trait]
        impl Catalog for Dispatched {
            $(async fn $method(&self, actor: &feira_kernel::Actor $(, $arg: $ty)*) -> Result<$ok, feira_catalog::CatalogError> {
                let body = serde_json::to_vec(&(actor, ($($arg,)*))).unwrap();
                let answer = dispatch_catalog(&*self.0, stringify!($method), &body).await.unwrap();
                match serde_json::from_slice(&answer).unwrap() {
                    feira_kernel::remote::Answer::Ok(value) => Ok(value),
                    feira_kernel::remote::Answer::Err(error) => Err(error),
                }
            })+
        }
    };
}

mod types {
    pub(super) use feira_catalog::*;
    pub(super) use feira_kernel::{Page, PageRequest};
}
use types::*;

dispatched! {
    categories() -> Vec<Category>;
    category(key: CategoryKey) -> Category;
    create_category(new: NewCategory) -> Category;
    create_product(new: NewProduct) -> Product;
    update_product(id: ProductId, change: ProductChange) -> Product;
    add_variant(product: ProductId, new: NewVariant) -> Product;
    update_variant(product: ProductId, variant: VariantId, change: VariantChange) -> Product;
    product(key: ProductKey) -> Product;
    search(query: Search, page: PageRequest) -> Page<ProductCard>;
    cards(ids: Vec<ProductId>) -> Vec<ProductCard>;
    seller_products(filter: SellerFilter, page: PageRequest) -> Page<SellerProduct>;
    sellables(variants: Vec<VariantId>) -> Vec<Sellable>;
    add_image(product: ProductId, upload: ImageUpload) -> Image;
    image_file(key: String) -> ImageFile;
    adjust_stock(adjustment: Adjustment) -> StockLevel;
    movements(variant: VariantId, page: PageRequest) -> Page<Movement>;
    reserve(request: ReservationRequest) -> Reservation;
    commit_reservation(key: ReservationKey) -> Reservation;
    release_reservation(key: ReservationKey) -> ();
    restock(request: Restock) -> ();
    import(request: ImportRequest) -> ImportReport;
}

#[test]
fn the_dispatched_one_keeps_the_contract() {
    run_module("catalog", |db| async move {
        let (world, fixture) = fixture(&db).await;
        contract(Arc::new(Dispatched(world.api.clone())), fixture).await;
    });
}

/// A merge patch must keep "clear" and "leave" apart on the wire.
#[test]
fn a_cleared_field_survives_the_wire() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
        let far = Dispatched(world.api.clone());
        let mut new = crate::support::product("Wire", 3);
        new.brand = Some("Brand".to_owned());
        new.variants[0].barcode = Some("123".to_owned());
        let made = far.create_product(&world.ana, new).await.unwrap();
        let change = ProductChange {
            brand: Some(None),
            ..ProductChange::default()
        };
        let changed = far.update_product(&world.ana, made.id, change).await;
        assert_eq!(changed.unwrap().brand, None);
        let change = VariantChange {
            barcode: Some(None),
            ..VariantChange::default()
        };
        let variant = made.variants[0].id;
        let changed = far
            .update_variant(&world.ana, made.id, variant, change)
            .await;
        assert_eq!(changed.unwrap().variants[0].barcode, None);
    });
}
