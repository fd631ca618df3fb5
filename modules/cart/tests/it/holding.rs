//! A cart while an order made of it waits for its payment.

use feira_cart::{CartError, CartStatus, MergeOutcome, ShippingSelection, testing::item_of};
use feira_kernel::Actor;
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, ana, order, sku, units, variant};

const ORDER: Uuid = Uuid::from_u128(1);

#[feira_testkit::test("carts")]
async fn a_held_cart_is_read_and_not_changed_and_its_owner_has_another(world: World) {
    let (guest, guests) = world.guest().await;
    let hers = world.open(&ana()).await;
    for (who, id) in [(ana(), hers), (guest, guests)] {
        let before = world.add(&who, id, 1, 50).await.unwrap();
        let item = item_of(&before, variant(1)).unwrap();
        world.hold(&who, id, ORDER).await;
        // Its stock is reserved for its order.
        world.catalog.change(variant(1), |s| s.available = 0);
        let held = world.api.cart(&who, id).await.unwrap();
        assert_eq!((held.status, held.order), (CartStatus::Held, Some(ORDER)));
        assert_eq!((held.problems.len(), units(&held)), (0, units(&before)));
        let shipping = ShippingSelection {
            destination: None,
            choices: Vec::new(),
        };
        let answers = [
            world.add(&who, id, 2, 1).await,
            world.api.set_quantity(&who, id, item, 1, None).await,
            world.api.remove_item(&who, id, item, None).await,
            world.api.set_shipping(&who, id, shipping, None).await,
        ];
        for answer in answers {
            let Err(CartError::Held { order }) = answer else {
                panic!("{answer:?}");
            };
            assert_eq!(order, ORDER);
        }
        assert_eq!(world.api.cart(&who, id).await.unwrap(), held);

        let new = world.api.create(&who, None).await.unwrap();
        assert_ne!(new.cart.id, id);
        assert_eq!(new.token, None, "what she has opens it");
        world.add(&who, new.cart.id, 2, 1).await.unwrap();
        assert_eq!(world.open(&who).await, new.cart.id, "one beside it");
        world.catalog.change(variant(1), |s| s.available = 50);
    }
}

#[feira_testkit::test("carts")]
async fn lines_of_an_ended_order_go_into_the_open_cart_also_what_is_sold_out(world: World) {
    let (guest, guests) = world.guest().await;
    let hers = world.open(&ana()).await;
    for (who, id) in [(ana(), hers), (guest, guests)] {
        for (number, quantity) in [(1, 30), (2, 2), (11, 4), (12, 1), (13, 2)] {
            world.add(&who, id, number, quantity).await.unwrap();
        }
        world.hold(&who, id, ORDER).await;
        let next = world.open(&who).await;
        world.add(&who, next, 1, 30).await.unwrap();
        world.add(&who, next, 2, 1).await.unwrap();
        world.catalog.change(variant(12), |s| s.active = false);
        world.catalog.change(variant(13), |s| s.available = 0);
        // It needs nobody else.
        world.catalog.set_down(true);
        let by = order();
        let release = || world.api.release(&by, id, ORDER);

        let released = release().await.unwrap().unwrap();
        assert_eq!(released.cart, next);
        let told = released.report.iter();
        let told: Vec<_> = told.map(|l| (l.quantity, l.outcome)).collect();
        let expected = [
            (60, MergeOutcome::Summed),
            (3, MergeOutcome::Summed),
            (4, MergeOutcome::Moved),
            (1, MergeOutcome::Moved),
            (2, MergeOutcome::Moved),
        ];
        assert_eq!(told, expected);
        assert_eq!(release().await.unwrap(), Some(released), "told again");
        world.catalog.set_down(false);

        let open = world.api.cart(&who, next).await.unwrap();
        let all = [(1, 60), (11, 4), (12, 1), (13, 2), (2, 3)];
        assert_eq!(units(&open), all.map(|(number, units)| sku(number, units)));
        assert_eq!(open.problems.len(), 3, "{:?}", open.problems);
        let old = world.api.cart(&who, id).await.unwrap();
        assert_eq!(
            (old.status, old.order, old.continued_in),
            (CartStatus::Merged, None, Some(next))
        );
        world.catalog.change(variant(12), |s| s.active = true);
        world.catalog.change(variant(13), |s| s.available = 50);
    }
}

#[feira_testkit::test("carts")]
async fn lines_that_come_back_put_a_guests_cart_off_like_any_change(db: TestDb, world: World) {
    let (guest, held) = world.guest().await;
    world.add(&guest, held, 1, 1).await.unwrap();
    world.hold(&guest, held, ORDER).await;
    let next = world.open(&guest).await;
    db.clock().advance(Duration::days(29));
    let released = world.api.release(&order(), held, ORDER).await.unwrap();
    assert_eq!(released.unwrap().cart, next);
    db.clock().advance(Duration::days(29));
    assert!(world.api.cart(&guest, next).await.is_ok());
    db.clock().advance(Duration::days(1));
    let gone = world.api.cart(&guest, next).await;
    assert!(matches!(gone, Err(CartError::NotFound)), "{gone:?}");
}

#[feira_testkit::test("carts")]
async fn without_another_cart_it_is_open_again_as_it_was(db: TestDb, world: World) {
    world.runner.register().await.unwrap();
    let (guest, guests) = world.guest().await;
    let hers = world.open(&ana()).await;
    for (who, id) in [(ana(), hers), (guest.clone(), guests)] {
        world.add(&who, id, 1, 2).await.unwrap();
        world.hold(&who, id, ORDER).await;
    }
    // A guest's cart does not end while it is held, and not at once afterwards.
    db.clock().advance(Duration::days(60));
    world.runner.settle().await.unwrap();
    for (who, id) in [(ana(), hers), (guest, guests)] {
        let released = world.api.release(&order(), id, ORDER).await;
        let released = released.unwrap().unwrap();
        assert_eq!((released.cart, released.report.len()), (id, 1));
        assert_eq!(released.report[0].outcome, MergeOutcome::Moved);
        let open = world.add(&who, id, 1, 1).await.unwrap();
        assert_eq!((open.status, open.order), (CartStatus::Open, None));
        assert_eq!(units(&open), [sku(1, 3)]);
    }
    assert_eq!(world.open(&ana()).await, hers);
}

#[feira_testkit::test("carts")]
async fn many_releases_at_once_while_she_goes_on_lose_and_double_nothing(world: World) {
    let held = world.open(&ana()).await;
    world.add(&ana(), held, 1, 2).await.unwrap();
    world.hold(&ana(), held, ORDER).await;
    let releases = (0..8).map(|_| {
        let api = world.api.clone();
        tokio::spawn(async move { api.release(&order(), held, ORDER).await })
    });
    let releases: Vec<_> = releases.collect();
    let goes_on = (0..8).map(|_| {
        let api = world.api.clone();
        tokio::spawn(async move {
            let item = feira_cart::NewItem {
                variant: variant(2),
                quantity: 1,
            };
            let open = api.create(&ana(), None).await?.cart.id;
            api.add_item(&ana(), open, item, None).await
        })
    });
    let goes_on: Vec<_> = goes_on.collect();
    for release in releases {
        let released = release.await.unwrap().unwrap();
        assert_eq!(released.unwrap().report.len(), 1, "all are told");
    }
    let mut added = 0;
    for add in goes_on {
        add.await.unwrap().unwrap();
        added += 1;
    }
    let open = world.open(&ana()).await;
    let open = world.api.cart(&ana(), open).await.unwrap();
    assert_eq!(units(&open), [sku(1, 2), sku(2, added)]);
}

#[feira_testkit::test("carts")]
async fn carts_that_are_held_for_long_are_listed_once_each(db: TestDb, world: World) {
    let mut held = Vec::new();
    for n in 0..3_u128 {
        let (guest, id) = world.guest().await;
        let made = Uuid::from_u128(n + 1);
        world.hold(&guest, id, made).await;
        held.push((id, made));
    }
    db.clock().advance(feira_cart::HOLD_LEASE);
    let (young, id) = world.guest().await;
    world.hold(&young, id, Uuid::from_u128(9)).await;
    // Somebody asked for the first one again: it is on its way.
    let (first, made) = held.remove(0);
    let again = world.api.hold(&order(), first, 0, made).await;
    assert!(again.unwrap());

    let listed = async || {
        let mut page = feira_kernel::PageRequest::first(1);
        let mut listed = Vec::new();
        loop {
            let found = world.api.held(&order(), page).await.unwrap();
            listed.extend(found.items.iter().map(|held| (held.cart, held.order)));
            let Some(next) = found.next_cursor else {
                return listed;
            };
            page = feira_kernel::PageRequest::new(Some(1), Some(next)).unwrap();
        }
    };
    held.sort();
    assert_eq!(listed().await, held);
    // The clock goes back: what was held in its future is listed, or it would be held for as long.
    db.clock().advance(-feira_cart::HOLD_LEASE);
    assert!(listed().await.is_empty(), "at most the lease ahead");
    db.clock().advance(-feira_cart::HOLD_LEASE);
    assert_eq!(listed().await.len(), 2, "those of the later moment");
    let refused = world.api.held(&Actor::stranger(), Default::default()).await;
    assert!(matches!(refused, Err(CartError::Forbidden)));
}
