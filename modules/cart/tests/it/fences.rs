//! What nobody may reach, and what no line may be.

use feira_cart::{CartError, CartId, NewItem, testing::item_of};
use feira_kernel::{Actor, Surface};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::support::{World, ana, bia, variant};

#[feira_testkit::test("carts")]
async fn a_foreign_cart_looks_absent(world: World) {
    let id = world.open(&ana()).await;
    let cart = world.add(&ana(), id, 1, 1).await.unwrap();
    let item = item_of(&cart, variant(1)).unwrap();
    let (guest, guests) = world.guest().await;
    let nowhere = CartId(Uuid::from_u128(404));
    for (actor, id) in [
        (bia(), id),
        (guest.clone(), id),
        (Actor::stranger(), id),
        (ana(), guests),
        (ana(), nowhere),
    ] {
        let (new, shipping) = (
            NewItem {
                variant: variant(1),
                quantity: 1,
            },
            feira_cart::ShippingSelection {
                destination: None,
                choices: Vec::new(),
            },
        );
        let answers = [
            world.api.cart(&actor, id).await.map(drop),
            world.api.add_item(&actor, id, new, None).await.map(drop),
            world
                .api
                .set_quantity(&actor, id, item, 2, None)
                .await
                .map(drop),
            world
                .api
                .remove_item(&actor, id, item, None)
                .await
                .map(drop),
            world
                .api
                .set_shipping(&actor, id, shipping, None)
                .await
                .map(drop),
        ];
        for answer in answers {
            assert!(
                matches!(answer, Err(CartError::NotFound)),
                "{actor:?}: {answer:?}"
            );
        }
    }
    let Actor::Person {
        user, permissions, ..
    } = ana()
    else {
        panic!()
    };
    let seller = Actor::Person {
        user,
        surface: Surface::Seller,
        store: None,
        permissions,
    };
    for actor in [seller, Actor::system("order")] {
        let refused = world.api.cart(&actor, id).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
    }
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), cart);
}

#[feira_testkit::test("carts")]
async fn lines_beyond_the_limits_are_found(db: TestDb, world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let owner = db.owner().await;
    let run = |sql: &'static str| {
        let owner = owner.clone();
        async move { owner.execute_unprepared(sql).await.unwrap() }
    };
    run("ALTER TABLE carts.cart_items DROP CONSTRAINT cart_items_quantity").await;
    for (break_it, mend_it) in [
        (
            "UPDATE carts.cart_items SET quantity = 0",
            "UPDATE carts.cart_items SET quantity = 1",
        ),
        (
            "UPDATE carts.cart_items SET currency = 'USD'",
            "UPDATE carts.cart_items SET currency = 'BRL'",
        ),
        (
            "INSERT INTO carts.cart_items SELECT gen_random_uuid(), cart_id, gen_random_uuid(), \
                 product_id, store_id, 'copy', 1, 1, 'BRL', position + n \
             FROM carts.cart_items, generate_series(1, 100) n",
            "DELETE FROM carts.cart_items WHERE title = 'copy'",
        ),
    ] {
        assert_eq!(
            feira_testkit::violations(&db.url(), Some("carts")).await,
            []
        );
        run(break_it).await;
        let found = feira_testkit::violations(&db.url(), Some("carts")).await;
        let found: Vec<_> = found.iter().map(|v| v.invariant.as_str()).collect();
        assert_eq!(found, ["i36_cart_lines_within_limits"], "{break_it}");
        run(mend_it).await;
    }
}
