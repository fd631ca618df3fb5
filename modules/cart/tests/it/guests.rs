use feira_cart::CartError;
use feira_kernel::{Actor, token::TokenHash};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use time::Duration;

use crate::support::{World, ana, sku, units};

#[feira_testkit::test("carts")]
async fn a_guest_holds_her_cart_by_a_token_of_which_only_the_hash_is_kept(
    db: TestDb,
    world: World,
) {
    let new = world.api.create(&Actor::stranger(), None).await.unwrap();
    let secret = new.token.unwrap();
    let guest = Actor::guest(TokenHash::of(&secret));
    let cart = world.add(&guest, new.cart.id, 1, 2).await.unwrap();
    assert_eq!(units(&cart), [sku(1, 2)]);
    let other = world.api.create(&guest, None).await.unwrap();
    assert_ne!(other.cart.id, cart.id, "a guest may begin anew");
    assert_ne!(other.token.as_ref(), Some(&secret));
    let wrong = Actor::guest(TokenHash::of(&other.token.unwrap()));
    let foreign = world.api.cart(&wrong, cart.id).await;
    assert!(matches!(foreign, Err(CartError::NotFound)));
    let owner = db.owner().await;
    let row = owner
        .query_one_raw(Statement::from_string(
            DbBackend::Postgres,
            "SELECT string_agg(c::text, '') FROM carts.carts c",
        ))
        .await
        .unwrap()
        .unwrap();
    let dump: String = row.try_get_by_index(0).unwrap();
    assert!(dump.contains(&TokenHash::of(&secret).0) && !dump.contains(&secret));
}

#[feira_testkit::test("carts")]
async fn a_guests_cart_ends_some_time_after_its_last_change(db: TestDb, world: World) {
    world.runner.register().await.unwrap();
    let (guest, id) = world.guest().await;
    let hers = world.open(&ana()).await;
    db.clock().advance(Duration::days(29));
    world.add(&guest, id, 1, 1).await.unwrap();
    db.clock().advance(Duration::days(29));
    assert!(
        world.api.cart(&guest, id).await.is_ok(),
        "the change put the end off"
    );
    db.clock().advance(Duration::days(1));
    for answer in [
        world.api.cart(&guest, id).await.map(drop),
        world.add(&guest, id, 1, 1).await.map(drop),
        world
            .api
            .claim(&ana(), id, guest.guest_token().unwrap().clone(), None)
            .await
            .map(drop),
    ] {
        assert!(matches!(answer, Err(CartError::NotFound)), "{answer:?}");
    }
    let count = || async {
        let owner = db.owner().await;
        let sql = "SELECT count(*) FROM carts.carts";
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let row = owner.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    world.runner.settle().await.unwrap();
    assert_eq!(count().await, 2, "a checkout may still be closing it");
    db.clock().advance(Duration::days(8));
    world.runner.settle().await.unwrap();
    assert_eq!(count().await, 1);
    assert!(
        world.api.cart(&ana(), hers).await.is_ok(),
        "a person's cart stays"
    );
}
