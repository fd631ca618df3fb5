//! What holding and selling cost, whatever how many do it at once.

use feira_catalog::{ReservationRequest, VariantId};
use feira_testkit::{Item, Proxy, TestDb, costs_as_told, on_the_line};
use time::Duration;

use crate::support::{World, key, line};

fn hold(world: &World, number: u128, variant: VariantId) -> Item {
    let (api, order) = (world.api.clone(), world.order.clone());
    let request = ReservationRequest {
        key: key(number),
        lines: vec![line(variant, 1)],
        expires_at: world.env.now() + Duration::minutes(15),
    };
    Box::pin(async move { drop(api.reserve(&order, request).await.unwrap()) })
}

fn sale(world: &World, number: u128) -> Item {
    let (api, order) = (world.api.clone(), world.order.clone());
    Box::pin(async move { drop(api.commit_reservation(&order, key(number)).await.unwrap()) })
}

#[feira_testkit::test("catalog")]
async fn a_batch_of_holds_and_one_of_sales_cost_what_is_told(db: TestDb) {
    let proxy = Proxy::start(&db.url()).await;
    let world = World::over(on_the_line(&db, &proxy, "catalog")).await;
    let [a, b] = world.two("Cup", 50).await;
    hold(&world, 1, a).await;
    sale(&world, 1).await;
    let rest = (3..9).map(|number| hold(&world, number, [a, b][usize::from(number % 2 == 0)]));
    let rest = rest.collect();
    costs_as_told("hold stock", &proxy, "catalog", hold(&world, 2, a), rest).await;
    let rest = (3..9).map(|number| sale(&world, number)).collect();
    costs_as_told("sell", &proxy, "catalog", sale(&world, 2), rest).await;
}
