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
    let shelf = Shelf::new(1 << 20);
    let product = product(1);
    let closed = Arc::new(Closed::default());
    let early = (shelf.ticket(product.id), shelf.list_ticket());
    shelf.forget(product.id);
    shelf.forget_lists();
    shelf.keep_product(early.0, &product, NOW);
    shelf.keep_list(early.1, "all".to_owned(), &page(), closed.clone(), NOW);
    assert!(shelf.product(product.id, NOW).is_none());
    assert!(shelf.list("all", &closed, NOW).is_none());
    let late = (shelf.ticket(product.id), shelf.list_ticket());
    shelf.keep_product(late.0, &product, NOW);
    shelf.keep_list(late.1, "all".to_owned(), &page(), closed.clone(), NOW);
    assert!(shelf.product(product.id, NOW).is_some());
    assert!(shelf.list("all", &closed, NOW).is_some());
    let other = Arc::new(Closed::default());
    assert!(
        shelf.list("all", &other, NOW).is_none(),
        "other stores are closed now"
    );
    shelf.forget_all();
    assert!(shelf.product(product.id, NOW).is_none());
    assert!(shelf.list("all", &closed, NOW).is_none());
}

#[test]
fn it_stays_within_its_bytes() {
    let shelf = Shelf::new(100_000);
    for id in 0..1_000 {
        let product = product(id);
        shelf.keep_product(shelf.ticket(product.id), &product, NOW);
    }
    let kept = (0..1_000).filter(|id| {
        let id = ProductId(Uuid::from_u128(*id));
        shelf.product(id, NOW).is_some()
    });
    let kept = kept.count();
    assert!((20..75).contains(&kept), "{kept} of 75,000 bytes");
}
