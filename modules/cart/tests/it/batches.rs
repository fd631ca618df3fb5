//! What closing carts costs, whatever how many are closed at once.

use feira_cart::CartId;
use feira_testkit::{Item, Proxy, TestDb, costs_as_told, on_the_line};
use uuid::Uuid;

use crate::support::{World, order};

fn made(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn held(world: &World, number: u128) -> CartId {
    let (actor, id) = world.guest().await;
    world.add(&actor, id, 1, 1).await.unwrap();
    world.hold(&actor, id, made(number)).await;
    id
}

fn closing(world: &World, id: CartId, number: u128) -> Item {
    let api = world.api.clone();
    Box::pin(async move { api.close(&order(), id, made(number), None).await.unwrap() })
}

#[feira_testkit::test("carts")]
async fn a_batch_of_carts_is_closed_for_what_is_told(db: TestDb) {
    let proxy = Proxy::start(&db.url()).await;
    let world = World::over(on_the_line(&db, &proxy, "carts"));
    let mut items = Vec::new();
    for number in 1..8 {
        items.push(closing(&world, held(&world, number).await, number));
    }
    items.remove(0).await;
    let first = items.remove(0);
    costs_as_told("close the cart", &proxy, "carts", first, items).await;
}
