use feira_kernel::{Actor, Currency, ModuleError, Money, StoreId, Surface};
use feira_store::{
    NewShippingMethod, ShippingMethodChange, ShippingPrice, ShippingRequest, StoreError,
};

use crate::support::{World, manager, on};

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn new(name: &str, price: ShippingPrice) -> NewShippingMethod {
    NewShippingMethod {
        name: name.to_owned(),
        price,
        transit_days: 2,
    }
}

fn ask(store: StoreId, value: i64) -> ShippingRequest {
    ShippingRequest {
        store,
        value: brl(value),
        weight_grams: 0,
        destination: None,
    }
}

#[feira_testkit::test("stores")]
async fn quotes_follow_the_value_and_come_cheapest_first(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let other = world.approved(2, "Brinquedos").await.id;
    let free = ShippingPrice::FreeAbove {
        price: brl(2_000),
        threshold: brl(20_000),
    };
    let added = world
        .api
        .add_shipping_method(&manager(store), new("Express", free), None)
        .await;
    let added = added.unwrap();
    let methods = world.api.shipping_methods(&manager(store)).await.unwrap();
    assert!(methods.contains(&added));
    let module = Actor::system("cart");
    let asked = vec![ask(store, 100), ask(other, 100), ask(store, 20_000)];
    let quotes = world.api.quote_shipping(&module, asked).await.unwrap();
    let prices =
        |n: usize| -> Vec<i64> { quotes[n].options.iter().map(|o| o.price.minor()).collect() };
    assert_eq!(prices(0), [1_500, 2_000]);
    assert_eq!(prices(1), [1_500]);
    assert_eq!(
        prices(2),
        [0, 1_500],
        "free from the threshold on, so it comes first"
    );
    assert_eq!(quotes[2].options[0].method, added.id);
    let pickup = new("Loja", ShippingPrice::Pickup {});
    world
        .api
        .add_shipping_method(&manager(other), pickup, None)
        .await
        .unwrap();
    let quotes = world
        .api
        .quote_shipping(&module, vec![ask(other, 1)])
        .await
        .unwrap();
    assert_eq!(quotes[0].options[0].name, "Loja");
}

#[feira_testkit::test("stores")]
async fn a_method_must_make_sense(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let dollars = Money::from_minor(1, Currency::USD).unwrap();
    let mut slow = new("Slow", ShippingPrice::Pickup {});
    slow.transit_days = 366;
    let free_from_zero = ShippingPrice::FreeAbove {
        price: brl(1),
        threshold: brl(0),
    };
    for (wrong, pointer) in [
        (new(" ", ShippingPrice::Pickup {}), "/name"),
        (new("A\0", ShippingPrice::Pickup {}), "/name"),
        (slow, "/transit_days"),
        (
            new("A", ShippingPrice::Flat { price: brl(-1) }),
            "/price/price",
        ),
        (
            new("A", ShippingPrice::Flat { price: dollars }),
            "/price/price",
        ),
        (new("A", free_from_zero), "/price/threshold"),
    ] {
        let refused = world
            .api
            .add_shipping_method(&manager(store), wrong, None)
            .await;
        assert_eq!(refused.unwrap_err().fields()[0].pointer, pointer);
    }
    assert_eq!(
        world
            .api
            .shipping_methods(&manager(store))
            .await
            .unwrap()
            .len(),
        1
    );
}

#[feira_testkit::test("stores")]
async fn only_managers_of_the_store_add_methods(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let staff = on(Surface::Seller, Some(store), &["products.edit"]);
    let buyer = on(Surface::Shop, Some(store), &[feira_store::MANAGE_STORE]);
    for actor in [staff, buyer, Actor::stranger(), Actor::system("cart")] {
        let method = new("A", ShippingPrice::Pickup {});
        let refused = world.api.add_shipping_method(&actor, method, None).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
    }
    let gone = manager(StoreId(uuid::Uuid::from_u128(404)));
    let method = new("A", ShippingPrice::Pickup {});
    let refused = world.api.add_shipping_method(&gone, method, None).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
}

#[feira_testkit::test("stores")]
async fn a_store_has_fifty_methods_at_most_also_at_once(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let tries: Vec<_> = (0..53)
        .map(|n| {
            let api = world.api.clone();
            let method = new(&format!("Way {n}"), ShippingPrice::Pickup {});
            tokio::spawn(
                async move { api.add_shipping_method(&manager(store), method, None).await },
            )
        })
        .collect();
    let mut added = 0;
    for attempt in tries {
        added += usize::from(attempt.await.unwrap().is_ok());
    }
    assert_eq!(added, 49);
    assert_eq!(
        world
            .api
            .shipping_methods(&manager(store))
            .await
            .unwrap()
            .len(),
        50
    );
}

#[feira_testkit::test("stores")]
async fn a_method_is_changed_and_removed_by_its_store_only(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let other = world.approved(2, "Brinquedos").await.id;
    let (api, own) = (&*world.api, manager(store));
    let made = api.shipping_methods(&own).await.unwrap().remove(0);
    let quoted = async || {
        let asked = vec![ask(store, 100)];
        let quotes = api.quote_shipping(&Actor::system("cart"), asked).await;
        quotes.unwrap().remove(0).options
    };
    let cheaper = |version: i64| ShippingMethodChange {
        expected_version: Some(version.into()),
        price: Some(ShippingPrice::Flat { price: brl(900) }),
        ..ShippingMethodChange::default()
    };
    let changed = api
        .update_shipping_method(&own, made.id, cheaper(made.version))
        .await
        .unwrap();
    assert_eq!(
        (changed.version, &changed.name),
        (made.version + 1, &made.name)
    );
    assert_eq!(quoted().await[0].price, brl(900));
    let late = api
        .update_shipping_method(&own, made.id, cheaper(made.version))
        .await;
    assert!(matches!(late, Err(StoreError::VersionMismatch)));
    let hidden = ShippingMethodChange {
        active: Some(false),
        ..ShippingMethodChange::default()
    };
    api.update_shipping_method(&own, made.id, hidden)
        .await
        .unwrap();
    assert!(quoted().await.is_empty());
    let blank = ShippingMethodChange {
        name: Some(" ".to_owned()),
        ..ShippingMethodChange::default()
    };
    let refused = api.update_shipping_method(&own, made.id, blank).await;
    assert_eq!(refused.unwrap_err().fields()[0].pointer, "/name");

    let foreign = api
        .remove_shipping_method(&manager(other), made.id, None)
        .await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
    let staff = on(Surface::Seller, Some(store), &["products.edit"]);
    let refused = api.remove_shipping_method(&staff, made.id, None).await;
    assert!(matches!(refused, Err(StoreError::Forbidden)));
    let late = api
        .remove_shipping_method(&own, made.id, Some(made.version.into()))
        .await;
    assert!(matches!(late, Err(StoreError::VersionMismatch)));
    api.remove_shipping_method(&own, made.id, None)
        .await
        .unwrap();
    let again = api.remove_shipping_method(&own, made.id, None).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
    assert!(api.shipping_methods(&own).await.unwrap().is_empty());
}
