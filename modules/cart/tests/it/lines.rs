use feira_cart::{CartError, CartItemId, MAX_LINES, NewItem, ShippingSelection, testing::item_of};
use feira_catalog::testing::sellable;
use feira_kernel::{Currency, ErrorKind, ModuleError, Money, Versions};
use feira_store::StoreStatus;
use uuid::Uuid;

use crate::support::{World, ana, bia, brl, lines, sku, units, variant};

#[feira_testkit::test("carts")]
async fn units_of_one_variant_are_summed_on_one_line(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 2, 3).await.unwrap();
    world
        .catalog
        .change(variant(2), |s| s.unit_price = brl(250));
    let cart = world.add(&ana(), id, 2, 4).await.unwrap();
    assert_eq!(units(&cart), [sku(2, 7)]);
    assert_eq!(cart.totals.subtotal, brl(1_750));
    assert_eq!(
        cart.problems,
        [],
        "she saw the new price when she put in more"
    );
    assert_eq!(cart.version, 3);
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), cart);
}

#[feira_testkit::test("carts")]
async fn lines_change_and_go(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let cart = world.add(&ana(), id, 2, 1).await.unwrap();
    let (first, second) = (item_of(&cart, variant(1)), item_of(&cart, variant(2)));
    for _ in 0..2 {
        let cart = world
            .api
            .set_quantity(&ana(), id, first.unwrap(), 9, None)
            .await
            .unwrap();
        assert_eq!(units(&cart), [sku(1, 9), sku(2, 1)]);
    }
    let cart = world
        .api
        .remove_item(&ana(), id, second.unwrap(), None)
        .await
        .unwrap();
    assert_eq!(units(&cart), [sku(1, 9)]);
    for id_of_none in [second.unwrap(), CartItemId(Uuid::nil())] {
        let gone = world.api.remove_item(&ana(), id, id_of_none, None).await;
        assert!(matches!(gone, Err(CartError::NotFound)));
        let gone = world
            .api
            .set_quantity(&ana(), id, id_of_none, 1, None)
            .await;
        assert!(matches!(gone, Err(CartError::NotFound)));
    }
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), cart);
}

#[feira_testkit::test("carts")]
async fn what_a_buyer_has_not_seen_she_does_not_change(world: World) {
    let id = world.open(&ana()).await;
    let seen = world.add(&ana(), id, 1, 1).await.unwrap();
    let item = item_of(&seen, variant(1)).unwrap();
    let now = world.add(&ana(), id, 1, 4).await.unwrap();
    let none = || ShippingSelection {
        destination: None,
        choices: Vec::new(),
    };
    for expected in [vec![seen.version], vec![seen.version, 99], vec![]] {
        let expected = || Some(expected.iter().copied().collect::<Versions>());
        let (api, ana) = (&world.api, ana());
        for refused in [
            api.set_quantity(&ana, id, item, 2, expected()).await,
            api.remove_item(&ana, id, item, expected()).await,
            api.set_shipping(&ana, id, none(), expected()).await,
        ] {
            assert!(matches!(refused, Err(CartError::VersionMismatch)));
        }
    }
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), now);

    // Of two at once, each by what both have seen, one is done.
    let ana = ana();
    let set = |quantity| {
        let expected = Some(now.version.into());
        world.api.set_quantity(&ana, id, item, quantity, expected)
    };
    let (one, other) = tokio::join!(set(2), set(3));
    let (done, refused) = match one {
        Ok(done) => (done, other),
        refused => (other.unwrap(), refused),
    };
    assert!(matches!(refused, Err(CartError::VersionMismatch)));
    assert_eq!(world.api.cart(&ana, id).await.unwrap(), done);
    assert_eq!(done.version, now.version + 1);
}

#[feira_testkit::test("carts")]
async fn lines_of_a_store_that_may_not_sell_are_not_raised(world: World) {
    let ana = ana();
    let id = world.open(&ana).await;
    world.add(&ana, id, 1, 1).await.unwrap();
    let before = world.add(&ana, id, 11, 3).await.unwrap();
    let item = item_of(&before, variant(11)).unwrap();
    let set = |quantity| world.api.set_quantity(&ana, id, item, quantity, None);
    for status in [
        StoreStatus::Suspended,
        StoreStatus::Closed,
        StoreStatus::Pending,
    ] {
        world.stores.set_status(world.second, status);
        for refused in [
            set(4).await,
            set(50).await,
            world.add(&ana, id, 11, 1).await,
            world.add(&ana, id, 12, 1).await,
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.code(), "cart.store_closed");
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
        let cart = set(3).await.unwrap();
        assert_eq!(units(&cart), [sku(1, 1), sku(11, 3)]);
    }
    set(2).await.unwrap();
    let cart = world.add(&ana, id, 1, 1).await.unwrap();
    assert_eq!(units(&cart), [sku(1, 2), sku(11, 2)]);
    world.stores.set_status(world.second, StoreStatus::Approved);
    set(4).await.unwrap();
    world
        .stores
        .set_status(world.second, StoreStatus::Suspended);
    let cart = world.api.remove_item(&ana, id, item, None).await.unwrap();
    assert_eq!(units(&cart), [sku(1, 2)]);
}

#[feira_testkit::test("carts")]
async fn what_cannot_be_put_in_changes_nothing(world: World) {
    let id = world.open(&ana()).await;
    let before = world.add(&ana(), id, 1, 40).await.unwrap();
    let item = item_of(&before, variant(1)).unwrap();
    for quantity in [0, 1_000, u32::MAX] {
        let refused = world.add(&ana(), id, 1, quantity).await.unwrap_err();
        assert_eq!(refused.fields()[0].pointer, "/quantity");
        let refused = world
            .api
            .set_quantity(&ana(), id, item, quantity, None)
            .await
            .unwrap_err();
        assert_eq!(refused.fields()[0].pointer, "/quantity");
    }
    let short = world.add(&ana(), id, 1, 11).await;
    assert!(
        matches!(
            short,
            Err(CartError::OutOfStock {
                requested: 51,
                available: 50,
                ..
            })
        ),
        "{short:?}"
    );
    let short = world.api.set_quantity(&ana(), id, item, 51, None).await;
    assert!(matches!(
        short,
        Err(CartError::OutOfStock {
            requested: 51,
            available: 50,
            ..
        })
    ));

    world.catalog.change(variant(3), |s| s.active = false);
    for unknown in [3, 404] {
        let refused = world.add(&ana(), id, unknown, 1).await.unwrap_err();
        let field = &refused.fields()[0];
        assert_eq!(
            (field.pointer.as_str(), field.code.as_str()),
            ("/variant_id", "cart.unknown_variant")
        );
    }
    let dollars = Money::from_minor(100, Currency::USD).unwrap();
    world.catalog.put(sellable(21, world.first, dollars, 5));
    let other = world.add(&ana(), id, 21, 1).await;
    assert!(
        matches!(
            other,
            Err(CartError::OtherCurrency {
                item: Currency::USD,
                ..
            })
        ),
        "{other:?}"
    );
    world
        .catalog
        .put(sellable(22, world.first, brl(9_999_999_999_900), 999));
    let dear = world.add(&ana(), id, 22, 2).await.unwrap_err();
    assert_eq!(dear.fields()[0].code, "cart.total_too_large");

    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), before);
}

#[feira_testkit::test("carts")]
async fn a_line_has_a_limit_of_its_own(world: World) {
    world.catalog.put(sellable(31, world.first, brl(1), 5_000));
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 31, 999).await.unwrap();
    let refused = world.add(&ana(), id, 31, 1).await.unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/quantity");
}

#[feira_testkit::test("carts")]
async fn a_cart_has_a_hundred_lines_at_most(world: World) {
    let id = world.open(&ana()).await;
    for number in 1_000..1_000 + MAX_LINES as u128 {
        world.catalog.put(sellable(number, world.first, brl(1), 9));
        world.add(&ana(), id, number, 1).await.unwrap();
    }
    let full = world.add(&ana(), id, 1, 1).await;
    assert!(matches!(full, Err(CartError::Full)), "{full:?}");
    let summed = world.add(&ana(), id, 1_000, 1).await.unwrap();
    assert_eq!(lines(&summed).len(), MAX_LINES);
}

#[feira_testkit::test("carts")]
async fn changes_at_once_are_all_kept(world: World) {
    let id = world.open(&ana()).await;
    let tries: Vec<_> = (0..16)
        .map(|n| {
            let api = world.api.clone();
            let item = NewItem {
                variant: variant(1 + n % 2),
                quantity: 1,
            };
            tokio::spawn(async move { api.add_item(&ana(), id, item, None).await })
        })
        .collect();
    for attempt in tries {
        attempt.await.unwrap().unwrap();
    }
    let cart = world.api.cart(&ana(), id).await.unwrap();
    assert_eq!(units(&cart), [sku(1, 8), sku(2, 8)]);
    assert_eq!(cart.version, 17);
}

#[feira_testkit::test("carts")]
async fn a_person_has_one_open_cart_also_when_she_opens_many_at_once(world: World) {
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let api = world.api.clone();
            tokio::spawn(async move { api.create(&ana(), None).await })
        })
        .collect();
    let mut ids = Vec::new();
    for attempt in tries {
        let new = attempt.await.unwrap().unwrap();
        assert!(new.token.is_none());
        ids.push(new.cart.id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    world.add(&ana(), ids[0], 1, 1).await.unwrap();
    let again = world.api.create(&ana(), None).await.unwrap().cart;
    assert_eq!(units(&again), [sku(1, 1)]);
    assert_ne!(world.open(&bia()).await, ids[0]);
}
