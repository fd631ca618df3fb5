//! The catalogue over the wire keeps the same contract as in the process: the client of its trait,
//! signed, to the port of a real server.

use std::{sync::Arc, time::Duration};

use feira_catalog::{
    Catalog, EDIT_PRODUCTS, HttpCatalog, ProductChange, ProductId, VariantChange, VariantId,
    testing::{Fixture, ON_HAND, contract},
};
use feira_kernel::{
    Actor, Permission, StoreId, Surface, UserId,
    remote::{Signer, Transport},
    token::TokenKey,
};
use feira_testkit::TestDb;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Market, Seller, one_seller, product};

const KEY: &str = "a-key-that-both-sides-share-0123456789";

/// A marketplace that serves its modules to others, a seller in it, and the catalogue from outside.
async fn outside(db: &TestDb) -> (Market, Seller, Arc<dyn Catalog>) {
    let market = Market::start_with(db, &format!("[modules]\nrpc_key = \"{KEY}\"")).await;
    let (_, seller) = one_seller(&market, ON_HAND).await;
    let key = TokenKey::new(KEY.as_bytes().to_vec()).expect("long enough");
    let signer = Signer::new(key, db.clock().clock());
    let transport = Transport::new(&market.url, "catalog", signer, Duration::from_secs(30));
    let remote = HttpCatalog::new(transport.expect("a client"));
    (market, seller, Arc::new(remote))
}

fn uuid(text: &str) -> Uuid {
    text.parse().expect("an id")
}

fn variant(seller: &Seller, index: usize) -> VariantId {
    VariantId(uuid(&seller.variant(index)))
}

#[feira_testkit::test]
async fn the_remote_one_keeps_the_contract(db: TestDb) {
    let (market, seller, remote) = outside(&db).await;
    let runner = market.runner();
    let mut other = product("policies", "9.90", ON_HAND, None);
    other["variants"][0]["stock_policy"] = json!("continue");
    other["variants"][1]["stock_policy"] = json!("not_counted");
    let other = seller.client.post("/api/v1/seller/products", other).await;
    let other = other.expect(201);
    let fixture = Fixture {
        variants: [variant(&seller, 0), variant(&seller, 1)],
        sold_on: VariantId(uuid(&other.str("/variants/0/id"))),
        not_counted: VariantId(uuid(&other.str("/variants/1/id"))),
        clock: db.clock().clone(),
        settle: Box::new(move || {
            let runner = runner.clone();
            Box::pin(async move { runner.settle().await.expect("jobs run") })
        }),
    };
    contract(remote, fixture).await;
    market.stop().await;
}

/// A merge patch must keep "clear" and "leave" apart on the wire.
#[feira_testkit::test]
async fn a_cleared_field_survives_the_wire(db: TestDb) {
    let (market, seller, remote) = outside(&db).await;
    let ana = Actor::Person {
        user: UserId(Uuid::from_u128(1)),
        surface: Surface::Seller,
        store: Some(StoreId(uuid(&seller.store))),
        permissions: [Permission::new(EDIT_PRODUCTS)].into(),
    };
    let product = seller.product["id"].as_str().expect("an id");
    let path = format!("/api/v1/seller/products/{product}");
    let variant_path = format!("{path}/variants/{}", seller.variant(0));
    for (path, body) in [
        (&path, json!({"brand": "Brand"})),
        (&variant_path, json!({"barcode": "123"})),
    ] {
        seller.client.patch(path, body).await.expect(200);
    }
    let product = ProductId(uuid(product));
    let left = remote
        .update_product(&ana, product, ProductChange::default())
        .await;
    assert_eq!(left.expect("changed").brand.as_deref(), Some("Brand"));
    let clear = ProductChange {
        brand: Some(None),
        ..ProductChange::default()
    };
    let cleared = remote.update_product(&ana, product, clear).await;
    assert_eq!(cleared.expect("changed").brand, None);
    let clear = VariantChange {
        barcode: Some(None),
        ..VariantChange::default()
    };
    let cleared = remote
        .update_variant(&ana, product, variant(&seller, 0), clear)
        .await;
    assert_eq!(cleared.expect("changed").variants[0].barcode, None);
    market.stop().await;
}
