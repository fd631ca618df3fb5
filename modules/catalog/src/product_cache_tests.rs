use feira_kernel::StoreId;
use uuid::Uuid;

use super::*;
use crate::ProductStatus;

const NOW: Time = Time::UNIX_EPOCH;

fn product(id: u128) -> Product {
    Product {
        id: ProductId(Uuid::from_u128(id)),
        store: StoreId(Uuid::nil()),
        store_name: String::new(),
        store_slug: String::new(),
        name: format!("product {id}"),
        slug: format!("product-{id}"),
        description: "x".repeat(1_000),
        brand: None,
        tags: Vec::new(),
        status: ProductStatus::Active,
        category_path: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn page() -> Page<ProductCard> {
    Page {
        items: Vec::new(),
        next_cursor: None,
    }
}

#[test]
fn what_was_loaded_before_a_change_is_not_kept_after_it() {
    let product_cache = ProductCache::new(1 << 20);
    let product = product(1);
    let closed = Arc::new(ClosedStores::default());
    let early = (
        product_cache.change_count(product.id),
        product_cache.list_change_count(),
    );
    product_cache.forget(product.id);
    product_cache.forget_lists();
    product_cache.keep_product(early.0, &product, NOW);
    product_cache.keep_list(early.1, "all".to_owned(), &page(), closed.clone(), NOW);
    assert!(product_cache.product(product.id, NOW).is_none());
    assert!(product_cache.list("all", &closed, NOW).is_none());
    let late = (
        product_cache.change_count(product.id),
        product_cache.list_change_count(),
    );
    product_cache.keep_product(late.0, &product, NOW);
    product_cache.keep_list(late.1, "all".to_owned(), &page(), closed.clone(), NOW);
    assert!(product_cache.product(product.id, NOW).is_some());
    assert!(product_cache.list("all", &closed, NOW).is_some());
    let other = Arc::new(ClosedStores::default());
    assert!(
        product_cache.list("all", &other, NOW).is_none(),
        "other stores are closed now"
    );
    product_cache.forget_all();
    assert!(product_cache.product(product.id, NOW).is_none());
    assert!(product_cache.list("all", &closed, NOW).is_none());
}

#[test]
fn it_stays_within_its_bytes() {
    let product_cache = ProductCache::new(100_000);
    for id in 0..1_000 {
        let product = product(id);
        product_cache.keep_product(product_cache.change_count(product.id), &product, NOW);
    }
    let kept = (0..1_000).filter(|id| {
        let id = ProductId(Uuid::from_u128(*id));
        product_cache.product(id, NOW).is_some()
    });
    let kept = kept.count();
    assert!((20..75).contains(&kept), "{kept} of 75,000 bytes");
}
