use feira_cart::{CartError, CartOwner, Problem, testing::item_of};
use feira_catalog::StockPolicy;
use feira_kernel::{ErrorKind, ModuleError};
use feira_store::StoreStatus;

use crate::support::{World, ana, brl, lines, order, variant};

#[feira_testkit::test("carts")]
async fn one_question_to_each_neighbour_whatever_the_lines(world: World) {
    let id = world.open(&ana()).await;
    assert_eq!(
        (
            world.catalog.sellables_calls(),
            world.stores.calls("quote_shipping")
        ),
        (0, 0)
    );
    for (added, number) in [1, 2, 3, 11, 12, 13].into_iter().enumerate() {
        world.add(&ana(), id, number, 1).await.unwrap();
        let asked = (
            world.catalog.sellables_calls(),
            world.stores.calls("quote_shipping"),
        );
        assert_eq!(
            asked,
            (added + 1, added + 1),
            "a change asks as often as a read"
        );
    }
    world.api.cart(&ana(), id).await.unwrap();
    assert_eq!(
        (
            world.catalog.sellables_calls(),
            world.stores.calls("quote_shipping")
        ),
        (7, 7)
    );
    let owner = CartOwner::User(ana().user().unwrap());
    world.api.for_checkout(&order(), id, owner).await.unwrap();
    assert_eq!(
        (
            world.catalog.sellables_calls(),
            world.stores.calls("quote_shipping")
        ),
        (8, 8)
    );
}

#[feira_testkit::test("carts")]
async fn groups_and_totals(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 11, 2).await.unwrap();
    world.add(&ana(), id, 1, 3).await.unwrap();
    let cart = world.add(&ana(), id, 2, 1).await.unwrap();
    let names: Vec<_> = cart.groups.iter().map(|g| g.store_name.as_str()).collect();
    assert_eq!(names, ["Ateliê", "Brinquedos"]);
    assert_eq!(cart.groups[0].totals.subtotal, brl(300 + 200));
    assert_eq!(cart.groups[1].totals.total, brl(2_200 + 1_500));
    assert_eq!(cart.totals.subtotal, brl(2_700));
    assert_eq!(cart.totals.shipping, brl(3_000));
    assert_eq!(cart.totals.total, brl(5_700));
    assert_eq!(cart.problems, []);
    insta::assert_json_snapshot!("cart", cart, {
        ".id" => "[cart]",
        ".groups[].store" => "[store]",
        ".groups[].lines[].id" => "[line]",
        ".groups[].shipping_options[].method" => "[method]",
        ".groups[].shipping.method" => "[method]",
    });
}

#[feira_testkit::test("carts")]
async fn an_empty_cart_says_so(world: World) {
    let cart = world.api.create(&ana(), None).await.unwrap().cart;
    assert_eq!(cart.problems, [Problem::Empty {}]);
    assert!(cart.totals.total.is_zero());
}

#[feira_testkit::test("carts")]
async fn every_read_tells_what_has_changed(world: World) {
    let id = world.open(&ana()).await;
    for number in [1, 2, 3, 4, 11] {
        world.add(&ana(), id, number, 5).await.unwrap();
    }
    let cart = world.api.cart(&ana(), id).await.unwrap();
    let item = |number| item_of(&cart, variant(number)).unwrap();
    world
        .catalog
        .change(variant(1), |s| s.unit_price = brl(120));
    let mut less = feira_catalog::testing::sellable(2, world.first, brl(200), 3);
    world.catalog.put(less.clone());
    less.variant = variant(3);
    less.unit_price = brl(300);
    less.available = 0;
    world.catalog.put(less);
    world.catalog.change(variant(4), |s| s.active = false);
    world
        .stores
        .set_status(world.second, StoreStatus::Suspended);
    let now = world.api.cart(&ana(), id).await.unwrap();
    assert_eq!(
        now.problems,
        [
            Problem::PriceChanged {
                item: item(1),
                was: brl(100),
                now: brl(120)
            },
            Problem::LessLeft {
                item: item(2),
                requested: 5,
                available: 3
            },
            Problem::SoldOut { item: item(3) },
            Problem::NotOffered { item: item(4) },
            Problem::StoreClosed {
                store: world.second
            },
        ]
    );
    let blocking = now
        .problems
        .iter()
        .filter(|problem| problem.blocks())
        .count();
    assert_eq!(blocking, 4);
    assert_eq!(lines(&now).len(), 5, "nothing is dropped");
    let first = lines(&now).into_iter().find(|l| l.id == item(1)).unwrap();
    assert_eq!(
        (first.unit_price, first.unit_price_seen),
        (brl(120), brl(100))
    );
    insta::assert_json_snapshot!("problems", now.problems, {
        "[].item" => "[line]",
        "[].store" => "[store]",
    });

    world.stores.set_status(world.second, StoreStatus::Approved);
    world.stores.set_options(world.second, Vec::new());
    let now = world.api.cart(&ana(), id).await.unwrap();
    assert!(now.problems.contains(&Problem::NoShipping {
        store: world.second
    }));
    assert!(now.groups.iter().any(|g| g.shipping.is_none()));
}

#[feira_testkit::test("carts")]
async fn what_is_sold_on_or_not_counted_is_never_short(world: World) {
    let id = world.open(&ana()).await;
    let policies = [(1, StockPolicy::Continue), (2, StockPolicy::NotCounted)];
    for (number, policy) in policies {
        world
            .catalog
            .change(variant(number), |s| s.stock_policy = policy);
        let cart = world.add(&ana(), id, number, 51).await.unwrap();
        let item = item_of(&cart, variant(number)).unwrap();
        let more = world.api.set_quantity(&ana(), id, item, 999, None).await;
        assert_eq!(more.unwrap().problems, [], "{policy:?}");
    }
    // Counted again, it is what is there that counts.
    world
        .catalog
        .change(variant(2), |s| s.stock_policy = StockPolicy::Counted);
    let now = world.api.cart(&ana(), id).await.unwrap();
    let item = item_of(&now, variant(2)).unwrap();
    let less = Problem::LessLeft {
        item,
        requested: 999,
        available: 50,
    };
    assert_eq!(now.problems, [less]);
}

#[feira_testkit::test("carts")]
async fn a_neighbour_that_is_down_makes_carts_unavailable_and_changes_nothing(world: World) {
    let id = world.open(&ana()).await;
    let before = world.add(&ana(), id, 1, 1).await.unwrap();
    world.catalog.set_down(true);
    for answer in [
        world.api.cart(&ana(), id).await,
        world.add(&ana(), id, 2, 1).await,
    ] {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    world.catalog.set_down(false);
    world.stores.set_down(true);
    let read = world.api.cart(&ana(), id).await;
    assert!(matches!(read, Err(CartError::Unavailable(_))), "{read:?}");
    world.stores.set_down(false);
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), before);
}
